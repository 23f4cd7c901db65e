/// What was seen in a video, frame by frame, before anything is concluded from it.
///
/// This is the middle file of an evaluation: measuring is a pure function of it, so that a result can be
/// recomputed after the video is gone. Its written form is `observations.jsonl` (`docs/observations.md`).
package struct Observations: Sendable, Equatable {
    package var capture: Capture
    package var request: MeasureRequest
    /// What is remarkable about the file itself, as codes: `video_cut_off`, `video_partly_damaged`.
    package var remarks: [String] = []
    package private(set) var frames: [ObservedFrame] = []
    /// [frames with a person × 33 landmarks × 7 values], in the order of `ObservedPoint`.
    private var values: [Float] = []

    package init(capture: Capture, request: MeasureRequest = MeasureRequest()) {
        self.capture = capture
        self.request = request
    }

    /// Appends a frame in which nobody was seen.
    package mutating func append(emptyAt time: Double, light: Double) {
        frames.append(ObservedFrame(time: time, light: light, score: 0, found: .nobody, offset: -1))
    }

    /// Appends a frame with a person. `points` has one entry per landmark, in the order of `Landmark`.
    package mutating func append(
        time: Double, light: Double, score: Double, found: ObservedFrame.Found, points: [ObservedPoint]
    ) {
        precondition(points.count == Landmark.count && found != .nobody)
        frames.append(ObservedFrame(time: time, light: light, score: score, found: found, offset: values.count))
        for point in points {
            values += [
                Float(point.x), Float(point.y), Float(point.depth), Float(point.visibility),
                Float(point.world.x), Float(point.world.y), Float(point.world.z),
            ]
        }
    }

    /// The landmark in a frame that has a person.
    package func point(_ landmark: Landmark, in frame: ObservedFrame) -> ObservedPoint {
        let at = frame.offset + landmark.rawValue * 7
        return ObservedPoint(
            x: Double(values[at]), y: Double(values[at + 1]), depth: Double(values[at + 2]),
            visibility: Double(values[at + 3]),
            world: SIMD3(Double(values[at + 4]), Double(values[at + 5]), Double(values[at + 6])))
    }
}

/// One analysed picture.
package struct ObservedFrame: Sendable, Equatable {
    /// How the person was found in it.
    package enum Found: String, Sendable {
        case nobody
        /// By looking for a person in the whole picture.
        case detector
        /// Near where the person was in the picture before.
        case tracker
    }

    /// Presentation time in seconds from the first picture a player would show.
    package let time: Double
    /// Mean brightness of the picture, 0 (black) … 1 (white).
    package let light: Double
    /// The network's own confidence that there is a person, 0 … 1; 0 where nobody was found.
    package let score: Double
    package let found: Found
    fileprivate let offset: Int

    package var hasPerson: Bool { found != .nobody }
}

/// One landmark in one picture.
package struct ObservedPoint: Sendable, Equatable {
    /// Pixels from the left edge of the upright picture.
    package var x: Double
    /// Pixels from the top edge of the upright picture.
    package var y: Double
    /// The network's depth relative to the middle of the hips, in pixels; negative towards the camera.
    package var depth: Double
    /// 0 … 1: how likely it is in the picture and not hidden.
    package var visibility: Double
    /// Metres relative to the middle of the hips, in axes of a camera looking at the person: right, down, away.
    package var world: SIMD3<Double>

    package init(x: Double, y: Double, depth: Double, visibility: Double, world: SIMD3<Double>) {
        self.x = x
        self.y = y
        self.depth = depth
        self.visibility = visibility
        self.world = world
    }
}

/// How the pictures were taken, and by what they were looked at.
package struct Capture: Sendable, Equatable {
    /// Of the upright picture, in pixels.
    package var width: Int
    package var height: Int
    /// Clockwise turn that was applied to the stored picture: 0, 90, 180 or 270.
    package var rotationDegrees: Int
    /// Pictures a second as presented (median); nil where there were too few to tell.
    package var rateHertz: Double?
    /// The bound that was set on pictures analysed a second.
    package var analysedRateLimitHertz: Double?
    /// Length of the recording in seconds, where the file says so.
    package var durationSeconds: Double?
    package var codec: String
    package var container: String
    /// Focal length over the longer side of the upright picture, where the phone told it.
    package var focalLengthOverLongSide: Double?
    /// Unit vector of gravity in camera axes (x right, y down, z away from the camera), where the phone told it.
    package var gravity: SIMD3<Double>?
    /// SHA-256 in hexadecimal of the video file.
    package var videoSHA256: String
    package var videoBytes: Int
    /// SHA-256 in hexadecimal of the networks and their runtime, by file name.
    package var models: [String: String]
    /// Name and version of the program that looked.
    package var program: String
    /// Whether nobody was filmed: the movement was computed.
    package var isSimulated: Bool

    package init(
        width: Int, height: Int, rotationDegrees: Int = 0, rateHertz: Double? = nil,
        analysedRateLimitHertz: Double? = nil, durationSeconds: Double? = nil, codec: String = "",
        container: String = "", focalLengthOverLongSide: Double? = nil, gravity: SIMD3<Double>? = nil,
        videoSHA256: String = "", videoBytes: Int = 0, models: [String: String] = [:], program: String = "",
        isSimulated: Bool = false
    ) {
        self.width = width
        self.height = height
        self.rotationDegrees = rotationDegrees
        self.rateHertz = rateHertz
        self.analysedRateLimitHertz = analysedRateLimitHertz
        self.durationSeconds = durationSeconds
        self.codec = codec
        self.container = container
        self.focalLengthOverLongSide = focalLengthOverLongSide
        self.gravity = gravity
        self.videoSHA256 = videoSHA256
        self.videoBytes = videoBytes
        self.models = models
        self.program = program
        self.isSimulated = isSimulated
    }
}
