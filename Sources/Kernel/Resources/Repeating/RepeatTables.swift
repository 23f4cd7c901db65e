import Base
import Store

/// Where answers are remembered, by reference: a row holds no content.
package enum RepeatTables {
    package static let name = "idempotent_answers"

    package static let migrations = MigrationSeries(
        "repeats",
        [
            Migration(1, "answers to be given again") { dialect in
                [
                    """
                    CREATE TABLE \(name: name) (
                        \(dialect.text("slot", 64...64)) PRIMARY KEY,
                        \(dialect.text("tenant", 1...64)) NOT NULL,
                        \(dialect.text("request", 64...64)) NOT NULL,
                        status \(dialect.integer) NOT NULL,
                        \(dialect.text("location", 0...2_000)) NOT NULL,
                        \(dialect.text("tag", 0...200)) NOT NULL,
                        \(dialect.text("refs", 0...8_000)) NOT NULL,
                        created_at \(dialect.integer) NOT NULL
                    )\(dialect.strict)
                    """,
                    "CREATE INDEX \(name: name + "_by_time") ON \(name: name) (tenant, created_at)",
                ] + dialect.organisationWall(table: name)
            }
        ])
}
