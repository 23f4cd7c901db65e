/// Weights of the body fit: standard deviations of its terms and how strongly their errors are correlated in time.
///
/// An infinite deviation switches a term off; a deviation of zero holds a constant. Numbers in comments such as
/// "term 3" are those of the table in `docs/movement.md`, which also says which change makes which row of the
/// ablation.
package struct FitOptions: Sendable, Equatable {
    /// Term 1. Error of BlazePose landmarks in the plane of the picture, at the person's depth, against motion
    /// capture: shoulder to ankle, and heel and toe.
    package var imageMetres = 0.010
    package var footImageMetres = 0.016
    /// Distance, in deviations, at which a landmark begins to count less (Cauchy); infinite for least squares.
    package var imageRobustness = 2.5

    /// Term 2. Error of the network's depth relative to mid-hip: trunk, knee and ankle, foot. In deep two-legged bends
    /// the error follows the pose and is as large as the signal, so it weighs little there.
    package var trunkDepthMetres = 0.08
    package var legDepthMetres = 0.12
    package var footDepthMetres = 0.20
    package var depthRobustness = 3.0

    /// Term 3. Height of a planted sole over the floor, and depth of any sole below it.
    package var floorMetres = 0.007
    package var penetrationMetres = 0.020

    /// Term 4. Speed of a planted sole in metres a second.
    package var plantedMetresPerSecond = 0.15

    /// Term 5, degrees: ranges of the normal joint angles in public OpenSim squats and walks.
    package var listDegrees = 4.0
    package var bendDegrees = 5.0
    package var lumbarRotationDegrees = 6.0
    package var adductionDegrees = 8.0
    package var hipRotationDegrees = 10.0
    package var subtalarDegrees = 5.0
    package var meanAdductionDegrees = -4.0
    package var meanHipRotationDegrees = -3.0

    /// Term 6. Share of the thigh-to-thorax flexion that the lumbar joint takes, and the scatter about it; from
    /// motion capture of squats and chair rises of three people.
    package var rhythmShare = 0.21
    package var rhythmDegrees = 5.0

    /// Term 7. Beyond this much hyperextension a knee is improbable.
    package var kneeLimitDegrees = -2.0
    package var kneeLimitDeviationDegrees = 2.0

    /// Term 8. A robust pull of the knees: near straight the picture hardly changes with the angle.
    package var kneePullTowardsDegrees = 0.0
    package var kneePullDegrees = 15.0

    /// Term 9.
    package var meanAnkleDegrees = 3.0
    package var ankleDegrees = 20.0

    /// Term 10, two-legged tasks: left minus right of the flexions, and of adduction and rotation. Differences between
    /// the legs of healthy people are 2–5°. Infinite outside the family `bilateral`.
    package var leftRightDegrees = Double.infinity
    package var leftRightAcrossDegrees = 6.0

    /// Term 11. Sideways speed of the pelvis; switch off for side steps.
    package var sidewaysMetresPerSecond = 0.10

    /// Term 12, gait: inclination of the trunk about its own mean (Winter; Perry: 3–5° peak to peak).
    package var trunkDegrees = Double.infinity

    /// Term 13. Second differences: m/s² of the pelvis; rad/s² of pelvis and back, of flexions, of adduction, rotation
    /// and subtalar joint. Weak on purpose: physical limits over-smooth next to the correlation factors.
    package var positionAcceleration = 14.0
    package var trunkAcceleration = 40.0
    package var flexionAcceleration = 140.0
    package var acrossAcceleration = 50.0

    /// Term 15. Where the person stands still, near what most people stand like; nil: not assumed.
    package var standing: StandingAnchor?

    package var constants = ConstantPriors()
    package var correlation = CorrelationFactors()

    /// Dorsiflexion that marker-based models report beyond the physical angle of a planted foot, as a share of it: the
    /// rigid foot of the model takes up the arch and the subtalar joint (six legs of three people: 0.20–0.44).
    package var plantedAnkleGain = 0.40

    /// Speed of a landmark in m/s at which contact with the floor is as likely as not, and the width of the change.
    package var contactSpeed = 0.20
    package var contactSpeedWidth = 0.05
    /// Metres above its own lowest place in the picture beyond which a slow landmark does not stand on the floor, for
    /// exercises in which feet rise slowly before a resting camera; infinite where only the speed decides.
    package var contactRiseMetres = Double.infinity
    package var contactRiseWidthMetres = 0.008

    package init() {}

    /// What a family is fitted with. The left-right term belongs to `bilateral` alone; a fit that is to show
    /// asymmetry leaves it out.
    package init(_ family: ExerciseFamily, leftRightTerm: Bool = true) {
        switch family {
        case .bilateral:
            if leftRightTerm { leftRightDegrees = 4 }
        case .gait:
            trunkDegrees = 2.5
            meanAnkleDegrees = 4
            ankleDegrees = 12
            correlation.ankle = 15
            kneePullTowardsDegrees = 20
            kneePullDegrees = 40
            correlation.depth = 15
            (trunkDepthMetres, legDepthMetres, footDepthMetres) = (0.06, 0.07, 0.10)
            constants.freeDepthBias()
        case .generic:
            correlation.depth = 30
            (trunkDepthMetres, legDepthMetres, footDepthMetres) = (0.22, 0.07, 0.12)
            constants.freeDepthBias()
        }
    }
}

/// Variance inflation κ = 2τ/dt of errors with the correlation time τ on the 30 Hz grid: without it hundreds of
/// correlated frames overrule the constants and the posture (Bartlett 1946). Bounded by the number of frames.
package struct CorrelationFactors: Sendable, Equatable {
    /// Reprojection, floor, knee limit, and the world landmarks that start the solver: τ = 0.25 s.
    package var image = 15.0
    /// 3.3 s in two-legged bends; 0.25 s in gait; 0.5 s in general.
    package var depth = 200.0
    /// Posture is a constant of the person more than noise: 3 s.
    package var posture = 180.0
    package var rhythm = 60.0
    package var kneePull = 30.0
    package var ankle = 180.0
    package var leftRight = 60.0
    package var travel = 30.0
    package var trunk = 15.0

    package init() {}

    /// Every frame counted as independent: the ablation's "no correlation factors".
    package static let none: CorrelationFactors = {
        var factors = CorrelationFactors()
        (factors.image, factors.depth, factors.posture, factors.rhythm, factors.kneePull) = (1, 1, 1, 1, 1)
        (factors.ankle, factors.leftRight, factors.travel, factors.trunk) = (1, 1, 1, 1)
        return factors
    }()
}
