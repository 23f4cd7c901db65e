import Base
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

    package struct Measured: Codable, Sendable, Hashable {
        /// nil where it is none that is known.
        package let exercise: String?
    }

    package struct Refused: Codable, Sendable, Hashable {
        package let code: String
    }
}
