import Foundation

/// What a fitted motion looks like from afar: the few numbers by which exercises are told apart.
package struct MovementFeatures: Sendable {
    /// Spread (2.5 % … 97.5 %) of the flexion of each knee, the smaller and the larger of both sides, degrees.
    package var kneeRangeDegrees = (least: 0.0, greatest: 0.0)
    /// Spread of the larger of both hips' flexion, degrees.
    package var hipRangeDegrees = 0.0
    /// Correlation of the two knees over time.
    package var kneeCorrelation = 0.0
    /// Spread of the elevation of the arm that moves more, degrees; 0 where arms were not fitted.
    package var shoulderRangeDegrees = 0.0
    /// Rise and fall of the hips, metres.
    package var hipExcursionMetres = 0.0
    /// How far the hips and the less travelled foot get over the floor, metres.
    package var travelMetres = (hips: 0.0, feet: 0.0)
    /// How far the foot that moves more gets, metres.
    package var footMovementMetres = 0.0
    /// Share of the times in which the body would fall over backwards if it did not sit: the middle between hips and
    /// shoulders more than 10 cm behind the heels, the knees bent by more than 45°.
    package var seatedShare = 0.0
    /// Cosine between the way of the hips and where the person faces; 0 where they stay.
    package var forwardCosine = 0.0
    /// How far one foot gets before the other, metres: the ninth tenth.
    package var staggerMetres = 0.0
    /// Plane in which the arm that moves more rises, degrees: 0 sideways, 90 forward; nil where no arm rises.
    package var armPlaneDegrees: Double?
    /// How far both heels rise together, metres, and share of the times in which one foot is off the floor; 0 where
    /// the picture was not looked at.
    package var heelRiseMetres = 0.0
    package var liftedShare = 0.0

    /// nil where less than half a second was measured.
    /// - Parameter track: what the motion was fitted to: the picture shows heels and feet that the fit holds down.
    package init?(_ motion: FittedMotion, track: LandmarkTrack? = nil) {
        let measured = motion.times.indices.filter { motion.isMeasured[$0] }
        guard measured.count >= 15 else { return nil }
        func angle(_ joint: JointAngle.Joint, _ side: BodySide) -> [Double] {
            guard let degrees = motion.angles[JointAngle(joint, side)]?.degrees else { return [] }
            return measured.map { degrees[$0] }
        }
        func path(_ point: BodyPoint) -> [SIMD3<Double>] { measured.map { motion.point(point, at: $0) } }
        let knees = (right: angle(.knee, .right), left: angle(.knee, .left))
        let ranges = [knees.right, knees.left].map(Self.spread)
        kneeRangeDegrees = (ranges.min() ?? 0, ranges.max() ?? 0)
        hipRangeDegrees = max(Self.spread(angle(.hip, .right)), Self.spread(angle(.hip, .left)))
        kneeCorrelation = SeriesStatistics.correlation(knees.right, knees.left)
        shoulderRangeDegrees = max(Self.spread(angle(.shoulder, .right)), Self.spread(angle(.shoulder, .left)))

        let hips = path(.midHip)
        hipExcursionMetres = Self.spread(hips.map(\.y))
        let feet = [Self.travel(path(.leftHeel)), Self.travel(path(.rightHeel))]
        travelMetres = (Self.travel(hips), feet.min() ?? 0)
        footMovementMetres = feet.max() ?? 0

        let heels = zip(path(.leftHeel), path(.rightHeel)).map { 0.5 * ($0 + $1) }
        let shoulders = zip(path(.leftShoulder), path(.rightShoulder)).map { 0.5 * ($0 + $1) }
        let seated = measured.indices.filter { index in
            let yaw = motion.yawRadians[measured[index]]
            let ahead = 0.5 * (hips[index] + shoulders[index]) - heels[index]
            let flexion = Self.mean(knees.right, knees.left, at: index)
            return ahead.x * cos(yaw) - ahead.z * sin(yaw) < -0.10 && flexion > 45
        }
        seatedShare = Double(seated.count) / Double(measured.count)
        forwardCosine = Self.forwardCosine(hips: hips, yaws: measured.map { motion.yawRadians[$0] })
        staggerMetres = Self.stagger(motion, measured)
        armPlaneDegrees = Self.armPlane(motion, measured)
        if let track, track.count == motion.times.count {
            let feet = FootSignals(track, motion)
            heelRiseMetres = feet.heelRiseMetres()
            let lifted = feet.lifted()
            liftedShare = Double(measured.count { lifted[$0] != nil }) / Double(measured.count)
        }
    }

    private static func stagger(_ motion: FittedMotion, _ measured: [Int]) -> Double {
        let ahead = measured.map { index in
            let apart = motion.point(.rightHeel, at: index) - motion.point(.leftHeel, at: index)
            return abs(apart.x * cos(motion.yawRadians[index]) - apart.z * sin(motion.yawRadians[index]))
        }
        let most = SeriesStatistics.quantile(ahead, 0.9)
        return most.isFinite ? most : 0
    }

    /// The median direction of the upper arm, seen from above, while it is between 35 and 120° up.
    private static func armPlane(_ motion: FittedMotion, _ measured: [Int]) -> Double? {
        let sides = BodySide.allCases.max { first, second in
            func range(_ side: BodySide) -> Double { spread(motion.angles[JointAngle(.shoulder, side)]?.degrees ?? []) }
            return range(first) < range(second)
        }
        guard let side = sides, let arm = motion.angles[JointAngle(.shoulder, side)]?.degrees else { return nil }
        let (shoulder, elbow): (BodyPoint, BodyPoint) =
            side == .right ? (.rightShoulder, .rightElbow) : (.leftShoulder, .leftElbow)
        let planes = measured.filter { (35...120).contains(arm[$0]) }.map { index in
            let bone = motion.point(elbow, at: index) - motion.point(shoulder, at: index)
            let (cosine, sine) = (cos(motion.yawRadians[index]), sin(motion.yawRadians[index]))
            return atan2(abs(bone.x * cosine - bone.z * sine), abs(bone.x * sine + bone.z * cosine)) * 180 / .pi
        }.filter(\.isFinite)
        return planes.count < 10 ? nil : SeriesStatistics.median(planes)
    }

    private static func spread(_ values: [Double]) -> Double {
        let width = SeriesStatistics.quantile(values, 0.975) - SeriesStatistics.quantile(values, 0.025)
        return width.isFinite ? width : 0
    }

    private static func travel(_ path: [SIMD3<Double>]) -> Double {
        hypot(spread(path.map(\.x)), spread(path.map(\.z)))
    }

    private static func mean(_ right: [Double], _ left: [Double], at index: Int) -> Double {
        let values = [right, left].compactMap { index < $0.count ? $0[index] : nil }.filter(\.isFinite)
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// Over steps of half a second, weighted by their length.
    private static func forwardCosine(hips: [SIMD3<Double>], yaws: [Double]) -> Double {
        var along = 0.0
        var total = 0.0
        for index in stride(from: 0, to: hips.count - 15, by: 15) {
            let step = hips[index + 15] - hips[index]
            along += step.x * cos(yaws[index + 7]) - step.z * sin(yaws[index + 7])
            total += hypot(step.x, step.z)
        }
        return total > 0.1 ? along / total : 0
    }
}
