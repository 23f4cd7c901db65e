import Base
import Certification
import Runtime

/// What the feature tells others.
package enum EvaluationEvents {
    /// Somebody's movement was measured; the record holds what was found.
    package static let measured = EventKind(
        "evaluation.measured", Text(es: "Se midió un movimiento.", en: "A movement was measured."), example: Measured(exercise: "squat"))

    /// A recording cannot be measured, or the program could not do it.
    package static let refused = EventKind(
        "evaluation.refused", Text(es: "No se pudo medir una grabación.", en: "A recording could not be measured."),
        example: Refused(code: "too_dark"))

    /// A clinician signed what was measured. The proof of this entry is what a certificate rests on.
    package static let certified = EventKind(
        Certificate.event, Text(es: "Un profesional certificó lo medido.", en: "A clinician certified what was measured."),
        example: Certified(decision: .certified, statementDigest: String(repeating: "0", count: 64)))

    /// A clinician rejected what was measured, certified before or not.
    package static let rejected = EventKind(
        "evaluation.rejected", Text(es: "Un profesional descartó lo medido.", en: "A clinician rejected what was measured."),
        example: Rejected(reason: .poorRecording, statementDigest: nil))

    package struct Certified: Codable, Sendable, Hashable {
        package let decision: MovementEvaluation.Review.Decision
        package let statementDigest: String

        enum CodingKeys: String, CodingKey {
            case decision
            case statementDigest = "statement_sha256"
        }
    }

    package struct Rejected: Codable, Sendable, Hashable {
        package let reason: MovementEvaluation.Review.Reason
        /// Of what was withdrawn; nil where nobody had certified it.
        package let statementDigest: String?

        enum CodingKeys: String, CodingKey {
            case reason
            case statementDigest = "statement_sha256"
        }
    }

    package struct Measured: Codable, Sendable, Hashable {
        /// nil where it is none that is known.
        package let exercise: String?
    }

    package struct Refused: Codable, Sendable, Hashable {
        package let code: String
    }
}
