import Access
import Base
import Records
import Runtime
import Store

/// Says what was thought of exercises, and takes down what somebody thinks.
package struct ExerciseReviews: Sendable {
    private let host: FeatureHost

    package init(_ host: FeatureHost) {
        self.host = host
    }

    /// Takes down a review of the version that somebody read, and tells others in the same transaction. Returns the exercise with it.
    ///
    /// Throws `InvalidInput`; `Failure`: `.forbidden` without the permission `exercise.review`, `.conflict` where the exercise is
    /// another version by now.
    @discardableResult
    package func review(
        _ entry: ExerciseStore.Entry, ifVersion version: Int64? = nil, as verdict: ExerciseReview.Verdict, remark: String? = nil,
        by standing: Standing
    ) async throws -> ExerciseStore.Entry {
        let (slug, version) = (entry.exercise.slug, version ?? entry.version)
        guard let id = ID<Exercise>(entry.id) else { throw Failure.noExercise(slug) }
        let review = ExerciseReview(exercise: id, version: Int(version), verdict: verdict, remark: remark)
        let event = try await ExerciseEvents.reviewed.entry(
            .init(slug: slug, version: version, verdict: verdict), of: entry.id, version: version, by: standing, host)
        let body = try ExerciseReview.kind.body(of: review).bytes
        let record = try await host.store.create(ExerciseReview.kind.shape, body, by: standing) { tx in
            let standingVersion: Int64? = try tx.first(
                "SELECT version FROM record_exercise WHERE id = \(entry.id) AND deleted_at IS NULL\(tx.dialect.forUpdate)"
            ) { try $0["version"] }
            guard standingVersion == version else { throw Failure.reviewedAnother(slug) }
            try JournalWriter.append(event, tx)
        }
        let state = ReviewState.reviewed(verdict, by: record.author, at: record.createdAt)
        return ExerciseStore.Entry(id: entry.id, version: version, exercise: entry.exercise, review: state)
    }

    /// What the last review of the version that stands said, by the exercises' ids; those without one are left out. From columns in
    /// clear: nothing is opened.
    func states(of records: [Record], in tenant: Identifier) async throws -> [String: ReviewState] {
        guard !records.isEmpty else { return [:] }
        let versions = Dictionary(records.map { ($0.id, $0.version) }) { $1 }
        let rows = try await host.database.within(organisation: tenant.text).rows(
            """
            SELECT f_exercise, f_version, f_verdict, author, created_at FROM record_exercise_review
            WHERE tenant = \(tenant) AND \("f_exercise", in: versions.keys) ORDER BY created_at, id
            """
        ) { row in
            let (reviewer, moment): (String, Instant) = (try row["author"], try row["created_at"])
            let verdict = ExerciseReview.Verdict(rawValue: try row["f_verdict"])
            return (
                exercise: try row["f_exercise"] as String, version: try row["f_version"] as Int64,
                state: verdict.map { ReviewState.reviewed($0, by: reviewer, at: moment) }
            )
        }
        var states: [String: ReviewState] = [:]
        for row in rows where versions[row.exercise] == row.version { states[row.exercise] = row.state }
        return states
    }

    /// What was said of the version that stands, in words; nil where nothing was.
    package func remark(on entry: ExerciseStore.Entry, by standing: Standing) async throws -> String? {
        let tenant = try standing.organisation()
        let last: String? = try await host.database.within(organisation: tenant.text).first(
            """
            SELECT id FROM record_exercise_review WHERE tenant = \(tenant) AND f_exercise = \(entry.id) AND f_version = \(entry.version)
            ORDER BY created_at DESC, id DESC LIMIT 1
            """
        ) { try $0["id"] }
        guard let last else { return nil }
        let record = try await host.store.read(ExerciseReview.kind.shape, last, by: standing)
        return try ExerciseReview.kind.value(from: record.body).remark
    }
}

extension Failure {
    fileprivate static func reviewedAnother(_ slug: String) -> Failure {
        Failure(
            .conflict, "exercise_moved",
            Text(
                es: "El ejercicio «\(slug)» cambió desde que usted lo leyó: léalo de nuevo y revise lo que dice ahora.",
                en: "The exercise “\(slug)” changed since you read it: read it again and review what it says now."))
    }
}
