import Foundation

/// Faults that show in the reported angles.
extension FaultScene {
    /// A level of the trunk is a person's own by some degrees (the series' uncertainty says so); a change from rest less.
    private static let trunkNoiseDegrees = 2.0
    private static let trunkChangeDegrees = 2.5
    /// Over which an arm's fall is looked for.
    private static let fallSeconds = 1.0 / 3
    private static let cutStrideShare = 0.025

    func forwardLean(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        guard let trunk = motion.angles[.trunk], !withheld.contains(.trunk) else { return [] }
        var shared = 0.0
        let found = stretches(phase).compactMap { stretch -> FaultOccurrence? in
            shared = max(shared, Self.mean(stretch.part.map { trunk.standardUncertaintyDegrees[$0] }))
            return occurrence(
                stretch, over: stretch.part, value: { -trunk.degrees[$0] },
                amount: FaultAmount(
                    value: -Self.mean(stretch.part.map { trunk.degrees[$0] }),
                    standardUncertainty: Self.trunkNoiseDegrees * Self.averaging(stretch.part.count)))
        }
        return [FaultMeasure(occurrences: found, sharedUncertainty: shared)]
    }

    /// Against rest, so that how a person stands does not count.
    func backwardLean(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        guard let trunk = motion.angles[.trunk], !withheld.contains(.trunk) else { return [] }
        let found = stretches(phase).compactMap { stretch -> FaultOccurrence? in
            guard stretch.rest.count >= 3 else { return nil }
            let rest = Self.mean(stretch.rest.map { trunk.degrees[$0] })
            return occurrence(
                stretch, over: stretch.part, value: { trunk.degrees[$0] },
                amount: FaultAmount(
                    value: Self.mean(stretch.part.map { trunk.degrees[$0] }) - rest,
                    standardUncertainty: Self.trunkNoiseDegrees))
        }
        return [FaultMeasure(occurrences: found, sharedUncertainty: Self.trunkChangeDegrees)]
    }

    /// The leading angle where each repetition turns; of each side by itself where one side moved.
    func turn() -> [FaultMeasure] {
        let sides: [BodySide?] = [nil, .right, .left]
        return sides.map { side in
            let own = stretches(.turn).filter { stretch in
                side == nil ? stretch.sides.count == 2 : stretch.sides == [side].compactMap(\.self)
            }
            let uncertainty = own.compactMap { $0.repetition }.map { repetitions[$0 - 1].peakUncertaintyDegrees }.max() ?? 0
            let found = own.compactMap { stretch -> FaultOccurrence? in
                guard let number = stretch.repetition else { return nil }
                let repetition = repetitions[number - 1]
                return occurrence(
                    stretch, over: stretch.part, value: { -abs(times[$0] - repetition.peakSeconds) },
                    amount: FaultAmount(value: repetition.peakDegrees, standardUncertainty: 1))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: uncertainty)
        }
    }

    /// Of each knee over the whole walk.
    func strideKneeRange() -> [FaultMeasure] {
        guard gait != nil else { return [] }
        return BodySide.allCases.compactMap { side in
            let angle = JointAngle(.knee, side)
            guard !withheld.contains(angle), let knee = motion.angles[angle], let stretch = stretches(.whole).first else { return nil }
            let values = stretch.part.map { knee.degrees[$0] }
            let range = SeriesStatistics.quantile(values, 1 - Self.cutStrideShare) - SeriesStatistics.quantile(values, Self.cutStrideShare)
            let deviation = SeriesStatistics.median(stretch.part.map { knee.standardUncertaintyDegrees[$0] })
            let found = occurrence(
                stretch, over: stretch.part, value: { knee.degrees[$0] },
                amount: FaultAmount(value: range, standardUncertainty: 2.0.squareRoot() * deviation))
            return FaultMeasure(side: side, occurrences: [found].compactMap(\.self), sharedUncertainty: 0)
        }
    }

    /// How many degrees more an arm falls in a third of a second on its way down than it rose in any on its way up: an
    /// arm that is led falls about as fast as it rises, whatever the tempo.
    func armFall() -> [FaultMeasure] {
        let steps = Int((Self.fallSeconds / LandmarkTrack.stepSeconds).rounded())
        return BodySide.allCases.compactMap { side in
            let angle = JointAngle(.shoulder, side)
            guard !withheld.contains(angle), let arm = motion.angles[angle] else { return nil }
            let path = SeriesStatistics.smoothed(arm.degrees, deviation: 1)
            let found = stretches(.whole).compactMap { stretch -> FaultOccurrence? in
                guard let number = stretch.repetition, stretch.sides.contains(side) else { return nil }
                let peak = repetitions[number - 1].peakSeconds
                func change(_ index: Int) -> Double { index >= steps ? path[index] - path[index - steps] : .nan }
                let rises = stretch.all.filter { times[$0] <= peak }.map(change).filter(\.isFinite)
                let falling = stretch.all.filter { times[$0] > peak + Self.fallSeconds && change($0).isFinite }
                guard let rise = rises.max(), let fall = falling.map({ -change($0) }).max() else { return nil }
                // Constants of the person cancel in a change; the noise of its four ends does not.
                let deviation = Self.mean(stretch.all.map { arm.standardUncertaintyDegrees[$0] })
                return occurrence(
                    stretch, over: falling, value: { -change($0) },
                    amount: FaultAmount(value: fall - max(rise, 0), standardUncertainty: deviation))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: 0)
        }
    }

    /// On the side that moves less.
    func sideDifference(_ joint: JointAngle.Joint) -> [FaultMeasure] {
        guard let difference = symmetry?.differences.first(where: { $0.joint == joint }) else { return [] }
        let isRight = difference.rangeRightMinusLeftDegrees < 0
        let all = times.indices.filter { motion.isMeasured[$0] }
        let stretch = Stretch(repetition: nil, all: all, part: all, rest: [], sides: BodySide.allCases)
        let series = free.angles[JointAngle(joint, isRight ? .left : .right)] ?? motion.angles[JointAngle(joint, isRight ? .left : .right)]
        let found = occurrence(
            stretch, over: all, value: { series?.degrees[$0] ?? .nan },
            amount: FaultAmount(value: difference.rangeRightMinusLeftDegrees.magnitude, standardUncertainty: 0))
        return [
            FaultMeasure(
                side: isRight ? .right : .left, occurrences: [found].compactMap(\.self),
                sharedUncertainty: difference.standardUncertaintyDegrees)
        ]
    }
}
