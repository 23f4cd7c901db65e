import Foundation

/// A rotation, by columns: the rotated axes in the axes of the world.
package struct Matrix3: Sendable, Equatable {
    package var x: SIMD3<Double>
    package var y: SIMD3<Double>
    package var z: SIMD3<Double>

    package init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) {
        self.x = x
        self.y = y
        self.z = z
    }

    package static let identity = Matrix3(SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))

    /// Rz(a) Rx(b) Ry(c), radians: the order in which all joints of the body turn.
    @inline(__always)
    package init(zxy a: Double, _ b: Double, _ c: Double) {
        let (ca, sa, cb, sb, cc, sc) = (cos(a), sin(a), cos(b), sin(b), cos(c), sin(c))
        x = SIMD3(ca * cc - sa * sb * sc, sa * cc + ca * sb * sc, -cb * sc)
        y = SIMD3(-sa * cb, ca * cb, sb)
        z = SIMD3(ca * sc + sa * sb * cc, sa * sc - ca * sb * cc, cb * cc)
    }

    /// A turn about x by an angle in radians.
    @inline(__always)
    package init(aboutX angle: Double) {
        let (c, s) = (cos(angle), sin(angle))
        self.init(SIMD3(1, 0, 0), SIMD3(0, c, s), SIMD3(0, -s, c))
    }

    /// A turn about y by an angle in radians.
    @inline(__always)
    package init(aboutY angle: Double) {
        let (c, s) = (cos(angle), sin(angle))
        self.init(SIMD3(c, 0, -s), SIMD3(0, 1, 0), SIMD3(s, 0, c))
    }

    /// A turn about z by an angle in radians.
    @inline(__always)
    package init(aboutZ angle: Double) {
        let (c, s) = (cos(angle), sin(angle))
        self.init(SIMD3(c, s, 0), SIMD3(-s, c, 0), SIMD3(0, 0, 1))
    }

    /// A turn about a unit vector by an angle in radians (Rodrigues).
    @inline(__always)
    package init(about axis: SIMD3<Double>, _ angle: Double) {
        let (s, versine) = (sin(angle), 1 - cos(angle))
        func turned(_ unit: SIMD3<Double>) -> SIMD3<Double> {
            let across = cross(axis, unit)
            return unit + s * across + versine * cross(axis, across)
        }
        self.init(turned(SIMD3(1, 0, 0)), turned(SIMD3(0, 1, 0)), turned(SIMD3(0, 0, 1)))
    }

    @inline(__always)
    package static func * (left: Matrix3, right: SIMD3<Double>) -> SIMD3<Double> {
        left.x * right.x + left.y * right.y + left.z * right.z
    }

    @inline(__always)
    package static func * (left: Matrix3, right: Matrix3) -> Matrix3 {
        Matrix3(left * right.x, left * right.y, left * right.z)
    }

    /// The inverse rotation applied to a vector.
    @inline(__always)
    package func inverse(_ vector: SIMD3<Double>) -> SIMD3<Double> {
        SIMD3(dot(x, vector), dot(y, vector), dot(z, vector))
    }
}

@inline(__always)
package func dot(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Double {
    left.x * right.x + left.y * right.y + left.z * right.z
}

@inline(__always)
package func cross(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
        left.y * right.z - left.z * right.y, left.z * right.x - left.x * right.z,
        left.x * right.y - left.y * right.x)
}

@inline(__always)
package func length(_ vector: SIMD3<Double>) -> Double { dot(vector, vector).squareRoot() }
