import Access
import Base
import Foundation
import Store
import TestKit
import Testing

/// What the two databases do with the predicates, at 100,000 records and 100,000 relations: no table is read whole, and a
/// list that has its order from an index stops after its page.
@Suite(.timeLimit(.minutes(3)))
struct PlanTests {
    static let patients = 5_000
    static let recordsEach = 20
    static let grantees = 2_500
    static let relationsEach = 40

    private static func patient(_ number: Int) throws -> Identifier { try Identifier("patient-\(number % patients)") }
    private static func therapist(_ number: Int) throws -> Identifier { try Identifier("therapist-\(number % grantees)") }

    private static func fill(_ store: TestStore, isAnalysed: Bool) async throws {
        let world = FixedWorld(seed: 1).world
        try await store.database.within(organisation: "clinic").under { $0.isLong = true }.write { tx in
            // Records come in the order of time, not of patients.
            let notes = try (0..<patients * recordsEach).map { number in
                Note(
                    id: number,
                    facts: RecordFacts(
                        tenant: "clinic", subject: try patient(number), author: try therapist(number),
                        attributes: ["status": number % 10 == 0 ? "published" : "draft"]))
            }
            try Note.load(notes, tx)
            let relations = try (0..<grantees).flatMap { grantee in
                try (0..<relationsEach).map { number in
                    try Relation(
                        id: world.id(), tenant: "clinic", subject: try patient(grantee * 7 + number * 113),
                        grantee: try therapist(grantee), role: number % 4 == 0 ? "field_agent" : "therapist",
                        from: Instant(microseconds: Int64(number)), until: number % 3 == 0 ? Instant(microseconds: 1_000) : nil,
                        reason: .careTeam)
                }
            }
            try Relation.load(relations, tx)
        }
        guard isAnalysed else { return }
        let owner = store.engine == .sqlite ? store.database : try store.another(EngineSettings { $0.isOwner = true })
        try await owner.executeAlone("ANALYZE")
        if store.engine != .sqlite { await owner.close() }
    }

    private static let rule = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: ["therapist"]), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds("note.supervise")), upTo: .internal))

    private func standing(_ actor: Identifier, _ roles: Set<RoleName> = []) throws -> Standing {
        let book = try RoleBook(extending: [RoleExtension("auditor", permissions: ["note.supervise"])])
        return Standing(Caller(actor: actor, tenant: "clinic", roles: roles), by: book, at: Instant(microseconds: 500))
    }

    @Test(
        "lists of 50 and decisions find their way by indexes",
        arguments: [(EngineMatrix.sqlite, false), (.sqlite, true), (.postgres, true)])
    func plans(_ engine: EngineMatrix, isAnalysed: Bool) async throws {
        try await engine.withStore(Note.schema(engine), EngineSettings { $0.deadline = .seconds(90) }) { store in
            try await Self.fill(store, isAnalysed: isAnalysed)
            let database = store.database.within(organisation: "clinic")
            func list(_ standing: Standing, of subject: Identifier? = nil) throws -> SQL {
                let predicate = try Self.rule.predicate(for: standing, over: Note.columns, database.dialect, subject: subject)
                return "SELECT id, subject, body FROM notes WHERE \(predicate) AND id > \(Note.text(1_000)) ORDER BY id LIMIT \(50)"
            }
            let (auditor, therapist, patient) = (
                try standing("luz", ["auditor"]), try standing("therapist-9", ["therapist"]), try standing("patient-7")
            )
            // Whoever may see all of it: the order is the index's, and the list stops after its page.
            try await database.expect(list(auditor), rows: 50, reading: 50, isSorted: true)
            // One person's, by the index of subjects: one's own, a patient's, and one's who is nobody's patient here.
            try await database.expect(list(patient, of: "patient-7"), rows: 19, reading: 19, isSorted: true)
            try await database.expect(list(therapist, of: "patient-176"), rows: 19, reading: 19, isSorted: true)
            try await database.expect(list(therapist, of: "patient-4999"), rows: 0, reading: 0, isSorted: true)
            // A therapist's patients: no more is read than their records and relations (30 patients with 20 each), and sorted.
            try await database.expect(list(therapist), rows: 50, reading: 600, by: ["notes_subject"])
            // And what they wrote: 40 more.
            let wider = AccessRule(grants: Self.rule.grants + [.grant(to: .all(.sameOrganisation, .isAuthor), upTo: .confidential)])
            let predicate = try wider.predicate(for: therapist, over: Note.columns, database.dialect)
            try await database.expect(
                "SELECT id FROM notes WHERE \(predicate) ORDER BY id DESC LIMIT \(50)", rows: 50, reading: 640,
                by: ["notes_subject", "notes_author"])
            try await database.expect(list(patient), rows: 19, reading: 20, by: ["notes_subject"])
            let theirs = try await database.subjects(list(therapist))
            #expect(theirs.count == 30)
            // What decisions about a page need.
            let statement = try #require(RelationTable.statement(of: therapist, to: Set((0..<50).map { try Self.patient($0) })))
            try await database.expect(statement, rows: nil, reading: 50, by: ["access_relations_grantee"])
        }
    }
}

