import Foundation
import Testing

/// Damaged and malicious recordings through the real program: it refuses or reads them, and lives.
///
/// Each seed is one reproducible mutation. `ZANCADA_FUZZ_SEEDS=1000` tries more of them.
@Suite("hostile videos", .enabled(if: Hostility.canRun, "ffmpeg or the pose runtime is missing: run make setup"))
struct HostileVideoTests {
    enum Format: String, CaseIterable, Sendable {
        case h264 = "h264.mp4"
        case vp8 = "vp8.webm"
        case vp9 = "vp9.mkv"
        case hevc = "hevc.mov"

        var encoder: String {
            switch self {
            case .h264: "libx264"
            case .vp8: "libvpx"
            case .vp9: "libvpx-vp9"
            case .hevc: "libx265"
            }
        }
    }

    @Test("a mutated video is read or refused with one sentence", arguments: Format.allCases, Hostility.seeds)
    func mutated(_ format: Format, seed: Int) throws {
        let scratch = try Scratch()
        let clip = try scratch.clip(
            format.rawValue, "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=1", "-c:v", format.encoder, "-threads", "1",
            "-pix_fmt", "yuv420p", "-x265-params", "log-level=none")
        var mutation = Mutation(seed: UInt64(seed))
        let bytes = mutation.applied(to: [UInt8](try Data(contentsOf: URL(fileURLWithPath: clip))))
        let hostile = try scratch.file("hostile-" + format.rawValue, Data(bytes))
        let outcome = try Zancada.run(
            ["observe", hostile.path, "--out", scratch.path("out"), "--quiet"], environment: ["ZANCADA_RUNTIME": Hostility.runtime])
        #expect([0, 65].contains(outcome.status), "\(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == (outcome.status == 0 ? 0 : 1), "\(outcome.errors)")
        #expect(!outcome.errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        let left = FileManager.default.fileExists(atPath: scratch.path("out/observations.jsonl"))
        #expect(left == (outcome.status == 0))
    }
}

/// What these tests need from the machine.
private enum Hostility {
    static let runtime = Zancada.environment("ZANCADA_RUNTIME") ?? Zancada.root.appending(path: ".cache/runtime").path
    static let canRun =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/ffmpeg")
        && FileManager.default.isExecutableFile(atPath: Zancada.binary)
        && FileManager.default.fileExists(atPath: runtime + "/libLiteRt.so")
    static let seeds = Array(1...(Zancada.environment("ZANCADA_FUZZ_SEEDS").flatMap { Int($0) } ?? 8))
}

/// A seeded way to damage a file: a few of flipped bytes, extreme numbers, lost, repeated and zeroed stretches.
private struct Mutation {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func random(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(bound, 1)
    }

    mutating func applied(to original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...random(4) where bytes.count > 64 {
            // Half of the time near the ends, where the tables are.
            let place = [random(bytes.count), random(512), bytes.count - 1 - random(1024)][random(3)]
            let start = min(max(place, 0), bytes.count - 8)
            let end = min(bytes.count, start + 1 + random(300))
            switch random(6) {
            case 0: for _ in 0...random(30) { bytes[random(bytes.count)] ^= UInt8(1 << random(8)) }
            case 1: for index in start..<start + 4 { bytes[index] = random(2) == 0 ? 0xFF : 0x7F }
            case 2: bytes.replaceSubrange(start..<end, with: repeatElement(0, count: end - start))
            case 3: bytes.removeSubrange(start..<end)
            case 4: bytes.insert(contentsOf: bytes[start..<end], at: random(bytes.count))
            default: for index in start..<end { bytes[index] = UInt8(random(256)) }
            }
        }
        if random(6) == 0 { bytes.removeLast(random(bytes.count)) }
        return bytes
    }
}
