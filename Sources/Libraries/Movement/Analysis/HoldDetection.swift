import Base

/// What counts as standing on one leg.
package struct HoldRule: Sendable {
    /// The shortest and the longest that one may last.
    package var seconds: ClosedRange<Double>

    package init(seconds: ClosedRange<Double>) {
        self.seconds = seconds
    }
}

/// Finds the times in which a person stands on one leg.
package enum HoldDetection {
    /// A foot that comes down for less than this has not been put down: landmarks wander so much.
    private static let longestTouchSeconds = 0.15

    /// Every stand on one leg, as repetitions: `peakBySide` has the lifted side, `peakDegrees` is how far its knee was
    /// bent (median), `tempoSeconds` how long it lasted.
    package static func holds(in motion: FittedMotion, track: LandmarkTrack, rule: HoldRule) -> [Repetition] {
        guard track.count == motion.times.count else { return [] }
        let lifted = FootSignals(track, motion).lifted()
        return BodySide.allCases.flatMap { side in
            stretches(lifted.indices.map { lifted[$0] == side && motion.isMeasured[$0] })
                .compactMap { repetition($0, side: side, motion: motion) }
        }
        .filter { rule.seconds.contains($0.tempoSeconds) }
        .sorted { $0.startSeconds < $1.startSeconds }
    }

    private static func stretches(_ isLifted: [Bool]) -> [ClosedRange<Int>] {
        let bridge = Int((longestTouchSeconds / LandmarkTrack.stepSeconds).rounded())
        var result: [ClosedRange<Int>] = []
        for index in isLifted.indices where isLifted[index] {
            if let last = result.last, index - last.upperBound <= bridge + 1 {
                result[result.count - 1] = last.lowerBound...index
            } else {
                result.append(index...index)
            }
        }
        return result
    }

    private static func repetition(_ stretch: ClosedRange<Int>, side: BodySide, motion: FittedMotion) -> Repetition? {
        guard let knee = motion.angles[JointAngle(.knee, side)] else { return nil }
        let bent = stretch.map { knee.degrees[$0] }
        let middle = SeriesStatistics.median(bent)
        guard middle.isFinite else { return nil }
        return Repetition(
            startSeconds: motion.times[stretch.lowerBound],
            peakSeconds: motion.times[(stretch.lowerBound + stretch.upperBound) / 2],
            endSeconds: motion.times[stretch.upperBound], peakDegrees: middle,
            peakUncertaintyDegrees: SeriesStatistics.median(stretch.map { knee.standardUncertaintyDegrees[$0] }),
            rangeDegrees: SeriesStatistics.quantile(bent, 1) - SeriesStatistics.quantile(bent, 0),
            peakBySide: [side: middle], smoothness: nil)
    }
}
