import Foundation

/// Feet as the picture shows them. The fit cannot be asked: it holds feet to the floor that move slowly.
package struct FootSignals: Sendable {
    let track: LandmarkTrack
    /// Metres a pixel at the feet, the middle of the recording: a depth that is off at one moment must not lift a foot.
    let metresPerPixel: Double

    /// A rising foot turns about the toes: the ankle goes up by this share of the heel's way.
    private static let ankleShare = 0.77
    /// Weight of the heel's landmark against the ankle's, by their errors (15 and 10 / 0.77 mm).
    private static let heelWeight = 0.43

    /// - Parameter motion: fitted to the same track.
    package init(_ track: LandmarkTrack, _ motion: FittedMotion) {
        self.track = track
        let focalLength = max(motion.quality.focalLengthOverLongSide * track.longSide, 1)
        let depths = motion.times.indices.filter { motion.isMeasured[$0] }.map { index in
            -0.5 * (motion.point(.leftAnkle, at: index).z + motion.point(.rightAnkle, at: index).z)
        }
        let depth = SeriesStatistics.median(depths)
        metresPerPixel = (depth.isFinite ? max(depth, 0.5) : 1) / focalLength
    }

    /// Metres upwards in the picture of a landmark of `LandmarkTrack.landmarks`, from the middle of the picture.
    func height(_ landmark: Int, at index: Int) -> Double { -track.image[index * 12 + landmark].y * metresPerPixel }

    /// Metres to the right in the picture.
    func across(_ landmark: Int, at index: Int) -> Double { track.image[index * 12 + landmark].x * metresPerPixel }

    /// Height of a heel over the tip of the foot from its landmark and the ankle's, metres, up to a constant. Against
    /// the tip, so that a foot that slides towards the camera or away does not count as rising.
    func heel(_ side: BodySide, at index: Int) -> Double {
        let isLeft = side == .left
        return heel(side, over: height(isLeft ? 10 : 11, at: index), at: index)
    }

    private func heel(_ side: BodySide, over toe: Double, at index: Int) -> Double {
        let isLeft = side == .left
        let heel = height(isLeft ? 8 : 9, at: index)
        let ankle = height(isLeft ? 6 : 7, at: index)
        return Self.heelWeight * (heel - toe) + (1 - Self.heelWeight) / Self.ankleShare * (ankle - toe)
    }

    /// How far the heels of both feet rise together over the recording, metres: the span of their mean.
    package func heelRiseMetres() -> Double {
        // The tips wander slowly if at all; their noise would look like a rise.
        let tips = [10, 11].map { toe in
            SeriesStatistics.smoothed((0..<track.count).map { height(toe, at: $0) }, deviation: 1 / LandmarkTrack.stepSeconds)
        }
        let path = (0..<track.count).map {
            (heel(.left, over: tips[0][$0], at: $0) + heel(.right, over: tips[1][$0], at: $0)) / 2
        }
        let smooth = SeriesStatistics.smoothed(path, deviation: 0.25 / LandmarkTrack.stepSeconds)
        let span = SeriesStatistics.quantile(smooth, 0.95) - SeriesStatistics.quantile(smooth, 0.05)
        return span.isFinite ? span : 0
    }

    /// Which foot is off the floor at each time: the one that is well above its own lowest place while the other is not;
    /// nil where both stand. Each foot must have stood at some time: how high a foot is in the picture depends on how far
    /// away it is.
    package func lifted() -> [BodySide?] {
        let feet = BodySide.allCases.map { side -> [Double] in
            let landmarks = side == .left ? [6, 8, 10] : [7, 9, 11]
            let path = (0..<track.count).map { index in
                landmarks.reduce(0) { $0 + height($1, at: index) } / Double(landmarks.count)
            }
            return SeriesStatistics.smoothed(path, deviation: 0.1 / LandmarkTrack.stepSeconds)
        }
        let floors = feet.map { SeriesStatistics.quantile($0, 0.03) }
        return (0..<track.count).map { index in
            let rise = zip(feet, floors).map { $0[index] - $1 }
            for (number, side) in BodySide.allCases.enumerated() {
                if rise[number] > Self.liftedMetres, rise[1 - number] < Self.standingMetres { return side }
            }
            return nil
        }
    }

    private static let liftedMetres = 0.06
    private static let standingMetres = 0.04
}

