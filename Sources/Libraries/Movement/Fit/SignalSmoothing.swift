import Foundation

/// One-dimensional filters on regular samples. Edges are mirrored about the outermost sample's outer edge
/// (d c b a | a b c d | d c b a) unless said otherwise.
package enum SignalSmoothing {
    /// Gaussian mean with the standard deviation in samples, cut off at four of it.
    package static func gaussian(_ values: [Double], deviation: Double) -> [Double] {
        let radius = Int(4 * deviation + 0.5)
        guard radius > 0, !values.isEmpty else { return values }
        var weights = (0...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
        let sum = weights[0] + 2 * weights[1...].reduce(0, +)
        for index in weights.indices { weights[index] /= sum }
        let count = values.count
        return values.indices.map { center in
            var total = weights[0] * values[center]
            for offset in 1...radius {
                let (before, after) =
                    center >= offset && center + offset < count
                    ? (center - offset, center + offset)
                    : (mirrored(center - offset, count), mirrored(center + offset, count))
                total += weights[offset] * (values[before] + values[after])
            }
            return total
        }
    }

    /// Median over an odd number of samples; the outermost sample is repeated beyond the edges.
    package static func median(_ values: [Double], width: Int) -> [Double] {
        values.indices.map { center in
            let window = ((center - width / 2)...(center + width / 2)).map {
                values[min(max($0, 0), values.count - 1)]
            }
            return window.sorted()[width / 2]
        }
    }

    /// Linear interpolation at ascending `positions` of samples at ascending `knots`; constant outside.
    package static func interpolate(_ values: [Double], knots: [Double], at positions: [Double]) -> [Double] {
        var segment = 0
        return positions.map { position in
            while segment + 2 < knots.count && knots[segment + 1] <= position { segment += 1 }
            guard knots.count > 1, position > knots[0] else { return values[0] }
            guard position < knots[knots.count - 1] else { return values[knots.count - 1] }
            let slope = (values[segment + 1] - values[segment]) / (knots[segment + 1] - knots[segment])
            return slope * (position - knots[segment]) + values[segment]
        }
    }

    /// Central differences per unit of `step`, one-sided at the ends.
    package static func slope(_ values: [Double], step: Double) -> [Double] {
        guard values.count > 1 else { return values.map { _ in 0 } }
        return values.indices.map { index in
            let (before, after) = (max(index - 1, 0), min(index + 1, values.count - 1))
            return (values[after] - values[before]) / (Double(after - before) * step)
        }
    }

    /// The value below which the given share (0 … 1) of the samples lies, interpolated between samples.
    /// NaN for no samples.
    package static func quantile(_ values: [Double], _ share: Double) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let position = share * Double(sorted.count - 1)
        let index = min(Int(position), sorted.count - 1)
        let next = min(index + 1, sorted.count - 1)
        return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
    }

    /// Angles in radians without jumps of a whole turn.
    package static func unwrapped(_ angles: [Double]) -> [Double] {
        var result = angles
        for index in angles.indices.dropFirst() {
            let turn = ((result[index] - result[index - 1]) / (2 * .pi)).rounded() * 2 * .pi
            result[index] -= turn
        }
        return result
    }

    private static func mirrored(_ index: Int, _ count: Int) -> Int {
        let period = 2 * count
        let inside = ((index % period) + period) % period
        return inside < count ? inside : period - 1 - inside
    }
}
