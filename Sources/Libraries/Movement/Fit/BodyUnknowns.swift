/// The 21 unknowns of each moment of the body fit: metres and radians.
package enum BodyState {
    /// Middle of the hip centres in world axes: x, y, z.
    package static let position = 0
    package static let yaw = 3
    package static let tilt = 4
    package static let list = 5
    package static let lumbarExtension = 6
    package static let lumbarBend = 7
    package static let lumbarRotation = 8
    package static let count = 21

    /// First of a leg's six unknowns.
    package static func leg(_ side: BodySide) -> Int { side == .right ? 9 : 15 }

    /// Offsets within a leg.
    package static let hipFlexion = 0
    package static let hipAdduction = 1
    package static let hipRotation = 2
    package static let knee = 3
    package static let ankle = 4
    package static let subtalar = 5
}

/// The 44 unknowns that hold for a whole clip: metres and radians, proportions as natural logarithms.
package enum BodyConstant {
    package static let pitch = 0
    package static let roll = 1
    /// Natural logarithm of the focal length in pixels.
    package static let logFocalLength = 2
    package static let cameraHeight = 3
    /// Size of the whole body over the model's 1.70 m.
    package static let logSize = 4
    package static let logThigh = 5
    package static let logShank = 6
    package static let logFoot = 7
    package static let logPelvisWidth = 8
    package static let logPelvisHeight = 9
    package static let logTorso = 10
    package static let logShoulderWidth = 11
    /// Six landmark offsets of three coordinates: hip, knee, ankle, heel, toe, shoulder.
    package static let offsets = 12
    /// The person's constant of the lumbo-pelvic rhythm.
    package static let rhythm = 30
    /// Constant error of the network's depth of each of the twelve landmarks.
    package static let depthBias = 31
    /// Mean inclination of the trunk in gait.
    package static let trunk = 43
    package static let count = 44

    /// How many constants, from the first, take part when the last ones have nothing that depends on them.
    static func active(hasDepthBias: Bool, hasTrunk: Bool) -> Int {
        hasTrunk ? count : hasDepthBias ? trunk : depthBias
    }
}
