import Base
import Store

/// Reads the journal in the order of its positions.
package struct JournalReader: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// How many entries have positions.
    package func size() async throws -> Int64 {
        try await database.first(Self.size(database.dialect)) { try $0["size"] } ?? 0
    }

    /// The same within a transaction.
    package static func size(_ tx: borrowing Transaction) throws -> Int64 { try tx.first(size(tx.dialect)) { try $0["size"] } ?? 0 }

    static func size(_ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite: "SELECT COALESCE(max(entry), 0) AS size FROM journal_entries"
        case .postgres: "SELECT next_position AS size FROM journal_sealed"
        }
    }

    /// At most `atMost` entries of an organisation from `position` on, in order. Whoever has seen a position will never see a new
    /// entry at or below it.
    package func entries(of tenant: String, from position: Int64, atMost limit: Int = 1_000) async throws -> [StandingEntry] {
        try await database.within(organisation: tenant).rows(
            Self.statement(of: tenant, from: position, atMost: limit, Self.columns, database.dialect)
        ) {
            try StandingEntry($0)
        }
    }

    /// An organisation's entries from a position on, in order: `position`, and columns of `entries`. On SQLite positions are numbers
    /// of entries, and an index of an organisation's entries is in their order; asked by position it would read all of them for
    /// each page.
    package static func statement(of tenant: String, from position: Int64, atMost limit: Int, _ columns: SQL, _ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite:
            """
            SELECT entries.entry - 1 AS position, \(columns) FROM journal_entries AS entries
            WHERE entries.tenant = \(tenant) AND entries.entry > \(position) ORDER BY entries.entry LIMIT \(limit)
            """
        case .postgres:
            """
            SELECT positions.position AS position, \(columns) FROM journal_positions AS positions
            JOIN journal_entries AS entries ON entries.entry = positions.entry
            WHERE positions.position >= \(position) AND entries.tenant = \(tenant)
            ORDER BY positions.position LIMIT \(limit)
            """
        }
    }

    /// The versions of a record, the earliest first. Events that tell of it are not among them: they name it, and their bodies are not its.
    package func history(of record: String, in tenant: String, after version: Int64 = 0, atMost limit: Int = 1_000) async throws
        -> [StandingEntry]
    {
        try await database.within(organisation: tenant).rows(
            """
            SELECT positions.position AS position, \(Self.columns) FROM journal_entries AS entries
            LEFT JOIN journal_positions AS positions ON positions.entry = entries.entry
            WHERE entries.record = \(record) AND entries.tenant = \(tenant) AND entries.version > \(version) AND entries.body IS NOT NULL
            AND entries.verb <> \(JournalVerb.published.rawValue) ORDER BY entries.version LIMIT \(limit)
            """
        ) { try StandingEntry($0) }
    }

    /// The event of a name that tells of a version of a record; nil where none was told.
    func event(_ name: String, about record: String, version: Int64, in tenant: String) async throws -> StandingEntry? {
        try await database.within(organisation: tenant).first(
            """
            SELECT positions.position AS position, \(Self.columns) FROM journal_entries AS entries
            LEFT JOIN journal_positions AS positions ON positions.entry = entries.entry
            WHERE entries.record = \(record) AND entries.tenant = \(tenant) AND entries.version = \(version) AND entries.body IS NOT NULL
            AND entries.verb = \(JournalVerb.published.rawValue) AND entries.kind = \(name) ORDER BY entries.entry LIMIT 1
            """
        ) { try StandingEntry($0) }
    }

    /// Entries about a person, the earliest first, after the one with number `after`.
    package func entries(about subject: String, in tenant: String, after number: Int64, atMost limit: Int) async throws
        -> [StandingEntry]
    {
        try await database.within(organisation: tenant).rows(
            """
            SELECT positions.position AS position, \(Self.columns) FROM journal_subjects AS subjects
            JOIN journal_entries AS entries ON entries.entry = subjects.entry
            LEFT JOIN journal_positions AS positions ON positions.entry = entries.entry
            WHERE subjects.subject = \(subject) AND subjects.tenant = \(tenant) AND subjects.entry > \(number)
            ORDER BY subjects.entry LIMIT \(limit)
            """
        ) { try StandingEntry($0) }
    }

    static let columns: SQL = "\(columnsBesideBody), entries.body AS body"

    static let columnsBesideBody: SQL = """
        entries.entry AS entry, entries.id AS id, entries.tenant AS tenant, entries.at AS at, entries.actor AS actor,
        entries.on_behalf_of AS on_behalf_of, entries.verb AS verb, entries.kind AS kind, entries.record AS record,
        entries.version AS version, entries.shape AS shape, entries.sealing_subject AS sealing_subject, entries.subjects AS subjects,
        entries.key_version AS key_version, entries.salt AS salt
        """
}
