import Foundation

/// Knees, hips and trunk across the body, from the fitted points.
///
/// A distance across the body is seen well where the person faces the camera or turns the back to it. With a turn it
/// takes in a part of what goes forward and of depth, which one camera hardly sees; the uncertainties say by how much.
extension FaultScene {
    /// Deviation of a landmark in the plane of the picture and in depth, metres; of the estimated heading, radians.
    private static let planeMetres = 0.010
    private static let depthMetres = 0.060
    private static let headingRadians = 0.07
    /// What stays the same from repetition to repetition: where landmarks sit on a body, how they follow the pose.
    private static let sharedMetres = 0.010

    /// Sine of the turn away from seeing the front or the back.
    private var turnSine: Double { abs(sin(view?.turnRadians ?? 0)) }

    /// Deviation of a place across the body at one moment, metres.
    private var acrossMetres: Double {
        (Self.planeMetres * Self.planeMetres + pow(turnSine * Self.depthMetres, 2)).squareRoot()
    }

    /// To the person's right and forward, horizontally. One direction for the whole recording: who exercises in place
    /// turns less than the heading is uncertain.
    private var axes: (right: SIMD3<Double>, forward: SIMD3<Double>) {
        let yaw = SeriesStatistics.circularMedian(times.indices.filter { free.isMeasured[$0] }.map { free.yawRadians[$0] })?.radians ?? 0
        return (SIMD3(sin(yaw), 0, cos(yaw)), SIMD3(cos(yaw), 0, -sin(yaw)))
    }

    private func between(_ first: BodyPoint, _ second: BodyPoint, at index: Int) -> SIMD3<Double> {
        0.5 * (free.point(first, at: index) + free.point(second, at: index))
    }

    private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

    /// Across and forward distances from left to right.
    func kneeSeparation(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        let (right, forward) = axes
        func apart(_ left: BodyPoint, _ rightPoint: BodyPoint, _ axis: SIMD3<Double>, _ index: Int) -> Double {
            Self.dot(free.point(rightPoint, at: index) - free.point(left, at: index), axis)
        }
        var shared: [Double] = []
        let found = stretches(phase).compactMap { stretch -> FaultOccurrence? in
            func mean(_ left: BodyPoint, _ rightPoint: BodyPoint, _ axis: SIMD3<Double>) -> Double {
                Self.mean(stretch.part.map { apart(left, rightPoint, axis, $0) })
            }
            let (knees, ankles) = (mean(.leftKnee, .rightKnee, right), mean(.leftAnkle, .rightAnkle, right))
            guard ankles > 0.05 else { return nil }
            let leak = (mean(.leftKnee, .rightKnee, forward) - mean(.leftAnkle, .rightAnkle, forward)) * Self.headingRadians
            let ratio = knees / ankles
            let scale = 100 * (1 + ratio * ratio).squareRoot() / ankles
            shared.append(scale * (Self.sharedMetres * Self.sharedMetres + leak * leak).squareRoot())
            let deviation = scale * 2.0.squareRoot() * acrossMetres * Self.averaging(stretch.part.count)
            return occurrence(
                stretch, over: stretch.part, value: { apart(.leftKnee, .rightKnee, right, $0) }, sign: -1,
                amount: FaultAmount(value: 100 * ratio, standardUncertainty: deviation))
        }
        return [FaultMeasure(occurrences: found, sharedUncertainty: shared.max() ?? 0)]
    }

