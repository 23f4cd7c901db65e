import Base
import Foundation
import Testing
import Vision

/// The sample videos and the pose runtime that `make test` fetches. Tests that need them fail where they are absent.
enum Samples {
    static let runtime = folder("ZANCADA_RUNTIME", "runtime")
    static let videos = folder("ZANCADA_SAMPLES", "samples")
    /// The squat recording, which lies beside the repository and is not part of it; nil where it is not there.
    static let squat: String? = {
        let shared = ProcessInfo.processInfo.environment["ZANCADA_SHARED"] ?? root + "/../shared"
        let path = shared + "/data/squat/video.mp4"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    static func source(_ path: String) throws -> ByteSource {
        ByteSource(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static func folder(_ variable: String, _ name: String) -> String {
        ProcessInfo.processInfo.environment[variable] ?? root + "/.cache/" + name
    }
}
