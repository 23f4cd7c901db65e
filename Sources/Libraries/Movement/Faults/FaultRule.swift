import Base

/// When something counts as a fault of an exercise: what is measured, from where it can be seen, and the limit with
/// where it comes from.
package struct FaultRule: Sendable, Equatable {
    /// What is measured. The definitions stand with the signals, and in `docs/movement.md`.
    package enum Signal: Sendable, Equatable {
        /// Distance between the knees over that between the ankles, across the body, percent.
        case kneeSeparation
        /// How far the knee is inwards of the ankle, across the body, centimetres.
        case kneeOverFoot
        /// Inclination of the trunk forward, degrees.
        case forwardLean
        /// Inclination of the trunk to a side, against how the person stands at rest, degrees.
        case sidewaysLean
        /// Inclination of the trunk backward, against how the person stands at rest, degrees.
        case backwardLean
        /// Height of the heel over where it rests, centimetres.
        case heelRise
        /// The hips' way to a side over the ankles, against rest, centimetres.
        case hipShift
        /// The leading angle at the turn of the repetition, degrees.
        case turn
        /// Knee flexion that a stride goes through, degrees.
        case strideKneeRange
        /// How much further an arm falls than it ever rose in a third of a second, degrees.
        case armFall
        /// How far a foot moves that should stand, centimetres.
        case footMovement
        /// How long one foot was stood on, seconds.
        case hold
        /// Difference of a joint's range between the sides, degrees.
        case sideDifference(JointAngle.Joint)
    }

    /// The part of a repetition that is looked at.
    package enum Phase: Sendable, Equatable {
        /// Around the turn: beyond 60 % of the way.
        case turn
        /// On the way: between 20 and 80 % of it.
        case way
        /// All of it.
        case whole
    }

    /// Where a threshold comes from.
    package enum Basis: Sendable, Equatable {
        /// A published limit: authors, journal and year.
        case published(String)
        /// Nobody published a limit for this; set by judgement. With what it is oriented by, where something is.
        case judgement(Text?)
    }

    /// On which side of the threshold the fault is.
    package enum Direction: Sendable { case above, below }

    package var code: FaultCode
    package var signal: Signal
    package var phase: Phase
    /// Whether more or less than the threshold is the fault.
    package var direction: Direction
    package var threshold: Double
    /// From here on it is called marked.
    package var marked: Double
    package var unit: FaultUnit
    package var basis: Basis
    /// From where it can be seen.
    package var views: Set<CaptureQuality.View>
    /// Views from which it can be seen if the phone told where down is.
    package var viewsWithGravity: Set<CaptureQuality.View>
    package var neededParts: [ExerciseProtocol.BodyPart]

    package init(
        _ code: FaultCode, _ signal: Signal, _ phase: Phase = .turn, _ direction: Direction = .above, threshold: Double,
        marked: Double, _ unit: FaultUnit, basis: Basis, views: Set<CaptureQuality.View>,
        viewsWithGravity: Set<CaptureQuality.View> = [], neededParts: [ExerciseProtocol.BodyPart] = []
    ) {
        self.code = code
        self.signal = signal
        self.phase = phase
        self.direction = direction
        self.threshold = threshold
        self.marked = marked
        self.unit = unit
        self.basis = basis
        self.views = views
        self.viewsWithGravity = viewsWithGravity
        self.neededParts = neededParts
    }

    /// How far a value is beyond the threshold; negative within it.
    package func excess(_ value: Double) -> Double {
        direction == .above ? value - threshold : threshold - value
    }

    /// How grave a value beyond the threshold is.
    package func severity(_ value: Double) -> Fault.Severity {
        (direction == .above ? value >= marked : value <= marked) ? .marked : .mild
    }
}
