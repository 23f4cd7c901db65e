import Base
import Foundation

/// The three files that looking for people takes, and what they must be: LiteRT's library and BlazePose's networks.
///
/// They are fetched by `make setup` and kept outside the repository. Sources and licences: `docs/licences.md`.
package struct PoseRuntimeFile: Sendable, Equatable {
    package let name: String
    /// SHA-256 in hexadecimal.
    package let sha256: String

    /// From the wheel mediapipe 0.10.21; the same for every processor.
    package static let detector = Self(
        name: "pose_detection.tflite", sha256: "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c")
    package static let landmarks = Self(
        name: "pose_landmark_full.tflite", sha256: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f")

    /// From the wheel ai-edge-litert 2.3.0 for this processor; nil where there is none.
    package static let runtime: Self? = {
        #if arch(x86_64)
            Self(name: "libLiteRt.so", sha256: "eec47eb35e2924b3166015887e652a58edc9af823ae38e02bf83bef2548300bb")
        #elseif arch(arm64)
            Self(name: "libLiteRt.so", sha256: "b57687dc234d2b8b0598aef5a9c961ed24263df8f8b3f56adbee1cff618e544b")
        #else
            nil
        #endif
    }()

    /// The three, where there is a runtime for this processor.
    private static var all: [Self] { [runtime, detector, landmarks].compactMap(\.self) }

    /// SHA-256 in hexadecimal by file name, as it goes into the observations.
    package static var hashes: [String: String] { Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.sha256) }) }

    /// Makes sure that the folder has the three files and that they are what they should be.
    ///
    /// - Throws: `Failure(.unavailable)` saying which command installs them.
    package static func check(folder: String) throws(Failure) {
        guard runtime != nil else { throw .poseProcessorUnsupported }
        for file in all { _ = try file.load(from: folder) }
    }

    /// The file's bytes, having made sure that it is what it should be.
    ///
    /// - Throws: `Failure(.unavailable)` saying which command installs it.
    func load(from folder: String) throws(Failure) -> Data {
        let path = folder + "/" + name
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .poseFileMissing(name, folder: folder)
        }
        var digest = Digest()
        data.withUnsafeBytes { digest.update($0) }
        guard digest.hexadecimal == sha256 else { throw .poseFileChanged(name, folder: folder) }
        return data
    }
}

extension Failure {
    static func poseFileMissing(_ name: String, folder: String) -> Failure {
        Failure(
            .unavailable, "pose_runtime_missing",
            Text(
                es: "Falta «\(name)» en «\(folder)», que hace falta para ver a la persona. Instálelo con «make setup».",
                en: "'\(name)' is missing in '\(folder)'; it is needed to see the person. Install it with 'make setup'."))
    }

    static func poseFileChanged(_ name: String, folder: String) -> Failure {
        Failure(
            .unavailable, "pose_runtime_wrong_hash",
            Text(
                es: "«\(name)» en «\(folder)» no es el archivo esperado (su SHA-256 es otro). Instálelo de nuevo con «make setup».",
                en: "'\(name)' in '\(folder)' is not the file expected (its SHA-256 differs). Install it again with 'make setup'."))
    }

    static let poseProcessorUnsupported = Failure(
        .unavailable, "pose_runtime_processor",
        Text(
            es: "No hay motor de pose para este procesador. Use una máquina x86-64 o ARM de 64 bits.",
            en: "There is no pose runtime for this processor. Use an x86-64 or 64-bit ARM machine."))

    static func poseRuntime(_ what: String) -> Failure {
        Failure(
            .unavailable, "pose_runtime_failed",
            Text(
                es: "El motor de pose no arranca (\(what)). Instálelo de nuevo con «make setup».",
                en: "The pose runtime does not start (\(what)). Install it again with 'make setup'."))
    }
}
