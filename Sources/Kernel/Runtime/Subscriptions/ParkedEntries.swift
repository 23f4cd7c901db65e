import Base
import Store

/// What operators see of parked entries, and may do with them. The program that leads the subscription does what was asked for, at
/// once where it runs.
package struct ParkedEntries: Sendable {
    private let database: Database

    package init(_ database: Database) { self.database = database }

    /// Which ones are meant.
    package struct Choice: Sendable, Hashable {
        package var subscription: String
        package var tenant: String?
        package var position: Int64?

        /// All of a subscription, of one organisation, or one entry.
        package init(of subscription: String, in tenant: String? = nil, at position: Int64? = nil) {
            self.subscription = subscription
            self.tenant = tenant
            self.position = position
        }

        fileprivate var condition: SQL {
            var sql: SQL = "subscription = \(subscription)"
            if let tenant { sql += " AND tenant = \(tenant)" }
            if let position { sql += " AND position = \(position)" }
            return sql
        }
    }

    /// In the order of organisations and positions, at most so many after one.
    package func list(_ choice: Choice?, after last: ParkedEntry? = nil, atMost limit: Int = 1_000) async throws -> [ParkedEntry] {
        let condition: SQL = choice?.condition ?? "1 = 1"
        let place: SQL =
            last.map { " AND (subscription, tenant, position) > (\($0.subscription), \($0.tenant), \($0.position))" } ?? ""
        return try await database.rows(
            """
            SELECT \(ParkedEntry.columns) FROM subscription_parked
            WHERE \(condition)\(place) ORDER BY subscription, tenant, position LIMIT \(limit)
            """
        ) { try ParkedEntry($0) }
    }

    /// Asks for them to be tried again, each with those behind it; of one that waits, that which it waits for. Returns how many were
    /// tried before and will be again.
    package func retry(_ choice: Choice) async throws -> Int {
        try await database.write { tx in
            // An entry that waits means the one it waits for.
            let asked = try tx.execute(
                """
                UPDATE subscription_parked SET is_asked = \(true) WHERE NOT is_behind AND subscription = \(choice.subscription) AND (
                    (\(choice.condition)) OR EXISTS (
                        SELECT 1 FROM subscription_parked AS waiting
                        WHERE waiting.subscription = subscription_parked.subscription AND waiting.tenant = subscription_parked.tenant
                        AND waiting.record = subscription_parked.record AND waiting.is_behind AND \(choice.waiting)
                    )
                )
                """)
            if asked > 0 { try tx.notify(SubscriptionTables.channel) }
            return asked
        }
    }

    /// Passes over one entry for ever; those behind it of the same record are then tried. Returns it; nil where none is parked there.
    ///
    /// Throws `Failure(.conflict, "waits_behind")` for one that waits: the one before it comes first.
    package func skip(_ subscription: String, in tenant: String, at position: Int64) async throws -> ParkedEntry? {
        try await database.within(organisation: tenant).write { tx in
            let count = try ParkedEntry.hold(subscription, tenant, tx)
            let found = try tx.first(
                """
                SELECT \(ParkedEntry.columns) FROM subscription_parked
                WHERE subscription = \(subscription) AND tenant = \(tenant) AND position = \(position)
                """
            ) { try ParkedEntry($0) }
            guard let found else { return nil }
            guard !found.isBehind else { throw Failure(.conflict, Failure.waitsBehind.code, Failure.waitsBehind.message) }
            _ = try found.remove(tx)
            try ParkedEntry.count(count - 1, subscription, tenant, tx)
            try found.askForNext(tx)
            return found
        }
    }
}

extension ParkedEntries.Choice {
    fileprivate var waiting: SQL {
        var sql: SQL = "waiting.subscription = \(subscription)"
        if let tenant { sql += " AND waiting.tenant = \(tenant)" }
        if let position { sql += " AND waiting.position = \(position)" }
        return sql
    }
}
