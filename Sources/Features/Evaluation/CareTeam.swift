import Access
import Base
import Records
import Runtime
import Store

/// The people in a clinician's care: who they are, and how they are doing.
struct CareTeam: Sendable {
    private let feature: EvaluationFeature
    private var store: EvaluationStore { feature.store }

    init(_ feature: EvaluationFeature) { self.feature = feature }

    /// More people than these are not listed: nobody looks after so many.
    static let most = 5_000
    /// The names of so many are asked for at once.
    private static let mostNames = 400

    /// Somebody in one's care.
    struct Patient: Sendable {
        let person: Identifier
        let name: String
        /// The last evaluation; nil where there is none.
        let last: EvaluationStore.Entry?
        /// How many of theirs wait for a review.
        let waiting: Int
    }

    struct Found: Sendable {
        let patients: [Patient]
        /// Of those whose name fits, or of all.
        let total: Int
        let next: Cursor?
    }

    /// A page of them by name; of those each of whose words begins one of the name's, where something is looked for.
    ///
    /// Throws `Failure(.invalid)` for a search that is too long, and for another list's cursor.
    func patients(named text: String?, _ page: PageRequest, by standing: Standing) async throws -> Found {
        let tenant = try standing.organisation()
        let people = try await people(of: standing, in: tenant)
        let names = try await names(of: people, in: tenant)
        let words = try text.flatMap { $0.isEmpty ? nil : $0 }.map { try SearchWords($0) }
        let fitting = people.map { (person: $0, name: names[$0] ?? $0.text) }.filter { one in
            words.map { $0.beginnings(in: WordFolding.words(of: one.name, atMost: KindShape.mostWords)) != nil } ?? true
        }
        let sorted = fitting.sorted { one, other in
            let keys = (WordFolding.words(of: one.name, atMost: 8), WordFolding.words(of: other.name, atMost: 8))
            if keys.0 != keys.1 { return keys.0.lexicographicallyPrecedes(keys.1) { $0.lexicographicallyPrecedes($1) } }
            return one.person < other.person
        }
        let start = try page.after.map { try SkipPlace($0).count } ?? 0
        let chosen = Array(sorted.dropFirst(start).prefix(page.limit))
        let states = try await states(of: chosen.map(\.person), in: tenant, by: standing)
        let next = start + page.limit < sorted.count ? SkipPlace(count: start + page.limit).cursor : nil
        return Found(
            patients: chosen.map { one in
                Patient(
                    person: one.person, name: one.name, last: states.last[one.person], waiting: states.waiting[one.person] ?? 0)
            }, total: sorted.count, next: next)
    }

    /// Everyone to whom the caller is related as one who reviews, in the order of their ids.
    private func people(of standing: Standing, in tenant: Identifier) async throws -> [Identifier] {
        let roles = feature.host.roles.names.filter { role in
            !feature.host.roles.permissions(of: role).isDisjoint(with: [EvaluationFeature.look])
        }
        return try await feature.host.database.within(organisation: tenant.text).read { tx in
            try RelationTable.subjects(of: standing, as: Set(roles), limit: Self.most, tx)
        }
    }

    /// What they are called; those who have no account have no name.
    func names(of people: some Sequence<Identifier>, in tenant: Identifier) async throws -> [Identifier: String] {
        let all = Array(Set(people)).sorted()
        var names: [Identifier: String] = [:]
        for start in stride(from: 0, to: all.count, by: Self.mostNames) {
            let piece = Set(all[start..<min(start + Self.mostNames, all.count)])
            names.merge(try await feature.ports.names.names(piece, tenant)) { first, _ in first }
        }
        return names
    }

    private struct Standings {
        var last: [Identifier: EvaluationStore.Entry] = [:]
        var waiting: [Identifier: Int] = [:]
    }

    /// The last evaluation of each, and how many wait: one question, and the last ones opened.
    private func states(of people: [Identifier], in tenant: Identifier, by standing: Standing) async throws -> Standings {
        guard !people.isEmpty else { return Standings() }
        var found = Standings()
        let waiting = MovementEvaluation.State.preAssessment.rawValue
        let rows = try await feature.host.database.within(organisation: tenant.text).rows(
            """
            SELECT id, version, subject, f_state, created_at, waiting FROM (
                SELECT id, version, subject, f_state, created_at,
                    row_number() OVER (PARTITION BY subject ORDER BY created_at DESC, id DESC) AS place,
                    sum(CASE WHEN f_state = \(waiting) THEN 1 ELSE 0 END) OVER (PARTITION BY subject) AS waiting
                FROM record_evaluation WHERE tenant = \(tenant) AND deleted_at IS NULL AND \("subject", in: people)
            ) AS latest WHERE place = 1 ORDER BY subject
            """
        ) { row in (row: try EvaluationRow(row), waiting: Int(try row["waiting"] as Int64)) }
        for one in rows { found.waiting[one.row.person] = one.waiting }
        for entry in try await store.opened(rows.map(\.row), by: standing) { found.last[entry.person] = entry }
        return found
    }

    /// Somebody under all the ids that were found to be theirs, where they are in the caller's care. Whoever has nothing to do with them
    /// hears that there is nobody, and the journal is told, as with a record that they may not read.
    ///
    /// Throws `Failure(.notFound)`.
    func requireInCare(_ person: Identifier, by standing: Standing) async throws -> Person {
        let tenant = try standing.organisation()
        let database = feature.host.database.within(organisation: tenant.text)
        let (known, relations, one) = try await database.read { tx in
            let known = try Person(person, in: tenant, tx)
            let relations = try RelationTable.relations(of: standing, to: Set(known.names.prefix(PageRequest.limits.upperBound)), tx)
            let one: String? = try tx.first(
                "SELECT id FROM record_evaluation WHERE tenant = \(tenant) AND subject = \(person) AND deleted_at IS NULL LIMIT 1"
            ) { try $0["id"] }
            return (known, relations, one)
        }
        let facts = RecordFacts(tenant: tenant, subjects: Set(known.names))
        if EvaluationStore.inCare.allows(standing, on: facts, relations: relations) { return known }
        // The store tells the journal, of one of theirs where there is one.
        do { _ = try await feature.host.store.read(MovementEvaluation.kind.shape, one ?? person.text, by: standing) } catch let failure
            as Failure where failure.kind == .notFound
        {}
        throw Failure.noPatient
    }
}

extension Failure {
    static let noPatient = Failure(
        .notFound, "patient_not_found",
        Text(
            es: "No hay tal persona, o no está a su cargo: revise la dirección, o pida que le agreguen a su equipo.",
            en: "There is no such person, or they are not in your care: check the address, or ask to be added to their team."))
}
