import Foundation

/// The unknowns of one arm: per time where the shoulder is and where the two bones point, and two constants.
///
/// Bones are unit vectors in world axes, changed in their tangent planes: no pose of the arm is special.
struct ArmState {
    /// Unknowns per time: shoulder (3), upper arm (2), forearm (2).
    static let perTime = 7
    /// Logarithms of the two lengths.
    static let constantCount = 2

    /// Shoulder centre minus the one of the rigid thorax, metres: the shoulder blade lifts with the arm.
    var shift: [SIMD3<Double>]
    var upper: [SIMD3<Double>]
    var lower: [SIMD3<Double>]
    var constants: [Double]

    var upperLength: Double { exp(constants[0]) }
    var lowerLength: Double { exp(constants[1]) }

    /// Two unit vectors that span the plane across a unit vector.
    @inline(__always)
    static func tangents(_ direction: SIMD3<Double>) -> (SIMD3<Double>, SIMD3<Double>) {
        // The axis that is least along the direction: the same choice for the same input, never a small product.
        let size = SIMD3(direction.x.magnitude, direction.y.magnitude, direction.z.magnitude)
        let axis: SIMD3<Double> =
            size.x <= size.y && size.x <= size.z
            ? SIMD3(1, 0, 0) : size.y <= size.z ? SIMD3(0, 1, 0) : SIMD3(0, 0, 1)
        let first = cross(direction, axis)
        let unit = first / length(first)
        return (unit, cross(direction, unit))
    }

    /// The state after a step of the banded unknowns and the constants.
    func stepped(_ banded: [Double], _ border: [Double], scale: Double) -> ArmState {
        var next = self
        for index in shift.indices {
            let at = index * Self.perTime
            next.shift[index] += scale * SIMD3(banded[at], banded[at + 1], banded[at + 2])
            next.upper[index] = Self.turned(upper[index], scale * banded[at + 3], scale * banded[at + 4])
            next.lower[index] = Self.turned(lower[index], scale * banded[at + 5], scale * banded[at + 6])
        }
        for index in constants.indices { next.constants[index] += scale * border[index] }
        return next
    }

    private static func turned(_ direction: SIMD3<Double>, _ first: Double, _ second: Double) -> SIMD3<Double> {
        let (a, b) = tangents(direction)
        let moved = direction + first * a + second * b
        return moved / length(moved)
    }
}
