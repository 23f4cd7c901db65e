import Base

/// What a movement can have that it should not, by name. Raw values are stable, for programs.
package enum FaultCode: String, Sendable, CaseIterable {
    case kneeValgus = "knee_valgus"
    case forwardLean = "trunk_lean_forward"
    case sidewaysLean = "trunk_lean_sideways"
    case backwardLean = "trunk_lean_back"
    case heelRise = "heel_rise"
    case hipShift = "hip_shift"
    case shallow = "shallow_depth"
    case incompleteRise = "incomplete_rise"
    case stiffKnee = "stiff_knee"
    case armDrop = "arm_drop"
    case lossOfBalance = "loss_of_balance"
    case shortHold = "short_hold"
    case asymmetry
}

/// What an amount is counted in.
package enum FaultUnit: String, Sendable, CaseIterable {
    case degrees = "deg"
    case centimetres = "cm"
    case percent = "%"
    case seconds = "s"
}

/// A value with its standard uncertainty, in the unit of its rule.
package struct FaultAmount: Sendable, Equatable {
    package var value: Double
    package var standardUncertainty: Double

    package init(value: Double, standardUncertainty: Double) {
        self.value = value
        self.standardUncertainty = standardUncertainty
    }
}

/// One time that a fault was seen: the evidence.
package struct FaultOccurrence: Sendable, Equatable {
    /// Counted from 1; nil where the exercise is not counted.
    package var repetition: Int?
    /// When it was greatest.
    package var momentSeconds: Double
    /// The stretch over which it was measured.
    package var startSeconds: Double
    package var endSeconds: Double
    /// Positions in `Measurement.times` of the analysed pictures of that stretch.
    package var pictures: Range<Int>
    /// Mean over the stretch (the greatest value, where the rule asks for a sudden event).
    package var amount: FaultAmount

    package init(
        repetition: Int?, momentSeconds: Double, startSeconds: Double, endSeconds: Double, pictures: Range<Int>,
        amount: FaultAmount
    ) {
        self.repetition = repetition
        self.momentSeconds = momentSeconds
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.pictures = pictures
        self.amount = amount
    }
}

/// A fault that is claimed: its amount less two standard uncertainties is still beyond the threshold.
package struct Fault: Sendable, Equatable {
    /// How far beyond the threshold.
    package enum Severity: String, Sendable, CaseIterable { case mild, marked }

    package var code: FaultCode
    /// The side of the person on which it was seen; nil where it has none.
    package var side: BodySide?
    /// The mean over the repetitions where that is beyond the threshold, else the greatest single one.
    package var amount: FaultAmount
    package var severity: Severity
    /// In time, at least one.
    package var occurrences: [FaultOccurrence]

    package init(
        code: FaultCode, side: BodySide?, amount: FaultAmount, severity: Severity, occurrences: [FaultOccurrence]
    ) {
        self.code = code
        self.side = side
        self.amount = amount
        self.severity = severity
        self.occurrences = occurrences
    }

    /// The occurrence that is furthest beyond the threshold of its rule.
    package func worst(by rule: FaultRule) -> FaultOccurrence? {
        occurrences.max { rule.excess($0.amount.value) < rule.excess($1.amount.value) }
    }
}

/// What can be said about one fault in one recording.
package struct FaultVerdict: Sendable, Equatable {
    /// Nothing is claimed, and nothing ruled out, beyond what view and uncertainty allow.
    package enum Outcome: Sendable, Equatable {
        case found(Fault)
        /// The amount plus two standard uncertainties is still within the threshold.
        case notFound(FaultAmount)
        /// It cannot be told; with what was measured, where something was.
        case undecided(Reason, FaultAmount?)
    }

    /// Why it cannot be told.
    package enum Reason: String, Sendable, CaseIterable {
        /// From where the camera stood, it does not show.
        case hiddenByView = "hidden_by_view"
        /// The interval of the measurement reaches across the threshold.
        case uncertain
        /// A part of the body that it shows in was not in the picture.
        case notInPicture = "not_in_picture"
        /// Too little of the movement was seen.
        case tooLittleSeen = "too_little_seen"
    }

    package var rule: FaultRule
    package var side: BodySide?
    package var outcome: Outcome

    package init(rule: FaultRule, side: BodySide?, outcome: Outcome) {
        self.rule = rule
        self.side = side
        self.outcome = outcome
    }

    /// The fault, where it is claimed.
    package var found: Fault? {
        if case .found(let fault) = outcome { fault } else { nil }
    }
}
