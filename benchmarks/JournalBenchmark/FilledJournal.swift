import Base
import PostgresEngine
import Records
import SQLiteEngine
import Store
import Transparency

/// A journal as a clinic's is, put into the real tables by bulk load: entries of one subject each, bodies of 900 bytes.
struct FilledJournal {
    static let organisation = "clinic"
    static let origin = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c073990"
    private static let bodyBytes = 900
    private static let batch = 10_000
    private static let people = 5_000

    let database: Database
    let checkpoints: Checkpoints

    /// PostgreSQL as the owner of an empty database, or SQLite in the folder.
    init(_ folder: String, on url: String?) async throws {
        database =
            if let url {
                Database(try PostgresDatabase(PostgresConfiguration(url: try DatabaseURL(url)), world: .live))
            } else {
                Database(try SQLiteDatabase.openEngine(SQLiteConfiguration(path: "\(folder)/zancada.db"), world: .live))
            }
        _ = try await Migrator([JournalTables.migrations]).migrate(database, now: { .epoch })
        guard let name = NoteKeyName(Self.origin) else { throw Failure.missingColumn("origin") }
        let signer = try NoteSigner(name: name, seed: Secret([UInt8](repeating: 7, count: 32)))
        checkpoints = Checkpoints(database: database, signer: signer, origin: Self.origin, world: .live)
    }

    var size: Int { get async throws { Int(try await JournalReader(database).size()) } }

    /// Entries up to so many, positions, the tree, and a checkpoint at the end.
    func fill(to count: Int) async throws {
        let world = World.live
        let subjects = (0..<Self.people).map { _ in world.id(of: Int.self).description }
        for start in stride(from: try await size, to: count, by: Self.batch) {
            let entries = (start..<min(start + Self.batch, count)).map { number in
                Self.entry(number, about: subjects[number * 7_919 % subjects.count], world)
            }
            try await database.within(organisation: Self.organisation).under { $0.isLong = true }.write { tx in
                try Self.load(entries, after: start, tx)
            }
        }
        try await JournalSealer(database).catchUp()
        _ = try await checkpoints.sign()
    }

    private static func entry(_ number: Int, about subject: String, _ world: World) -> JournalEntry {
        var body = [UInt8](repeating: 0, count: bodyBytes)
        for place in stride(from: 0, to: bodyBytes, by: 8) {
            withUnsafeBytes(of: world.random.next()) {
                body.replaceSubrange(place..<min(place + 8, bodyBytes), with: $0.prefix(bodyBytes - place))
            }
        }
        let metadata = EntryMetadata(
            entry: world.id(of: JournalEntry.self).description, tenant: organisation, time: world.now(),
            actor: world.id(of: Int.self).description, verb: "created", kind: "note", record: world.id(of: Int.self).description,
            version: 1, shape: 1, sealingSubject: subject, subjects: [subject])
        return JournalEntry(metadata, salt: LeafSalt(world.random), keyVersion: 1, body: body)
    }

    private static func load(_ entries: [JournalEntry], after start: Int, _ tx: borrowing Transaction) throws {
        let columns = [
            "entry", "id", "tenant", "at", "actor", "verb", "kind", "record", "version", "shape", "sealing_subject", "subjects",
            "key_version", "salt", "body",
        ]
        let isOneTable = tx.dialect == .sqlite
        let rows = entries.enumerated().map { offset, entry -> [SQLValue] in
            let metadata = entry.metadata
            let values: [SQLValue] = [
                .integer(Int64(start + offset + 1)), .text(metadata.entry), .text(metadata.tenant),
                .integer(metadata.time.microseconds), .text(metadata.actor), .text(metadata.verb), .text(metadata.kind),
                .text(metadata.record ?? ""), .integer(1), .integer(1), .text(metadata.subjects[0]), .text(metadata.subjects[0]),
                .integer(1), .bytes(entry.salt.bytes), .bytes(entry.body),
            ]
            return isOneTable ? values + [.bytes(entry.leaf.bytes)] : values
        }
        try tx.load(into: "journal_entries", columns: isOneTable ? columns + ["leaf"] : columns, rows: rows)
        if !isOneTable {
            try tx.load(
                into: "journal_leaves", columns: ["entry", "leaf"],
                rows: entries.enumerated().map { [.integer(Int64(start + $0 + 1)), .bytes($1.leaf.bytes)] })
        }
        try tx.load(
            into: "journal_subjects", columns: ["subject", "entry", "tenant"],
            rows: entries.enumerated().map { offset, entry in
                [.text(entry.metadata.subjects[0]), .integer(Int64(start + offset + 1)), .text(organisation)]
            })
    }
}