extension FaultScene {
    enum Sides { case each, together }

    /// A heel further away than this in visibility is guessed.
    private static let leastConfidence = 0.5
    /// Of the heel over the tip, from errors of 15, 10 and 15 mm of heel, ankle and tip.
    private static let heelMetres = 0.019
    private static let sharedHeelMetres = 0.009
    private static let toeMetres = 0.012

    /// How far the heels are above where they rest.
    func heelRise(_ phase: FaultRule.Phase, sides: Sides) -> [FaultMeasure] {
        let feet = FootSignals(track, motion)
        let stretches = stretches(phase).filter { $0.rest.count >= 3 }
        func measure(_ side: BodySide?, _ seen: [BodySide]) -> FaultMeasure {
            func value(_ index: Int) -> Double {
                100 * seen.reduce(0) { $0 + feet.heel($1, at: index) } / Double(seen.count)
            }
            let found = stretches.compactMap { stretch -> FaultOccurrence? in
                let amount = Self.mean(stretch.part.map(value)) - Self.mean(stretch.rest.map(value))
                let noise = pow(Self.averaging(stretch.part.count), 2) + pow(Self.averaging(stretch.rest.count), 2)
                let deviation = 100 * Self.heelMetres * noise.squareRoot() / Double(seen.count).squareRoot()
                return occurrence(
                    stretch, over: stretch.part, value: value,
                    amount: FaultAmount(value: amount, standardUncertainty: deviation))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: 100 * Self.sharedHeelMetres)
        }
        let seen = BodySide.allCases.filter { side in
            let heel = side == .left ? 8 : 9
            return SeriesStatistics.median(times.indices.map { track.confidence[$0 * 12 + heel] }) >= Self.leastConfidence
        }
        switch sides {
        case .each: return seen.map { measure($0, [$0]) }
        case .together: return seen.isEmpty ? [] : [measure(nil, seen)]
        }
    }

    /// How far a foot gets in the picture from where it stood when the repetition began. The tip of the foot is taken:
    /// it stays when the heel rises.
    func footMovement() -> [FaultMeasure] {
        let feet = FootSignals(track, motion)
        return BodySide.allCases.map { side in
            let toe = side == .left ? 10 : 11
            func smoothed(_ value: (Int) -> Double) -> [Double] {
                SeriesStatistics.smoothed(times.indices.map(value), deviation: 0.2 / LandmarkTrack.stepSeconds)
            }
            let across = smoothed { feet.across(toe, at: $0) }
            let height = smoothed { feet.height(toe, at: $0) }
            let found = stretches(.whole).compactMap { stretch -> FaultOccurrence? in
                if exercise == .singleLegStance, stretch.sides != [side.other] { return nil }
                let start = stretch.part.prefix(max(stretch.part.count / 5, 3))
                let from = (Self.mean(start.map { across[$0] }), Self.mean(start.map { height[$0] }))
                func value(_ index: Int) -> Double { 100 * hypot(across[index] - from.0, height[index] - from.1) }
                let greatest = stretch.part.map(value).filter(\.isFinite).max() ?? .nan
                return occurrence(
                    stretch, over: stretch.part, value: value,
                    amount: FaultAmount(value: greatest, standardUncertainty: 100 * Self.toeMetres))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: 100 * Self.toeMetres)
        }
    }

    /// The longest time that each leg was stood on.
    func hold() -> [FaultMeasure] {
        let holds = stretches(.whole)
        return BodySide.allCases.compactMap { side in
            let own = holds.filter { $0.sides == [side.other] }
            let longest = own.max { seconds($0) < seconds($1) }
            guard let longest,
                let occurrence = occurrence(
                    longest, over: longest.part, value: { times[$0] },
                    amount: FaultAmount(value: seconds(longest), standardUncertainty: 0.1))
            else { return nil }
            return FaultMeasure(side: side, occurrences: [occurrence], sharedUncertainty: 0.1)
        }
    }

    private func seconds(_ stretch: Stretch) -> Double {
        guard let number = stretch.repetition else { return 0 }
        return repetitions[number - 1].tempoSeconds
    }
}
