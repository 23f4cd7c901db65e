import Foundation

/// What the fit of the arms hangs them on: the fitted thorax and shoulders at every moment, and the camera.
package struct ArmScene: Sendable {
    package var camera: BodyCamera
    /// Thorax axes in the world (x forward, y up, z to the person's right), one per time.
    package var thorax: [Matrix3]
    /// Fitted shoulder centres in the world, metres, one per time.
    package var leftShoulder: [SIMD3<Double>]
    package var rightShoulder: [SIMD3<Double>]
    /// Landmark minus joint centre of a right shoulder, in thorax axes, metres.
    package var shoulderOffset: SIMD3<Double>
    package var statureMetres: Double
    /// Standard uncertainty of the thorax's inclination, degrees, one per time.
    package var trunkDeviationDegrees: [Double]

    package init(
        camera: BodyCamera, thorax: [Matrix3], leftShoulder: [SIMD3<Double>], rightShoulder: [SIMD3<Double>],
        shoulderOffset: SIMD3<Double>, statureMetres: Double, trunkDeviationDegrees: [Double]
    ) {
        self.camera = camera
        self.thorax = thorax
        self.leftShoulder = leftShoulder
        self.rightShoulder = rightShoulder
        self.shoulderOffset = shoulderOffset
        self.statureMetres = statureMetres
        self.trunkDeviationDegrees = trunkDeviationDegrees
    }

    /// From the fit of trunk and legs.
    package init(_ solution: BodySolution, trunkDeviationDegrees: [Double]) {
        let body = BodyDimensions(solution.constants)
        let poses = (0..<solution.count).map { solution.pose(at: $0, body) }
        self.init(
            camera: solution.camera, thorax: poses.map(\.thorax), leftShoulder: poses.map(\.left.shoulder),
            rightShoulder: poses.map(\.right.shoulder), shoulderOffset: body.offsets[5],
            statureMetres: Self.modelStatureMetres * exp(solution.constants[BodyConstant.logSize]),
            trunkDeviationDegrees: trunkDeviationDegrees)
    }

    /// Height of the generic body whose size is 1.
    private static let modelStatureMetres = 1.70

    package func shoulder(_ side: BodySide, at index: Int) -> SIMD3<Double> {
        side == .left ? leftShoulder[index] : rightShoulder[index]
    }

    /// From the joint centre to where the network sees the shoulder, in world axes.
    func shoulderMark(_ side: BodySide, at index: Int) -> SIMD3<Double> {
        thorax[index] * (shoulderOffset * SIMD3(1, 1, side == .left ? -1 : 1))
    }
}
