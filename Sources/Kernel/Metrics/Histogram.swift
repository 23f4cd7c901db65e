import Synchronization

/// How often something took how much: a count for each range, and the sum. Whole units are observed (nanoseconds, bytes) and told in
/// the format's base units (seconds, bytes).
///
/// Cost: a search among at most 20 bounds and two atomic additions, some 15 ns. A reader may see a count without its share of the
/// sum.
package final class Histogram: Metric {
    package static let mostBounds = 20

    /// The upper ends of its ranges.
    package struct Bounds: Sendable {
        /// Ascending, in units.
        let ends: [UInt64]
        /// Units in one of the base unit.
        let unitsInOne: Double

        package init(_ ends: [UInt64], unitsInOne: Double) {
            precondition((1...mostBounds).contains(ends.count), "a histogram has 1 to \(mostBounds) bounds")
            precondition(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
            self.ends = ends
            self.unitsInOne = unitsInOne
        }

        /// From 100 µs to 10 s, observed in nanoseconds, told in seconds.
        package static let durations = Bounds(
            [
                100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
                500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
            ], unitsInOne: 1e9)
    }

    private let bounds: Bounds
    /// One more than there are bounds at most: what lies beyond the last.
    private let counts = InlineArray<21, Atomic<UInt64>> { _ in Atomic(0) }
    private let sum = Atomic<UInt64>(0)

    package init(_ bounds: Bounds) {
        self.bounds = bounds
    }

    /// In units: nanoseconds, bytes.
    package func observe(_ units: UInt64) {
        var index = 0
        while index < bounds.ends.count, units > bounds.ends[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.wrappingAdd(units, ordering: .relaxed)
    }

    /// In nanoseconds; what is negative counts as none.
    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        observe(nanoseconds.overflow ? .max : UInt64(max(0, nanoseconds.partialValue + attoseconds / 1_000_000_000)))
    }

    /// How many were observed.
    package var count: UInt64 { snapshot().reduce(0, +) }

    /// Below which value `share` (0 to 1) of them lie, in base units: by interpolation within its range, the last bound where it lies
    /// beyond. nil where nothing was observed.
    package func quantile(_ share: Double) -> Double? { Self.quantile(share, of: snapshot(), bounds) }

    /// The same over several histograms with the same bounds.
    package static func quantile(_ share: Double, over histograms: [Histogram]) -> Double? {
        guard let bounds = histograms.first?.bounds else { return nil }
        var counts = [UInt64](repeating: 0, count: bounds.ends.count + 1)
        for histogram in histograms {
            for (index, count) in histogram.snapshot().enumerated() where index < counts.count { counts[index] += count }
        }
        return quantile(share, of: counts, bounds)
    }

    private static func quantile(_ share: Double, of counts: [UInt64], _ bounds: Bounds) -> Double? {
        let all = counts.reduce(0, +)
        guard all > 0 else { return nil }
        let rank = share * Double(all)
        var below = 0.0
        for (index, count) in counts.enumerated() where count > 0 {
            guard index < bounds.ends.count else { break }
            if below + Double(count) >= rank {
                let lower = index == 0 ? 0 : Double(bounds.ends[index - 1])
                let within = max(0, rank - below) / Double(count)
                return (lower + (Double(bounds.ends[index]) - lower) * within) / bounds.unitsInOne
            }
            below += Double(count)
        }
        return Double(bounds.ends[bounds.ends.count - 1]) / bounds.unitsInOne
    }

    /// Each range's count, and that of what lies beyond.
    private func snapshot() -> [UInt64] { (0...bounds.ends.count).map { counts[$0].load(ordering: .relaxed) } }

    package static let type = MetricType.histogram

    /// A bucket for each bound, then sum and count.
    package func write(_ name: String, _ labels: String, to text: inout MetricText) {
        let counts = snapshot()
        var total: UInt64 = 0
        for (index, end) in bounds.ends.enumerated() {
            total += counts[index]
            text.sample("\(name)_bucket", MetricText.joined(labels, "le", MetricText.number(Double(end) / bounds.unitsInOne)), total)
        }
        total += counts[bounds.ends.count]
        text.sample("\(name)_bucket", MetricText.joined(labels, "le", "+Inf"), total)
        text.sample("\(name)_sum", labels, Double(sum.load(ordering: .relaxed)) / bounds.unitsInOne)
        text.sample("\(name)_count", labels, total)
    }
}
