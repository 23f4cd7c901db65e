import Base
import Records
import Store
import TestKit
import Testing
import Transparency

/// A journal of thirty entries whose first twenty are signed; what was done to it afterwards is found, and its place named.
@Suite(.timeLimit(.minutes(2)))
struct JournalVerifierTests {
    private static let origin = "zancada/test"

    /// What somebody did to the tables, and what the verification says of it.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let said: String
        let sqlite: [SQL]

        init(_ name: String, says said: String, _ sqlite: SQL...) {
            testDescription = name
            self.said = said
            self.sqlite = sqlite
        }
    }

    private static func entry(_ number: Int, actor: String = "writer") -> JournalEntry {
        let subjects = number % 5 == 0 ? ["patient-a", "patient-b"] : ["patient-\(number % 3)"]
        return JournalEntry(
            EntryMetadata(
                entry: World.live.id(of: JournalEntry.self).description, tenant: "clinic", time: World.live.now(), actor: actor,
                verb: "created", kind: "note", version: number, shape: 1, subjects: subjects),
            salt: LeafSalt(World.live.random), body: number % 2 == 0 ? [UInt8](repeating: 7, count: 100) : [])
    }

    private func checkpoints(_ database: Database) throws -> Checkpoints {
        let name = try #require(NoteKeyName(Self.origin))
        let signer = try NoteSigner(name: name, seed: Secret([UInt8](repeating: 3, count: 32)))
        return Checkpoints(database: database, signer: signer, origin: Self.origin, world: .live)
    }

    private func verify(_ database: Database, since: SignedCheckpoint? = nil) async throws -> JournalVerifier.Report {
        let checkpoints = try checkpoints(database)
        return try await JournalVerifier(database, origin: Self.origin, keys: [checkpoints.verifier]).verify(
            organisations: ["clinic", "another"], since: since, stored: try await checkpoints.all())
    }

    private func write(_ numbers: ClosedRange<Int>, _ database: Database) async throws {
        let entries = numbers.map { Self.entry($0) }
        let journal = JournalWriter(entries, database.dialect)
        try await database.within(organisation: "clinic").under { $0.isLong = true }.write { tx in try journal.append(tx) }
        try await JournalSealer(database).catchUp()
    }

    private func withJournal(_ engine: EngineMatrix, _ body: (TestStore) async throws -> Void) async throws {
        let schema = JournalTables.migrations.migrations.flatMap { $0.statements(engine.dialect) }
        try await engine.withStore(schema) { store in
            try await write(1...20, store.database)
            _ = try await checkpoints(store.database).sign()
            try await write(21...30, store.database)
            try await JournalTree(store.database).catchUp()
            try await body(store)
        }
    }

    @Test("a journal of several blocks is whole, and grows while it is looked at", arguments: [EngineMatrix.sqlite, .postgres])
    func whole(_ engine: EngineMatrix) async throws {
        try await withJournal(engine) { store in
            try await write(31...9_000, store.database)
            let before = try await verify(store.database)
            #expect(before.faults.isEmpty && before.size == 9_000 && before.checkpoints == 1, "\(before.faults)")
            let signed = try await checkpoints(store.database).sign()
            #expect(signed.checkpoint.root == before.root)
            async let writing: Void = write(9_001...12_000, store.database)
            let during = try await verify(store.database, since: signed)
            #expect(during.faults.isEmpty && during.size >= 9_000, "\(during.faults)")
            try await writing
        }
    }

    private static let changes: [Tampering] = [
        Tampering("actor", says: "Entry 7 (position 6)", "UPDATE journal_entries SET actor = 'nobody' WHERE entry = 7"),
        Tampering("body", says: "Entry 4 (position 3)", "UPDATE journal_entries SET body = x'00' WHERE entry = 4"),
        Tampering("a body of no bytes", says: "Entry 9 (position 8)", "UPDATE journal_entries SET body = x'' WHERE entry = 9"),
        Tampering("leaf", says: "Entry 26 (position 25)", "UPDATE journal_entries SET leaf = randomblob(32) WHERE entry = 26"),
        Tampering(
            "subjects in another order", says: "Entry 5 (position 4)",
            "UPDATE journal_entries SET subjects = 'patient-b' || char(10) || 'patient-a' WHERE entry = 5"),
        Tampering(
            "removed, unsigned", says: "Position 24 ", "DELETE FROM journal_subjects WHERE entry = 25",
            "DELETE FROM journal_entries WHERE entry = 25"),
        Tampering(
            "the last removed, unsigned", says: "has 30 leaves and the journal 29", "DELETE FROM journal_subjects WHERE entry = 30",
            "DELETE FROM journal_entries WHERE entry = 30"),
        Tampering(
            "the end cut off, tree and all", says: "has 20 entries and the journal 15", "DELETE FROM journal_subjects WHERE entry > 15",
            "DELETE FROM journal_entries WHERE entry > 15", "DELETE FROM journal_tiles"),
        Tampering(
            "put in twice", says: "at positions 3 and 30",
            """
            INSERT INTO journal_entries SELECT 31, id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject,
            subjects, key_version, salt, leaf, body FROM journal_entries WHERE entry = 4
            """, "INSERT INTO journal_subjects SELECT subject, 31, tenant FROM journal_subjects WHERE entry = 4"),
        Tampering(
            "two changed places", says: "checkpoint of size 20", "DELETE FROM journal_subjects WHERE entry IN (11, 12)",
            "UPDATE journal_entries SET entry = 100 WHERE entry = 11", "UPDATE journal_entries SET entry = 11 WHERE entry = 12",
            "UPDATE journal_entries SET entry = 12 WHERE entry = 100"),
        Tampering(
            "before the first", says: "Entry -5 ",
            """
            INSERT INTO journal_entries SELECT -5, id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject,
            NULL, key_version, salt, leaf, body FROM journal_entries WHERE entry = 4
            """),
        Tampering(
            "moved far away", says: "Position 29 ", "DELETE FROM journal_subjects WHERE entry = 30",
            "UPDATE journal_entries SET entry = 9223372036854775807 WHERE entry = 30"),
        Tampering(
            "not found by whom it is about", says: "Entry 8 is not found",
            "DELETE FROM journal_subjects WHERE entry = 8"),
        Tampering(
            "found by somebody it is not about", says: "ascribes entry 8",
            "INSERT INTO journal_subjects (subject, entry, tenant) VALUES ('somebody', 8, 'clinic')"),
        Tampering(
            "found in another organisation", says: "Entry 8 is not found",
            "UPDATE journal_subjects SET tenant = 'another' WHERE entry = 8"),
        Tampering("tile", says: "Tile 0 at level 0", "UPDATE journal_tiles SET hashes = zeroblob(length(hashes))"),
    ]

    @Test("what was done to the rows of SQLite is found, and its place named", arguments: changes)
    func tampering(_ change: Tampering) async throws {
        try await withJournal(.sqlite) { store in
            try await store.database.write { tx in
                for trigger in ["entries_stay", "entries_remain", "subjects_stay", "subjects_remain"] {
                    try tx.execute("DROP TRIGGER \(name: "journal_\(trigger)")")
                }
                for statement in change.sqlite { try tx.execute(statement) }
            }
            let faults = try await verify(store.database).faults.map(\.english)
            #expect(faults.contains { $0.contains(change.said) }, "\(faults)")
        }
    }

    private static let changesOnServer: [(String, String)] = [
        ("UPDATE journal_entries SET actor = 'nobody' WHERE entry = 7", "Entry 7 (position 6)"),
        ("DELETE FROM journal_entries WHERE entry = 7", "Entry 7 (position 6) is missing"),
        ("UPDATE journal_entries SET tenant = 'nobody' WHERE entry = 7", "Entry 7 (position 6) is missing"),
        ("DELETE FROM journal_leaves WHERE entry = 7", "Entry 7 (position 6) was altered"),
        ("DELETE FROM journal_positions WHERE position = 24", "Position 24 "),
        ("DELETE FROM journal_positions WHERE position >= 15", "Entry 16 has no position"),
        (
            "ALTER TABLE journal_positions DROP CONSTRAINT journal_positions_entry_key; UPDATE journal_positions SET entry = 25 WHERE position = 25",
            "Entry 25 is counted twice"
        ),
        (
            """
            UPDATE journal_positions SET entry = -1 WHERE position = 10; UPDATE journal_positions SET entry = 11 WHERE position = 11;
            UPDATE journal_positions SET entry = 12 WHERE position = 10
            """, "checkpoint of size 20"
        ),
        ("DELETE FROM journal_subjects WHERE entry = 8", "Entry 8 is not found"),
        ("INSERT INTO journal_subjects (subject, entry, tenant) VALUES ('somebody', 8, 'clinic')", "ascribes entry 8"),
    ]

    @Test("what was done to the rows of PostgreSQL is found, and its place named", arguments: changesOnServer.indices)
    func tamperingOnServer(_ change: Int) async throws {
        try await withJournal(.postgres) { store in
            try store.superuser().run("SET session_replication_role = replica; " + Self.changesOnServer[change].0)
            let faults = try await verify(store.database).faults.map(\.english)
            #expect(faults.contains { $0.contains(Self.changesOnServer[change].1) }, "\(faults)")
        }
    }

    @Test("an entry that was rewritten with its leaf and its tiles does not fit what was signed")
    func rewritten() async throws {
        try await withJournal(.sqlite) { store in
            let forged = Self.entry(7, actor: "nobody")
            try await store.database.write { tx in
                try tx.execute("DROP TRIGGER journal_entries_stay")
                try tx.execute(
                    """
                    UPDATE journal_entries SET id = \(forged.metadata.entry), at = \(forged.metadata.time), actor = 'nobody',
                    salt = \(forged.salt.bytes), leaf = \(forged.leaf.bytes) WHERE entry = 7
                    """)
                try tx.execute("DELETE FROM journal_tiles")
            }
            try await JournalTree(store.database).catchUp()
            let faults = try await verify(store.database).faults.map(\.english)
            #expect(faults.count == 1 && faults[0].contains("checkpoint of size 20"), "\(faults)")
        }
    }

    @Test("a checkpoint of another installation, or signed by nobody, is refused before anything is read")
    func otherCheckpoint() async throws {
        try await withJournal(.sqlite) { store in
            let other = "zancada/other"
            let signer = try NoteSigner(name: try #require(NoteKeyName(other)), seed: Secret([UInt8](repeating: 3, count: 32)))
            let foreign = try SignedCheckpoint(try Checkpoint(origin: other, size: 0, root: .emptyRoot), signedBy: [signer])
            await #expect { try await verify(store.database, since: foreign) } throws: {
                ($0 as? Failure)?.code == "checkpoint_of_other_installation"
            }
            let unsigned = try SignedCheckpoint(try Checkpoint(origin: Self.origin, size: 0, root: .emptyRoot), signedBy: [signer])
            await #expect { try await verify(store.database, since: unsigned) } throws: {
                ($0 as? Failure)?.code == "checkpoint_unsigned"
            }
        }
    }
}
