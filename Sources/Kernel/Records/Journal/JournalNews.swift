import Base
import Store

/// Which organisations the journal tells of, position by position: for whoever follows it for all of them. What the entries say is
/// read within each organisation.
package struct JournalNews: Sendable {
    /// In the order of positions.
    package let entries: [Place]
    /// Everything below this position was looked at.
    package let next: Int64
    /// Whether there may be more from `next` on.
    package let hasMore: Bool

    /// Where an entry stands.
    package struct Place: Sendable, Hashable {
        package let position: Int64
        /// Its number in this database.
        package let number: Int64
        package let tenant: String

        package init(position: Int64, number: Int64, tenant: String) {
            self.position = position
            self.number = number
            self.tenant = tenant
        }

        init(_ row: borrowing Row) throws {
            position = try row["position"]
            number = try row["entry"]
            tenant = try row["tenant"]
        }
    }
}

extension JournalReader {
    /// Positions looked at in one statement.
    package static let newsWindow: Int64 = 5_000

    /// What stands from `position` on: of one organisation where it is named, and up to position `end` where it is said. On SQLite
    /// only entries of these kinds and verbs; PostgreSQL tells those of all, for they stand behind the organisations' walls.
    ///
    /// Whoever has seen a position will never see a new entry at or below it. Cost: one statement over at most `newsWindow` entries.
    package func news(
        from position: Int64, to end: Int64? = nil, of tenant: String? = nil, kinds: Set<String>, verbs: Set<JournalVerb>
    ) async throws -> JournalNews {
        let last = min(position + Self.newsWindow, end ?? Int64.max)
        switch database.dialect {
        case .sqlite:
            let condition: SQL =
                """
                entries.entry > \(position) AND entries.entry <= \(last) AND \("entries.kind", in: kinds.sorted())
                AND \("entries.verb", in: verbs.map(\.rawValue).sorted())
                """
            let (entries, size) = try await database.read { tx in
                // Before the entries, in one snapshot with them: what the condition passes over counts as seen.
                let size = try Self.size(tx)
                let entries = try tx.rows(
                    """
                    SELECT entries.entry - 1 AS position, entries.entry AS entry, entries.tenant AS tenant
                    FROM journal_entries AS entries WHERE \(condition)\(tenant.map { " AND +entries.tenant = \($0)" as SQL } ?? "")
                    ORDER BY entries.entry
                    """
                ) { try JournalNews.Place($0) }
                return (entries, size)
            }
            return JournalNews(entries: entries, next: max(position, min(last, size)), hasMore: size > last)
        case .postgres:
            let entries = try await database.rows(
                """
                SELECT positions.position AS position, positions.entry AS entry, leaves.tenant AS tenant
                FROM journal_positions AS positions JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
                WHERE positions.position >= \(position) AND positions.position < \(last) ORDER BY positions.position
                """
            ) { try JournalNews.Place($0) }
            let next = entries.last.map { $0.position + 1 } ?? position
            return JournalNews(
                entries: tenant.map { tenant in entries.filter { $0.tenant == tenant } } ?? entries, next: next,
                hasMore: next == position + Self.newsWindow)
        }
    }

    /// Where an organisation's entry with that position stands; nil where there is none.
    package func place(_ position: Int64, of tenant: String) async throws -> JournalNews.Place? {
        let number: Int64? = try await database.first("SELECT entry FROM journal_positions WHERE position = \(position)") {
            try $0["entry"]
        }
        return number.map { JournalNews.Place(position: position, number: $0, tenant: tenant) }
    }

    /// When the entry with that position was written; nil where there is none.
    package func time(of position: Int64) async throws -> Instant? {
        switch database.dialect {
        case .sqlite:
            return try await database.first("SELECT at FROM journal_entries WHERE entry = \(position + 1)") { try $0["at"] }
        case .postgres:
            let place = try await database.first(
                """
                SELECT positions.position AS position, leaves.entry AS entry, leaves.tenant AS tenant FROM journal_positions AS positions
                JOIN journal_leaves AS leaves ON leaves.entry = positions.entry WHERE positions.position = \(position)
                """
            ) { try JournalNews.Place($0) }
            guard let place else { return nil }
            return try await database.within(organisation: place.tenant).first(
                "SELECT at FROM journal_entries WHERE entry = \(place.number)"
            ) { try $0["at"] }
        }
    }

    /// Entries of an organisation by their numbers, at most 1,000, those of these kinds and verbs, in no order; without their bodies
    /// where those are not asked for.
    package func entries(
        of tenant: String, numbered numbers: [Int64], kinds: Set<String>, verbs: Set<JournalVerb>, withBodies: Bool
    ) async throws -> [StandingEntry] {
        guard let last = numbers.last else { return [] }
        // Filled up to a power of two, so that the statement has few texts.
        var width = 1
        while width < numbers.count { width *= 2 }
        let filled = numbers + Array(repeating: last, count: width - numbers.count)
        let body: SQL = withBodies ? "entries.body" : "CASE WHEN entries.body IS NULL THEN NULL ELSE \(Self.anyBody) END"
        return try await database.within(organisation: tenant).rows(
            """
            SELECT CAST(NULL AS \(database.dialect.integer)) AS position, \(Self.columnsBesideBody), \(body) AS body
            FROM journal_entries AS entries
            WHERE \("entries.entry", in: filled) AND entries.tenant = \(tenant) AND \("entries.kind", in: kinds.sorted())
            AND \("entries.verb", in: verbs.map(\.rawValue).sorted())
            """
        ) { try StandingEntry($0) }
    }

    /// Stands for a body that is not read: that there is one, is.
    private static let anyBody: [UInt8] = [0]
}
