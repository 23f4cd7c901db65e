import Base
import Synchronization

/// What a program counts about itself, for those who run it: a value that the root makes and gives to whoever counts.
///
/// Whoever counts takes its counter once and keeps it; counting is then an addition in memory. No metric holds anything about a
/// patient: names and label values are the program's own words, and a family has at most so many series.
///
/// ```swift
/// let answered = metrics.counters("http_requests_total", "Requests answered.", labels: ["route", "status"], atMost: 2_000)
/// let found = answered["exercise.read", "200"]
/// found.add()
/// ```
package final class Metrics: Sendable {
    private let families = Mutex<[String: any MetricFamily]>([:])

    package init() {}

    /// Names are a programmer's: one that cannot be, or is there already, ends the program at start.
    private func register(_ family: any MetricFamily) {
        precondition(MetricName.isValid(family.name), "\(family.name) is no name for a metric")
        precondition(family.labels.allSatisfy(MetricName.isLabel), "\(family.name) has a label that cannot be")
        let former = families.withLock { $0.updateValue(family, forKey: family.name) }
        precondition(former == nil, "\(family.name) is counted twice")
    }

    /// A count that only grows. Its name ends in `_total`.
    package func counter(_ name: String, _ help: String) -> Counter { counters(name, help, labels: [], atMost: 1)[] }

    /// Counts by labels. Beyond `atMost` series, whatever is new is counted under `other`.
    package func counters(_ name: String, _ help: String, labels: [String], atMost most: Int) -> MetricSeries<Counter> {
        let series = MetricSeries(name, help, labels: labels, atMost: most) { Counter() }
        register(series)
        return series
    }

    /// A number that goes up and down.
    package func level(_ name: String, _ help: String) -> Level { levels(name, help, labels: [], atMost: 1)[] }

    /// Numbers by labels.
    package func levels(_ name: String, _ help: String, labels: [String], atMost most: Int) -> MetricSeries<Level> {
        let series = MetricSeries(name, help, labels: labels, atMost: most) { Level() }
        register(series)
        return series
    }

    /// How often something took how much, by labels. Ascending bounds, at most `Histogram.mostBounds`.
    package func histograms(
        _ name: String, _ help: String, labels: [String], atMost most: Int, bounds: Histogram.Bounds = .durations
    ) -> MetricSeries<Histogram> {
        let series = MetricSeries(name, help, labels: labels, atMost: most) { Histogram(bounds) }
        register(series)
        return series
    }

    /// Read each time somebody looks. `read` is quick and does not wait; what has to be fetched is fetched elsewhere and kept.
    package func computed(
        _ name: String, _ help: String, _ type: MetricType = .gauge, labels: [String] = [], read: @escaping @Sendable () -> [MetricReading]
    ) {
        register(ComputedMetric(name: name, help: help, labels: labels, type: type, read: read))
    }

    /// All of it in Prometheus' text format, version 0.0.4, by name.
    package func exposition() -> [UInt8] {
        let families = families.withLock { $0.values.sorted { $0.name < $1.name } }
        var text = MetricText()
        for family in families { family.write(to: &text) }
        return text.bytes
    }

    /// The media type of `exposition`.
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"
}

/// How a family is meant (`# TYPE`).
package enum MetricType: String, Sendable, Hashable {
    case counter
    case gauge
    case histogram
    /// Whose name says something else than its kind.
    case untyped
}

/// A value of a computed metric, with the values of its labels in their order.
package struct MetricReading: Sendable {
    package let labels: [String]
    package let value: Double

    package init(_ labels: [String], _ value: Double) {
        self.labels = labels
        self.value = value
    }

    /// Of a metric without labels.
    package init(_ value: Double) { self.init([], value) }
}

enum MetricName {
    /// As the format has it, but for colons, which are for rules.
    static func isValid(_ name: String) -> Bool { isWord(name) }

    /// Two underscores in front are the format's own.
    static func isLabel(_ name: String) -> Bool { isWord(name) && !name.hasPrefix("__") && name != "le" }

    private static func isWord(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
