import Movement

/// Chooses which values of a long series are drawn, so that a page of twenty minutes stays as light as one of twenty
/// seconds, and no peak is lost.
package enum Thinning {
    /// More points than this are never drawn for one curve.
    package static let mostPoints = 600

    /// Stretches without a gap, as positions in `values`. Of a long series the least and the greatest of each bucket.
    package static func curve(_ values: [Double]) -> [[Int]] {
        let size = values.count <= mostPoints ? 1 : (2 * values.count + mostPoints - 1) / mostPoints
        return runs(count: values.count, bucket: size) { indices in
            let finite = indices.filter { values[$0].isFinite }
            guard let least = finite.min(by: { values[$0] < values[$1] }),
                let greatest = finite.max(by: { values[$0] < values[$1] })
            else { return nil }
            return least == greatest ? [least] : [min(least, greatest), max(least, greatest)]
        }
    }

    /// A place on the band: its position in the series, and the band from `low` to `high` in degrees.
    package struct Edge: Sendable, Equatable {
        package var index: Int
        package var low: Double
        package var high: Double
    }

    /// The band of ±2 standard deviations in stretches without a gap; 200 places at most. Of a long series the outer
    /// edges of each bucket, so that the band never looks narrower than it is.
    package static func band(_ series: AngleSeries) -> [[Edge]] {
        let count = series.degrees.count
        func edge(_ index: Int) -> Edge? {
            let degrees = series.degrees[index]
            let margin = 2 * series.standardUncertaintyDegrees[index]
            guard degrees.isFinite, margin.isFinite else { return nil }
            return Edge(index: index, low: degrees - margin, high: degrees + margin)
        }
        if count <= mostPoints {
            // Every second or third value, and the ends of each stretch, joined by straight lines.
            let step = max(1, (count + 199) / 200)
            return runs(count: count, bucket: 1) { indices in edge(indices.lowerBound).map { [$0] } }
                .map { run in run.indices.filter { $0 % step == 0 || $0 == run.count - 1 }.map { run[$0] } }
        }
        return runs(count: count, bucket: (count + 199) / 200) { indices in
            let edges = indices.compactMap(edge)
            guard let first = edges.first, let last = edges.last else { return nil }
            let low = edges.reduce(first.low) { min($0, $1.low) }
            let high = edges.reduce(first.high) { max($0, $1.high) }
            return [first, last].map { Edge(index: $0.index, low: low, high: high) }
        }
    }

    /// Buckets one after the other; where one has nothing, a new stretch begins.
    private static func runs<Element>(
        count: Int, bucket: Int, _ choose: (Range<Int>) -> [Element]?
    ) -> [[Element]] {
        var runs: [[Element]] = []
        var isOpen = false
        for start in stride(from: 0, to: count, by: bucket) {
            guard let chosen = choose(start..<min(start + bucket, count)) else {
                isOpen = false
                continue
            }
            if isOpen { runs[runs.count - 1] += chosen } else { runs.append(chosen) }
            isOpen = true
        }
        return runs
    }
}
