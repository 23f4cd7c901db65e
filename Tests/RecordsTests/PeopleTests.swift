import Access
import Base
import Keys
import Records
import Store
import TestKit
import Testing
import Transparency

/// Records about several people, people who turn out to be the same, and what is left of each when one is erased.
@Suite(.timeLimit(.minutes(2)))
struct PeopleTests {
    private func message(_ text: String, _ people: Identifier...) -> [UInt8] {
        let listed = people.map { "\"\($0)\"" }.joined(separator: ",")
        return Array("{\"people\":[\(listed)],\"text\":\"\(text)\"}".utf8)
    }

    private func erasure(_ clinic: Clinic) -> Erasure {
        Erasure(clinic.keyring, kinds: SampleKinds.all, database: clinic.database, world: clinic.world)
    }

    @Test("a record about several is each one's, and goes with the last of them", arguments: EngineMatrix.all)
    func several(_ engine: EngineMatrix) async throws {
        let kind = SampleKinds.message
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            let store = clinic.store
            let subjects = Subjects(clinic.database, clinic.keyring, world: clinic.world)
            var people: [Identifier] = []
            for _ in 0..<3 { people.append(try await subjects.create(by: clinic.admin)) }
            people.sort()
            let (one, two, three) = (people[0], people[1], people[2])
            let made = try await store.create(kind, message("Hola", two, one, two), by: clinic.admin)
            #expect(made.subjects == [one.text, two.text])
            for person in [one, two] {
                let standing = clinic.standing(person, ["patient"])
                #expect(try await store.read(kind, made.id, by: standing).body == made.body)
                let page = try await store.list(kind, of: person, try PageRequest(), by: standing)
                #expect(page.items.map(\.id) == [made.id] && page.items.first?.body == made.body)
                #expect(try await store.list(kind, try PageRequest(), by: standing).items.count == 1)
            }
            let third = clinic.standing(three, ["patient"])
            #expect(await clinic.failure { try await store.read(kind, made.id, by: third) }?.code == "record_not_found")
            #expect(try await store.list(kind, try PageRequest(), by: third).items.isEmpty)
            let elsewhere = await clinic.failure {
                try await store.update(kind, made.id, message("Hola", one, three), ifVersion: 1, by: clinic.admin)
            }
            #expect(elsewhere?.code == "subject_never_changes")
            _ = try await store.update(kind, made.id, message("Adiós", one, two), ifVersion: 1, by: clinic.admin)

            try await erasure(clinic).erase(one.text, by: clinic.admin)
            _ = try await erasure(clinic).complete(in: "clinic", by: clinic.admin)
            #expect(try await store.read(kind, made.id, by: clinic.admin).body == message("Adiós", one, two))
            #expect(await clinic.failure { try await store.read(kind, made.id, by: clinic.standing(one)) }?.code == "record_not_found")
            #expect(try await store.history(kind, made.id, by: clinic.admin).count == 2)
            let late = await clinic.failure { try await store.create(kind, message("x", one, two), by: clinic.admin) }
            #expect(late?.code == "subject_erased")

            try await erasure(clinic).erase(two.text, by: clinic.admin)
            #expect(await clinic.failure { try await store.read(kind, made.id, by: clinic.admin) }?.code == "record_not_found")
            let left: Int? = try await clinic.rows.first("SELECT count(*) AS many FROM record_keys") { try $0["many"] }
            #expect(left == 0)
        }
    }

    @Test("two ids of one person are listed together, exported together and erased together", arguments: EngineMatrix.all)
    func merging(_ engine: EngineMatrix) async throws {
        let kind = Note.kind.shape
        try await Clinic.with(engine, kinds: SampleKinds.all) { clinic in
            let (store, subjects) = (clinic.store, Subjects(clinic.database, clinic.keyring, world: clinic.world))
            let relations = Relations(clinic.database, clinic.keyring, book: clinic.book, world: clinic.world)
            let therapist = { clinic.standing("therapist-1", ["therapist"]) }
            let old = try await store.create(kind, clinic.note("Antes"), about: "patient-1", by: clinic.admin)
            let relation = try Relation(
                id: clinic.world.id(), tenant: "clinic", subject: "patient-2", grantee: "therapist-1", role: "therapist",
                from: clinic.world.now(), reason: .careTeam)
            try await relations.grant(relation, by: clinic.admin)
            #expect(await clinic.failure { try await store.read(kind, old.id, by: therapist()) }?.code == "record_not_found")

            try await subjects.merge("patient-1", into: "patient-2", by: clinic.admin)
            #expect(try await subjects.person("patient-1", in: "clinic").id == "patient-2")
            #expect(try await store.read(kind, old.id, by: therapist()).body == clinic.note("Antes"))
            let filed = await clinic.failure { try await store.create(kind, clinic.note("x"), about: "patient-1", by: clinic.admin) }
            #expect(filed?.code == "subject_merged")
            let new = try await store.create(kind, clinic.note("Después"), about: "patient-2", by: clinic.admin)
            _ = try await store.update(kind, old.id, clinic.note("Corregida"), ifVersion: 1, by: clinic.admin)
            for name in ["patient-1", "patient-2"] as [Identifier] {
                let page = try await store.list(kind, of: name, try PageRequest(), by: therapist())
                #expect(page.items.map(\.id) == [old.id, new.id])
            }
            // Who signs in as the one that stayed sees what stands under the other.
            let person = Standing(
                Caller(actor: "patient-2", tenant: "clinic"), by: clinic.book, at: clinic.world.now(), aliases: ["patient-1"])
            #expect(try await store.list(kind, try PageRequest(), by: person).items.count == 2)

            for (alias, subject, code) in [
                ("patient-1", "patient-2", "subjects_merged_already"), ("patient-2", "patient-1", "subjects_merged_already"),
                ("patient-3", "patient-3", "subject_merged_with_oneself"), ("patient-3", "nobody", "subject_not_found"),
            ] as [(Identifier, Identifier, String)] {
                #expect(await clinic.failure { try await subjects.merge(alias, into: subject, by: clinic.admin) }?.code == code)
            }
            // The one that stayed turns out to be a third: all three are one.
            try await subjects.merge("patient-2", into: "patient-3", by: clinic.admin)
            #expect(try await subjects.person("patient-1", in: "clinic").names == ["patient-1", "patient-2", "patient-3"])

            try await relations.end(relation.id, by: clinic.admin)
            #expect(await clinic.failure { try await store.read(kind, old.id, by: therapist()) }?.code == "record_not_found")

            try await erasure(clinic).erase("patient-2", by: clinic.admin)
            for record in [old, new] {
                #expect(await clinic.failure { try await store.read(kind, record.id, by: clinic.admin) }?.code == "record_not_found")
            }
            let complete = try await erasure(clinic).complete(in: "clinic", by: clinic.admin).subjects
            #expect(complete == ["patient-1", "patient-2", "patient-3"])
        }
    }

    @Test("what the law makes us keep outlives the erasure, out of sight, until the last duty ends", arguments: EngineMatrix.all)
    func retention(_ engine: EngineMatrix) async throws {
        let kind = SampleKinds.chart
        let clock = FixedWorld(seed: 5)
        try await Clinic.with(engine, kinds: SampleKinds.all, world: clock.world) { clinic in
            let chart = Array(#"{"diagnosis":"Gonartrosis","stage":2}"#.utf8)
            let kept = try await clinic.store.create(kind, chart, about: "patient-1", by: clinic.admin)
            let note = try await clinic.store.create(Note.kind.shape, clinic.note("Libre"), about: "patient-1", by: clinic.admin)
            let duties = try await erasure(clinic).erase("patient-1", by: clinic.admin)
            #expect(duties.map(\.kind) == ["chart"] && duties.first?.reason == kind.retention?.reason)
            #expect(duties.first?.until == kind.retention?.end(after: kept.updatedAt))
            for (shape, id) in [(kind, kept.id), (Note.kind.shape, note.id)] {
                #expect(await clinic.failure { try await clinic.store.read(shape, id, by: clinic.admin) }?.code == "record_not_found")
            }
            #expect(
                await clinic.failure { try await clinic.store.create(kind, chart, about: "patient-1", by: clinic.admin) }?.code
                    == "subject_erased")
            _ = try await erasure(clinic).complete(in: "clinic", by: clinic.admin)
            #expect(try await bodies(clinic, of: "patient-1") == [String(decoding: chart, as: UTF8.self), "null"])
            let nosy = await clinic.failure {
                try await export(clinic, of: "patient-1", by: clinic.standing("other", ["patient"]))
            }
            #expect(nosy?.kind == .forbidden)

            clock.advance(by: .seconds(86_400 * 366 * 5))
            #expect(try await erasure(clinic).kept(of: "patient-1", in: "clinic").isEmpty)
            _ = try await erasure(clinic).complete(in: "clinic", by: clinic.admin)
            #expect(try await bodies(clinic, of: "patient-1") == ["null", "null"])
        }
    }

    @Test("a kind that gains or loses its duty opens what was sealed before", arguments: [true, false])
    func changedDuty(isGained: Bool) async throws {
        func shape(_ retention: Retention?) -> KindShape {
            KindShape("chart", about: .given, access: SampleKinds.chart.access, fields: SampleKinds.chart.fields, retention: retention)
        }
        let (free, kept) = (shape(nil), shape(SampleKinds.chart.retention))
        let (before, after) = isGained ? (free, kept) : (kept, free)
        try await Clinic.with(kinds: [before]) { clinic in
            let (one, two) = (Array(#"{"diagnosis":"A"}"#.utf8), Array(#"{"diagnosis":"B"}"#.utf8))
            let made = try await clinic.store.create(before, one, about: "patient-1", by: clinic.admin)
            #expect(try await clinic.store.read(after, made.id, by: clinic.admin).body == one)
            _ = try await clinic.store.update(after, made.id, two, ifVersion: 1, by: clinic.admin)
            #expect(try await clinic.store.read(after, made.id, by: clinic.admin).body == two)
            #expect(try await clinic.store.history(after, made.id, by: clinic.admin).map(\.body) == [one, two])
        }
    }

    private func export(_ clinic: Clinic, of subject: Identifier, by standing: Standing) async throws -> [JSON] {
        try await JournalSealer(clinic.database).catchUp()
        let origin = "zancada/test"
        let signer = try NoteSigner(name: try #require(NoteKeyName(origin)), seed: try await clinic.keyring.signingSeed())
        let signed = try await Checkpoints(database: clinic.database, signer: signer, origin: origin, world: clinic.world).sign()
        var lines: [JSON] = []
        _ = try await SubjectExport(clinic.database, clinic.keyring, kinds: SampleKinds.all, world: clinic.world).write(
            subject, by: standing, checkpoint: signed
        ) { lines.append(try JSON.parse($0)) }
        return Array(lines.dropFirst())
    }

    /// What an export shows of a person's records.
    private func bodies(_ clinic: Clinic, of subject: Identifier) async throws -> [String] {
        try await export(clinic, of: subject, by: clinic.admin).filter { $0["proof"]?["entry"]?["verb"]?.string == "created" }.map { line in
            var writer = JSONWriter()
            (line["body"] ?? .null).write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    @Test("a duty ends on the same day of the calendar")
    func calendar() throws {
        func end(_ text: String, _ years: Int) -> String? {
            Instant(text).map { Retention(years: years, reason: Text(es: "", en: "")).end(after: $0).description }
        }
        #expect(end("2024-02-29T10:00:00Z", 4) == "2028-02-29T10:00:00.000000Z")
        #expect(end("2024-02-29T10:00:00Z", 5) == "2029-03-01T10:00:00.000000Z")
        #expect(end("2026-11-21T10:00:00Z", 10) == "2036-11-21T10:00:00.000000Z")
    }

    @Test("nobody is made or erased by a mistyped id", arguments: EngineMatrix.all)
    func unknown(_ engine: EngineMatrix) async throws {
        try await Clinic.with(engine) { clinic in
            let filed = await clinic.failure {
                try await clinic.store.create(Note.kind.shape, clinic.note("x"), about: "patient-77", by: clinic.admin)
            }
            #expect(filed?.code == "subject_not_found")
            #expect(await clinic.failure { try await erasure(clinic).erase("patient-77", by: clinic.admin) }?.code == "subject_not_found")
            let made = try await Subjects(clinic.database, clinic.keyring, world: clinic.world).create(by: clinic.admin)
            _ = try await clinic.store.create(Note.kind.shape, clinic.note("x"), about: made, by: clinic.admin)
            #expect(try await clinic.entries().first?.entry.metadata.subjects == [made.text])
        }
    }
}
