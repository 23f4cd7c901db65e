import Foundation
import Movement

/// A motion of which only angles are known; the body stands at the origin and faces the camera unless said otherwise.
func motion(
    _ angles: [JointAngle: [Double]], deviation: Double = 4, yawRadians: Double = -.pi / 2,
    family: ExerciseFamily = .generic
) -> FittedMotion {
    let count = angles.values.map(\.count).max() ?? 0
    return FittedMotion(
        family: family, times: (0..<count).map { Double($0) / 30 }, isMeasured: Array(repeating: true, count: count),
        angles: angles.mapValues { values in
            AngleSeries(
                degrees: values,
                standardUncertaintyDegrees: values.map { $0.isFinite ? deviation : .nan })
        },
        points: Array(repeating: SIMD3(0, 1, -3), count: count * BodyPoint.count),
        contact: Array(repeating: SIMD4(repeating: 1), count: count),
        yawRadians: Array(repeating: yawRadians, count: count), quality: goodQuality)
}

let goodQuality = FitQuality(
    medianReprojectionMetres: 0.007, ninetiethPercentileReprojectionMetres: 0.014, pitchDegrees: 2, rollDegrees: 0,
    cameraHeightMetres: 1.1, focalLengthOverLongSide: 0.78, focalLengthDeviations: 0.2, distanceMetres: 3.2)

/// Raised cosines: `count` excursions of `amplitude` from `rest`, each `seconds` long with `pause` seconds between, at 30 Hz.
func excursions(
    count: Int, amplitude: Double, rest: Double = 5, seconds: Double = 2, pause: Double = 1
) -> [Double] {
    let still = Array(repeating: rest, count: Int(pause * 30))
    let one = (0..<Int(seconds * 30)).map { rest + amplitude * 0.5 * (1 - cos(2 * .pi * Double($0) / (seconds * 30))) }
    return still + (0..<count).flatMap { _ in one + still }
}

/// The folder with recordings that are not part of the project; nil where it is absent.
let sharedSquatFolder: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let shared =
        ProcessInfo.processInfo.environment["ZANCADA_SHARED"].map { URL(filePath: $0) }
        ?? root.deletingLastPathComponent().appending(path: "shared")
    let folder = shared.appending(path: "data/squat")
    return FileManager.default.fileExists(atPath: folder.appending(path: "truth.csv").path) ? folder : nil
}()
