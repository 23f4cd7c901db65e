import Foundation
import Movement

/// What a simulated person does wrong, by stated amounts; all zero: nothing. Amounts are reached at the turn of the
/// movement and grow with it, those of a stand on one leg hold as long as it.
package struct SimulatedFault: Sendable, Equatable {
    /// How far each knee is inwards of where it would be, the foot staying; half of what the knees come together.
    package var kneesInwardMetres = 0.0
    /// Of the whole trunk, over what the movement itself has.
    package var forwardLeanDegrees = 0.0
    /// Of the line from hips to shoulders to the person's right.
    package var sidewaysLeanDegrees = 0.0
    package var backwardLeanDegrees = 0.0
    /// Height of both heels.
    package var heelRiseMetres = 0.0
    /// Of the hips to the person's right, over feet that stay.
    package var hipShiftMetres = 0.0
    /// How far the arms fall at once, on the way down, over a quarter of a second.
    package var armDropDegrees = 0.0
    /// How far the right foot gets outwards, in the middle of the repetition after half of the recording.
    package var stepMetres = 0.0

    /// Of the line from the hips to the shoulders, how much the thorax above the lumbar joint makes out.
    private static let thoraxShare = 0.7

    package init() {}

    /// Changes a moment of the textbook's movement.
    func apply(to moment: inout SimulatedMovement.Moment, depth: Double, time: Double, in movement: SimulatedMovement) {
        let degree = Double.pi / 180
        moment.state[BodyState.lumbarExtension] += (backwardLeanDegrees - forwardLeanDegrees) * degree * depth
        moment.state[BodyState.lumbarBend] += sidewaysLeanDegrees / Self.thoraxShare * degree * depth
        if heelRiseMetres > 0 {
            for side in BodySide.allCases {
                moment.state[BodyState.leg(side) + BodyState.ankle] -= asin(heelRiseMetres / 0.19) * depth
            }
        }
        let leg = BodyDimensions([Double](repeating: 0, count: BodyConstant.count))
        if hipShiftMetres != 0 {
            let angle = asin(min(hipShiftMetres * depth / max(Self.lever(moment.state, leg), 0.2), 0.9))
            moment.state[BodyState.leg(.right) + BodyState.hipAdduction] += angle
            moment.state[BodyState.leg(.left) + BodyState.hipAdduction] -= angle
        }
        if kneesInwardMetres > 0, depth > 0.02 {
            for side in BodySide.allCases { Self.turnInward(kneesInwardMetres * depth, BodyState.leg(side), &moment.state, leg) }
        }
        let stepping = ((movement.seconds / 2 / movement.periodSeconds).rounded(.down) + 0.4) * movement.periodSeconds
        if stepMetres > 0, time > stepping {
            let share = min((time - stepping) / 0.3, 1)
            moment.state[BodyState.leg(.right) + BodyState.hipAdduction] -= asin(stepMetres / 0.8) * share
        }
        if armDropDegrees > 0 { drop(&moment, time, movement) }
    }

    /// How far the ankle gets across the body for a radian of adduction: the shank takes part as far as it is in line
    /// with the thigh.
    private static func lever(_ state: [Double], _ body: BodyDimensions) -> Double {
        -body.knee.y - body.ankle.y * cos(state[BodyState.leg(.right) + BodyState.knee])
    }

    /// Adduction and rotation of a hip that bring the knee inwards and leave the ankle where it is: Newton's method on
    /// both places across the body.
    private static func turnInward(_ metres: Double, _ leg: Int, _ state: inout [Double], _ body: BodyDimensions) {
        let (flexion, knee) = (state[leg + BodyState.hipFlexion], state[leg + BodyState.knee])
        func across(_ adduction: Double, _ rotation: Double) -> SIMD2<Double> {
            let thigh = Matrix3(zxy: flexion, adduction, rotation)
            let shank = thigh * Matrix3(aboutZ: -knee)
            let kneeAt = thigh * body.knee
            return SIMD2(kneeAt.z, (kneeAt + shank * body.ankle).z)
        }
        let start = SIMD2(state[leg + BodyState.hipAdduction], state[leg + BodyState.hipRotation])
        let target = across(start.x, start.y) + SIMD2(-metres, 0)
        var at = start
        for _ in 0..<12 {
            let value = across(at.x, at.y) - target
            let step = 1e-5
            let a = (across(at.x + step, at.y) - target - value) / step
            let b = (across(at.x, at.y + step) - target - value) / step
            let determinant = a.x * b.y - b.x * a.y
            guard abs(determinant) > 1e-4 else { return }
            at -= SIMD2(value.x * b.y - b.x * value.y, a.x * value.y - value.x * a.y) / determinant
        }
        guard abs(at.x) < 1, abs(at.y) < 1.2 else { return }
        state[leg + BodyState.hipAdduction] = at.x
        state[leg + BodyState.hipRotation] = at.y
    }

    /// From three quarters of the height on the way down the arms fall, and then wait for the movement to catch up.
    private func drop(_ moment: inout SimulatedMovement.Moment, _ time: Double, _ movement: SimulatedMovement) {
        let phase = time / movement.periodSeconds - (time / movement.periodSeconds).rounded(.down)
        guard phase > 0.5 else { return }
        let fallen = (phase - 0.5) * movement.periodSeconds
        let begin = movement.periodSeconds / 6
        guard fallen > begin else { return }
        let high = 8 + (movement.peakDegrees - 8) * 0.75
        let low = max(high - armDropDegrees * min((fallen - begin) / 0.25, 1), 8)
        moment.armAbductionDegrees = min(moment.armAbductionDegrees, low)
    }
}
