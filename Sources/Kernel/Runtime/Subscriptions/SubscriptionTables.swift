import Store

/// What is remembered of subscriptions. Without walls between organisations, since one program works for all of them and asks for all
/// at once: ids stand in these tables, and no content.
///
/// - `subscriptions`: where each begins, and how far it has looked in the whole journal: of no organisation is anything before
///   `looked` left to do. It may be behind by what happened since it was last written down.
/// - `subscription_positions`: everything before `position` was applied or parked, of this organisation; moved in the transaction
///   that does so. No row before the first.
/// - `subscription_parked`: entries that could not be applied, and those of the same record that wait behind them.
package enum SubscriptionTables {
    package static let names = ["subscriptions", "subscription_positions", "subscription_parked"]

    /// Told when an operator asks for something.
    static let channel = Channel("zancada_subscriptions")

    package static let migrations = MigrationSeries("subscriptions", [Migration(1, "positions and parked entries", statements: creation)])

    @Sendable private static func creation(_ dialect: Dialect) -> [SQL] {
        let (text, integer) = (dialect.text, dialect.integer)
        let name: SQL = "\(text) NOT NULL"
        return [
            """
            CREATE TABLE subscriptions (
                name \(text) PRIMARY KEY,
                began_at \(integer) NOT NULL,
                looked \(integer) NOT NULL,
                started_at \(integer) NOT NULL
            )\(dialect.strict)
            """,
            """
            CREATE TABLE subscription_positions (
                subscription \(name),
                tenant \(name),
                position \(integer) NOT NULL,
                parked \(integer) NOT NULL \(dialect.check("parked >= 0")),
                PRIMARY KEY (subscription, tenant)
            )\(dialect.strict)
            """,
            """
            CREATE TABLE subscription_parked (
                subscription \(name),
                tenant \(name),
                position \(integer) NOT NULL,
                entry \(name),
                record \(text),
                kind \(name),
                verb \(name),
                version \(integer) NOT NULL,
                code \(name),
                reason_es \(name),
                reason_en \(name),
                tries \(integer) NOT NULL,
                parked_at \(integer) NOT NULL,
                is_behind \(dialect.bool) NOT NULL \(dialect.check(bool: "is_behind")),
                is_asked \(dialect.bool) NOT NULL \(dialect.check(bool: "is_asked")),
                PRIMARY KEY (subscription, tenant, position)
            )\(dialect.strict)
            """,
            "CREATE INDEX subscription_parked_by_record ON subscription_parked (subscription, tenant, record, position)",
            "CREATE INDEX subscription_parked_asked ON subscription_parked (subscription, tenant, position) WHERE is_asked",
        ]
    }
}
