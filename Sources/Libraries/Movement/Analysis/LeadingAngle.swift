/// The angle by which an exercise is counted, turned so that the middle of a repetition is its greatest value.
package struct LeadingAngle: Sendable {
    /// +1 where the greatest angle is the turn, −1 where the least is.
    package let sign: Double
    package let times: [Double]
    /// `sign` × degrees, smoothed over a tenth of a second, for finding; short gaps are bridged, long ones are NaN.
    package let detection: [Double]
    /// `sign` × degrees, smoothed over a thirtieth of a second, for values.
    package let fine: [Double]
    /// Degrees of each side that leads, as `fine` but without the sign.
    package let sides: [BodySide: [Double]]
    /// Standard uncertainty; the mean of the sides', as if their errors were one and the same.
    package let uncertainty: [Double]

    /// Gaps up to this long are bridged by a straight line: a fitted body is never further from a picture with a person.
    private static let longestBridgeSeconds = 0.3
    private static let detectionSmoothingSeconds = 0.1
    private static let fineSmoothingSeconds = 1.0 / 30

    /// - Parameter angles: the angles that lead together, at least one, with one value per time.
    package init?(motion: FittedMotion, angles: [JointAngle], turn: RepetitionRule.Turn) {
        let series = angles.compactMap { motion.angles[$0] }
        guard !series.isEmpty, series.count == angles.count, let first = motion.times.first,
            let last = motion.times.last, motion.times.count > 2
        else { return nil }
        let step = (last - first) / Double(motion.times.count - 1)
        let turned = turn == .greatest ? 1.0 : -1.0
        let bridge = Int(Self.longestBridgeSeconds / step)
        let share = 1 / Double(series.count)
        let mean = motion.times.indices.map { at in series.reduce(0) { $0 + $1.degrees[at] } * share * turned }
        let bridged = Self.bridged(mean, atMost: bridge)
        sign = turned
        times = motion.times
        detection = SeriesStatistics.smoothed(bridged, deviation: Self.detectionSmoothingSeconds / step)
        fine = SeriesStatistics.smoothed(bridged, deviation: Self.fineSmoothingSeconds / step)
        uncertainty = Self.bridged(
            motion.times.indices.map { at in series.reduce(0) { $0 + $1.standardUncertaintyDegrees[at] } * share },
            atMost: bridge)
        var bySide: [BodySide: [Double]] = [:]
        for (angle, values) in zip(angles, series) {
            guard let side = angle.side else { continue }
            bySide[side] = SeriesStatistics.smoothed(
                Self.bridged(values.degrees, atMost: bridge), deviation: Self.fineSmoothingSeconds / step)
        }
        sides = bySide
    }

    /// The angles by which this motion is to be counted: one, or two where the sides take turns.
    package static func all(
        in motion: FittedMotion, rule: RepetitionRule, excluding: Set<JointAngle>
    ) -> [LeadingAngle] {
        let usable = [BodySide.right, .left].map { JointAngle(rule.joint, $0) }
            .filter { !excluding.contains($0) && motion.angles[$0]?.degrees.contains(where: \.isFinite) == true }
        func leading(_ angles: [JointAngle]) -> [LeadingAngle] {
            LeadingAngle(motion: motion, angles: angles, turn: rule.turn).map { [$0] } ?? []
        }
        guard usable.count == 2, rule.sides == .asTheyMove else { return usable.isEmpty ? [] : leading(usable) }
        let values = usable.map { motion.angles[$0]?.degrees ?? [] }
        let ranges = values.map { SeriesStatistics.quantile($0, 0.975) - SeriesStatistics.quantile($0, 0.025) }
        let moving = zip(usable, ranges)
            .filter { $0.1 >= rule.minimumRangeDegrees && $0.1 >= 0.5 * (ranges.max() ?? 0) }.map(\.0)
        switch moving.count {
        case 1: return leading(moving)
        case 2 where SeriesStatistics.correlation(values[0], values[1]) < 0.6: return moving.flatMap { leading([$0]) }
        default: return leading(usable)
        }
    }

    /// How far the angle must go and come back to count, in degrees: at least the exercise's own minimum, at least
    /// 0.3 of what the recording spans (so that a shuffle between deep squats is none), and at least five standard
    /// uncertainties (correlated noise of that size wanders over about four in a minute) where the rule says no other.
    package func threshold(minimumRangeDegrees: Double, leastDeviations: Double = 5) -> Double {
        let span = SeriesStatistics.quantile(detection, 0.975) - SeriesStatistics.quantile(detection, 0.025)
        let noise = SeriesStatistics.median(uncertainty)
        return max(minimumRangeDegrees, 0.3 * span, noise.isFinite ? leastDeviations * noise : 0)
    }

    /// The stretches without a long gap, of at least half a second.
    package func segments() -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start: Int?
        for index in 0...detection.count {
            let isThere = index < detection.count && detection[index].isFinite
            if isThere, start == nil { start = index }
            if !isThere, let from = start {
                if times[index - 1] - times[from] >= 0.5 { result.append(from..<index) }
                start = nil
            }
        }
        return result
    }

    package func seconds(at position: Double) -> Double {
        let below = min(max(Int(position), 0), times.count - 1)
        guard below + 1 < times.count else { return times[below] }
        return times[below] + (position - Double(below)) * (times[below + 1] - times[below])
    }

    package var sampleRateHertz: Double { Double(times.count - 1) / (times[times.count - 1] - times[0]) }

    private static func bridged(_ values: [Double], atMost longest: Int) -> [Double] {
        var result = values
        var lastSeen: Int?
        for index in values.indices where values[index].isFinite {
            if let from = lastSeen, index - from > 1, index - from - 1 <= longest {
                for inside in (from + 1)..<index {
                    let share = Double(inside - from) / Double(index - from)
                    result[inside] = values[from] + share * (values[index] - values[from])
                }
            }
            lastSeen = index
        }
        return result
    }
}
