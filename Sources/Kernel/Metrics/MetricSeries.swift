import Synchronization

/// Something that is counted.
package protocol Metric: AnyObject, Sendable {
    static var type: MetricType { get }
    /// Its samples, under the family's name and with these labels.
    func write(_ name: String, _ labels: String, to text: inout MetricText)
}

/// A name under which metrics are told, and what is told under it.
protocol MetricFamily: Sendable {
    var name: String { get }
    var labels: [String] { get }
    func write(to text: inout MetricText)
}

/// Metrics of one name, by the values of their labels; at most so many.
///
/// Cost: a lock and a look-up, some 150 ns: whoever counts often keeps what it was given.
package final class MetricSeries<Counted: Metric>: MetricFamily {
    let name: String
    let help: String
    let labels: [String]
    private let most: Int
    private let make: @Sendable () -> Counted
    private let series = Mutex<[[String]: Counted]>([:])

    init(_ name: String, _ help: String, labels: [String], atMost most: Int, make: @escaping @Sendable () -> Counted) {
        self.name = name
        self.help = help
        self.labels = labels
        self.most = most
        self.make = make
    }

    /// The metric whose labels have these values, in the order of the labels; made where it is new. Where there are as many as there
    /// may be, the one whose labels are all `other`.
    package subscript(_ values: String...) -> Counted { self[values] }

    /// As above.
    package subscript(_ values: [String]) -> Counted {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        return series.withLock { series in
            if let known = series[values] { return known }
            let key = series.count < most ? values : labels.map { _ in Self.other }
            if let known = series[key] { return known }
            let made = make()
            series[key] = made
            return made
        }
    }

    /// All of them with their labels' values.
    package var all: [(labels: [String], metric: Counted)] {
        series.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    private static var other: String { "other" }

    func write(to text: inout MetricText) {
        text.header(name, help, Counted.type)
        for (values, metric) in all { metric.write(name, MetricText.labels(labels, values), to: &text) }
    }
}

/// Numbers that are read when somebody looks.
struct ComputedMetric: MetricFamily {
    let name: String
    let help: String
    let labels: [String]
    let type: MetricType
    let read: @Sendable () -> [MetricReading]

    func write(to text: inout MetricText) {
        text.header(name, help, type)
        for reading in read() where reading.labels.count == labels.count {
            text.sample(name, MetricText.labels(labels, reading.labels), reading.value)
        }
    }
}
