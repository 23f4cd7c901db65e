import Base

/// What is seen of both arms, on the grid of the body fit.
package struct ArmTrack: Sendable {
    /// Shoulder, elbow and wrist of one side at one time.
    package enum Mark: Int, Sendable, CaseIterable { case shoulder, elbow, wrist }

    private let track: LandmarkTrack

    /// The twelve places of a `LandmarkTrack`, filled with arms; the last four repeat the hips.
    private static let landmarks: [Landmark] = [
        .leftShoulder, .rightShoulder, .leftElbow, .rightElbow, .leftWrist, .rightWrist, .leftHip, .rightHip,
        .leftHip, .rightHip, .leftHip, .rightHip,
    ]

    /// - Throws: as `LandmarkTrack`.
    package init(_ observations: Observations) throws(Failure) {
        let frames = observations.frames.filter(\.hasPerson)
        track = try LandmarkTrack(
            times: frames.map(\.time), width: observations.capture.width, height: observations.capture.height
        ) { frame, landmark in
            let point = observations.point(Self.landmarks[landmark], in: frames[frame])
            return LandmarkTrack.Sample(x: point.x, y: point.y, visibility: point.visibility, world: point.world)
        }
    }

    package var times: [Double] { track.times }
    package var count: Int { track.count }

    private func place(_ mark: Mark, _ side: BodySide, _ index: Int) -> Int {
        index * 12 + 2 * mark.rawValue + (side == .left ? 0 : 1)
    }

    /// Pixels from the middle of the picture.
    func image(_ mark: Mark, _ side: BodySide, at index: Int) -> SIMD2<Double> { track.image[place(mark, side, index)] }

    func confidence(_ mark: Mark, _ side: BodySide, at index: Int) -> Double {
        track.confidence[place(mark, side, index)]
    }

    /// From one mark to the next along the arm, in metres and camera axes.
    ///
    /// The network's axes are those of a camera looking at the person; they are turned by the rotation that takes the
    /// optical axis to the ray through the hips.
    func bone(from mark: Mark, to other: Mark, _ side: BodySide, at index: Int, focalLengthPixels: Double) -> SIMD3<
        Double
    > {
        let hips = 0.5 * (track.image[index * 12 + 6] + track.image[index * 12 + 7])
        let ray = SIMD3(hips.x / focalLengthPixels, hips.y / focalLengthPixels, 1)
        let direction = ray / length(ray)
        let bone = track.world[place(other, side, index)] - track.world[place(mark, side, index)]
        let axis = cross(SIMD3(0, 0, 1), direction)
        return bone + cross(axis, bone) + cross(axis, cross(axis, bone)) / (1 + direction.z)
    }
}
