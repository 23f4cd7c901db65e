import Foundation
import Movement

/// A body in its median plane on planted feet, from the leans of its segments: feet, shank forward, thigh backward,
/// trunk forward (degrees), and how far each arm is raised.
func simulatedExercise(
    seconds: Double, yaw: Double = -1.2, noise: SeededNoise? = nil,
    pose: (Double) -> (shank: Double, thigh: Double, trunk: Double, arms: Double)
) -> FittedMotion {
    var noise = noise
    let count = Int(seconds * 30)
    func jitter(_ size: Double) -> Double { size * (noise?.normal() ?? 0) }
    let forward = SIMD3(cos(yaw), 0, -sin(yaw))
    let rightward = SIMD3(sin(yaw), 0, cos(yaw))
    var points: [SIMD3<Double>] = []
    var knee: [Double] = []
    var hip: [Double] = []
    var shoulder: [Double] = []
    for index in 0..<count {
        let pose = pose(Double(index) / 30)
        let (shank, thigh, trunk) = (pose.shank * .pi / 180, pose.thigh * .pi / 180, pose.trunk * .pi / 180)
        let ankle = (0.05, 0.08)
        let kneeAt = (ankle.0 + 0.4 * sin(shank), ankle.1 + 0.4 * cos(shank))
        let hipAt = (kneeAt.0 - 0.41 * sin(thigh), kneeAt.1 + 0.41 * cos(thigh))
        let shoulderAt = (hipAt.0 + 0.5 * sin(trunk), hipAt.1 + 0.5 * cos(trunk))
        var body = [SIMD3<Double>](repeating: .zero, count: BodyPoint.count)
        func place(_ point: BodyPoint, _ at: (Double, Double), _ side: Double) {
            body[point.rawValue] =
                SIMD3(jitter(0.01), at.1 + jitter(0.01), -3.2 + jitter(0.02)) + forward * at.0 + rightward * side
        }
        place(.midHip, hipAt, 0)
        place(.leftHeel, (0, 0), -0.1)
        place(.rightHeel, (0, 0), 0.1)
        place(.leftToe, (0.19, 0), -0.1)
        place(.rightToe, (0.19, 0), 0.1)
        place(.leftShoulder, shoulderAt, -0.17)
        place(.rightShoulder, shoulderAt, 0.17)
        // Arms rise sideways.
        let arm = pose.arms * .pi / 180
        place(.leftElbow, (shoulderAt.0, shoulderAt.1 - 0.3 * cos(arm)), -0.17 - 0.3 * sin(arm))
        place(.rightElbow, (shoulderAt.0, shoulderAt.1 - 0.3 * cos(arm)), 0.17 + 0.3 * sin(arm))
        points += body
        knee.append(pose.shank + pose.thigh)
        hip.append(pose.thigh + pose.trunk)
        shoulder.append(pose.arms)
    }
    func noisy(_ values: [Double]) -> [Double] { values.map { $0 + jitter(2) } }
    var result = motion(
        [
            .kneeRight: noisy(knee), .kneeLeft: noisy(knee), .hipRight: noisy(hip), .hipLeft: noisy(hip),
            .shoulderRight: noisy(shoulder), .shoulderLeft: noisy(shoulder),
        ], yawRadians: yaw)
    result.points = points
    return result
}

/// 0 … 1 … 0 over a period, with a rest at 0 for `rest` of it.
func wave(_ time: Double, period: Double, rest: Double = 0.3) -> Double {
    let phase = (time / period).truncatingRemainder(dividingBy: 1)
    return phase < rest ? 0 : 0.5 * (1 - cos(2 * .pi * (phase - rest) / (1 - rest)))
}
