import Access
import Base
import Records
import Store
import TestKit
import Testing

/// What other processes do to records is found, and what they erase is gone.
@Suite("A search that follows the journal", .timeLimit(.minutes(3)))
struct SearchFollowingTests {
    private let kind = Person.kind.shape

    private func word(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("finds what another process created, changed and restored, and no longer what it deleted", arguments: SearchTests.engines)
    func changes(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            let (store, admin) = (clinic.elsewhere.store, clinic.admin)
            let search = try RecordSearch(kind, in: clinic.here.store)
            func found(_ text: String) async throws -> [String] {
                try await clinic.elsewhere.seal()
                try await search.refresh("clinic")
                return try await search.search(text, by: admin).names
            }
            _ = try await clinic.create("Ana Ruiz")
            #expect(try await found("quispe") == [])
            var made = try await store.create(kind, try Person.body("Rosa Quispe"), by: admin)
            #expect(try await found("quispe") == ["Rosa Quispe"])
            made = try await store.update(kind, made.id, try Person.body("Rosa Mamani"), ifVersion: made.version, by: admin)
            #expect(try await found("quispe") == [] && search.holds(word("quispe"), in: "clinic") == false)
            #expect(try await found("mamani rosa") == ["Rosa Mamani"])
            made = try await store.delete(kind, made.id, ifVersion: made.version, by: admin)
            #expect(try await found("mamani") == [] && search.holds(word("mamani"), in: "clinic") == false)
            made = try await store.restore(kind, made.id, ifVersion: made.version, by: admin)
            #expect(try await found("mamani") == ["Rosa Mamani"])
            #expect(search.figures("clinic").records == 2)
        }
    }

    @Test("overwrites the words of whom another process erased, once the journal tells", arguments: SearchTests.engines)
    func erasure(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            let ids = try await clinic.create("Rosa Quispe Mamani", "Rosa Condori")
            let search = try RecordSearch(kind, in: clinic.here.store)
            try await search.prepare("clinic")
            #expect(search.holds(word("quispe"), in: "clinic"))
            let office = clinic.elsewhere
            try await Erasure(office.keyring, kinds: SearchClinic.kinds, database: office.database, world: .live)
                .erase(ids[0], by: clinic.admin)
            // The index does not know yet, and nobody is shown who is gone.
            #expect(try await search.search("rosa", by: clinic.admin).names == ["Rosa Condori"])
            #expect(try await search.search("quispe", by: clinic.admin).records.isEmpty)
            try await office.seal()
            try await search.refresh("clinic")
            for gone in ["quispe", "mamani"] { #expect(!search.holds(word(gone), in: "clinic"), "\(gone)") }
            #expect(search.holds(word("rosa"), in: "clinic") && search.figures("clinic").records == 1)
        }
    }

    @Test("forgets a person at once where it is told to, with all records about them")
    func forgetting() async throws {
        try await SearchClinic.with(.sqlite) { clinic in
            for (name, alias, person) in [("Rosa", "Tita", "person-1"), ("Luz", "Chaska", "person-1"), ("Ana", "Wayra", "person-2")] {
                _ = try await clinic.here.store.create(
                    Person.aliased.shape, try Person.body(name, alias: alias), about: try Identifier(person), by: clinic.admin)
            }
            let search = try RecordSearch(Person.aliased.shape, in: clinic.here.store)
            try await search.prepare("clinic")
            search.forget("person-1", in: "clinic")
            for gone in ["rosa", "tita", "luz", "chaska"] { #expect(!search.holds(word(gone), in: "clinic"), "\(gone)") }
            #expect(search.holds(word("wayra"), in: "clinic") && search.figures("clinic").records == 1)
            search.forgetAll(in: "clinic")
            #expect(!search.holds(word("wayra"), in: "clinic"))
        }
    }

    @Test("follows by itself, and shows a record of this process before it has a position", arguments: SearchTests.engines)
    func following(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            let search = try RecordSearch(kind, in: clinic.here.store)
            try await search.prepare("clinic")
            let own = try await clinic.create("Rosa Quispe")
            try await search.refresh("clinic", record: own[0])
            #expect(try await search.search("quispe", by: clinic.admin).names == ["Rosa Quispe"])
            let following = Task { await search.follow { _ in } }
            _ = try await clinic.elsewhere.store.create(kind, try Person.body("Luz Condori"), by: clinic.admin)
            try await clinic.elsewhere.seal()
            try await eventually { search.holds(word("condori"), in: "clinic") }
            following.cancel()
            await following.value
            #expect(try await search.search("condori", by: clinic.admin).names == ["Luz Condori"])
        }
    }

    @Test("misses nothing while many write, whenever it began", arguments: SearchTests.engines)
    func concurrently(_ engine: EngineMatrix) async throws {
        try await SearchClinic.with(engine) { clinic in
            _ = try await clinic.create("Ana Cero")
            let search = try RecordSearch(kind, in: clinic.here.store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        let office = writer % 2 == 0 ? clinic.here : clinic.elsewhere
                        for number in 0..<12 {
                            let made = try await office.store.create(
                                kind, try Person.body("Viejo W\(writer)N\(number)"), by: clinic.admin)
                            let changed = try await office.store.update(
                                kind, made.id, try Person.body("Ana W\(writer)N\(number)"), ifVersion: 1, by: clinic.admin)
                            if number % 4 == 0 {
                                try await office.store.delete(kind, made.id, ifVersion: changed.version, by: clinic.admin)
                            }
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await clinic.here.seal()
                            try await search.refresh("clinic")
                            search.forget("nobody", in: "clinic")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await clinic.here.seal()
            try await search.refresh("clinic")
            #expect(try await search.search("ana", limit: 200, by: clinic.admin).records.count == 37)
            #expect(try await search.search("viejo", by: clinic.admin).records.isEmpty && !search.holds(word("viejo"), in: "clinic"))
        }
    }

    @Test("reads everything anew where the journal is another than the one it followed, and passes over what does not open")
    func restored() async throws {
        try await SearchClinic.with(.sqlite) { clinic in
            let ids = try await clinic.create("Rosa Quispe", "Luz Condori")
            let search = try RecordSearch(kind, in: clinic.here.store)
            try await search.prepare("clinic")
            let id = ids[0]
            try await clinic.here.database.write { tx in
                try tx.execute("UPDATE record_person SET body = \([UInt8](repeating: 1, count: 90)) WHERE id = \(id)")
                try tx.execute("DROP TRIGGER journal_entries_remain")
                try tx.execute("DROP TRIGGER journal_subjects_remain")
                try tx.execute("DELETE FROM journal_subjects")
                try tx.execute("DELETE FROM journal_entries")
            }
            try await search.refresh("clinic")
            #expect(!search.holds(word("quispe"), in: "clinic") && search.figures("clinic").unreadable == 1)
            #expect(try await search.search("luz", by: clinic.admin).names == ["Luz Condori"])
        }
    }
}
