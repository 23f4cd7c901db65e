import Base

/// Which angles are not to be trusted, and why.
package enum AngleValidity {
    /// An angle that a view hides, whatever the fit says of its uncertainty.
    private struct ViewRule {
        var joint: JointAngle.Joint
        var views: [CaptureQuality.View]
        /// Only the side away from the camera.
        var isFarSideOnly: Bool
        var reason: Text
    }

    private static let hiddenArm = Text(
        es: "Queda oculto detrás del cuerpo en esta vista. Grabe desde el otro lado o de frente para medirlo.",
        en: "It is hidden behind the body in this view. Record from the other side or from the front to measure it.")

    private static let viewRules = [
        ViewRule(joint: .elbow, views: [.side], isFarSideOnly: true, reason: hiddenArm),
        ViewRule(joint: .shoulder, views: [.side], isFarSideOnly: true, reason: hiddenArm),
    ]

    /// Less than this share of the times measured: not measured.
    private static let leastMeasuredShare = 0.2
    /// A median standard uncertainty beyond this says nothing about a joint.
    private static let largestUncertaintyDegrees = 15.0

    /// The angles to be withheld and the reasons; absent where an angle is good.
    package static func withheld(
        in motion: FittedMotion, view: CameraView?, exercise: Exercise?
    ) -> [JointAngle: Text] {
        var result: [JointAngle: Text] = [:]
        for angle in JointAngle.allCases {
            result[angle] = reason(for: angle, motion: motion, view: view, exercise: exercise)
        }
        return result
    }

    private static func reason(
        for angle: JointAngle, motion: FittedMotion, view: CameraView?, exercise: Exercise?
    ) -> Text? {
        let series = motion.angles[angle]
        let measured = series?.degrees.filter(\.isFinite).count ?? 0
        guard Double(measured) >= leastMeasuredShare * Double(max(motion.times.count, 1)) else {
            return Text(
                es: "No se vio el tiempo suficiente para medirlo. Grabe con todo el cuerpo dentro de la imagen.",
                en: "It was not in view long enough to be measured. Record with the whole body in the picture.")
        }
        if let view {
            for rule in viewRules where rule.joint == angle.joint && rule.views.contains(view.view) {
                if !rule.isFarSideOnly || angle.side == view.nearSide?.other { return rule.reason }
            }
            if let exercise {
                let row = ExerciseProtocol.of(exercise)
                if row.repetition?.joint == angle.joint, row.unsuitableViews.contains(view.view) {
                    return row.unsuitableReason
                }
            }
        }
        if SeriesStatistics.median(series?.standardUncertaintyDegrees ?? []) > largestUncertaintyDegrees {
            return Text(
                es:
                    "Desde esta vista el error sería demasiado grande (más de ±30°). Cambie el ángulo de la cámara para medirlo.",
                en:
                    "From this view the error would be too large (more than ±30°). Change the camera's angle to measure it."
            )
        }
        return nil
    }
}
