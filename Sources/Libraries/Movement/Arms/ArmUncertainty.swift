import Foundation

/// The standard uncertainty of an arm's angles: what the fit says, what its model leaves out, and the trunk it hangs on.
enum ArmUncertainty {
    /// As for the body: kappa inflates the variance of single times.
    private static let inflation = 0.6
    /// Landmarks lie some 12 mm off the joint centres, at both ends of a bone.
    private static let floorDegrees = (shoulder: 3.5, elbow: 5.0)
    /// Of the thorax' bend to the side, which the fit of the body holds near zero.
    private static let bendDegrees = 2.0

    /// Appends both angles of one time.
    /// - Parameter covariance: lower triangle of the tangents of upper arm and forearm, by rows.
    static func add(
        _ state: ArmState, at index: Int, thorax: Matrix3, trunkDegrees: Double, covariance: [Double],
        to arm: inout FittedArm
    ) {
        let upper = state.upper[index]
        let elevation = ArmAngle.between(upper, -1 * thorax.y)
        let flexion = ArmAngle.between(upper, state.lower[index])
        let shoulder = inflation * deviation(elevation.byTangents * SIMD4(1, 1, 0, 0), covariance)
        let elbow = inflation * deviation(flexion.byTangents, covariance)
        // Tipping the thorax changes the elevation by the share of the arm's rise that lies in the plane of tipping.
        let rise = max(sin(elevation.radians), 0.2)
        let tipped = trunkDegrees * min(1, abs(dot(upper, thorax.x)) / rise)
        let bent = bendDegrees * min(1, abs(dot(upper, thorax.z)) / rise)
        arm.shoulder.degrees.append(elevation.radians * 180 / .pi)
        arm.shoulder.standardUncertaintyDegrees.append(
            (shoulder * shoulder + floorDegrees.shoulder * floorDegrees.shoulder + tipped * tipped + bent * bent)
                .squareRoot())
        arm.elbow.degrees.append(flexion.radians * 180 / .pi)
        arm.elbow.standardUncertaintyDegrees.append(
            (elbow * elbow + floorDegrees.elbow * floorDegrees.elbow).squareRoot())
    }

    /// Square root of gᵀ C g, in degrees.
    private static func deviation(_ g: SIMD4<Double>, _ covariance: [Double]) -> Double {
        var sum = 0.0
        var at = 0
        for row in 0..<4 {
            for column in 0...row {
                sum += (row == column ? 1 : 2) * g[row] * g[column] * covariance[at]
                at += 1
            }
        }
        return max(sum, 0).squareRoot() * 180 / .pi
    }
}
