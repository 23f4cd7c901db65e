import Access
import Base
import Records
import Store
import TestKit
import Testing
import Transparency

/// What goes into one transaction with a record.
@Suite(.timeLimit(.minutes(2)))
struct RecordWriteTests {
    private let kind = Note.kind.shape
    /// What somebody refuses in the transaction.
    private let refusal = Failure(.conflict, "refused", Text(verbatim: "refused"))

    @Test("what is written besides stands with the record, for each way to change it", arguments: EngineMatrix.all)
    func besides(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let (store, admin) = (clinic.store, clinic.admin)
            let names = (0...4).map { _ in clinic.world.id(of: Note.self).description }
            func besides(_ number: Int) throws -> MoreWriting {
                let entry = try JournalEntry(.published, "note.told", record: names[number], by: admin, in: clinic.world)
                return { tx in try JournalWriter.append(entry, tx) }
            }
            let made = try await store.create(kind, clinic.note("a"), about: "patient-1", by: admin, also: besides(1))
            _ = try await store.update(kind, made.id, clinic.note("b"), ifVersion: 1, by: admin, also: besides(2))
            try await store.delete(kind, made.id, ifVersion: 2, by: admin, also: besides(3))
            try await store.restore(kind, made.id, ifVersion: 3, by: admin, also: besides(4))
            let told = try await clinic.entries().map { $0.entry.metadata }
            #expect(told.map(\.verb) == ["created", "published", "updated", "published", "deleted", "published", "restored", "published"])
            #expect(told.filter { $0.verb == "published" }.map(\.record) == Array(names[1...]))
            #expect(try await store.read(kind, made.id, by: admin).version == 4)
        }
    }

    @Test("where it throws, nothing of the change is left", arguments: EngineMatrix.all)
    func refused(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let (store, admin, refusal) = (clinic.store, clinic.admin, refusal)
            let made = try await store.create(kind, clinic.note("a"), about: "patient-1", by: admin)
            let refuse: MoreWriting = { _ in throw refusal }
            let attempts: [() async throws -> Any] = [
                { try await store.create(kind, clinic.note("b"), about: "patient-1", by: admin, also: refuse) },
                { try await store.update(kind, made.id, clinic.note("b"), ifVersion: 1, by: admin, also: refuse) },
                { try await store.delete(kind, made.id, ifVersion: 1, by: admin, also: refuse) },
            ]
            for attempt in attempts { #expect(await clinic.failure(attempt)?.code == "refused") }
            let page = try await store.list(kind, try PageRequest(), by: admin)
            #expect(page.items.map(\.version) == [1] && page.items.map(\.body) == [clinic.note("a")])
            #expect(try await clinic.entries().filter { !$0.entry.body.isEmpty }.count == 1)
        }
    }

    @Test("several changes that were made ready are written together, or none", arguments: EngineMatrix.all)
    func together(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            let (store, admin) = (clinic.store, clinic.admin)
            let made = try await store.create(kind, clinic.note("a"), about: "patient-1", by: admin)
            let ready = [
                try await store.creation(kind, clinic.note("b"), about: "patient-2", by: admin),
                try await store.creation(SampleKinds.chart, Array(#"{"diagnosis":"x"}"#.utf8), about: "patient-3", by: admin),
                try await store.revision(kind, made.id, clinic.note("c"), ifVersion: 1, by: admin),
            ]
            func put() async throws { try await clinic.rows.write { tx in for write in ready { try write.put(tx) } } }
            _ = try await store.update(kind, made.id, clinic.note("meanwhile"), ifVersion: 1, by: admin)
            #expect(await clinic.failure(put)?.code == "version_moved")
            #expect(try await store.list(kind, try PageRequest(), by: admin).items.count == 1)

            let last = try await store.revision(kind, made.id, clinic.note("d"), ifVersion: 2, by: admin)
            #expect(last.record.version == 3 && last.record.body == clinic.note("d"))
            try await clinic.rows.write { tx in for write in ready.prefix(2) + [last] { try write.put(tx) } }
            #expect(try await store.read(kind, ready[0].record.id, by: admin).body == clinic.note("b"))
            #expect(try await store.read(kind, made.id, by: admin).body == clinic.note("d"))
        }
    }
}
