import Access
import Base
import Keys
import Store

/// What a create puts down: the row, the journal's entry, and whatever else belongs to them, in one transaction.
///
/// On PostgreSQL a record about one person, or nobody, is one statement, which takes one trip to the server instead of six.
struct RecordCreation: Sendable {
    let kind: KindShape
    let change: Change
    let write: SealedChange
    let author: Identifier
    let columns: FieldColumns

    func run(in database: Database) async throws {
        guard database.dialect == .postgres, write.keys.shared == nil, let key = write.keys.required.first, write.keys.required.count == 1
        else {
            return try await database.write { tx in try write(tx) }
        }
        let isWritten = try await database.writeFirst(statement(where: key)) { _ in true } ?? false
        guard !isWritten else { return }
        // It says not why it did nothing; asked again, step by step, it does.
        try await database.write { tx in try write(tx) }
    }

    private func write(_ tx: borrowing Transaction) throws {
        try write.requireKeys(tx)
        if kind.subject != .itself { try Person.requireUnmerged(change.owners.people, in: change.tenant, tx) }
        try write.keys.shared?.store(tx)
        try tx.execute("INSERT INTO \(name: kind.table) (\(names)) VALUES (\(values))")
        if let people = kind.peopleTable {
            for person in change.owners.people {
                try tx.execute("INSERT INTO \(name: people) (tenant, subject, record) VALUES (\(change.tenant), \(person), \(change.id))")
            }
        }
        try JournalWriter.append(write.entry, tx)
    }

    /// The same in one: each part takes its rows from the one before it, so that nothing is written where the key is gone.
    private func statement(where key: SubjectKey) -> SQL {
        let unmerged = change.owners.people.map { person -> SQL in
            " WHERE NOT EXISTS (SELECT 1 FROM subject_aliases WHERE tenant = \(change.tenant) AND alias = \(person))"
        }
        return """
            WITH standing AS (\(key.standing(.postgres))), record AS (
                INSERT INTO \(name: kind.table) (\(names)) SELECT \(values) FROM standing\(unmerged.first ?? "") RETURNING id
            ), \(JournalWriter.parts(write.entry, after: "record"))
            """
    }

    private var names: SQL {
        "id, tenant, subject, author, shape, version, created_at, updated_at, body\(columns.names)"
    }

    private var values: SQL {
        let subject: Identifier? = if case .one(let person) = change.owners { person } else { nil }
        return """
            \(change.id), \(change.tenant), \(subject), \(author), \(Int64(kind.number)), \(change.version), \(change.at), \(change.at),
            \(write.body)\(columns.values)
            """
    }
}
