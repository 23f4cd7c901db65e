/// A body fitted to a clip: the unknowns at the optimum and what is needed to read them.
///
/// `FittedMotion` is derived from it; a fit of the arms runs on its poses and camera.
package struct BodySolution: Sendable {
    package let family: ExerciseFamily
    package let options: FitOptions
    package let known: KnownCapture
    package let track: LandmarkTrack
    /// [times × 21] in the order of `BodyState`.
    package let states: [Double]
    /// 44 in the order of `BodyConstant`.
    package let constants: [Double]
    /// Per time: left heel, right heel, left toe, right toe.
    package let contact: [SIMD4<Double>]
    /// Variances in radians² of what `AngleUncertainty.pairs` names, [times × pairs], with the lumbo-pelvic constant
    /// as uncertain as it is between people.
    package let variances: [Double]
    package let report: FitReport

    package var count: Int { track.count }
    package var camera: BodyCamera { BodyCamera(constants) }
    /// Where a fit of the same track under other options may begin.
    package var origin: BodyFit.Origin { (states, constants, report.metresPerPixel) }

    /// Joint centres and segment rotations at one time.
    package func pose(at index: Int) -> BodyPose {
        pose(at: index, BodyDimensions(constants))
    }

    /// The same, where many are asked for.
    package func pose(at index: Int, _ body: BodyDimensions) -> BodyPose {
        precondition(index >= 0 && index < count)
        return states.withUnsafeBufferPointer { states in
            guard let base = states.baseAddress else { preconditionFailure("a solution without states") }
            return BodyPose(base + index * BodyState.count, body)
        }
    }
}

/// How the solver got there.
package struct FitReport: Sendable, Equatable {
    /// Normal equations solved in both stages (of all windows).
    package var iterations = 0
    /// Costs after every accepted step of the first and of the second stage, beginning with that at their start; of
    /// the constants' window where there are several.
    package var firstStageCosts: [Double] = []
    package var secondStageCosts: [Double] = []
    /// Sum of squared robust residuals of each term at the optimum, by the raw value of `BodyFitTerm`.
    package var costs: [Double] = []
    /// Metres per pixel at the person that the second stage was weighed with.
    package var metresPerPixel = 0.0
    package var windows = 1
}
