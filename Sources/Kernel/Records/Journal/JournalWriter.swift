import Base
import Store
import Transparency

/// Writes entries in the transaction of what they tell.
package enum JournalWriter {
    /// Told when there are positions to be read.
    package static let channel = Channel("zancada_journal")

    /// Writes one entry. To be called in the write closure that changes the state. Cost on SQLite: two statements, and one more
    /// for each further subject.
    package static func append(_ entry: JournalEntry, _ tx: borrowing Transaction) throws {
        try append([entry], tx)
    }

    /// The same for several, in their order.
    package static func append(_ entries: [JournalEntry], _ tx: borrowing Transaction) throws {
        for entry in entries {
            switch tx.dialect {
            case .sqlite: try appendToSQLite(entry, tx)
            case .postgres: try tx.execute("WITH \(parts(entry))")
            }
        }
        // On PostgreSQL the sealer tells, once for all it numbered.
        if tx.dialect == .sqlite { try tx.notify(channel) }
    }

    private static func appendToSQLite(_ entry: JournalEntry, _ tx: borrowing Transaction) throws {
        let (columns, values) = columns(entry)
        let insertion: SQL = "INSERT INTO journal_entries (\(columns), leaf) VALUES (\(values), \(entry.leaf.bytes)) RETURNING entry"
        guard let number: Int64 = try tx.first(insertion, { try $0["entry"] }) else { throw Failure.missingColumn("entry") }
        for subject in entry.metadata.subjects {
            try tx.execute(
                "INSERT INTO journal_subjects (tenant, subject, entry) VALUES (\(entry.metadata.tenant), \(subject), \(number))")
        }
    }

    /// For PostgreSQL: the rest of a statement that begins with `WITH` and writes one entry. Where it follows a part of that name,
    /// it writes the entry if that part has a row.
    static func parts(_ entry: JournalEntry, after part: SQL? = nil) -> SQL {
        let (columns, values) = columns(entry)
        let source: SQL = part.map { "SELECT \(values) FROM \($0)" } ?? "VALUES (\(values))"
        var subjects: SQL = .empty
        for (index, subject) in entry.metadata.subjects.enumerated() {
            subjects += index == 0 ? "(\(subject))" : ", (\(subject))"
        }
        let named: SQL = """
            named AS (
                INSERT INTO journal_subjects (tenant, subject, entry)
                SELECT \(entry.metadata.tenant), people.column1, written.entry FROM written CROSS JOIN (VALUES \(subjects)) AS people
            )
            """
        return """
            written AS (INSERT INTO journal_entries (\(columns)) \(source) RETURNING entry)\(entry.metadata.subjects.isEmpty ? "" : ", " + named)
            INSERT INTO journal_leaves (entry, leaf) SELECT entry, \(entry.leaf.bytes) FROM written RETURNING entry
            """
    }

    private static func columns(_ entry: JournalEntry) -> (names: SQL, values: SQL) {
        let metadata = entry.metadata
        let body: [UInt8]? = entry.body.isEmpty ? nil : entry.body
        let subjects: String? = metadata.subjects.isEmpty ? nil : metadata.subjects.joined(separator: "\n")
        return (
            """
            id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject, subjects, key_version, salt, body
            """,
            """
            \(metadata.entry), \(metadata.tenant), \(metadata.time), \(metadata.actor), \(metadata.onBehalfOf), \(metadata.verb),
            \(metadata.kind), \(metadata.record), \(metadata.version), \(metadata.shape), \(metadata.sealingSubject), \(subjects),
            \(entry.keyVersion), \(entry.salt.bytes), \(body)
            """
        )
    }
}
