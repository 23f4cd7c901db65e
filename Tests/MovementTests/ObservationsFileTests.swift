import Base
import Movement
import Testing

@Suite("observations.jsonl")
struct ObservationsFileTests {
    /// Deterministic noise: SplitMix64.
    struct Noise: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func madeUp(frames: Int, seed: UInt64) -> [UInt8] {
        var noise = Noise(state: seed)
        var writer = ObservationsWriter()
        let capture = Capture(
            width: 720, height: 1280, rotationDegrees: 90, rateHertz: 59.94, analysedRateLimitHertz: 30,
            durationSeconds: 13.459, codec: "h264", container: "mov,mp4", focalLengthOverLongSide: 0.79,
            gravity: SIMD3(0, 0.6, 0.8), videoSHA256: String(repeating: "0f", count: 32), videoBytes: 12,
            models: ["b.tflite": String(repeating: "a", count: 64)], program: "zancada 0.1.0")
        var bytes = writer.header(capture, request: MeasureRequest(exercise: .squat, heightMetres: 1.7, language: .spanish))
        for index in 0..<frames {
            let points = (0..<Landmark.count).map { _ in
                ObservedPoint(
                    x: .random(in: -50...800, using: &noise), y: .random(in: -50...1300, using: &noise),
                    depth: .random(in: -400...400, using: &noise), visibility: .random(in: 0...1, using: &noise),
                    world: SIMD3(
                        .random(in: -1...1, using: &noise), .random(in: -1...1, using: &noise), .random(in: -1...1, using: &noise)))
            }
            let found: ObservedFrame.Found = index == 0 ? .detector : index % 7 == 3 ? .nobody : .tracker
            bytes += writer.frame(
                time: Double(index) / 30, light: .random(in: 0...1, using: &noise), score: 0.9, found: found, points: points)
        }
        return bytes + writer.end()
    }

    @Test("what is written is read, and written again it is the same to the byte")
    func roundTrip() throws {
        let bytes = madeUp(frames: 50, seed: 1)
        let read = try ObservationsReader.read(bytes)
        #expect(read.frames.count == 50)
        #expect(read.capture.gravity == SIMD3(0, 0.6, 0.8))
        #expect(read.request == MeasureRequest(exercise: .squat, heightMetres: 1.7, language: .spanish))
        var writer = ObservationsWriter()
        var again = writer.header(read.capture, request: read.request)
        for frame in read.frames {
            let points = frame.hasPerson ? Landmark.allCases.map { read.point($0, in: frame) } : []
            again += writer.frame(time: frame.time, light: frame.light, score: frame.score, found: frame.found, points: points)
        }
        again += writer.end()
        #expect(again == bytes)
    }

    @Test("a file that was cut off anywhere is refused")
    func cutOff() {
        let bytes = madeUp(frames: 3, seed: 2)
        for count in stride(from: 0, to: bytes.count - 1, by: 97) {
            #expect(throws: ObservationsReader.Fault.self) { try ObservationsReader.read(Array(bytes.prefix(count))) }
        }
    }

    @Test("a newer version is named")
    func newer() {
        #expect(throws: ObservationsReader.Fault.newerVersion(9)) {
            try ObservationsReader.read(Array(#"{"format":"zancada-observations","version":9}"#.utf8))
        }
    }

    @Test("damaged files are refused or read, and never stop the program", arguments: 1...20 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) {
        var noise = Noise(state: seed)
        let whole = madeUp(frames: 4, seed: 3)
        for _ in 0..<100 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &noise) {
                let at = Int.random(in: 0..<bytes.count, using: &noise)
                switch Int.random(in: 0..<3, using: &noise) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &noise)
                case 1: bytes.remove(at: at)
                default: bytes.insert(contentsOf: bytes[max(0, at - 20)..<at], at: at)
                }
            }
            guard let read = try? ObservationsReader.read(bytes) else { continue }
            #expect(read.frames.count == 4)
        }
    }
}
