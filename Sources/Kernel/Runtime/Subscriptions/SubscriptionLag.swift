import Base
import Records
import Store

/// How far a subscription is behind the journal.
package struct SubscriptionLag: Sendable, Hashable {
    package let name: String
    /// The position where it began.
    package let beganAt: Int64
    /// Everything before it is done, by what was last written down: at most a second ago while it works.
    package let looked: Int64
    /// Entries of the journal, of all kinds, that it has yet to look at.
    package let entriesBehind: Int64
    /// The age of the oldest of them; 0 where there is none.
    package let secondsBehind: Double
    package let parked: Int64

    /// Of every subscription that ever ran here, by name.
    package static func all(in database: Database, at now: Instant) async throws -> [SubscriptionLag] {
        let size = try await JournalReader(database).size()
        let rows = try await database.rows(
            """
            SELECT name, began_at, looked, (
                SELECT CAST(COALESCE(sum(parked), 0) AS \(database.dialect.integer)) FROM subscription_positions
                WHERE subscription = name
            ) AS parked
            FROM subscriptions ORDER BY name
            """
        ) { try Reach($0) }
        var lags: [SubscriptionLag] = []
        for row in rows {
            var oldest: Instant?
            if row.looked < size { oldest = try await JournalReader(database).time(of: row.looked) }
            lags.append(
                SubscriptionLag(
                    name: row.name, beganAt: row.beganAt, looked: row.looked, entriesBehind: max(0, size - row.looked),
                    secondsBehind: oldest.map { max(0, Double(now.microseconds - $0.microseconds) / 1e6) } ?? 0, parked: row.parked))
        }
        return lags
    }

    private struct Reach {
        let name: String
        let beganAt: Int64
        let looked: Int64
        let parked: Int64

        init(_ row: borrowing Row) throws {
            name = try row["name"]
            beganAt = try row["began_at"]
            looked = try row["looked"]
            parked = try row["parked"]
        }
    }
}
