import Foundation
import Movement

/// A body that stands on the floor and shows all 33 landmarks.
struct SimulatedBody {
    private let dimensions: BodyDimensions
    private let points = BodyPoints()

    init(_ constants: [Double]) { dimensions = BodyDimensions(constants) }

    /// Puts a series of angles on the floor: the lowest sole carries, and what carries does not slide. The path is
    /// centred before the camera.
    func walk(_ angles: [[Double]], yaw: Double, distance: Double) -> [[Double]] {
        var states = angles
        var carrier = 0
        var anchor = SIMD3<Double>.zero
        for index in states.indices {
            states[index][BodyState.yaw] = yaw
            for axis in 0..<3 { states[index][axis] = 0 }
            let soles = soles(states[index])
            let shift = index == 0 ? .zero : anchor - soles[carrier]
            carrier = soles.indices.min { soles[$0].y < soles[$1].y } ?? 0
            states[index][0] = shift.x
            states[index][1] = -soles[carrier].y
            states[index][2] = shift.z
            anchor = soles[carrier] + SIMD3(shift.x, 0, shift.z)
        }
        for axis in [0, 2] {
            let path = states.map { $0[axis] }
            let middle = ((path.min() ?? 0) + (path.max() ?? 0)) / 2
            for index in states.indices { states[index][axis] -= middle + (axis == 2 ? distance : 0) }
        }
        return states
    }

    private func soles(_ state: [Double]) -> [SIMD3<Double>] {
        points.place(BodyPose(state, dimensions), dimensions)
        return (BodyPoints.firstSole..<BodyPoints.count).map { points.positions[$0] }
    }

    /// World positions of the 33 landmarks. Head, arms and hands are a simple figure on the thorax.
    func landmarks(_ state: [Double], _ moment: SimulatedMovement.Moment) -> [SIMD3<Double>] {
        let pose = BodyPose(state, dimensions)
        points.place(pose, dimensions)
        var result = [SIMD3<Double>](repeating: .zero, count: Landmark.count)
        func set(_ landmark: Landmark, _ position: SIMD3<Double>) { result[landmark.rawValue] = position }
        for (index, landmark) in LandmarkTrack.landmarks.enumerated() { set(landmark, points.positions[index]) }

        let neck = (pose.left.shoulder + pose.right.shoulder) / 2
        func head(_ landmark: Landmark, _ forward: Double, _ up: Double, _ right: Double) {
            set(landmark, neck + pose.thorax * SIMD3(forward, up, right))
        }
        head(.nose, 0.12, 0.20, 0)
        head(.leftEyeInner, 0.10, 0.23, -0.015)
        head(.leftEye, 0.10, 0.23, -0.03)
        head(.leftEyeOuter, 0.09, 0.23, -0.045)
        head(.rightEyeInner, 0.10, 0.23, 0.015)
        head(.rightEye, 0.10, 0.23, 0.03)
        head(.rightEyeOuter, 0.09, 0.23, 0.045)
        head(.leftEar, 0.02, 0.21, -0.075)
        head(.rightEar, 0.02, 0.21, 0.075)
        head(.mouthLeft, 0.10, 0.16, -0.025)
        head(.mouthRight, 0.10, 0.16, 0.025)

        let (abduction, elbow) = (moment.armAbductionDegrees * .pi / 180, moment.elbowDegrees * .pi / 180)
        let plane = moment.armPlaneDegrees * .pi / 180
        for side in BodySide.allCases {
            let mirror = side == .right ? 1.0 : -1.0
            let upper = pose.thorax * SIMD3(sin(abduction) * sin(plane), -cos(abduction), mirror * sin(abduction) * cos(plane))
            let fore = cos(elbow) * upper + sin(elbow) * pose.thorax.x
            let elbowAt = pose.leg(side).shoulder + 0.29 * upper
            let wristAt = elbowAt + 0.26 * fore
            let across = pose.thorax.z * (0.03 * mirror)
            if side == .left {
                set(.leftElbow, elbowAt)
                set(.leftWrist, wristAt)
                set(.leftPinky, wristAt + 0.08 * fore + across)
                set(.leftIndex, wristAt + 0.10 * fore - across)
                set(.leftThumb, wristAt + 0.05 * fore - 2 * across)
            } else {
                set(.rightElbow, elbowAt)
                set(.rightWrist, wristAt)
                set(.rightPinky, wristAt + 0.08 * fore + across)
                set(.rightIndex, wristAt + 0.10 * fore - across)
                set(.rightThumb, wristAt + 0.05 * fore - 2 * across)
            }
        }
        return result
    }
}
