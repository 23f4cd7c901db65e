import Access
import Base
import Store
import TestKit

/// A table of records as access rules find them.
struct Note: Sendable {
    let id: Int
    let facts: RecordFacts

    static let columns = RecordColumns(table: "notes", author: "author", attributes: ["status"])
    /// The same notes where they may be about several people.
    static let shared = RecordColumns(table: "notes", people: "note_people", author: "author", attributes: ["status"])

    static func schema(_ engine: EngineMatrix) -> [SQL] {
        let dialect = engine.dialect
        return RelationTable.migrations.migrations.flatMap { $0.statements(dialect) } + [
            """
            CREATE TABLE notes (
                id \(dialect.text) NOT NULL PRIMARY KEY, tenant \(dialect.text) NOT NULL, subject \(dialect.text),
                author \(dialect.text), status \(dialect.text), body \(dialect.text)
            )\(dialect.strict)
            """,
            "CREATE INDEX notes_list ON notes (tenant, id)", "CREATE INDEX notes_subject ON notes (tenant, subject, id)",
            "CREATE INDEX notes_author ON notes (tenant, author, id)",
            """
            CREATE TABLE note_people (
                record \(dialect.text) NOT NULL, subject \(dialect.text) NOT NULL, PRIMARY KEY (subject, record)
            )\(dialect.strict)
            """,
        ]
    }

    /// As the table holds it: texts that sort as the numbers do.
    static func text(_ id: Int) -> String { String(id + 1_000_000) }

    static func load(_ notes: some Sequence<Note>, _ tx: borrowing Transaction) throws {
        try tx.load(
            into: "notes", columns: ["id", "tenant", "subject", "author", "status"],
            rows: notes.map { note in
                let facts = note.facts
                return [
                    Note.text(note.id).sqlValue, facts.tenant.sqlValue, facts.subjects.min()?.sqlValue ?? .null,
                    facts.author?.sqlValue ?? .null,
                    facts.attributes["status"]?.sqlValue ?? .null,
                ]
            })
        try tx.load(
            into: "note_people", columns: ["record", "subject"],
            rows: notes.flatMap { note in note.facts.subjects.map { [Note.text(note.id).sqlValue, $0.sqlValue] } })
    }
}

extension Note {
    /// The same where people agree to this, by organisation.
    func agreed(_ consents: [Identifier: [Identifier: Set<ConsentPurpose>]]) -> Note {
        Note(id: id, facts: facts.agreed(consents[facts.tenant] ?? [:]))
    }
}

extension ConsentTable {
    /// What people of one organisation agree to.
    static func load(_ consents: [Identifier: Set<ConsentPurpose>], in tenant: Identifier, _ tx: borrowing Transaction) throws {
        for (subject, purposes) in consents { for purpose in purposes { try give(purpose, of: subject, in: tenant, tx) } }
    }
}

extension Relation {
    /// As they are, whatever `RelationTable.grant` would say; all of one organisation.
    static func load(_ relations: some Sequence<Relation>, _ tx: borrowing Transaction) throws {
        try tx.load(
            into: "access_relations", columns: ["id", "tenant", "subject", "grantee", "role", "starts_at", "ends_at", "reason"],
            rows: relations.map {
                [
                    $0.id.sqlValue, $0.tenant.sqlValue, $0.subject.sqlValue, $0.grantee.sqlValue, $0.role.sqlValue, $0.from.sqlValue,
                    $0.until?.sqlValue ?? .null, .text($0.reason.text),
                ]
            })
    }
}

extension Database {
    /// Seen as the caller's organisation; a caller without one sees as nobody.
    func seen(by caller: Caller) -> Database {
        caller.tenant.map { within(organisation: $0.text) } ?? self
    }
}
