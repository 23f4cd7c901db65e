import Access
import Base
import Keys
import Records
import Store
import TestKit
import Testing

/// Somebody who can write to the tables of records, and not to the journal, is found out.
@Suite(.timeLimit(.minutes(2)))
struct StateVerifierTests {
    private let kind = SampleKinds.chart

    /// Four charts of two people, one changed, one deleted; and a third person who was erased.
    private func withCharts(_ engine: EngineMatrix, _ body: (Clinic, [String]) async throws -> Void) async throws {
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            var ids: [String] = []
            for number in 0..<4 {
                let chart = Array(#"{"diagnosis":"Gonartrosis","document":"X \#(number)","stage":\#(number)}"#.utf8)
                let person: Identifier = number < 2 ? "patient-1" : "patient-2"
                ids.append(try await clinic.store.create(kind, chart, about: person, by: clinic.admin).id)
            }
            _ = try await clinic.store.update(kind, ids[1], Array(#"{"diagnosis":"B"}"#.utf8), ifVersion: 1, by: clinic.admin)
            try await clinic.store.delete(kind, ids[2], ifVersion: 1, by: clinic.admin)
            _ = try await clinic.store.create(kind, Array(#"{"diagnosis":"C"}"#.utf8), about: "patient-3", by: clinic.admin)
            try await Erasure(clinic.keyring, kinds: SampleKinds.all, database: clinic.database, world: clinic.world)
                .erase("patient-3", by: clinic.admin)
            try await body(clinic, ids)
        }
    }

    private func faults(_ clinic: Clinic) async throws -> [String] {
        let report = try await StateVerifier(clinic.store, kind, in: "clinic").verify()
        return report.faults.map { $0(.english) }
    }

    @Test("what is whole is found whole, the erased included", arguments: EngineMatrix.all)
    func whole(_ engine: EngineMatrix) async throws {
        try await withCharts(engine) { clinic, _ in
            let report = try await StateVerifier(clinic.store, kind, in: "clinic").verify()
            #expect(report.faults.isEmpty && report.records == 4, "\(report.faults.map { $0(.english) })")
        }
    }

    private static let changes: [(change: @Sendable ([String]) -> SQL, record: Int)] = [
        ({ "UPDATE record_chart SET body = (SELECT body FROM record_chart WHERE id = \($0[1])) WHERE id = \($0[0])" }, 0),
        ({ "UPDATE record_chart SET version = 1 WHERE id = \($0[1])" }, 1),
        ({ "UPDATE record_chart SET deleted_at = NULL WHERE id = \($0[2])" }, 2),
        ({ "UPDATE record_chart SET f_stage = 7 WHERE id = \($0[3])" }, 3),
        ({ "UPDATE record_chart SET f_stage = NULL WHERE id = \($0[3])" }, 3),
        ({ "UPDATE record_chart SET h_document = NULL WHERE id = \($0[0])" }, 0), ({ "DELETE FROM record_chart WHERE id = \($0[1])" }, 1),
        ({ "UPDATE record_chart SET subject = 'patient-2' WHERE id = \($0[0])" }, 0),
    ]

    @Test("a row that was changed, set back, brought back, filed elsewhere or removed is named", arguments: changes.indices)
    func changed(number: Int) async throws {
        let (change, record) = Self.changes[number]
        for engine in [EngineMatrix.sqlite, .postgres] {
            try await withCharts(engine) { clinic, ids in
                let statement = change(ids)
                try await clinic.rows.write { tx in try tx.execute(statement) }
                let found = try await faults(clinic)
                #expect(!found.isEmpty && found.allSatisfy { $0.contains(ids[record]) }, "\(found)")
            }
        }
    }
}
