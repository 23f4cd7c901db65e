import Foundation

/// What is expected of the 44 constants of a clip (term 14): mean and standard deviation of each.
package struct ConstantPriors: Sendable, Equatable {
    package var pitchDegrees = 8.0
    package var rollDegrees = 2.0
    /// Focal length over the longer side, as phones film, and its relative deviation.
    package var focalLength = 0.80
    package var focalLengthDeviation = 0.10
    package var cameraHeightMetres = 1.2
    package var cameraHeightDeviationMetres = 0.4
    /// One camera cannot see size: it is held.
    package var sizeDeviation = 0.005
    package var proportionDeviation = 0.05
    /// Landmark minus joint centre, metres (forward, up, outward): hip, knee, ankle, heel, toe, shoulder. Rounded mean
    /// of two people: landmarks against motion-capture joint centres, and against four-camera triangulation.
    package var offsets: [SIMD3<Double>] = [
        SIMD3(0.009, 0.010, 0.015), SIMD3(0.003, 0.008, -0.002), SIMD3(0.007, 0.018, 0.004),
        SIMD3(0.004, 0.005, -0.004), SIMD3(0, 0, -0.006), SIMD3(0.003, 0.011, -0.006),
    ]
    /// The two people differ by about a centimetre.
    package var offsetDeviationMetres = 0.012
    /// Lumbo-pelvic constant. People vary by 6°; held to 2° because freeing it makes it follow landmark errors.
    package var rhythmDegrees = -6.0
    package var rhythmDeviationDegrees = 2.0
    package var trunkDegrees = -8.0
    package var trunkDeviationDegrees = 6.0
    /// Constant errors of the network's depth: trunk, knee and ankle, foot; zero holds them at zero.
    package var trunkDepthBiasMetres = 0.0
    package var legDepthBiasMetres = 0.0
    package var footDepthBiasMetres = 0.0

    package init() {}

    /// Walking and unknown tasks: the depth's changes are used, its level is not.
    package mutating func freeDepthBias() {
        (trunkDepthBiasMetres, legDepthBiasMetres, footDepthBiasMetres) = (0.06, 0.08, 0.12)
    }

    var hasDepthBias: Bool { max(trunkDepthBiasMetres, legDepthBiasMetres, footDepthBiasMetres) > 0 }

    /// Means and deviations in the order of `BodyConstant`, with what is known put in place of what is expected:
    /// pitch ± 1°, roll ± 0.7°, focal length ± 1 %, height ± 1 %.
    ///
    /// - Parameter longSide: of the picture, in pixels.
    package func table(longSide: Double, known: KnownCapture) -> (means: [Double], deviations: [Double]) {
        var means = [Double](repeating: 0, count: BodyConstant.count)
        var deviations = [Double](repeating: 1, count: BodyConstant.count)
        func set(_ index: Int, _ mean: Double, _ deviation: Double) {
            means[index] = mean
            deviations[index] = max(deviation, 1e-6)
        }
        let degree = Double.pi / 180
        set(BodyConstant.pitch, 0, pitchDegrees * degree)
        set(BodyConstant.roll, 0, rollDegrees * degree)
        set(BodyConstant.logFocalLength, log(focalLength * longSide), focalLengthDeviation)
        set(BodyConstant.cameraHeight, cameraHeightMetres, cameraHeightDeviationMetres)
        set(BodyConstant.logSize, 0, sizeDeviation)
        for index in BodyConstant.logThigh...BodyConstant.logShoulderWidth { set(index, 0, proportionDeviation) }
        for (landmark, offset) in offsets.enumerated() {
            for axis in 0..<3 {
                set(BodyConstant.offsets + 3 * landmark + axis, offset[axis], offsetDeviationMetres)
            }
        }
        set(BodyConstant.rhythm, rhythmDegrees * degree, rhythmDeviationDegrees * degree)
        for landmark in 0..<12 {
            let bias = landmark < 4 ? trunkDepthBiasMetres : landmark < 8 ? legDepthBiasMetres : footDepthBiasMetres
            set(BodyConstant.depthBias + landmark, 0, bias)
        }
        set(BodyConstant.trunk, trunkDegrees * degree, trunkDeviationDegrees * degree)
        if let pitch = known.pitchRadians { set(BodyConstant.pitch, pitch, degree) }
        if let roll = known.rollRadians { set(BodyConstant.roll, roll, 0.7 * degree) }
        if let logFocalLength = known.logFocalLength {
            set(BodyConstant.logFocalLength, logFocalLength + log(longSide), 0.01)
        }
        if let height = known.personHeightMetres, height > 0 {
            set(BodyConstant.logSize, log(height / 1.70), 0.01)
        }
        return (means, deviations)
    }
}
