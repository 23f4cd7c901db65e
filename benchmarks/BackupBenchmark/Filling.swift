import Base
import Foundation
import Records
import SQLiteEngine
import Store
import Transparency

/// Entries of a clinic's journal, put by bulk load into a database that `zancada migrate` and `org create` made: bodies of 900 bytes that
/// nobody can open, of people who are nobody.
struct Filling {
    private static let organisation = "clinic"
    private static let bodyBytes = 900
    private static let batch = 10_000
    private static let people = 5_000

    private let database: Database
    private let world = World.live

    init(data: String) async throws {
        database = try await SQLiteDatabase.open(SQLiteConfiguration(path: data + "/zancada.db"), world: .live)
    }

    func fill(to count: Int) async throws {
        let subjects = (0..<Self.people).map { _ in world.id(of: Int.self).description }
        let first: Int = try await database.first("SELECT coalesce(max(entry), 0) AS n FROM journal_entries") { try $0["n"] } ?? 0
        for start in stride(from: first, to: count, by: Self.batch) {
            let entries = (start..<min(start + Self.batch, count)).map { entry($0, about: subjects[$0 * 7_919 % subjects.count]) }
            try await database.within(organisation: Self.organisation).under { $0.isLong = true }.write { tx in
                try Self.load(entries, after: start, tx)
            }
        }
        try await JournalSealer(database).catchUp()
        try await JournalTree(database).catchUp()
        await database.close()
    }

    private func entry(_ number: Int, about subject: String) -> JournalEntry {
        let metadata = EntryMetadata(
            entry: world.id(of: JournalEntry.self).description, tenant: Self.organisation, time: world.now(),
            actor: world.id(of: Int.self).description, verb: "created", kind: "sample", record: world.id(of: Int.self).description,
            version: 1, shape: 1, sealingSubject: subject, subjects: [subject])
        return JournalEntry(metadata, salt: LeafSalt(world.random), keyVersion: 1, body: world.random.bytes(Self.bodyBytes))
    }

    private static func load(_ entries: [JournalEntry], after start: Int, _ tx: borrowing Transaction) throws {
        let columns = [
            "entry", "id", "tenant", "at", "actor", "verb", "kind", "record", "version", "shape", "sealing_subject", "subjects",
            "key_version", "salt", "body", "leaf",
        ]
        try tx.load(
            into: "journal_entries", columns: columns,
            rows: entries.enumerated().map { offset, entry -> [SQLValue] in
                let metadata = entry.metadata
                return [
                    .integer(Int64(start + offset + 1)), .text(metadata.entry), .text(metadata.tenant),
                    .integer(metadata.time.microseconds), .text(metadata.actor), .text(metadata.verb), .text(metadata.kind),
                    .text(metadata.record ?? ""), .integer(1), .integer(1), .text(metadata.subjects[0]), .text(metadata.subjects[0]),
                    .integer(1), .bytes(entry.salt.bytes), .bytes(entry.body), .bytes(entry.leaf.bytes),
                ]
            })
        try tx.load(
            into: "journal_subjects", columns: ["subject", "entry", "tenant"],
            rows: entries.enumerated().map { offset, entry in
                [.text(entry.metadata.subjects[0]), .integer(Int64(start + offset + 1)), .text(organisation)]
            })
    }
}
