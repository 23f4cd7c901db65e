/// Weights of the terms about single joints, worked out once for an evaluation. All angles in radians.
struct JointWeights {
    /// Term 5: state, mean, weight.
    let posture: [(state: Int, mean: Double, weight: Double)]
    let rhythm: Double
    let kneeLimit: Double
    let kneeLimitAngle: Double
    let kneePull: Double
    let kneePullAngle: Double
    let kneePullThin: Double
    let ankle: Double
    let ankleAngle: Double
    /// Term 10: offset within the leg and weight.
    let leftRight: [(offset: Int, weight: Double)]
    let trunk: Double
    /// Term 13: one per state, for the plain second difference.
    let acceleration: [Double]

    init(_ problem: BodyFitProblem) {
        let degree = Double.pi / 180
        let options = problem.options
        let correlation = options.correlation
        func weight(_ degrees: Double, _ factor: Double) -> Double { problem.thin(factor) / (degrees * degree) }
        func posture(_ state: Int, _ mean: Double, _ deviation: Double) -> (state: Int, mean: Double, weight: Double) {
            (state, mean * degree, weight(deviation, correlation.posture))
        }
        self.posture =
            [
                posture(BodyState.list, 0, options.listDegrees),
                posture(BodyState.lumbarBend, 0, options.bendDegrees),
                posture(BodyState.lumbarRotation, 0, options.lumbarRotationDegrees),
            ]
            + [BodySide.right, .left].flatMap { side in
                let leg = BodyState.leg(side)
                return [
                    posture(leg + BodyState.hipAdduction, options.meanAdductionDegrees, options.adductionDegrees),
                    posture(leg + BodyState.hipRotation, options.meanHipRotationDegrees, options.hipRotationDegrees),
                    posture(leg + BodyState.subtalar, 0, options.subtalarDegrees),
                ]
            }
        rhythm = weight(options.rhythmDegrees, correlation.rhythm)
        kneeLimit = weight(options.kneeLimitDeviationDegrees, correlation.image)
        kneeLimitAngle = options.kneeLimitDegrees * degree
        kneePull = 1 / (options.kneePullDegrees * degree)
        kneePullAngle = options.kneePullTowardsDegrees * degree
        kneePullThin = problem.thin(correlation.kneePull)
        ankle = weight(options.ankleDegrees, correlation.ankle)
        ankleAngle = options.meanAnkleDegrees * degree
        let together = options.leftRightDegrees.isFinite
        leftRight =
            !together
            ? []
            : [BodyState.hipFlexion, BodyState.knee, BodyState.ankle].map {
                ($0, weight(options.leftRightDegrees, correlation.leftRight))
            }
                + [BodyState.hipAdduction, BodyState.hipRotation].map {
                    ($0, weight(options.leftRightAcrossDegrees, correlation.leftRight))
                }
        trunk = weight(options.trunkDegrees, correlation.trunk)
        let step = LandmarkTrack.stepSeconds * LandmarkTrack.stepSeconds
        acceleration = (0..<BodyState.count).map { state in
            let deviation: Double
            if state < BodyState.yaw {
                deviation = options.positionAcceleration
            } else if state < BodyState.leg(.right) {
                deviation = options.trunkAcceleration
            } else {
                switch (state - BodyState.leg(.right)) % 6 {
                case BodyState.hipFlexion, BodyState.knee, BodyState.ankle: deviation = options.flexionAcceleration
                default: deviation = options.acrossAcceleration
                }
            }
            return 1 / (deviation * step)
        }
    }
}

extension BodyFitProblem {
    /// Terms 5 to 10 and 12: one moment's angles.
    func addJoints(
        _ state: UnsafePointer<Double>, _ constants: [Double], _ joints: JointWeights, _ sink: ResidualSink
    ) {
        let (right, left) = (BodyState.leg(.right), BodyState.leg(.left))
        for item in joints.posture where item.weight > 0 {
            add(.posture, (state[item.state] - item.mean) * item.weight, sink, (item.state, item.weight))
        }

        let share = options.rhythmShare
        let bending = state[BodyState.lumbarExtension]
        let hips = (state[right] + state[left]) / 2
        let rhythm = (bending - constants[BodyConstant.rhythm] + share * (hips - bending)) * joints.rhythm
        sink.add(cost: rhythm * rhythm, .rhythm)
        if sink.assembly != nil {
            sink.state(BodyState.lumbarExtension, (1 - share) * joints.rhythm)
            sink.state(right + BodyState.hipFlexion, share / 2 * joints.rhythm)
            sink.state(left + BodyState.hipFlexion, share / 2 * joints.rhythm)
            sink.constant(BodyConstant.rhythm, -joints.rhythm)
            sink.finish(residual: rhythm)
        }

        for leg in [right, left] {
            let knee = state[leg + BodyState.knee]
            let beyond = min(knee - joints.kneeLimitAngle, 0)
            if beyond < 0 {
                add(.kneeLimit, beyond * joints.kneeLimit, sink, (leg + BodyState.knee, joints.kneeLimit))
            }
            let pull = (knee - joints.kneePullAngle) * joints.kneePull
            sink.add(
                cost: cauchy(squared: pull * pull, scale: 1) * joints.kneePullThin * joints.kneePullThin, .kneePull)
            if sink.assembly != nil {
                let factor = cauchyFactor(squared: pull * pull, scale: 1) * joints.kneePullThin
                sink.state(leg + BodyState.knee, joints.kneePull * factor)
                sink.finish(residual: pull * factor)
            }
            let ankle = (state[leg + BodyState.ankle] - joints.ankleAngle) * joints.ankle
            add(.ankle, ankle, sink, (leg + BodyState.ankle, joints.ankle))
        }

        for item in joints.leftRight {
            let difference = state[right + item.offset] - state[left + item.offset]
            sink.add(cost: difference * item.weight * (difference * item.weight), .leftRight)
            guard sink.assembly != nil else { continue }
            sink.state(right + item.offset, item.weight)
            sink.state(left + item.offset, -item.weight)
            sink.finish(residual: difference * item.weight)
        }

        if joints.trunk > 0 {
            let trunk = state[BodyState.tilt] + bending - constants[BodyConstant.trunk]
            sink.add(cost: trunk * joints.trunk * (trunk * joints.trunk), .trunk)
            guard sink.assembly != nil else { return }
            sink.state(BodyState.tilt, joints.trunk)
            sink.state(BodyState.lumbarExtension, joints.trunk)
            sink.constant(BodyConstant.trunk, -joints.trunk)
            sink.finish(residual: trunk * joints.trunk)
        }
    }

    /// Term 13: this moment and the two after it.
    @inline(__always)
    func addAcceleration(_ state: UnsafePointer<Double>, _ joints: JointWeights, _ sink: ResidualSink) {
        let n = BodyState.count
        for index in 0..<n {
            let weight = joints.acceleration[index]
            let residual = (state[index] - 2 * state[index + n] + state[index + 2 * n]) * weight
            sink.add(cost: residual * residual, .acceleration)
            guard sink.assembly != nil else { continue }
            sink.state(index, weight)
            sink.state(index + n, -2 * weight)
            sink.state(index + 2 * n, weight)
            sink.finish(residual: residual)
        }
    }

    @inline(__always)
    private func add(
        _ term: BodyFitTerm, _ residual: Double, _ sink: ResidualSink, _ state: (index: Int, derivative: Double)
    ) {
        sink.add(cost: residual * residual, term)
        guard sink.assembly != nil else { return }
        sink.state(state.index, state.derivative)
        sink.finish(residual: residual)
    }
}
