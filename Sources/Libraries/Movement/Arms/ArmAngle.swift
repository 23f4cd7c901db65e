import Foundation

/// An angle between two directions, with what small turns of them do to it.
struct ArmAngle {
    var radians: Double
    /// By the tangents of the first and of the second direction (`ArmState.tangents`), in that order.
    var byTangents: SIMD4<Double>

    /// 0 … π. Where the directions are the same or opposite, any turn opens the angle; the first tangent stands for all.
    static func between(_ first: SIMD3<Double>, _ second: SIMD3<Double>) -> ArmAngle {
        let along = dot(first, second)
        let across = length(cross(first, second))
        let (a1, a2) = ArmState.tangents(first)
        let (b1, b2) = ArmState.tangents(second)
        guard across > 1e-9 else { return ArmAngle(radians: atan2(across, along), byTangents: SIMD4(1, 0, 1, 0)) }
        return ArmAngle(
            radians: atan2(across, along),
            byTangents: SIMD4(dot(a1, second), dot(a2, second), dot(b1, first), dot(b2, first)) / -across)
    }
}
