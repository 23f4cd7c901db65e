import Access
import Base
import Movement
import MovementReport
import Records
import Runtime
import Store

/// Two evaluations of one person and one exercise, side by side.
struct EvaluationComparing: Sendable {
    private let store: EvaluationStore
    private let evaluating: Evaluating

    init(_ feature: EvaluationFeature) {
        store = feature.store
        evaluating = feature.evaluating
    }

    /// The earlier one is `before`, whichever was named first.
    struct Compared: Sendable {
        let before: EvaluationStore.Entry
        let after: EvaluationStore.Entry
        let comparison: MeasurementComparison
        /// How the leading angle went in each; nil where no repetition was counted.
        let courses: (before: MovementCourse, after: MovementCourse)?
    }

    /// What changed, and whether the measurement can tell.
    ///
    /// Throws `Failure`: `.notFound` for one that the caller may not see; `.invalid`, `"compared_with_itself"`, `"other_person"`,
    /// `"not_comparable"` (another exercise); `.conflict`, `"not_measured_yet"`.
    func compared(_ one: String, _ other: String, by standing: Standing) async throws -> Compared {
        guard one != other else { throw Failure.comparedWithItself }
        let entries = [try await store.entry(one, by: standing), try await store.entry(other, by: standing)]
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        let (before, after) = (entries[0], entries[1])
        guard try await isOnePerson(before.person, after.person, by: standing) else { throw Failure.otherPerson }
        guard before.evaluation.result != nil, after.evaluation.result != nil else { throw Failure.notMeasuredYet }
        let (first, second) = (try await comparable(before, by: standing), try await comparable(after, by: standing))
        guard let first, let second else { throw Failure.unknownExercise }
        let comparison = try MeasurementComparison(before: first, after: second)
        let courses = first.course.flatMap { one in second.course.flatMap { one.joint == $0.joint ? (before: one, after: $0) : nil } }
        return Compared(before: before, after: after, comparison: comparison, courses: courses)
    }

    private func isOnePerson(_ one: Identifier, _ other: Identifier, by standing: Standing) async throws -> Bool {
        if one == other { return true }
        let tenant = try standing.organisation()
        return try await store.host.database.within(organisation: tenant.text).read { tx in
            try Person(one, in: tenant, tx).id == Person(other, in: tenant, tx).id
        }
    }

    /// What was kept for this beside the report. What was measured before that was done is measured again, which takes a second or two,
    /// and is not kept.
    private func comparable(_ entry: EvaluationStore.Entry, by standing: Standing) async throws -> ComparableMeasurement? {
        let place = EvaluationPlace(id: entry.id, tenant: try standing.organisation(), person: entry.person)
        if let kept = try await store.files.bytes(.comparable, of: place) { return ComparableMeasurement(json: kept) }
        guard let observed = try await store.files.bytes(.observations, of: place) else { throw Failure.notMeasuredYet }
        return try await evaluating.comparable(observed)
    }
}

extension Failure {
    fileprivate static let comparedWithItself = Failure(
        .invalid, "compared_with_itself",
        Text(es: "Elija dos evaluaciones distintas para compararlas.", en: "Choose two different evaluations to compare them."))

    fileprivate static let otherPerson = Failure(
        .invalid, "other_person",
        Text(
            es: "Las dos evaluaciones son de personas distintas: elija dos de la misma persona.",
            en: "The two evaluations are of different people: choose two of the same person."))

    fileprivate static let notMeasuredYet = Failure(
        .conflict, "not_measured_yet",
        Text(
            es: "Solo se comparan evaluaciones que ya se midieron: elija otra, o espere a que termine.",
            en: "Only evaluations that were measured can be compared: choose another, or wait until it is done."))

    fileprivate static let unknownExercise = Failure(
        .invalid, "not_comparable",
        Text(
            es: "En una de las dos no se reconoció el ejercicio: elija otra, o grabe de nuevo diciendo cuál es.",
            en: "In one of the two the exercise was not recognised: choose another, or film again and say which it is."))
}
