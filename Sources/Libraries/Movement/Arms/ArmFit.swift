import Base
import Foundation

/// Fits a two-segment arm to each side of a fitted body: the angles of shoulders and elbows with their uncertainty.
///
/// Shoulder: elevation of the humerus, the angle between the upper arm and the thorax's downward axis, 0 hanging to
/// 180 overhead, in whatever plane it rises (thoracohumeral elevation of the ISB, Wu et al., J Biomech 38:981, 2005).
/// Elbow: flexion, 0 straight. Both are unsigned: a straight arm that overextends reads as slightly bent.
package enum ArmFit {
    /// Adds shoulder and elbow angles and the points of elbows and wrists. Where the arms' landmarks do not lie on the
    /// same grid (pictures in which only an arm is not a number), the motion is returned as it was.
    ///
    /// - Throws: as `LandmarkTrack`, for recordings that the body could not have been fitted to.
    package static func extend(
        _ motion: FittedMotion, solution: BodySolution, observations: Observations
    ) throws(Failure) -> FittedMotion {
        let track = try ArmTrack(observations)
        guard track.times == motion.times,
            solution.count == motion.times.count, track.count >= 3
        else { return motion }
        let trunk = motion.angles[.trunk]?.standardUncertaintyDegrees ?? []
        let deviations = motion.times.indices.map { $0 < trunk.count && trunk[$0].isFinite ? trunk[$0] : 6 }
        let scene = ArmScene(solution, trunkDeviationDegrees: deviations)
        var result = motion
        for side in [BodySide.right, .left] { add(fit(scene, track, side), side, to: &result) }
        return result
    }

    private static func add(_ arm: FittedArm, _ side: BodySide, to motion: inout FittedMotion) {
        let isLeft = side == .left
        func masked(_ values: [Double]) -> [Double] { zip(values, motion.isMeasured).map { $1 ? $0 : .nan } }
        func series(_ angle: FittedArm.Angle) -> AngleSeries {
            AngleSeries(
                degrees: masked(angle.degrees), standardUncertaintyDegrees: masked(angle.standardUncertaintyDegrees))
        }
        motion.angles[JointAngle(.shoulder, side)] = series(arm.shoulder)
        motion.angles[JointAngle(.elbow, side)] = series(arm.elbow)
        for index in motion.times.indices {
            let row = index * BodyPoint.count
            motion.points[row + (isLeft ? BodyPoint.leftElbow : .rightElbow).rawValue] = arm.elbows[index]
            motion.points[row + (isLeft ? BodyPoint.leftWrist : .rightWrist).rawValue] = arm.wrists[index]
        }
    }

    /// One arm, at every time of the track.
    package static func fit(_ scene: ArmScene, _ track: ArmTrack, _ side: BodySide) -> FittedArm {
        let problem = ArmProblem(scene: scene, track: track, side: side)
        var system = problem.makeSystem()
        let (state, isDefinite) = ArmSolver.solve(problem, into: &system)
        let pairs = (3..<7).flatMap { row in (3...row).map { (row, $0) } }
        let covariances =
            isDefinite
            ? system.covariances(of: pairs, blockSize: ArmState.perTime)
            : [Double](repeating: .infinity, count: problem.count * pairs.count)
        var arm = FittedArm()
        for index in 0..<problem.count {
            let block = covariances[(index * pairs.count)..<((index + 1) * pairs.count)]
            let shoulder = problem.shoulder[index] + state.shift[index]
            arm.elbows.append(shoulder + state.upperLength * state.upper[index])
            arm.wrists.append(arm.elbows[index] + state.lowerLength * state.lower[index])
            ArmUncertainty.add(
                state, at: index, thorax: scene.thorax[index], trunkDegrees: scene.trunkDeviationDegrees[index],
                covariance: Array(block), to: &arm)
        }
        return arm
    }
}

/// One arm over time.
package struct FittedArm: Sendable {
    /// An angle of the arm, one value per time.
    package struct Angle: Sendable {
        package var degrees: [Double] = []
        package var standardUncertaintyDegrees: [Double] = []
    }

    package var shoulder = Angle()
    package var elbow = Angle()
    /// World metres, one per time.
    package var elbows: [SIMD3<Double>] = []
    package var wrists: [SIMD3<Double>] = []
}