extension Database {
    fileprivate func subjects(_ statement: SQL) async throws -> Set<Identifier> {
        Set(try await rows(statement) { row in try row["subject"] as Identifier })
    }

    /// That the statement answers with so many rows, scans no table, and reads no more rows than that on its way (which
    /// PostgreSQL counts); `isSorted`: that no sort is needed; `indexes`: through which it goes.
    fileprivate func expect(
        _ statement: SQL, rows expected: Int?, reading mostRows: Int, isSorted: Bool = false, by indexes: [String] = []
    ) async throws {
        let count = try await rows(statement) { _ in 1 }.count
        if let expected { #expect(count == expected, "\(statement.markedText)") }
        switch dialect {
        case .sqlite:
            let plan: [String] = try await rows("EXPLAIN QUERY PLAN \(statement)") { try $0["detail"] }
            let text = plan.joined(separator: "\n")
            let scanned = plan.filter { $0.hasPrefix("SCAN") && $0 != "SCAN CONSTANT ROW" && $0 != "SCAN people" }
            #expect(!plan.isEmpty && scanned.isEmpty, "\(text)")
            #expect(indexes.allSatisfy { text.contains($0) }, "\(text)")
            #expect(plan.contains { $0.contains("USING") && $0.contains("INDEX") }, "\(text)")
            if isSorted { #expect(!text.contains("TEMP B-TREE"), "\(text)") }
        case .postgres:
            let plan: [String] = try await rows("EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) \(statement)") { try $0["QUERY PLAN"] }
            let text = plan.joined(separator: "\n")
            #expect(!text.contains("Seq Scan"), "\(text)")
            if isSorted { #expect(!text.contains("Sort"), "\(text)") }
            #expect(indexes.allSatisfy { text.contains($0) }, "\(text)")
            let reading = plan.map(Self.rowsRead).max() ?? .max
            #expect(reading <= mostRows, "\(text)")
        }
    }

    /// Rows that a line of a plan gave or threw away: `(actual rows=50 loops=1)`, `Rows Removed by Filter: 12`.
    private static func rowsRead(_ line: String) -> Int {
        func number(after mark: String) -> Int? {
            line.range(of: mark).flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
        if let removed = number(after: "Rows Removed by Filter: ") { return removed }
        guard let actual = line.range(of: "(actual rows=") else { return 0 }
        let rest = line[actual.upperBound...]
        let rows = Int(rest.prefix { $0.isNumber }) ?? .max
        let loops = rest.range(of: "loops=").flatMap { Int(rest[$0.upperBound...].prefix { $0.isNumber }) } ?? 1
        return rows * loops
    }
}
