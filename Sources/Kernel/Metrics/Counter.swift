import Synchronization

/// A count that only grows. Cost: an atomic addition, some 6 ns.
package final class Counter: Metric {
    private let count = Atomic<UInt64>(0)

    package init() {}

    /// `amount` is not negative.
    package func add(_ amount: Int = 1) {
        precondition(amount >= 0, "a counter only grows")
        count.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    package var value: UInt64 { count.load(ordering: .relaxed) }

    package static let type = MetricType.counter

    package func write(_ name: String, _ labels: String, to text: inout MetricText) { text.sample(name, labels, value) }
}

/// A number that goes up and down. Cost as a counter's.
package final class Level: Metric {
    private let number = Atomic<Int>(0)

    package init() {}

    package func add(_ amount: Int) { number.wrappingAdd(amount, ordering: .relaxed) }

    package func set(_ value: Int) { number.store(value, ordering: .relaxed) }

    package var value: Int { number.load(ordering: .relaxed) }

    package static let type = MetricType.gauge

    package func write(_ name: String, _ labels: String, to text: inout MetricText) { text.sample(name, labels, Double(value)) }
}
