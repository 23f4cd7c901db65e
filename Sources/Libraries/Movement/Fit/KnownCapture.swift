import Foundation

/// What is known of the recording apart from its pictures; each item is optional.
package struct KnownCapture: Sendable, Equatable {
    /// Downward pitch and roll of the camera in radians.
    package var pitchRadians: Double?
    package var rollRadians: Double?
    /// Natural logarithm of the focal length over the longer side of the picture.
    package var logFocalLength: Double?
    /// It changes no angle by more than 0.02°, but makes the metres right.
    package var personHeightMetres: Double?

    package init(
        pitchRadians: Double? = nil, rollRadians: Double? = nil, logFocalLength: Double? = nil,
        personHeightMetres: Double? = nil
    ) {
        self.pitchRadians = pitchRadians
        self.rollRadians = rollRadians
        self.logFocalLength = logFocalLength
        self.personHeightMetres = personHeightMetres
    }

    /// What the phone wrote into the recording.
    package init(_ capture: Capture, personHeightMetres: Double? = nil) {
        self.init(
            logFocalLength: capture.focalLengthOverLongSide.flatMap { $0 > 0 ? log($0) : nil },
            personHeightMetres: personHeightMetres)
        if let gravity = capture.gravity { setOrientation(gravity: gravity) }
    }

    /// Pitch and roll from the direction of gravity in camera axes (x right, y down, z away); any length but zero.
    ///
    /// With Xc = Rz(roll) Rx(pitch) diag(1, −1, −1) Xw the world's (0, −1, 0) appears at
    /// (−sin roll cos pitch, cos roll cos pitch, sin pitch).
    package mutating func setOrientation(gravity: SIMD3<Double>) {
        let length = (gravity * gravity).sum().squareRoot()
        guard length > 0, length.isFinite else { return }
        pitchRadians = asin(min(max(gravity.z / length, -1), 1))
        rollRadians = atan2(-gravity.x, gravity.y)
    }
}
