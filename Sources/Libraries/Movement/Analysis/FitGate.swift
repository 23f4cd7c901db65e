/// What the fit says of the recording it was made from.
extension CaptureGate {
    private static let refusedReprojectionMetres = 0.04
    private static let warnedReprojectionMetres = 0.07
    private static let warnedTilt = (pitchDegrees: 15.0, rollDegrees: 5.0)
    /// Three standard deviations of how phones are propped up: the floor the feet stand on is no longer sure.
    private static let refusedTilt = (pitchDegrees: 24.0, rollDegrees: 10.0)
    private static let lensDeviations = 3.0
    private static let kneeUncertaintyDegrees = 10.0
    private static let turningRadians = 0.6
    /// Weak or small movements score low too, so that only what has nothing of the exercise is remarked on.
    private static let leastLikeness = 0.1

    /// What can be said after fitting.
    /// - Parameter hasGravity: whether the phone told where down is; without it a strong tilt is only a guess.
    package static func afterFit(
        _ motion: FittedMotion, track: LandmarkTrack? = nil, view: CameraView?, exercise: Exercise?, hasGravity: Bool
    ) -> Verdict {
        var verdict = Verdict()
        let quality = motion.quality
        if !(quality.medianReprojectionMetres <= refusedReprojectionMetres) {
            verdict.refuse(CaptureRemarks.doesNotFit)
        }
        let isMixedUp = quality.ninetiethPercentileReprojectionMetres > warnedReprojectionMetres
        if isMixedUp {
            verdict.warnings.append(CaptureRemarks.secondPerson)
        }
        if !hasGravity {
            let pitch = abs(quality.pitchDegrees)
            let roll = abs(quality.rollDegrees)
            if pitch > refusedTilt.pitchDegrees || roll > refusedTilt.rollDegrees {
                // A tilt guessed from a body that does not hold together is no evidence of a tilt.
                verdict.refuse(isMixedUp ? CaptureRemarks.secondPerson : CaptureRemarks.muchTilted)
            } else if pitch > warnedTilt.pitchDegrees || roll > warnedTilt.rollDegrees {
                verdict.warnings.append(CaptureRemarks.tilted)
            }
        }
        if quality.focalLengthDeviations.magnitude > lensDeviations {
            verdict.warnings.append(CaptureRemarks.unusualLens)
        }
        if let exercise {
            let row = ExerciseProtocol.of(exercise)
            if let view, row.unsuitableViews.contains(view.view) {
                verdict.refuse(CaptureQuality.Remark("wrong_view", row.unsuitableReason))
            }
            if row.neededParts.contains(.legs), areKneesUncertain(motion) {
                verdict.warnings.append(CaptureRemarks.uncertainKnees)
            }
            if exercise != .gait, let view, view.spreadRadians > turningRadians {
                verdict.warnings.append(CaptureRemarks.turned)
            }
            if let score = ExerciseRecognition.score(of: exercise, in: motion, track: track), score < leastLikeness {
                verdict.warnings.append(CaptureRemarks.doesNotLookLike(exercise))
            }
        }
        return verdict
    }

    private static func areKneesUncertain(_ motion: FittedMotion) -> Bool {
        [JointAngle.kneeRight, .kneeLeft].contains { angle in
            SeriesStatistics.median(motion.angles[angle]?.standardUncertaintyDegrees ?? []) > kneeUncertaintyDegrees
        }
    }
}
