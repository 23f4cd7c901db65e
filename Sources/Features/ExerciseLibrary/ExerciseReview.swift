import Access
import Base
import Records
import Store

/// What somebody who may judge it said of one version of an exercise.
///
/// It is a record of its own and names the version, so nothing that is written into an exercise can make it reviewed, and whatever
/// changes it makes it unreviewed again. Who said it, and when, are the record's author and moment.
package struct ExerciseReview: Codable, Sendable, Hashable {
    package var exercise: ID<Exercise>
    package var version: Int
    package var verdict: Verdict
    package var remark: String?

    package enum Verdict: String, FieldWord {
        case approved
        case rejected

        package var title: Text {
            switch self {
            case .approved: Text(es: "aprobado", en: "approved")
            case .rejected: Text(es: "rechazado", en: "rejected")
            }
        }
    }

    package init(exercise: ID<Exercise>, version: Int, verdict: Verdict, remark: String?) {
        self.exercise = exercise
        self.version = version
        self.verdict = verdict
        self.remark = remark
    }
}

extension ExerciseReview {
    package static let kind = RecordKind<ExerciseReview>(
        "exercise_review", about: .organisation, access: access,
        fields: [
            .init(\.exercise, "exercise", .id, .internal, search: .order),
            .init(\.version, "version", .integer(1...1_000_000), .internal, search: .order),
            .init(\.verdict, "verdict", Verdict.type, .internal, search: .order),
            .init(\.remark, "remark", .text(1...2_000), .internal),
        ], indexes: [RecordIndex(by: "exercise")], guards: [requireVersion])

    /// Throws `Failure(.conflict)` where the exercise is not that version: what nobody sees any more is not reviewed.
    private static func requireVersion(_ change: GuardedChange, _ tx: borrowing Transaction) throws {
        guard change.verb == .created, let exercise = change.body?["exercise"]?.string?.lowercased() else { return }
        let version: Int64? = try tx.first(
            """
            SELECT version FROM record_exercise WHERE id = \(exercise) AND tenant = \(change.tenant) AND deleted_at IS NULL\(tx.dialect.forUpdate)
            """
        ) { try $0["version"] }
        guard let version else { throw Failure.noReviewedExercise }
        guard version == change.body?["version"]?.integer.map(Int64.init) else { throw Failure.reviewedAnother }
    }

    /// A review is never changed: whoever thinks otherwise writes another.
    private static let access = RecordAccess(
        read: AccessRule(.grant(to: .sameOrganisation, upTo: .internal)),
        create: AccessRule(.grant(to: .all(.sameOrganisation, .holds(ExerciseLibraryFeature.review)), upTo: .internal)),
        change: .nobody)
}

/// Whether an exercise, as it stands, was reviewed.
package enum ReviewState: Sendable, Hashable {
    case unreviewed
    case reviewed(ExerciseReview.Verdict, by: String, at: Instant)

    /// To stand beside the exercise wherever it is shown.
    package var title: Text {
        switch self {
        case .unreviewed: Text(es: "no revisado clínicamente", en: "not clinically reviewed")
        case .reviewed(let verdict, let reviewer, let moment):
            Text(
                es: "\(verdict.title(.spanish)) por \(reviewer) el \(moment.description.prefix(10))",
                en: "\(verdict.title(.english)) by \(reviewer) on \(moment.description.prefix(10))")
        }
    }
}

extension Failure {
    fileprivate static let reviewedAnother = Failure(
        .conflict, "exercise_moved",
        Text(
            es: "El ejercicio cambió desde que usted lo leyó: léalo de nuevo y revise lo que dice ahora.",
            en: "The exercise changed since you read it: read it again and review what it says now."))

    static let noReviewedExercise = Failure(
        .invalid, "exercise_not_found",
        Text(es: "No hay un ejercicio con ese identificador: revíselo.", en: "There is no exercise with that id: check it."))
}
