import Foundation

/// The camera that a fitted clip was seen through: a pinhole without distortion above the world's origin.
///
/// Camera axes are x right, y down, z away; Xc = Rz(roll) Rx(pitch) diag(1, −1, −1) (Xw − (0, height, 0)).
package struct BodyCamera: Sendable, Equatable {
    package let pitchRadians: Double
    package let rollRadians: Double
    package let focalLengthPixels: Double
    package let heightMetres: Double
    /// Turns world axes into camera axes.
    package let rotation: Matrix3

    /// - Parameter constants: the 44 `BodyConstant`s.
    package init(_ constants: [Double]) {
        pitchRadians = constants[BodyConstant.pitch]
        rollRadians = constants[BodyConstant.roll]
        focalLengthPixels = exp(constants[BodyConstant.logFocalLength])
        heightMetres = constants[BodyConstant.cameraHeight]
        let flip = Matrix3(SIMD3(1, 0, 0), SIMD3(0, -1, 0), SIMD3(0, 0, -1))
        rotation = Matrix3(aboutZ: rollRadians) * (Matrix3(aboutX: pitchRadians) * flip)
    }

    /// World metres to camera metres.
    @inline(__always)
    package func see(_ point: SIMD3<Double>) -> SIMD3<Double> {
        rotation * (point - SIMD3(0, heightMetres, 0))
    }

    /// World metres to pixels from the middle of the picture, right and down.
    package func project(_ point: SIMD3<Double>) -> SIMD2<Double> {
        let seen = see(point)
        return SIMD2(seen.x, seen.y) * (focalLengthPixels / max(seen.z, Self.nearestMetres))
    }

    /// Nothing is taken to be nearer than this, so that a bad step of the solver stays finite.
    static let nearestMetres = 0.2
}
