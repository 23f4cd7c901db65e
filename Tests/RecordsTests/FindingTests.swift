import Access
import Base
import Records
import Store
import TestKit
import Testing

/// Records found by the value of a confidential field, and listed by one that stands in clear.
@Suite(.timeLimit(.minutes(2)))
struct FindingTests {
    private let kind = SampleKinds.chart

    private func chart(_ document: String?, stage: Int? = nil) -> [UInt8] {
        let parts = [document.map { "\"document\":\"\($0)\"" }, stage.map { "\"stage\":\($0)" }].compactMap { $0 }
        return Array("{\"diagnosis\":\"Gonartrosis\"\(parts.map { ",\($0)" }.joined())}".utf8)
    }

    @Test("a value is found whatever its case and spaces, and stands nowhere in clear", arguments: EngineMatrix.all)
    func exact(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            let store = clinic.store
            let made = try await store.create(kind, chart("X 1234-Ñ"), about: "patient-1", by: clinic.admin)
            _ = try await store.create(kind, chart("X 1235-Ñ"), about: "patient-2", by: clinic.admin)
            _ = try await store.create(kind, chart(nil), about: "patient-3", by: clinic.admin)
            for value in ["X 1234-Ñ", " x  1234-ñ\t"] {
                #expect(try await store.find(kind, "document", value, by: clinic.admin).map(\.id) == [made.id])
            }
            #expect(try await store.find(kind, "document", "X 1234", by: clinic.admin).isEmpty)
            // The person may read the chart, and not this field of it: it finds them nothing.
            #expect(try await store.find(kind, "document", "X 1234-Ñ", by: clinic.standing("patient-1")).isEmpty)
            let hash: [UInt8]? = try await clinic.rows.first(
                "SELECT h_document FROM record_chart WHERE id = \(made.id)"
            ) { try $0["h_document"] }
            #expect(hash?.count == 16)
            _ = try await store.update(kind, made.id, chart("Y 99"), ifVersion: 1, by: clinic.admin)
            #expect(try await store.find(kind, "document", "X 1234-Ñ", by: clinic.admin).isEmpty)
            #expect(try await store.find(kind, "document", "y 99", by: clinic.admin).count == 1)
            try await store.delete(kind, made.id, ifVersion: 2, by: clinic.admin)
            #expect(try await store.find(kind, "document", "y 99", by: clinic.admin).isEmpty)
            #expect(await clinic.failure { try await store.find(kind, "diagnosis", "x", by: clinic.admin) } != nil)
        }
    }

    @Test("a list by a field holds those that have it, in its order, page by page", arguments: EngineMatrix.all)
    func ordered(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            for number in 0..<23 {
                _ = try await clinic.store.create(
                    kind, chart(nil, stage: number % 4 == 3 ? nil : number % 7), about: "patient-1", by: clinic.admin)
            }
            var (stages, cursor): ([Int], Cursor?) = ([], nil)
            repeat {
                let page = try await clinic.store.list(
                    kind, orderedBy: RecordIndex(by: "stage"), try PageRequest(limit: 5, after: cursor), by: clinic.admin)
                stages += try page.items.map { try #require(try JSON.parse($0.body)["stage"]?.integer) }
                cursor = page.next
            } while cursor != nil
            #expect(stages == (0..<23).filter { $0 % 4 != 3 }.map { $0 % 7 }.sorted())
            // A therapist sees what is internal and no more.
            let page = try await clinic.store.list(kind, try PageRequest(), by: clinic.admin)
            #expect(page.items.allSatisfy { $0.hidden.isEmpty })
        }
    }
}

/// What a caller may not see is left out of what they read, list, and find in the history.
struct MaskingTests {
    @Test("hidden fields are left out wherever a record is shown, and said to be hidden", arguments: EngineMatrix.all)
    func masks(_ engine: EngineMatrix) async throws {
        let kind = SampleKinds.chart
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            let body = Array(#"{"diagnosis":"Gonartrosis","document":"X 1234","stage":2}"#.utf8)
            let made = try await clinic.store.create(kind, body, about: "patient-1", by: clinic.admin)
            let relation = try Relation(
                id: clinic.world.id(), tenant: "clinic", subject: "patient-1", grantee: "therapist-1", role: "therapist",
                from: clinic.world.now(), reason: .careTeam)
            try await Relations(clinic.database, clinic.keyring, book: clinic.book, world: clinic.world).grant(relation, by: clinic.admin)
            for (who, shown, hidden) in [
                (clinic.standing("therapist-1", ["therapist"]), #"{"stage":2}"#, ["diagnosis", "document"]),
                (clinic.standing("patient-1", ["patient"]), #"{"diagnosis":"Gonartrosis","stage":2}"#, ["document"]),
                (clinic.admin, String(decoding: body, as: UTF8.self), []),
            ] {
                let read = try await clinic.store.read(kind, made.id, by: who)
                let listed = try await clinic.store.list(kind, try PageRequest(), by: who).items
                let history = try await clinic.store.history(kind, made.id, by: who)
                for text in [read.body, try #require(listed.first).body, try #require(history.first).body] {
                    #expect(String(decoding: text, as: UTF8.self) == shown)
                }
                #expect(read.hidden.sorted() == hidden && listed.first?.hidden.sorted() == hidden)
            }
        }
    }
}
