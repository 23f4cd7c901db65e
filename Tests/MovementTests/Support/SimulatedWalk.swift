import Foundation
import Movement

/// A walk with known events: feet that stand still between contact and lift, and swing with least jerk and land at speed.
struct SimulatedWalk {
    var strideSeconds = 1.1
    var stanceShare = 0.62
    var speed = 1.2
    var seconds = 5.0
    /// Direction of walking as the pelvis' yaw: 0 is to the right edge of the picture.
    var yaw = 0.0
    /// Part of the stride by which the right foot's contact comes after time zero; the left one's half a stride later.
    var phase = 0.3

    func contacts(_ side: BodySide) -> [Double] {
        let first = (side == .right ? phase : phase + 0.5).truncatingRemainder(dividingBy: 1) - 1
        return (0..<20).map { (first + Double($0)) * strideSeconds }
    }

    /// Metres along the way and height of a point of the foot that is still from its contact to its lift.
    private func foot(_ time: Double, contactsAt contacts: [Double], delay: Double, lift: Double, ahead: Double) -> (
        Double, Double
    ) {
        let stride = speed * strideSeconds
        let number = contacts.lastIndex { $0 + delay <= time } ?? 0
        let standing = contacts[number] * speed + 0.33 + ahead
        let start = contacts[number] + lift * strideSeconds
        let end = contacts[number] + strideSeconds + delay
        guard time > start else { return (standing, 0) }
        let u = min(1, (time - start) / (end - start))
        // A heel lands with about 0.5 m/s forward left (Redfern et al., Ergonomics 44:1138, 2001).
        let landing = 0.5 * (end - start) / stride
        let moved = u * u * u * (10 - 15 * u + 6 * u * u) + landing * u * u * u * (-4 + 7 * u - 3 * u * u)
        return (standing + stride * moved, 0.3 * u * u * (1 - u) * (1 - u))
    }

    func motion() -> FittedMotion {
        let count = Int(seconds * 30)
        var points: [SIMD3<Double>] = []
        var along: [[Double]] = []
        let forward = SIMD3(cos(yaw), 0, -sin(yaw))
        let rightward = SIMD3(sin(yaw), 0, cos(yaw))
        for index in 0..<count {
            let time = Double(index) / 30
            let hip = speed * time + 0.02 * sin(4 * .pi * time / strideSeconds)
            var body = [SIMD3<Double>](repeating: .zero, count: BodyPoint.count)
            func place(_ point: BodyPoint, _ along: Double, _ height: Double, _ right: Double) {
                body[point.rawValue] =
                    SIMD3(0, height, -4) + forward * (along - 0.5 * speed * seconds) + rightward * right
            }
            place(.midHip, hip, 0.92 + 0.02 * cos(4 * .pi * time / strideSeconds), 0)
            var row: [Double] = []
            for side in [BodySide.left, .right] {
                let sign = side == .right ? 1.0 : -1.0
                // The heel lifts at 45 % of the stride, the toe lands at 6 %.
                let heel = foot(time, contactsAt: contacts(side), delay: 0, lift: 0.45, ahead: 0)
                let toe = foot(
                    time, contactsAt: contacts(side), delay: 0.06 * strideSeconds, lift: stanceShare, ahead: 0.19)
                place(side == .left ? .leftHeel : .rightHeel, heel.0, heel.1, sign * 0.09)
                place(side == .left ? .leftToe : .rightToe, toe.0, toe.1, sign * 0.09)
                row += [heel.0, toe.0]
            }
            points += body
            along.append(row)
        }
        let contact = along.indices.map { index -> SIMD4<Double> in
            let before = along[max(index - 1, 0)]
            let after = along[min(index + 1, count - 1)]
            let weights = (0..<4).map { 1 / (1 + exp((abs(after[$0] - before[$0]) * 15 - 0.2) / 0.05)) }
            return SIMD4(weights[0], weights[2], weights[1], weights[3])
        }
        return FittedMotion(
            family: .gait, times: (0..<count).map { Double($0) / 30 },
            isMeasured: Array(repeating: true, count: count), angles: [:], points: points, contact: contact,
            yawRadians: (0..<count).map { yaw + 0.1 * sin(2 * .pi * Double($0) / 30 / strideSeconds) },
            quality: goodQuality)
    }
}
