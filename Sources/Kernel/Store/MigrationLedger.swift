import Base

/// The table in which a database keeps what was done to it.
enum MigrationLedger {
    /// One step that was taken, or begun.
    struct Entry: Sendable {
        let feature: String
        let number: Int
        let name: String
        let checksum: String
        /// nil where a separate step broke off.
        let finishedAt: Instant?
    }

    static func creation(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            feature \(dialect.text) NOT NULL,
            number \(dialect.integer) NOT NULL CHECK (number > 0),
            name \(dialect.text) NOT NULL,
            phase \(dialect.text) NOT NULL,
            checksum \(dialect.text) NOT NULL CHECK (length(checksum) = 64),
            begun_at \(dialect.integer) NOT NULL,
            finished_at \(dialect.integer),
            PRIMARY KEY (feature, number)
        )\(dialect.strict)
        """
    }

    static func entries(_ tx: borrowing Transaction) throws -> [Entry] {
        guard try exists(tx) else { return [] }
        return try tx.rows("SELECT feature, number, name, checksum, finished_at FROM schema_migrations ORDER BY feature, number") { row in
            Entry(
                feature: try row["feature"], number: try row["number"], name: try row["name"], checksum: try row["checksum"],
                finishedAt: try row["finished_at"])
        }
    }

    static func isFinished(_ step: MigrationStep, _ tx: borrowing Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT 1 AS one FROM schema_migrations
            WHERE feature = \(step.feature) AND number = \(step.migration.number) AND finished_at IS NOT NULL
            """
        ) { _ in true } ?? false
    }

    /// A step that broke off may have been corrected since: what is taken now is what is written down.
    static func begin(_ step: MigrationStep, at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO schema_migrations (feature, number, name, phase, checksum, begun_at)
            VALUES (\(step.feature), \(step.migration.number), \(step.migration.name), \(step.migration.phase), \
            \(step.migration.checksum(tx.dialect)), \(now))
            ON CONFLICT (feature, number) DO UPDATE
            SET name = excluded.name, phase = excluded.phase, checksum = excluded.checksum, begun_at = excluded.begun_at
            WHERE schema_migrations.finished_at IS NULL
            """)
    }

    static func finish(_ step: MigrationStep, at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE schema_migrations SET finished_at = \(now) WHERE feature = \(step.feature) AND number = \(step.migration.number)")
    }

    private static func exists(_ tx: borrowing Transaction) throws -> Bool {
        let sql: SQL =
            switch tx.dialect {
            case .sqlite: "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
            case .postgres: "SELECT 1 AS one WHERE to_regclass('schema_migrations') IS NOT NULL"
            }
        return try tx.first(sql) { _ in true } ?? false
    }
}
