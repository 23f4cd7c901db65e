import Base
import Movement

/// Looks at a whole recording and says, picture by picture, where the person's landmarks are.
///
/// Streams: nothing is kept over the clip. One thread, no file or network beyond the given source.
package struct PoseObserver {
    private let models: PoseModels
    private let maximalHertz: Double?
    private let limits: VideoLimits
    private let mode: PersonTracker.Mode

    /// - Parameters:
    ///   - maximalHertz: at most this many pictures a second are looked at; nil means all.
    ///   - singleImages: looks at each picture by itself instead of following one person; for comparison with MediaPipe.
    package init(
        models: PoseModels, maximalHertz: Double?, limits: VideoLimits = VideoLimits(), singleImages: Bool = false
    ) {
        self.models = models
        self.maximalHertz = maximalHertz
        self.limits = limits
        mode = singleImages ? .singleImages : .recording
    }

    /// - Parameters:
    ///   - onStream: called once, before the first picture.
    ///   - onFrame: called for each analysed picture, in order of time.
    /// - Throws: `Failure` where the recording or the runtime cannot be used, and whatever the closures throw.
    package func observe(
        _ source: ByteSource, onStream: (StreamDescription) throws -> Void, onFrame: (FrameObservation) throws -> Void
    ) throws -> VideoEnd {
        let reader = try VideoReader(source: source, limits: limits)
        let tracker = PersonTracker(models: models, mode: mode)
        try onStream(reader.description)
        return try reader.forEachPicture(maximalHertz: maximalHertz) { seconds, picture in
            try onFrame(tracker.look(at: picture, seconds: seconds))
        }
    }
}

extension PoseObserver {
    /// Every reason `observe` and the loading of the models give for not looking at a recording, for a parent that gets a
    /// code from a confined child and has to find the words itself.
    package static let refusals: [Failure] = [
        .videoEmpty, .notAVideo, .noVideoStream, .videoDamaged, .videoUnreadable, .videoCodecUnsupported,
        .videoTooLong(VideoLimits()), .videoTooLarge, .outOfMemory,
        .poseRuntime("LiteRT"),
    ]
}
