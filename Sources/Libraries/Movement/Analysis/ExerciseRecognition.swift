/// Tells which of the known exercises a motion is, or that it is none of them.
///
/// Each exercise has conditions, each of which is met from 0 to 1 on a ramp; the least one is the exercise's score.
/// The ramps were set by hand from what the exercises are and checked on simulated movements; the confidence orders
/// recordings and is no measured probability, so it never says more than 0.95.
package enum ExerciseRecognition {
    /// A score must reach this, and be ahead of the next one by `leastLead`.
    private static let leastScore = 0.5
    private static let leastLead = 0.2
    private static let greatestConfidence = 0.95

    /// The exercise whose features are there, if one is clearly ahead of the others; without one, the confidence is the
    /// score of the nearest.
    /// - Parameter motion: fitted as `generic`, with arms where abduction is to be recognised.
    /// - Parameter track: what it was fitted to; without it heel raises and stands on one leg are not recognised.
    package static func recognise(_ motion: FittedMotion, track: LandmarkTrack? = nil) -> Recognition {
        guard let features = MovementFeatures(motion, track: track) else { return Recognition(exercise: nil, confidence: 0) }
        return recognise(features)
    }

    /// The same from the features themselves.
    package static func recognise(_ features: MovementFeatures) -> Recognition {
        let scores = Exercise.allCases.map { (exercise: $0, score: score(of: $0, features)) }
            .sorted { $0.score > $1.score }
        guard let best = scores.first, scores.count > 1 else { return Recognition(exercise: nil, confidence: 0) }
        let isClear = best.score >= leastScore && best.score - scores[1].score >= leastLead
        return Recognition(
            exercise: isClear ? best.exercise : nil, confidence: min(best.score, greatestConfidence))
    }

    /// How much a motion looks like an exercise that somebody named, 0 … 1; nil where too little was measured to tell.
    /// - Parameter motion: with arms where the exercise is one of the arms.
    package static func score(of exercise: Exercise, in motion: FittedMotion, track: LandmarkTrack? = nil) -> Double? {
        MovementFeatures(motion, track: track).map { score(of: exercise, $0) }
    }

    private static func score(of exercise: Exercise, _ features: MovementFeatures) -> Double {
        let conditions: [Double] =
            switch exercise {
            case .squat:
                bending(features) + [ramp(features.seatedShare, 0.10, 0.03), ramp(features.staggerMetres, 0.40, 0.25)]
            case .sitToStand:
                bending(features) + [ramp(features.seatedShare, 0.05, 0.12)]
            case .lunge:
                [
                    ramp(features.kneeRangeDegrees.greatest, 30, 55), ramp(features.kneeRangeDegrees.least, 10, 25),
                    ramp(features.hipExcursionMetres, 0.08, 0.16), ramp(features.staggerMetres, 0.25, 0.40),
                    ramp(features.kneeCorrelation, 0.4, 0.7), ramp(features.travelMetres.feet, 1.2, 0.7),
                ]
            case .singleLegStance:
                still(features) + [ramp(features.liftedShare, 0.10, 0.25), ramp(features.hipExcursionMetres, 0.15, 0.08)]
            case .shoulderAbduction: raising(features) + [ramp(features.armPlaneDegrees ?? 0, 60, 45)]
            case .shoulderFlexion: raising(features) + [ramp(features.armPlaneDegrees ?? 0, 40, 55)]
            case .heelRaise:
                still(features) + [
                    ramp(features.heelRiseMetres, 0.03, 0.05), ramp(features.liftedShare, 0.2, 0.05),
                    ramp(features.kneeRangeDegrees.greatest, 50, 35),
                ]
            case .gait:
                [
                    ramp(features.travelMetres.hips, 0.5, 1), ramp(features.travelMetres.feet, 0.35, 0.8),
                    ramp(features.kneeRangeDegrees.greatest, 15, 35), ramp(features.kneeCorrelation, 0.9, 0.6),
                    ramp(features.forwardCosine, 0.4, 0.8),
                ]
            }
        return conditions.min() ?? 0
    }

    /// Two legs bending alike on feet that stay, and the hips going down with it.
    private static func bending(_ features: MovementFeatures) -> [Double] {
        [
            ramp(features.kneeRangeDegrees.least, 25, 50), ramp(features.kneeCorrelation, 0.75, 0.92),
            ramp(features.hipExcursionMetres, 0.06, 0.15), ramp(features.footMovementMetres, 0.5, 0.2),
            ramp(features.hipRangeDegrees, 15, 40),
        ]
    }

    /// An arm that rises over legs that stand.
    private static func raising(_ features: MovementFeatures) -> [Double] {
        [
            ramp(features.shoulderRangeDegrees, 30, 60), ramp(features.kneeRangeDegrees.greatest, 35, 18),
            ramp(features.hipExcursionMetres, 0.12, 0.05), ramp(features.footMovementMetres, 0.4, 0.15),
        ]
    }

    /// Neither arms nor the place on the floor change much.
    private static func still(_ features: MovementFeatures) -> [Double] {
        [
            ramp(features.shoulderRangeDegrees, 70, 45), ramp(features.travelMetres.hips, 0.5, 0.25),
            ramp(features.kneeRangeDegrees.least, 45, 25),
        ]
    }

    /// 0 at `none`, 1 at `all`, straight between; `all` may be the smaller.
    private static func ramp(_ value: Double, _ none: Double, _ all: Double) -> Double {
        min(1, max(0, (value - none) / (all - none)))
    }
}
