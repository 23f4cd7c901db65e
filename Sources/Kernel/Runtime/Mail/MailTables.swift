import Base
import Store

/// Mail on its way out, sealed: a job names a row and holds nothing of it.
package enum MailTables {
    package static let name = "outgoing_mail"

    package static let migrations = MigrationSeries(
        "mail",
        [
            Migration(1, "mail on its way out") { dialect in
                [
                    """
                    CREATE TABLE \(name: name) (
                        \(dialect.text("id", 36...36)) PRIMARY KEY,
                        \(dialect.text("tenant", 1...64)) NOT NULL,
                        \(dialect.text("subject", 1...64)) NOT NULL,
                        created_at \(dialect.integer) NOT NULL,
                        body \(dialect.bytes) NOT NULL
                    )\(dialect.strict)
                    """,
                    "CREATE INDEX \(name: name + "_by_time") ON \(name: name) (tenant, created_at)",
                ] + dialect.organisationWall(table: name)
            }
        ])
}
