import Base
import Store

/// Who looked at what somebody's records hold, as the journal tells it: for whoever asks who saw their data.
package struct JournalLooks: Sendable {
    /// Whom it was about, under all ids that were found to be theirs.
    package var people: [String]
    /// Which verbs: reading, listing and exporting, unless others are asked for.
    package var verbs: Set<JournalVerb> = [.read, .listed, .exported]
    /// Only what this account did.
    package var actor: String?
    /// Without what these did: the person themselves.
    package var others: [String] = []
    /// From this moment on, and before that one.
    package var from: Instant?
    package var until: Instant?
    /// Before the entry with this number.
    package var before: Int64?

    package init(at people: [String], _ change: (inout JournalLooks) -> Void = { _ in }) {
        self.people = people
        change(&self)
    }
}

extension JournalReader {
    /// The latest first, without bodies, each entry once; at most `limit`. Cost: every entry about these people is looked at once.
    package func entries(_ looks: JournalLooks, in tenant: String, atMost limit: Int) async throws -> [StandingEntry] {
        var condition: SQL = "entries.tenant = \(tenant) AND \("entries.verb", in: looks.verbs.map(\.rawValue).sorted())"
        if let actor = looks.actor { condition += " AND entries.actor = \(actor)" }
        for other in looks.others { condition += " AND entries.actor <> \(other)" }
        if let from = looks.from { condition += " AND entries.at >= \(from)" }
        if let until = looks.until { condition += " AND entries.at < \(until)" }
        if let before = looks.before { condition += " AND entries.entry < \(before)" }
        let body: SQL = database.dialect == .sqlite ? "CAST(NULL AS BLOB)" : "CAST(NULL AS BYTEA)"
        return try await database.within(organisation: tenant).rows(
            """
            SELECT CAST(NULL AS \(database.dialect.integer)) AS position, \(Self.columnsBesideBody), \(body) AS body
            FROM journal_entries AS entries WHERE entries.entry IN (
                SELECT entry FROM journal_subjects WHERE tenant = \(tenant) AND \("subject", in: looks.people.sorted()))
            AND \(condition) ORDER BY entries.entry DESC LIMIT \(limit)
            """
        ) { try StandingEntry($0) }
    }
}
