import Base
import Store
import Transparency

/// Entries made ready to be written in the transaction of what they tell. Whatever can be done before a write closure, for which
/// others wait, is done when this is made.
package struct JournalWriter: Sendable {
    /// Told when there are positions to be read.
    package static let channel = Channel("zancada_journal")

    /// In their order.
    private let statements: [SQL]
    /// Instead of statements, where there are many on SQLite: rows without their number, and whom each is about.
    private let rows: [[SQLValue]]
    private let people: [[SQLValue]]

    /// From so many on, rows are loaded instead of inserted.
    private static let fewest = 8

    package init(_ entry: JournalEntry, _ dialect: Dialect) { self.init([entry], dialect) }

    package init(_ entries: [JournalEntry], _ dialect: Dialect) {
        switch dialect {
        case .sqlite where entries.count >= Self.fewest:
            statements = []
            rows = entries.map { entry in
                var values = Self.values(entry)
                values.append(.bytes(entry.leaf.bytes))
                return values
            }
            people = entries.map { entry in entry.metadata.subjects.map { .text($0) } }
        case .sqlite:
            statements = entries.flatMap(Self.insertions)
            (rows, people) = ([], [])
        case .postgres:
            statements = entries.map { "WITH \(Self.parts($0))" }
            (rows, people) = ([], [])
        }
    }

    /// Writes them; to be called in the write closure that changes the state.
    package func append(_ tx: borrowing Transaction) throws {
        for statement in statements { try tx.execute(statement) }
        if !rows.isEmpty { try load(tx) }
        // On PostgreSQL the sealer tells, once for all it numbered.
        if tx.dialect == .sqlite { try tx.notify(Self.channel) }
    }

    /// One entry that could not be made ready before.
    package static func append(_ entry: JournalEntry, _ tx: borrowing Transaction) throws {
        try JournalWriter(entry, tx.dialect).append(tx)
    }

    /// SQLite has one writer and counts on from the last, so the numbers to come are known.
    private func load(_ tx: borrowing Transaction) throws {
        let last: Int64 = try tx.first("SELECT COALESCE(max(entry), 0) AS last FROM journal_entries") { try $0["last"] } ?? 0
        try tx.load(into: "journal_entries", columns: Self.columns + ["leaf"], rows: rows)
        var named: [[SQLValue]] = []
        named.reserveCapacity(people.count)
        for (index, row) in rows.enumerated() {
            for person in people[index] { named.append([row[1], person, .integer(last + 1 + Int64(index))]) }
        }
        try tx.load(into: "journal_subjects", columns: ["tenant", "subject", "entry"], rows: named)
    }
}

extension JournalWriter {
    private static let columns = [
        "id", "tenant", "at", "actor", "on_behalf_of", "verb", "kind", "record", "version", "shape", "sealing_subject", "subjects",
        "key_version", "salt", "body",
    ]
    private static let names = columns.map { SQL(name: $0) }.joined(separator: ", ")

    /// In the order of `columns`.
    private static func values(_ entry: JournalEntry) -> [SQLValue] {
        let metadata = entry.metadata
        let subjects: SQLValue = metadata.subjects.isEmpty ? .null : .text(metadata.subjects.joined(separator: "\n"))
        return [
            .text(metadata.entry), .text(metadata.tenant), metadata.time.sqlValue, .text(metadata.actor),
            metadata.onBehalfOf.map { .text($0) } ?? .null, .text(metadata.verb), .text(metadata.kind),
            metadata.record.map { .text($0) } ?? .null, .integer(Int64(metadata.version)), .integer(Int64(metadata.shape)),
            metadata.sealingSubject.map { .text($0) } ?? .null, subjects, .integer(entry.keyVersion), .bytes(entry.salt.bytes),
            entry.body.isEmpty ? .null : .bytes(entry.body),
        ]
    }

    private static func bound(_ entry: JournalEntry) -> SQL { values(entry).map { "\($0)" as SQL }.joined(separator: ", ") }

    /// The table of whom an entry is about has no row numbers of its own, so the last one stays the entry's.
    private static func insertions(_ entry: JournalEntry) -> [SQL] {
        let people = entry.metadata.subjects.map { "(\(entry.metadata.tenant), \($0), last_insert_rowid())" as SQL }
        let insertion: SQL = "INSERT INTO journal_entries (\(names), leaf) VALUES (\(bound(entry)), \(entry.leaf.bytes))"
        guard !people.isEmpty else { return [insertion] }
        return [insertion, "INSERT INTO journal_subjects (tenant, subject, entry) VALUES \(people.joined(separator: ", "))"]
    }

    /// For PostgreSQL: the rest of a statement that begins with `WITH` and writes one entry. Where it follows a part of that name,
    /// it writes the entry if that part has a row.
    static func parts(_ entry: JournalEntry, after part: SQL? = nil) -> SQL {
        let source: SQL = part.map { "SELECT \(bound(entry)) FROM \($0)" } ?? "VALUES (\(bound(entry)))"
        let people = entry.metadata.subjects.map { "(\($0))" as SQL }.joined(separator: ", ")
        let named: SQL = """
            , named AS (
                INSERT INTO journal_subjects (tenant, subject, entry)
                SELECT \(entry.metadata.tenant), people.column1, written.entry FROM written CROSS JOIN (VALUES \(people)) AS people
            )
            """
        return """
            written AS (INSERT INTO journal_entries (\(names)) \(source) RETURNING entry)\(entry.metadata.subjects.isEmpty ? "" : named)
            INSERT INTO journal_leaves (entry, leaf) SELECT entry, \(entry.leaf.bytes) FROM written RETURNING entry
            """
    }
}
