import Foundation
import Movement

/// A person who stands still and moves the right arm, seen through the noise measured on BlazePose: 2D errors of 12 mm
/// and 0.3 s, depth errors of a constant and a 0.6 s part per landmark, landmarks 12 mm off the joints, lengths 4 % off.
struct SimulatedArms {
    /// Degrees: rise of the upper arm, the plane it rises in (0 sideways, 90 forward), flexion of the elbow.
    typealias Pose = (elevation: Double, plane: Double, flexion: Double)

    var scene: ArmScene
    var observations: Observations
    var elevation: [Double] = []
    var flexion: [Double] = []

    /// - Parameters:
    ///   - yaw: −π/2 faces the camera.
    ///   - size: of all errors, 1 as measured.
    init(seconds: Double, yaw: Double, seed: UInt64, noise size: Double = 1, pose: (Double) -> Pose) {
        var random = SeededNoise(seed: seed)
        let count = Int(seconds * 30)
        var constants = [Double](repeating: 0, count: BodyConstant.count)
        constants[BodyConstant.logFocalLength] = log(0.8 * 1280)
        constants[BodyConstant.cameraHeight] = 1.1
        let camera = BodyCamera(constants)
        let thorax = Matrix3(aboutY: yaw) * Matrix3(zxy: -0.1, 0, 0)
        let center = SIMD3(0.2, 1.38, -3.2)
        let lengths = (
            upper: 0.186 * 1.7 * (1 + 0.04 * size * random.normal()),
            lower: 0.146 * 1.7 * (1 + 0.04 * size * random.normal())
        )
        func offset() -> SIMD3<Double> { 0.012 * size * SIMD3(random.normal(), random.normal(), random.normal()) }
        let offsets = (shoulder: 0.5 * offset(), elbow: offset(), wrist: offset())

        // Each landmark's errors: right, down, away. The first eight are arms, then hips.
        struct Errors {
            var image: [[Double]]
            var depth: [Double]
        }
        func errors() -> Errors {
            let constant = 0.06 * size * random.normal()
            return Errors(
                image: (0..<2).map { _ in random.path(count: count, correlationSeconds: 0.3).map { 0.012 * size * $0 }
                },
                depth: random.path(count: count, correlationSeconds: 0.6).map { constant + 0.06 * size * $0 })
        }
        let noise = Dictionary(uniqueKeysWithValues: Landmark.allCases.map { ($0, errors()) })

        observations = Observations(capture: Capture(width: 720, height: 1280))
        var shoulders: (left: [SIMD3<Double>], right: [SIMD3<Double>]) = ([], [])
        for index in 0..<count {
            let now = pose(Double(index) / 30)
            var places: [Landmark: SIMD3<Double>] = [:]
            for side in [BodySide.left, .right] {
                let mirror = side == .right ? 1.0 : -1.0
                let arm: Pose = side == .right ? now : (8, 30, 12)
                let up = arm.elevation * .pi / 180
                let plane = arm.plane * .pi / 180
                func bone(_ angle: Double) -> SIMD3<Double> {
                    thorax * SIMD3(sin(angle) * sin(plane), -cos(angle), mirror * sin(angle) * cos(plane))
                }
                let upper = bone(up)
                let lower = bone(up + arm.flexion * .pi / 180)
                let rigid = center + thorax * SIMD3(0, 0, mirror * 0.17)
                // The shoulder blade lifts 4 cm on the way overhead.
                let shoulder = rigid + thorax * SIMD3(0, 0.04 * arm.elevation / 150, 0)
                let elbow = shoulder + lengths.upper * upper
                let wrist = elbow + lengths.lower * lower
                let isRight = side == .right
                places[isRight ? .rightShoulder : .leftShoulder] =
                    shoulder + thorax * (offsets.shoulder * SIMD3(1, 1, mirror))
                places[isRight ? .rightElbow : .leftElbow] = elbow + thorax * offsets.elbow
                places[isRight ? .rightWrist : .leftWrist] = wrist + thorax * offsets.wrist
                places[isRight ? .rightHip : .leftHip] = center + thorax * SIMD3(0, -0.5, mirror * 0.09)
                if isRight { shoulders.right.append(rigid) } else { shoulders.left.append(rigid) }
            }
            let hips = 0.5 * ((places[.leftHip] ?? center) + (places[.rightHip] ?? center))
            let ray = camera.see(hips) / length(camera.see(hips))
            let axis = cross(ray, SIMD3(0, 0, 1))
            let points = Landmark.allCases.map { landmark in
                let place = places[landmark] ?? center
                let error = noise[landmark] ?? Errors(image: [[], []], depth: [])
                let seen = camera.see(place) + SIMD3(error.image[0][index], error.image[1][index], 0)
                let pixel = SIMD2(seen.x, seen.y) * (camera.focalLengthPixels / seen.z)
                let relative = seen + SIMD3(0, 0, error.depth[index]) - camera.see(hips)
                // Back into the axes of a camera that looks at the person.
                let world = relative + cross(axis, relative) + cross(axis, cross(axis, relative)) / (1 + ray.z)
                return ObservedPoint(
                    x: pixel.x + 360, y: pixel.y + 640, depth: 0, visibility: 0.95, world: world)
            }
            observations.append(time: Double(index) / 30, light: 0.5, score: 1, found: .tracker, points: points)
            elevation.append(now.elevation)
            flexion.append(now.flexion)
        }
        // The fitted trunk is off by a constant.
        let fitted = thorax * Matrix3(zxy: 0.06 * size * random.normal(), 0.025 * size * random.normal(), 0)
        scene = ArmScene(
            camera: camera, thorax: Array(repeating: fitted, count: count), leftShoulder: shoulders.left,
            rightShoulder: shoulders.right, shoulderOffset: .zero, statureMetres: 1.70,
            trunkDeviationDegrees: Array(repeating: 4, count: count))
    }
}
