import Base

/// What there is to know about one exercise: how to fit it, how to count it, how to film it.
///
/// The known exercises are rows of `ExerciseProtocol.all`. A new one is a new row.
package struct ExerciseProtocol: Sendable {
    package var exercise: Exercise
    package var name: Text
    /// What the fit of the body may assume.
    package var family: ExerciseFamily
    /// What a repetition is; nil for exercises that are not counted (walking has steps instead).
    package var repetition: RepetitionRule?
    /// What a stand on one leg is; nil for exercises that are not held.
    package var hold: HoldRule?
    /// Whether heels or feet leave the floor slowly, so that a slow foot is not taken to stand.
    package var feetRise: Bool
    /// The joints whose sides are compared.
    package var comparedJoints: [JointAngle.Joint]
    /// What must be in the picture for the exercise to be measured.
    package var neededParts: [BodyPart]
    /// Views from which the exercise cannot be measured, and the reason.
    package var unsuitableViews: [CaptureQuality.View]
    package var unsuitableReason: Text
    /// How to film it, as advice.
    package var filming: Text

    /// A part of the body that can be out of the picture.
    package enum BodyPart: String, Sendable, CaseIterable { case head, hands, legs, feet }

    package init(
        exercise: Exercise, name: Text, family: ExerciseFamily, repetition: RepetitionRule?, hold: HoldRule? = nil,
        feetRise: Bool = false, comparedJoints: [JointAngle.Joint], neededParts: [BodyPart],
        unsuitableViews: [CaptureQuality.View], unsuitableReason: Text, filming: Text
    ) {
        self.exercise = exercise
        self.name = name
        self.family = family
        self.repetition = repetition
        self.hold = hold
        self.feetRise = feetRise
        self.comparedJoints = comparedJoints
        self.neededParts = neededParts
        self.unsuitableViews = unsuitableViews
        self.unsuitableReason = unsuitableReason
        self.filming = filming
    }
}

/// What counts as a repetition: a there-and-back of the leading angle.
package struct RepetitionRule: Sendable {
    /// Which end of the leading angle is the middle of the repetition: the deepest squat is the greatest flexion
    /// of the knee, the end of a rise from a chair the least.
    package enum Turn: Sendable { case greatest, least }

    /// How the two sides make one leading angle.
    package enum Sides: Sendable {
        /// The mean of both, always.
        case together
        /// The mean where both move alike; each by itself where they alternate; one where the other rests.
        case asTheyMove
    }

    package var joint: JointAngle.Joint
    package var turn: Turn
    package var sides: Sides
    /// The smallest excursion that counts, degrees.
    package var minimumRangeDegrees: Double
    /// The shortest and the longest that one repetition may last.
    package var tempoSeconds: ClosedRange<Double>
    /// Whether the last one counts when the recording ends at its turn: who stands up for the fifth time has done five.
    package var lastMayEndAtTurn: Bool
    /// How many standard uncertainties an excursion must span to count.
    package var leastDeviations: Double

    package init(
        joint: JointAngle.Joint, turn: Turn, sides: Sides, minimumRangeDegrees: Double,
        tempoSeconds: ClosedRange<Double>, lastMayEndAtTurn: Bool, leastDeviations: Double = 5
    ) {
        self.joint = joint
        self.turn = turn
        self.sides = sides
        self.minimumRangeDegrees = minimumRangeDegrees
        self.tempoSeconds = tempoSeconds
        self.lastMayEndAtTurn = lastMayEndAtTurn
        self.leastDeviations = leastDeviations
    }
}
