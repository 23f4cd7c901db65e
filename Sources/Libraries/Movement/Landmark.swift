/// The 33 body landmarks of the BlazePose topology, in its order.
///
/// Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose Tracking", 2020. "Left" is the person's left.
package enum Landmark: Int, Sendable, CaseIterable {
    case nose, leftEyeInner, leftEye, leftEyeOuter, rightEyeInner, rightEye, rightEyeOuter
    case leftEar, rightEar, mouthLeft, mouthRight
    case leftShoulder, rightShoulder, leftElbow, rightElbow, leftWrist, rightWrist
    case leftPinky, rightPinky, leftIndex, rightIndex, leftThumb, rightThumb
    case leftHip, rightHip, leftKnee, rightKnee, leftAnkle, rightAnkle
    case leftHeel, rightHeel, leftFootIndex, rightFootIndex

    package static let count = allCases.count

    /// The name in files: `left_hip`.
    package var name: String { Self.names[rawValue] }

    private static let names = allCases.map { landmark in
        String(describing: landmark).reduce(into: "") { name, character in
            if character.isUppercase { name += "_" }
            name += character.lowercased()
        }
    }
}
