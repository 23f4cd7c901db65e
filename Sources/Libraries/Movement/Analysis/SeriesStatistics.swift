import Foundation

/// Order statistics and smoothing of short series of doubles, in one fixed order of summation.
package enum SeriesStatistics {
    /// The value below which `share` (0 … 1) of the finite values lie, linear between neighbours; NaN where there are none.
    package static func quantile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        guard let last = sorted.last else { return .nan }
        let at = min(max(share, 0), 1) * Double(sorted.count - 1)
        let below = Int(at)
        guard below + 1 < sorted.count else { return last }
        return sorted[below] + (at - Double(below)) * (sorted[below + 1] - sorted[below])
    }

    /// NaN where there is no finite value.
    package static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

    /// Pearson's correlation over the pairs of which both are finite; 0 where one of them does not vary.
    package static func correlation(_ first: [Double], _ second: [Double]) -> Double {
        let pairs = zip(first, second).filter { $0.isFinite && $1.isFinite }
        guard pairs.count > 2 else { return 0 }
        let n = Double(pairs.count)
        let meanX = pairs.reduce(0) { $0 + $1.0 } / n
        let meanY = pairs.reduce(0) { $0 + $1.1 } / n
        var xx = 0.0
        var yy = 0.0
        var xy = 0.0
        for (x, y) in pairs {
            xx += (x - meanX) * (x - meanX)
            yy += (y - meanY) * (y - meanY)
            xy += (x - meanX) * (y - meanY)
        }
        return xx > 1e-12 && yy > 1e-12 ? xy / (xx * yy).squareRoot() : 0
    }

    /// Gaussian-weighted means with a standard deviation of `deviation` samples. Values that are not finite carry
    /// no weight, and stay as they are; at the ends the weights that are left are used.
    package static func smoothed(_ values: [Double], deviation: Double) -> [Double] {
        guard deviation > 0.05 else { return values }
        let reach = Int((4 * deviation).rounded(.up))
        let weights = (0...reach).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
        return values.indices.map { index in
            guard values[index].isFinite else { return values[index] }
            var sum = 0.0
            var total = 0.0
            for other in max(0, index - reach)...min(values.count - 1, index + reach) where values[other].isFinite {
                let weight = weights[abs(other - index)]
                sum += weight * values[other]
                total += weight
            }
            return sum / total
        }
    }

    /// The middle direction of a set of angles in radians (−π … π), robust against a minority of outliers:
    /// the mean direction, moved by the median of the differences from it. `spread` is the median size of what is left.
    package static func circularMedian(_ radians: [Double]) -> (radians: Double, spread: Double)? {
        let finite = radians.filter(\.isFinite)
        guard !finite.isEmpty else { return nil }
        var middle = atan2(finite.reduce(0) { $0 + sin($1) }, finite.reduce(0) { $0 + cos($1) })
        for _ in 0..<3 { middle += median(finite.map { wrapped($0 - middle) }) }
        return (wrapped(middle), median(finite.map { abs(wrapped($0 - middle)) }))
    }

    /// The same angle between −π and π.
    package static func wrapped(_ radians: Double) -> Double { atan2(sin(radians), cos(radians)) }
}
