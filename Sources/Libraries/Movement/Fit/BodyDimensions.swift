import Foundation

/// Lengths of one person's body in metres, in the axes of its segments (x forward, y up, z to the person's right; a
/// left leg has z mirrored).
///
/// The generic values are those of the LaiUhlrich2022 model, a revision of Rajagopal et al., "Full-body
/// musculoskeletal model for muscle-driven simulation of human gait", IEEE TBME 63 (2016), for a person of 1.70 m.
package struct BodyDimensions: Sendable {
    /// From the middle of the hip centres to the lumbar joint, in pelvis axes.
    package let lumbar: SIMD3<Double>
    /// From the lumbar joint to the shoulder, in thorax axes: the part that scales with the torso, and the width.
    package let shoulderHeight: SIMD3<Double>
    package let shoulderWidth: SIMD3<Double>
    /// From the middle to the hip centre, in pelvis axes.
    package let hip: SIMD3<Double>
    /// From hip to knee, in thigh axes.
    package let knee: SIMD3<Double>
    /// From knee to ankle, in shank axes.
    package let ankle: SIMD3<Double>
    /// From the ankle to the origin of the foot at the heel, in foot axes.
    package let foot: SIMD3<Double>
    /// From the origin of the foot, in foot axes.
    package let heelMark: SIMD3<Double>
    package let toeMark: SIMD3<Double>
    package let heelSole: SIMD3<Double>
    package let toeSole: SIMD3<Double>
    /// Landmark minus joint centre (or mark): hip, knee, ankle, heel, toe, shoulder.
    package let offsets: [SIMD3<Double>]

    /// Direction of the ankle's axis in shank axes, right side (same source).
    package static let ankleAxis: SIMD3<Double> = {
        let axis = SIMD3(-0.105, -0.174, 0.979)
        return axis / length(axis)
    }()

    /// - Parameter constants: the 44 `BodyConstant`s.
    package init(_ constants: [Double]) {
        func scale(_ proportion: Int) -> Double {
            exp(constants[BodyConstant.logSize] + constants[proportion])
        }
        let footScale = scale(BodyConstant.logFoot)
        let torso = scale(BodyConstant.logTorso)
        lumbar = SIMD3(-0.0444, 0.160, 0) * scale(BodyConstant.logPelvisHeight)
        shoulderHeight = SIMD3(0.0032, 0.3715, 0) * torso
        shoulderWidth = SIMD3(0, 0, 0.170) * scale(BodyConstant.logShoulderWidth)
        hip = SIMD3(0, 0, 0.0773) * scale(BodyConstant.logPelvisWidth)
        knee = SIMD3(-0.0045, -0.4096, 0) * scale(BodyConstant.logThigh)
        ankle = SIMD3(-0.002, -0.3965, 0) * scale(BodyConstant.logShank)
        foot = SIMD3(-0.0488, -0.042, 0.0079) * footScale
        heelMark = SIMD3(0, -0.010, 0) * footScale
        toeMark = SIMD3(0.21, -0.030, 0) * footScale
        heelSole = SIMD3(0, -0.042, 0) * footScale
        toeSole = SIMD3(0.19, -0.042, 0) * footScale
        offsets = (0..<6).map { landmark in
            let first = BodyConstant.offsets + 3 * landmark
            return SIMD3(constants[first], constants[first + 1], constants[first + 2])
        }
    }
}
