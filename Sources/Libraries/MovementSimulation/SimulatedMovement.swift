import Foundation
import Movement

/// Joint angles over time of an exercise as textbooks describe it: a truth that an estimate can be held against.
///
/// Curves are simple functions with the ranges of normal movement, not measurements of anyone.
package struct SimulatedMovement: Sendable {
    package var exercise: Exercise
    package var seconds: Double
    /// Of one repetition or stride.
    package var periodSeconds: Double
    /// Greatest knee flexion of a squat or a seat, or greatest abduction of the arms.
    package var peakDegrees: Double
    /// How far the right foot stands before the left in two-legged tasks: the way to a difference between the legs
    /// with both feet on the floor.
    package var staggerMetres = 0.0
    /// Hip flexion of a squat over its knee flexion. As little as 0.74 keeps the body over its feet.
    package var hipShare = 0.97
    package var person = SimulatedPerson()
    /// What this person does otherwise than the textbook in this movement.
    package var fault = SimulatedFault()

    package init(
        _ exercise: Exercise, seconds: Double = 10, periodSeconds: Double? = nil, peakDegrees: Double? = nil
    ) {
        self.exercise = exercise
        self.seconds = seconds
        self.periodSeconds = periodSeconds ?? (exercise == .gait ? 1.1 : exercise == .singleLegStance ? 10 : 2.5)
        self.peakDegrees = peakDegrees ?? Self.usualPeak(exercise)
    }

    /// Body angles in radians in the order of `BodyState` (position and yaw zero), and those of the arms in degrees.
    package struct Moment: Sendable {
        package var state: [Double]
        package var armAbductionDegrees: Double
        package var elbowDegrees: Double
        /// Plane in which the arms rise: 0 sideways, 90 forward.
        package var armPlaneDegrees = 0.0
    }

    private static func usualPeak(_ exercise: Exercise) -> Double {
        switch exercise {
        case .shoulderAbduction, .shoulderFlexion: 145
        case .heelRaise: 28
        case .lunge: 85
        default: 95
        }
    }

    /// How the body stands at a time in seconds, what it does otherwise than the textbook among it.
    package func moment(at time: Double) -> Moment {
        let depth = (1 - cos(2 * .pi * time / periodSeconds)) / 2
        var moment = textbook(at: time)
        // Full from half of the way on, so that the stated amount holds where the movement turns.
        let share = min(depth / 0.5, 1)
        let extent = exercise == .singleLegStance ? Self.held(time / periodSeconds) : share * share * (3 - 2 * share)
        fault.apply(to: &moment, depth: extent, time: time, in: self)
        return moment
    }

    private func textbook(at time: Double) -> Moment {
        switch exercise {
        case .lunge:
            let depth = (1 - cos(2 * .pi * time / periodSeconds)) / 2
            return lunging(depth)
        case .singleLegStance:
            // Both feet on the floor at first and at last.
            var moment = twoLegged(knee: 3, hip: 4, trunk: -5, arms: 15)
            let lifted = Self.held(time / periodSeconds)
            let leg = BodyState.leg(.left)
            moment.state[leg + BodyState.hipFlexion] += radians(35) * lifted
            moment.state[leg + BodyState.knee] += radians(60) * lifted
            return moment
        case .heelRaise:
            let depth = (1 - cos(2 * .pi * time / periodSeconds)) / 2
            var moment = twoLegged(knee: 3, hip: 4, trunk: -5, arms: 10)
            for side in BodySide.allCases { moment.state[BodyState.leg(side) + BodyState.ankle] -= radians(peakDegrees) * depth }
            return moment
        case .shoulderFlexion:
            let raised = (1 - cos(2 * .pi * time / periodSeconds)) / 2
            var moment = twoLegged(knee: 3, hip: 4, trunk: -5, arms: 8 + (peakDegrees - 8) * raised)
            moment.armPlaneDegrees = 85
            return moment
        case .squat:
            let depth = (1 - cos(2 * .pi * time / periodSeconds)) / 2
            return twoLegged(
                knee: peakDegrees * depth + 3, hip: hipShare * peakDegrees * depth + 4, trunk: -5 - 35 * depth,
                arms: 10 + 30 * depth)
        case .sitToStand:
            // Sitting at both ends; the trunk leans on the way and the change is quicker than the rests.
            let swing = (1 + cos(2 * .pi * time / periodSeconds)) / 2
            let seat = swing * swing * (3 - 2 * swing)
            return twoLegged(
                knee: peakDegrees * seat + 3, hip: 0.85 * peakDegrees * seat + 5 + 40 * seat * (1 - seat),
                trunk: -5 - 90 * seat * (1 - seat), arms: 10)
        case .shoulderAbduction:
            let raised = (1 - cos(2 * .pi * time / periodSeconds)) / 2
            return twoLegged(knee: 3, hip: 4, trunk: -5, arms: 8 + (peakDegrees - 8) * raised)
        case .gait: return walking(time)
        }
    }

    /// 0 on both feet, 1 on one, over the phase of a stand on one leg.
    private static func held(_ phase: Double) -> Double {
        let phase = phase - phase.rounded(.down)
        func ramp(_ value: Double) -> Double {
            let share = min(max(value, 0), 1)
            return share * share * (3 - 2 * share)
        }
        return ramp((phase - 0.15) / 0.07) * ramp((0.92 - phase) / 0.07)
    }

    /// The right foot ahead and the left one on its toes, the hips going straight down between them.
    private func lunging(_ depth: Double) -> Moment {
        var moment = twoLegged(knee: 3, hip: 4, trunk: -6 - 8 * depth, arms: 15)
        let tilt = moment.state[BodyState.tilt]
        let (thigh, shank) = (0.4096, 0.3965)
        // Down to where the front knee is bent by `peakDegrees` under a thigh that leans back from the knee.
        let low = 0.47 + 0.25 * (90 - peakDegrees) / 90
        let down = 0.74 + (low - 0.74) * depth
        for (side, forward, lift) in [(BodySide.right, 0.30, 0.0), (.left, -0.30, 0.10)] {
            let height = down - lift
            let reach = min((forward * forward + height * height).squareRoot(), thigh + shank - 0.001)
            let cosine = (reach * reach - thigh * thigh - shank * shank) / (2 * thigh * shank)
            let knee = acos(min(max(cosine, -1), 1))
            let hip = atan2(forward, height) + asin(shank * sin(knee) / reach) - tilt
            let leg = BodyState.leg(side)
            moment.state[leg + BodyState.hipFlexion] = hip
            moment.state[leg + BodyState.knee] = knee
            moment.state[leg + BodyState.ankle] = knee - hip - tilt - (side == .left ? asin(lift / 0.17) : 0)
        }
        return moment
    }

    private func twoLegged(knee: Double, hip: Double, trunk: Double, arms: Double) -> Moment {
        let straighter = person.kneeDegrees * max(1 - knee / peakDegrees, 0)
        let (knee, hip, trunk) = (
            knee + straighter, hip + straighter / 2 + person.hipDegrees, trunk + person.trunkDegrees
        )
        var state = trunkAndPelvis(trunk: trunk, hips: hip)
        for side in BodySide.allCases {
            let leg = BodyState.leg(side)
            let tilt = state[BodyState.tilt]
            var angles = (hip: radians(hip), knee: radians(knee))
            if side == .right && staggerMetres != 0 { angles = staggered(angles, tilt: tilt) }
            state[leg + BodyState.hipFlexion] = angles.hip
            state[leg + BodyState.hipAdduction] = radians(-4)
            state[leg + BodyState.knee] = angles.knee
            // The sole stays flat: pelvis, thigh, shank and foot add up to nothing.
            state[leg + BodyState.ankle] = angles.knee - angles.hip - tilt
        }
        return Moment(state: state, armAbductionDegrees: arms, elbowDegrees: 20)
    }

    /// The leg's angles that put its ankle further forward at the same height: two links in the sagittal plane. A leg
    /// that would have to be longer is straight.
    private func staggered(_ angles: (hip: Double, knee: Double), tilt: Double) -> (hip: Double, knee: Double) {
        let (thigh, shank) = (0.4096, 0.3965)
        let (upper, lower) = (tilt + angles.hip, tilt + angles.hip - angles.knee)
        let forward = thigh * sin(upper) + shank * sin(lower) + staggerMetres
        let down = thigh * cos(upper) + shank * cos(lower)
        let reach = (forward * forward + down * down).squareRoot()
        let cosine = (reach * reach - thigh * thigh - shank * shank) / (2 * thigh * shank)
        let knee = acos(min(max(cosine, -1), 1))
        return (atan2(forward, down) + asin(shank * sin(knee) / reach) - tilt, knee)
    }

    /// Ranges after Winter, *The Biomechanics and Motor Control of Human Gait*, 1991.
    private func walking(_ time: Double) -> Moment {
        let phase = time / periodSeconds
        func flexions(_ phase: Double) -> (hip: Double, knee: Double, ankle: Double) {
            (
                10 + 20 * cos(2 * .pi * (phase - 0.92)),
                4 + bump(phase, 0.15, 0.06) * 13 + bump(phase, 0.72, 0.085) * 56,
                -1 + bump(phase, 0.45, 0.10) * 11 - bump(phase, 0.63, 0.05) * 16 - bump(phase, 0.07, 0.04) * 4
            )
        }
        let (right, left) = (flexions(phase), flexions(phase + 0.5))
        var state = trunkAndPelvis(
            trunk: -6 + 1.5 * cos(4 * .pi * phase) + person.trunkDegrees,
            hips: (right.hip + left.hip) / 2 + person.hipDegrees)
        for (side, angles) in [(BodySide.right, right), (.left, left)] {
            let leg = BodyState.leg(side)
            state[leg + BodyState.hipFlexion] = radians(angles.hip + person.hipDegrees)
            state[leg + BodyState.hipAdduction] = radians(-2)
            state[leg + BodyState.knee] = radians(angles.knee)
            state[leg + BodyState.ankle] = radians(angles.ankle)
        }
        return Moment(state: state, armAbductionDegrees: 8, elbowDegrees: 25)
    }

    /// Shares a trunk inclination between pelvis and back by the lumbo-pelvic rhythm.
    private func trunkAndPelvis(trunk: Double, hips: Double) -> [Double] {
        let share = SimulatedPerson.rhythmShare
        let bending = (-6 + person.rhythmDegrees - share * hips) / (1 - share)
        var state = [Double](repeating: 0, count: BodyState.count)
        state[BodyState.lumbarExtension] = radians(bending)
        state[BodyState.tilt] = radians(trunk - bending)
        return state
    }

    /// A smooth bump at a phase, of a width in phases, repeating every whole phase.
    private func bump(_ phase: Double, _ center: Double, _ width: Double) -> Double {
        let distance = (phase - center) - (phase - center).rounded()
        return exp(-distance * distance / (2 * width * width))
    }

    private func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
}
