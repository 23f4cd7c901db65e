import Base
import Movement
import Vision

/// What the confined child says, made into observations by the parent, which believes none of it unchecked.
///
/// The child writes `{"stream":…}` first, then the frame lines of `observations.jsonl`, then perhaps `{"remarks":[…]}`.
/// The parent reads every number with the strict reader and writes the file's lines itself.
struct ChildLines {
    private let recording: Recording
    private let request: MeasureRequest
    private let maximalRateHertz: Double
    private var writer = ObservationsWriter()
    private var reader = ObservationsReader()
    private var remarks: [String] = []

    init(recording: Recording, request: MeasureRequest, maximalRateHertz: Double) {
        self.recording = recording
        self.request = request
        self.maximalRateHertz = maximalRateHertz
    }

    /// Pictures so far.
    var count: Int { reader.observations?.frames.count ?? 0 }

    /// How much of the recording is done, 0 … 1; nil where its length is not known.
    var fraction: Double? {
        guard let observations = reader.observations, let duration = observations.capture.durationSeconds, duration > 0 else {
            return nil
        }
        return min(1, (observations.frames.last?.time ?? 0) / duration)
    }

    /// The line that goes into the file; nil where the child's line was for the parent alone.
    mutating func take(_ line: [UInt8]) throws(Failure) -> [UInt8]? {
        guard reader.observations != nil else {
            guard let stream = StreamLine.read(line) else { throw Failure.videoStoppedReader }
            let header = writer.header(capture(of: stream), request: request)
            try take(header.dropLast())
            return header
        }
        if let codes = StreamLine.readRemarks(line) {
            remarks = codes
            return nil
        }
        try take(line[...])
        guard let observations = reader.observations, let frame = observations.frames.last else { return nil }
        let points = frame.hasPerson ? Landmark.allCases.map { observations.point($0, in: frame) } : []
        return writer.frame(time: frame.time, light: frame.light, score: frame.score, found: frame.found, points: points)
    }

    /// The observations, and the last line of their file.
    mutating func finish() throws(Failure) -> (Observations, end: [UInt8]) {
        let end = writer.end(remarks: remarks)
        try take(end.dropLast())
        do { return (try reader.finish(), end) } catch { throw Failure.videoStoppedReader }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(Failure) {
        do { try reader.take(line) } catch { throw Failure.videoStoppedReader }
    }

    private func capture(of stream: StreamDescription) -> Capture {
        Capture(
            width: stream.width, height: stream.height, rotationDegrees: stream.rotationDegrees, rateHertz: stream.rateHertz,
            analysedRateLimitHertz: maximalRateHertz, durationSeconds: stream.durationSeconds, codec: stream.codec,
            container: stream.container,
            focalLengthOverLongSide: recording.captureFile?.focalLengthOverLongSide ?? stream.focalLengthOverLongSide,
            gravity: recording.captureFile?.gravity, videoSHA256: recording.sha256, videoBytes: recording.bytes,
            models: PoseRuntimeFile.hashes.merging(["zancada": Program.sha256]) { $1 }, program: Program.nameAndVersion)
    }
}
