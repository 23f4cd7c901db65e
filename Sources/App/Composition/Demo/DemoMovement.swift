import Base
import Foundation
import Movement
import MovementSimulation

/// One made-up recording: what a person who is nobody does before a camera that is not there. Its JSON stands in the place of a video, so
/// that it takes the way of every video: in parts, sealed, by a job.
struct DemoMovement: Codable, Sendable {
    /// As `Exercise` spells it.
    private var name: String
    var seconds: Double
    /// Greatest bend or height, as `SimulatedMovement` means it; nil: the textbook's.
    var peakDegrees: Double?
    /// Where the person looks to: 0 at the picture's right edge, −90 at the camera.
    var yawDegrees: Double
    var kneesInwardMetres = 0.0
    var heelRiseMetres = 0.0
    var forwardLeanDegrees = 0.0
    var armDropDegrees = 0.0
    var seed: UInt64
    /// 0 … 1, of the picture.
    var light = 0.5

    var exercise: Exercise { Exercise(rawValue: name) ?? .squat }

    /// In place of a video's bytes.
    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return [UInt8](try encoder.encode(self))
        }
    }

    init(_ exercise: Exercise, seconds: Double = 10, peakDegrees: Double? = nil, yawDegrees: Double, seed: UInt64) {
        name = exercise.rawValue
        self.seconds = seconds
        self.peakDegrees = peakDegrees
        self.yawDegrees = yawDegrees
        self.seed = seed
    }

    init(bytes: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) }

    /// `observations.jsonl` as the observer would write it, which says of itself that nobody was filmed.
    func observations(as request: MeasureRequest) throws -> [UInt8] {
        var movement = SimulatedMovement(exercise, seconds: seconds, peakDegrees: peakDegrees)
        // The body stays over its feet.
        movement.hipShare = 0.74
        movement.fault.kneesInwardMetres = kneesInwardMetres
        movement.fault.heelRiseMetres = heelRiseMetres
        movement.fault.forwardLeanDegrees = forwardLeanDegrees
        movement.fault.armDropDegrees = armDropDegrees
        let observations = SimulatedScene(yawDegrees: yawDegrees, seed: seed).record(movement).observations
        let video = try bytes
        var capture = observations.capture
        (capture.videoSHA256, capture.videoBytes) = (Digest(of: video).hexadecimal, video.count)
        (capture.codec, capture.container) = ("none", "none")
        (capture.program, capture.isSimulated) = ("\(Program.nameAndVersion) demonstration", true)
        var writer = ObservationsWriter()
        var lines = writer.header(capture, request: request)
        for frame in observations.frames {
            lines += writer.frame(
                time: frame.time, light: light, score: frame.score, found: frame.found,
                points: Landmark.allCases.map { landmark in
                    var point = observations.point(landmark, in: frame)
                    // In the dark a network is not sure of what it sees.
                    if light < 0.1 { point.visibility = 0.4 }
                    return point
                })
        }
        return lines + writer.end(remarks: [])
    }
}
