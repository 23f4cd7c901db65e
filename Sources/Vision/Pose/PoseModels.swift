import Base
import Foundation

/// The two networks of BlazePose, loaded and compiled; afterwards no file is opened any more.
///
/// Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose Tracking", 2020; the networks of MediaPipe 0.10.21.
package final class PoseModels {
    let detector: any Network
    let landmarks: any Network
    /// SHA-256 in hexadecimal by file name, as it goes into the observations.
    package let hashes: [String: String]

    /// Loads from a folder that has the files of `PoseRuntimeFile`.
    ///
    /// - Throws: `Failure(.unavailable)` where one is missing, is another than expected, or does not load.
    package convenience init(folder: String) throws(Failure) {
        guard let library = PoseRuntimeFile.runtime else { throw .poseProcessorUnsupported }
        _ = try library.load(from: folder)
        let detector = try PoseRuntimeFile.detector.load(from: folder)
        let landmarks = try LandmarkReader.withoutOutline(PoseRuntimeFile.landmarks.load(from: folder))
        let runtime = try LiteRT(libraryPath: folder + "/" + library.name)
        try self.init(
            detector: LiteRTNetwork(runtime: runtime, model: detector),
            landmarks: LiteRTNetwork(runtime: runtime, model: landmarks),
            hashes: [
                library.name: library.sha256, PoseRuntimeFile.detector.name: PoseRuntimeFile.detector.sha256,
                PoseRuntimeFile.landmarks.name: PoseRuntimeFile.landmarks.sha256,
            ])
    }

    /// - Throws: `Failure(.unavailable)` where the networks do not have BlazePose's shapes.
    package init(detector: any Network, landmarks: any Network, hashes: [String: String]) throws(Failure) {
        guard detector.inputCount == PersonDetector.side * PersonDetector.side * 3,
            detector.outputCounts == PersonDetector.outputCounts,
            landmarks.inputCount == LandmarkReader.side * LandmarkReader.side * 3,
            landmarks.outputCounts == LandmarkReader.outputCounts
        else { throw .poseRuntime("\(detector.outputCounts) \(landmarks.outputCounts)") }
        self.detector = detector
        self.landmarks = landmarks
        self.hashes = hashes
    }
}
