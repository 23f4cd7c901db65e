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
            guard let number: Int64 = try tx.first(insertion(of: entry, tx.dialect), { try $0["entry"] }) else {
                throw Failure.missingColumn("entry")
            }
            for subject in entry.metadata.subjects {
                try tx.execute(
                    "INSERT INTO journal_subjects (tenant, subject, entry) VALUES (\(entry.metadata.tenant), \(subject), \(number))")
            }
        }
        // On PostgreSQL the sealer tells, once for all it numbered.
        if tx.dialect == .sqlite { try tx.notify(channel) }
    }

    private static func insertion(of entry: JournalEntry, _ dialect: Dialect) -> SQL {
        let metadata = entry.metadata
        let body: [UInt8]? = entry.body.isEmpty ? nil : entry.body
        let subjects: String? = metadata.subjects.isEmpty ? nil : metadata.subjects.joined(separator: "\n")
        let columns: SQL = """
            id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject, subjects, key_version, salt, body
            """
        let values: SQL = """
            \(metadata.entry), \(metadata.tenant), \(metadata.time), \(metadata.actor), \(metadata.onBehalfOf), \(metadata.verb),
            \(metadata.kind), \(metadata.record), \(metadata.version), \(metadata.shape), \(metadata.sealingSubject), \(subjects),
            \(entry.keyVersion), \(entry.salt.bytes), \(body)
            """
        return switch dialect {
        case .sqlite: "INSERT INTO journal_entries (\(columns), leaf) VALUES (\(values), \(entry.leaf.bytes)) RETURNING entry"
        case .postgres:
            """
            WITH written AS (INSERT INTO journal_entries (\(columns)) VALUES (\(values)) RETURNING entry)
            INSERT INTO journal_leaves (entry, leaf) SELECT entry, \(entry.leaf.bytes) FROM written RETURNING entry
            """
        }
    }
}
