import Access
import Base
import Keys
import Records
import Store
import TestKit
import Testing
import Transparency

@Suite(.timeLimit(.minutes(2)))
struct RecordStoreTests {
    private let kind = Note.kind.shape

    @Test("what is created is read, changed, deleted, restored, and each version stands in its history", arguments: EngineMatrix.all)
    func life(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let store = clinic.store
            let made = try await store.create(kind, clinic.note("Rodilla mejor"), about: "patient-1", by: clinic.admin)
            #expect(made.version == 1 && made.subjects == ["patient-1"])
            let read = try await store.read(kind, made.id, by: clinic.admin)
            #expect(read.body == clinic.note("Rodilla mejor") && read.hidden.isEmpty)
            let changed = try await store.update(kind, made.id, clinic.note("Rodilla igual"), ifVersion: 1, by: clinic.admin)
            #expect(changed.version == 2)
            let late = await clinic.failure { try await store.update(kind, made.id, clinic.note("x"), ifVersion: 1, by: clinic.admin) }
            #expect(late?.code == "version_moved")
            try await store.delete(kind, made.id, ifVersion: 2, by: clinic.admin)
            let page = try await store.list(kind, try PageRequest(), by: clinic.admin)
            #expect(page.items.isEmpty)
            try await store.restore(kind, made.id, ifVersion: 3, by: clinic.admin)
            let back = try await store.read(kind, made.id, by: clinic.admin)
            #expect(back.body == clinic.note("Rodilla igual") && back.version == 4 && back.deletedAt == nil)

            let history = try await clinic.entries().filter { $0.entry.metadata.record == made.id && !$0.entry.body.isEmpty }
            #expect(history.map(\.entry.metadata.verb) == ["created", "updated", "deleted", "restored"])
            #expect(history.map(\.position) == history.map(\.position).sorted { ($0 ?? 0) < ($1 ?? 0) })
        }
    }

    @Test("who has no relation is refused, and whoever cares or is the person reads", arguments: EngineMatrix.all)
    func access(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let made = try await clinic.store.create(kind, clinic.note("Dolor"), about: "patient-1", by: clinic.admin)
            let therapist = clinic.standing("therapist-1", ["therapist"])
            let before = await clinic.failure { try await clinic.store.read(kind, made.id, by: therapist) }
            #expect(before?.code == "record_not_found")
            let person = try await clinic.store.read(kind, made.id, by: clinic.standing("patient-1", ["patient"]))
            #expect(person.body == clinic.note("Dolor"))
            let elsewhere = await clinic.failure {
                try await clinic.store.read(kind, made.id, by: clinic.standing("admin-1", ["organisation_admin"], in: "other"))
            }
            #expect(elsewhere?.code == "record_not_found")
            let told = try await clinic.entries(from: 1)
            #expect(told.map(\.entry.metadata.verb) == ["denied", "read"])
            #expect(told.map(\.entry.metadata.subjects) == [["patient-1"], ["patient-1"]])
        }
    }

    @Test("content stands nowhere in clear, and an altered body is refused", arguments: EngineMatrix.all)
    func sealing(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let made = try await clinic.store.create(kind, clinic.note("Quimioterapia"), about: "patient-1", by: clinic.admin)
            let body: [UInt8]? = try await clinic.rows.first("SELECT body FROM record_note") { try $0["body"] }
            let sealed = try #require(body)
            #expect(!String(decoding: sealed, as: UTF8.self).contains("Quimio"))
            try await clinic.rows.write { tx in
                var wrong = sealed
                wrong[wrong.count - 1] ^= 1
                try tx.execute("UPDATE record_note SET body = \(wrong)")
            }
            let altered = await clinic.failure { try await clinic.store.read(kind, made.id, by: clinic.admin) }
            #expect(altered?.code == "record_altered")
            let journal = await clinic.failure {
                try await clinic.rows.write { tx in try tx.execute("UPDATE journal_entries SET actor = 'nobody'") }
            }
            // On PostgreSQL the role that runs in production has no right to; here it owns all.
            #expect(journal != nil || engine != .sqlite)
        }
    }

    @Test("a list comes in pages without a gap or a repetition", arguments: EngineMatrix.all)
    func lists(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            for number in 0..<25 {
                _ = try await clinic.store.create(
                    kind, clinic.note("Nota \(number)"), about: number % 2 == 0 ? "patient-1" : "patient-2", by: clinic.admin)
            }
            for (subject, expected) in [(nil, 25), ("patient-1", 13)] as [(Identifier?, Int)] {
                var seen: [String] = []
                var cursor: Cursor?
                repeat {
                    let page = try await clinic.store.list(
                        kind, of: subject, try PageRequest(limit: 10, after: cursor), by: clinic.admin)
                    seen += page.items.map(\.id)
                    cursor = page.next
                } while cursor != nil
                #expect(seen.count == expected && Set(seen).count == expected)
            }
        }
    }

    @Test("the tree holds every entry at its position", arguments: EngineMatrix.all)
    func tree(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let tree = JournalTree(clinic.database)
            var roots: [TreeHash] = []
            for round in 0..<3 {
                for number in 0..<100 {
                    _ = try await clinic.store.create(kind, clinic.note("\(round) \(number)"), about: "patient-1", by: clinic.admin)
                }
                try await JournalSealer(clinic.database).catchUp()
                #expect(try await tree.catchUp() == (round + 1) * 100)
                roots.append(try await tree.root(at: (round + 1) * 100))
            }
            try await tree.consistencyProof(from: 100, to: 300).verify(olderRoot: roots[0], newerRoot: roots[2])
            let entries = try await clinic.entries()
            for (position, standing) in entries.enumerated() {
                #expect(standing.position == Int64(position))
                try await tree.inclusionProof(of: position, in: 300).verify(leaf: standing.entry.leaf, root: roots[2])
            }
        }
    }
}
