/// How much of the person the pictures show.
package struct VisibleBody: Sendable {
    /// From the head to the feet in pixels, in the tenth of the pictures in which it is longest (a person who squats
    /// is not further away).
    package private(set) var heightPixels = 0.0
    /// Median of the visibilities of shoulders, hips and legs over all pictures with a person.
    package private(set) var medianVisibility = 0.0
    /// Share of the pictures with a person in which a part is hidden or beyond the edges.
    package private(set) var unseenShare: [ExerciseProtocol.BodyPart: Double] = [:]

    private static let leastVisibility = 0.5
    /// From the nose to the toes is about this share of a person's height.
    private static let landmarkSpanShare = 0.93

    package init(_ observations: Observations) {
        let seen = observations.frames.filter(\.hasPerson)
        var spans: [Double] = []
        var visibilities: [Double] = []
        var unseen: [ExerciseProtocol.BodyPart: Int] = [:]
        for frame in seen {
            let rows = Landmark.allCases.map { observations.point($0, in: frame) }
            if let top = rows.map(\.y).min(), let bottom = rows.map(\.y).max() { spans.append(bottom - top) }
            visibilities += Self.trunkAndLegs.map { rows[$0.rawValue].visibility }
            for part in ExerciseProtocol.BodyPart.allCases where !Self.isSeen(part, rows, observations.capture) {
                unseen[part, default: 0] += 1
            }
        }
        guard !seen.isEmpty else { return }
        heightPixels = SeriesStatistics.quantile(spans, 0.9) / Self.landmarkSpanShare
        medianVisibility = SeriesStatistics.median(visibilities)
        unseenShare = unseen.mapValues { Double($0) / Double(seen.count) }
    }

    private static let trunkAndLegs: [Landmark] = [
        .leftShoulder, .rightShoulder, .leftHip, .rightHip, .leftKnee, .rightKnee, .leftAnkle, .rightAnkle, .leftHeel,
        .rightHeel, .leftFootIndex, .rightFootIndex,
    ]

    /// One side is enough for legs and feet: the far one is often behind the near one. Hands and head must be inside
    /// the picture, whatever hides them.
    private static func isSeen(_ part: ExerciseProtocol.BodyPart, _ rows: [ObservedPoint], _ capture: Capture) -> Bool {
        func isInside(_ landmark: Landmark) -> Bool {
            let point = rows[landmark.rawValue]
            return (0...Double(capture.width)).contains(point.x) && (0...Double(capture.height)).contains(point.y)
        }
        func isClear(_ landmarks: [Landmark]) -> Bool {
            landmarks.allSatisfy { isInside($0) && rows[$0.rawValue].visibility >= leastVisibility }
        }
        return switch part {
        case .head: isInside(.nose)
        case .hands:
            isInside(.leftWrist) && isInside(.rightWrist) && (isClear([.leftWrist]) || isClear([.rightWrist]))
        case .legs: isClear([.leftHip, .leftKnee]) || isClear([.rightHip, .rightKnee])
        case .feet:
            isClear([.leftAnkle, .leftHeel, .leftFootIndex]) || isClear([.rightAnkle, .rightHeel, .rightFootIndex])
        }
    }
}
