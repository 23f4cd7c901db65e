import Base
import Runtime

/// What the library tells others.
enum ExerciseEvents {
    static let reviewed = EventKind(
        "exercise.reviewed", Text(es: "Alguien revisó una versión de un ejercicio.", en: "Somebody reviewed a version of an exercise."),
        example: Reviewed(slug: "squat", version: 3, verdict: .approved))

    static let imported = EventKind(
        "exercise.imported", Text(es: "Se importaron ejercicios de un archivo.", en: "Exercises were imported from a file."),
        example: Imported(created: 20, updated: 2, refused: 0))

    struct Reviewed: Codable, Sendable, Hashable {
        let slug: String
        let version: Int64
        let verdict: ExerciseReview.Verdict
    }

    struct Imported: Codable, Sendable, Hashable {
        let created: Int
        let updated: Int
        let refused: Int
    }
}
