/// The result of fitting one articulated body to a whole clip, on a regular 30 Hz grid of times.
package struct FittedMotion: Sendable {
    package var family: ExerciseFamily
    /// Seconds, regular.
    package var times: [Double]
    /// Whether the nearest picture with a person is less than 0.25 s away; where not, nothing counts as measured.
    package var isMeasured: [Bool]
    /// Knee, hip, ankle, trunk (from the fit of legs and trunk) and shoulder, elbow (from the fit of the arms), one value per time.
    package var angles: [JointAngle: AngleSeries]
    /// Positions in metres in world axes (x right, y up against gravity, z towards the camera; floor at y = 0), [times × `BodyPoint`].
    package var points: [SIMD3<Double>]
    /// Contact with the floor, 0 … 1, per time: left heel, right heel, left toe, right toe.
    package var contact: [SIMD4<Double>]
    /// Turn of the pelvis about the vertical in radians; at 0 the person faces the right edge of the picture,
    /// and −π/2 the camera.
    package var yawRadians: [Double]
    package var quality: FitQuality

    package init(
        family: ExerciseFamily, times: [Double], isMeasured: [Bool], angles: [JointAngle: AngleSeries],
        points: [SIMD3<Double>], contact: [SIMD4<Double>], yawRadians: [Double], quality: FitQuality
    ) {
        self.family = family
        self.times = times
        self.isMeasured = isMeasured
        self.angles = angles
        self.points = points
        self.contact = contact
        self.yawRadians = yawRadians
        self.quality = quality
    }

    /// Where a point of the body was, in the axes and units of `points`.
    package func point(_ point: BodyPoint, at index: Int) -> SIMD3<Double> {
        points[index * BodyPoint.count + point.rawValue]
    }
}

/// The points of the fitted body that are handed on: joint centres, and the soles and shoulders they imply.
package enum BodyPoint: Int, Sendable, CaseIterable {
    case midHip, lumbar
    case leftShoulder, rightShoulder, leftElbow, rightElbow, leftWrist, rightWrist
    case leftHip, rightHip, leftKnee, rightKnee, leftAnkle, rightAnkle
    case leftHeel, rightHeel, leftToe, rightToe

    package static let count = allCases.count
}

/// How well one body explains what was seen.
package struct FitQuality: Sendable, Equatable {
    /// Distance between seen and predicted landmarks, at the person's depth, in metres.
    package var medianReprojectionMetres: Double
    package var ninetiethPercentileReprojectionMetres: Double
    /// Estimated camera: downward pitch and roll in degrees, height over the floor in metres, focal length over the longer side.
    /// The focal length and pitch are not to be reported as measured: they trade against each other.
    package var pitchDegrees: Double
    package var rollDegrees: Double
    package var cameraHeightMetres: Double
    package var focalLengthOverLongSide: Double
    /// How many prior standard deviations the focal length lies from what phones have.
    package var focalLengthDeviations: Double
    /// Distance of the person from the camera (median), in metres.
    package var distanceMetres: Double

    package init(
        medianReprojectionMetres: Double, ninetiethPercentileReprojectionMetres: Double, pitchDegrees: Double,
        rollDegrees: Double, cameraHeightMetres: Double, focalLengthOverLongSide: Double,
        focalLengthDeviations: Double, distanceMetres: Double
    ) {
        self.medianReprojectionMetres = medianReprojectionMetres
        self.ninetiethPercentileReprojectionMetres = ninetiethPercentileReprojectionMetres
        self.pitchDegrees = pitchDegrees
        self.rollDegrees = rollDegrees
        self.cameraHeightMetres = cameraHeightMetres
        self.focalLengthOverLongSide = focalLengthOverLongSide
        self.focalLengthDeviations = focalLengthDeviations
        self.distanceMetres = distanceMetres
    }
}
