import Access
import Base
import Records

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
        ], indexes: [RecordIndex(by: "exercise")])

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
