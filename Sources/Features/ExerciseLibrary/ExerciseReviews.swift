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
        let version = version ?? entry.version
        guard let id = ID<Exercise>(entry.id) else { throw Failure.noExercise(entry.exercise.slug) }
        let review = ExerciseReview(exercise: id, version: Int(version), verdict: verdict, remark: remark)
        let write = try await reviewing(try ExerciseReview.kind.body(of: review).bytes, by: standing)
        let tenant = try standing.organisation()
        try await host.database.within(organisation: tenant.text).write { tx in try write.put(tx) }
        let state = ReviewState.reviewed(verdict, by: write.record.author, at: write.record.createdAt)
        return ExerciseStore.Entry(id: entry.id, version: version, exercise: entry.exercise, review: state)
    }

    /// A review made ready, with the event that tells of it. Throws as `review`.
    func reviewing(_ body: [UInt8], by standing: Standing) async throws -> RecordWrite {
        let write = try await host.store.creation(ExerciseReview.kind.shape, body, by: standing)
        let review = try ExerciseReview.kind.value(from: write.record.body)
        let (tenant, version) = (try standing.organisation(), Int64(review.version))
        let slug: String? = try await host.database.within(organisation: tenant.text).first(
            "SELECT f_slug FROM record_exercise WHERE id = \(review.exercise) AND tenant = \(tenant)"
        ) { try $0["f_slug"] }
        guard let slug else { throw Failure.noReviewedExercise }
        let event = try await ExerciseEvents.reviewed.entry(
            .init(slug: slug, version: version, verdict: review.verdict), of: review.exercise.description, version: version, by: standing,
            host)
        return write.and { tx in try JournalWriter.append(event, tx) }
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