    /// How far the knee is inwards of the ankle of the leg that carries. Not the angle hip–knee–ankle in the picture: a
    /// thigh that points at the camera has none.
    func kneeOverFoot(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        let (right, forward) = axes
        return BodySide.allCases.map { side in
            let inward = side == .right ? -100.0 : 100.0
            let (knee, ankle): (BodyPoint, BodyPoint) = side == .right ? (.rightKnee, .rightAnkle) : (.leftKnee, .leftAnkle)
            func shank(_ index: Int) -> SIMD3<Double> { free.point(knee, at: index) - free.point(ankle, at: index) }
            func value(_ index: Int) -> Double { inward * Self.dot(shank(index), right) }
            var shared = 0.0
            let found = stretches(phase).compactMap { stretch -> FaultOccurrence? in
                guard isCarrying(side, in: stretch, along: forward) else { return nil }
                let leak = Self.mean(stretch.part.map { Self.dot(shank($0), forward) }) * Self.headingRadians
                shared = max(shared, 100 * (leak * leak + 2 * Self.sharedMetres * Self.sharedMetres).squareRoot())
                let deviation = 100 * 2.0.squareRoot() * acrossMetres * Self.averaging(stretch.part.count)
                return occurrence(
                    stretch, over: stretch.part, value: value,
                    amount: FaultAmount(value: Self.mean(stretch.part.map(value)), standardUncertainty: deviation))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: shared)
        }
    }

    /// Whether a leg is the one that the exercise is about: the foot ahead in a lunge, the one stood on.
    private func isCarrying(_ side: BodySide, in stretch: Stretch, along forward: SIMD3<Double>) -> Bool {
        switch exercise {
        case .singleLegStance: return stretch.sides == [side.other]
        case .lunge:
            let ahead = Self.mean(
                stretch.part.map { Self.dot(free.point(.rightAnkle, at: $0) - free.point(.leftAnkle, at: $0), forward) })
            return (ahead > 0) == (side == .right)
        default: return true
        }
    }

    /// The hips' way over the middle of the ankles, to either side.
    func hipShift(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        let (right, forward) = axes
        func offset(_ index: Int, _ axis: SIMD3<Double>) -> Double {
            Self.dot(free.point(.midHip, at: index) - between(.leftAnkle, .rightAnkle, at: index), axis)
        }
        return sided(phase, scale: 100, deviation: acrossMetres, across: { offset($0, right) }, ahead: { offset($0, forward) })
    }

    /// The line from the middle of the hips to the middle of the shoulders, to either side.
    func sidewaysLean(_ phase: FaultRule.Phase) -> [FaultMeasure] {
        let (right, forward) = axes
        func slope(_ index: Int, _ axis: SIMD3<Double>) -> Double {
            let line = between(.leftShoulder, .rightShoulder, at: index) - between(.leftHip, .rightHip, at: index)
            return atan2(Self.dot(line, axis), line.y)
        }
        let trunkMetres = 0.5
        return sided(
            phase, scale: 180 / .pi, deviation: acrossMetres / trunkMetres, across: { slope($0, right) }, ahead: { slope($0, forward) })
    }

    /// A signal to the person's right, against rest, as one measure for each side. What goes forward meanwhile leaks
    /// into it by the error of the heading.
    private func sided(
        _ phase: FaultRule.Phase, scale: Double, deviation: Double, across: (Int) -> Double, ahead: (Int) -> Double
    ) -> [FaultMeasure] {
        let stretches = stretches(phase).filter { $0.rest.count >= 3 }
        return BodySide.allCases.map { side in
            let mirror = side == .right ? scale : -scale
            var shared = 0.0
            let found = stretches.compactMap { stretch -> FaultOccurrence? in
                let rest = Self.mean(stretch.rest.map(across))
                let value = mirror * (Self.mean(stretch.part.map(across)) - rest)
                let leak = (Self.mean(stretch.part.map(ahead)) - Self.mean(stretch.rest.map(ahead))) * Self.headingRadians
                let stays = deviation / acrossMetres * Self.sharedMetres * 0.7
                shared = max(shared, scale * (leak * leak + stays * stays).squareRoot())
                let noise = pow(Self.averaging(stretch.part.count), 2) + pow(Self.averaging(stretch.rest.count), 2)
                return occurrence(
                    stretch, over: stretch.part, value: across, sign: side == .right ? 1 : -1,
                    amount: FaultAmount(value: value, standardUncertainty: scale * deviation * noise.squareRoot()))
            }
            return FaultMeasure(side: side, occurrences: found, sharedUncertainty: shared)
        }
    }
}
