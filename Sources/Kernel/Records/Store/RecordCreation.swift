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
    /// The body, before it is sealed.
    let valid: ValidRecord
    let write: SealedChange
    let author: Identifier
    let columns: FieldColumns

    /// The record as it will stand.
    var record: Record {
        let row = StoredRecord(
            id: change.id, tenant: change.tenant.text, subjects: change.owners.people.map(\.text), author: author.text,
            shape: Int64(kind.number), version: 1, createdAt: change.at, updatedAt: change.at, deletedAt: nil, body: write.body)
        return Record(row, kind, body: valid.bytes, hidden: [])
    }

    func run(in database: Database) async throws {
        let isWritten =
            switch (database.dialect, write.keys.required.first) {
            case _ where !kind.guards.isEmpty: false
            case (.sqlite, _) where write.keys.shared == nil: try await runOnSQLite(database)
            case (.postgres, let key?) where write.keys.shared == nil && write.keys.required.count == 1:
                try await database.writeFirst(statement(where: key)) { _ in true } ?? false
            default: false
            }
        // Where it was none of those, and where one did nothing: it says not why, and asked again step by step it does.
        if !isWritten { try await database.write { tx in try put(tx) } }
    }

    /// Step by step, among whatever else a transaction does.
    func put(_ tx: borrowing Transaction) throws {
        try write.requireKeys(tx)
        try kind.requireGuards(
            GuardedChange(verb: .created, id: change.id, tenant: change.tenant, body: valid.object), tx)
        if kind.subject != .itself { try Person.requireUnmerged(change.owners.people, in: change.tenant, tx) }
        try write.keys.shared?.store(tx)
        try tx.execute("INSERT INTO \(name: kind.table) (\(names)) VALUES (\(values))")
        if let people = kind.peopleTable {
            for person in change.owners.people {
                try tx.execute(
                    "INSERT INTO \(name: people) (tenant, subject, record) VALUES (\(change.tenant), \(person), \(change.id))")
            }
        }
        try JournalWriter.append(write.entry, tx)
    }

    /// Statements made beforehand, so that the one thread that writes has little to do. False where nothing was written.
    private func runOnSQLite(_ database: Database) async throws -> Bool {
        var insertion: SQL = "INSERT INTO \(name: kind.table) (\(names)) SELECT \(values) WHERE TRUE"
        for key in write.keys.required { insertion += " AND EXISTS (\(key.standing(.sqlite)))" }
        for person in change.owners.people { insertion += " AND \(isUnmerged(person))" }
        let journal = JournalWriter(write.entry, .sqlite)
        return try await database.write { [insertion] tx in
            guard try tx.execute(insertion) == 1 else { return false }
            try journal.append(tx)
            return true
        }
    }

    /// All of it in one: each part takes its rows from the one before it, so that nothing is written where the key is gone.
    private func statement(where key: SubjectKey) -> SQL {
        let unmerged = change.owners.people.map { " WHERE \(isUnmerged($0))" as SQL }
        return """
            WITH standing AS (\(key.standing(.postgres))), record AS (
                INSERT INTO \(name: kind.table) (\(names)) SELECT \(values) FROM standing\(unmerged.first ?? "") RETURNING id
            ), \(JournalWriter.parts(write.entry, after: "record"))
            """
    }

    private func isUnmerged(_ person: Identifier) -> SQL {
        "NOT EXISTS (SELECT 1 FROM subject_aliases WHERE tenant = \(change.tenant) AND alias = \(person))"
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
