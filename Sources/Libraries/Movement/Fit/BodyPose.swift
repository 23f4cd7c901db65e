/// Where the joints of one person are at one moment, in world axes (x right, y up, z towards the camera; floor at
/// y = 0), and how the segments are turned.
///
/// Chain and order of rotations: Rz Rx Ry at every joint, as in the OpenSim model that the reported angles refer to.
package struct BodyPose: Sendable {
    /// Middle of the hip centres.
    package let position: SIMD3<Double>
    package let lumbar: SIMD3<Double>
    package let pelvis: Matrix3
    package let thorax: Matrix3
    package let left: Leg
    package let right: Leg

    /// Axes about which the six angles of pelvis and back turn, in world axes: yaw, tilt, list; extension, bend,
    /// rotation.
    let pelvisAxes: Matrix3
    let lumbarAxes: Matrix3

    /// Where the joints of one side are, and how its segments are turned, in the axes of the room.
    package struct Leg: Sendable {
        package let hip: SIMD3<Double>
        package let knee: SIMD3<Double>
        package let ankle: SIMD3<Double>
        /// Origin of the foot, at the heel.
        package let foot: SIMD3<Double>
        package let shoulder: SIMD3<Double>
        package let thighTurn: Matrix3
        package let shankTurn: Matrix3
        package let footTurn: Matrix3
        /// Axes of hip flexion, adduction and rotation, of knee, ankle and subtalar joint.
        let hipAxes: Matrix3
        let kneeAxis: SIMD3<Double>
        let ankleAxis: SIMD3<Double>
        let subtalarAxis: SIMD3<Double>
    }

    package func leg(_ side: BodySide) -> Leg { side == .left ? left : right }

    /// - Parameter state: 21 numbers in the order of `BodyState`.
    package init(_ state: UnsafePointer<Double>, _ body: BodyDimensions) {
        position = SIMD3(state[0], state[1], state[2])
        let tilt = state[BodyState.tilt]
        let heading = Matrix3(aboutY: state[BodyState.yaw])
        let pelvis = heading * Matrix3(zxy: tilt, state[BodyState.list], 0)
        pelvisAxes = Matrix3(SIMD3(0, 1, 0), heading.z, heading * Matrix3(aboutZ: tilt).x)
        lumbar = position + pelvis * body.lumbar
        let bending = state[BodyState.lumbarExtension]
        let thorax = pelvis * Matrix3(zxy: bending, state[BodyState.lumbarBend], state[BodyState.lumbarRotation])
        lumbarAxes = Matrix3(pelvis.z, pelvis * Matrix3(aboutZ: bending).x, thorax.y)
        self.pelvis = pelvis
        self.thorax = thorax
        let shoulder = lumbar + thorax * body.shoulderHeight
        let width = thorax * body.shoulderWidth
        left = Leg(state + BodyState.leg(.left), -1, position, pelvis, shoulder - width, body)
        right = Leg(state + BodyState.leg(.right), 1, position, pelvis, shoulder + width, body)
    }
}

extension BodyPose.Leg {
    /// - Parameters:
    ///   - angles: the six angles of the leg.
    ///   - mirror: +1 right, −1 left.
    fileprivate init(
        _ angles: UnsafePointer<Double>, _ mirror: Double, _ position: SIMD3<Double>, _ pelvis: Matrix3,
        _ shoulder: SIMD3<Double>, _ body: BodyDimensions
    ) {
        self.shoulder = shoulder
        hip = position + pelvis * (mirror * body.hip)
        let flexion = angles[BodyState.hipFlexion]
        let thigh =
            pelvis
            * Matrix3(zxy: flexion, mirror * angles[BodyState.hipAdduction], mirror * angles[BodyState.hipRotation])
        hipAxes = Matrix3(pelvis.z, mirror * (pelvis * Matrix3(aboutZ: flexion).x), mirror * thigh.y)
        knee = hip + thigh * body.knee
        let shank = thigh * Matrix3(aboutZ: -angles[BodyState.knee])
        kneeAxis = -thigh.z
        ankle = knee + shank * body.ankle
        let axis = BodyDimensions.ankleAxis * SIMD3(mirror, mirror, 1)
        let talus = shank * Matrix3(about: axis, angles[BodyState.ankle])
        ankleAxis = shank * axis
        let turn = talus * Matrix3(aboutX: mirror * angles[BodyState.subtalar])
        subtalarAxis = mirror * talus.x
        foot = ankle + turn * (body.foot * SIMD3(1, 1, mirror))
        thighTurn = thigh
        shankTurn = shank
        footTurn = turn
    }
}
