import Access
import Store

/// The table of jobs.
package enum JobTables {
    package static let migrations = MigrationSeries(
        "jobs",
        [
            Migration(1, "jobs") { dialect in
                [
                    """
                    CREATE TABLE jobs (
                        \(dialect.text("id", 36...36)) NOT NULL PRIMARY KEY,
                        \(dialect.text("tenant", 0...200)) NOT NULL,
                        \(dialect.text("kind", 1...100)) NOT NULL,
                        \(dialect.text("payload", 0...8192)) NOT NULL,
                        \(dialect.text("state", 4...9)) NOT NULL,
                        \(dialect.text("unique_key", 0...200))
                    )\(dialect.strict)
                    """,
                    "CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, tenant, unique_key) WHERE unique_key IS NOT NULL",
                ]
            }
        ])
}

extension JobRequest {
    /// Writes the job down in the transaction of what it follows from. False where one of its key was written before.
    @discardableResult
    package func enqueue(_ tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO jobs (id, tenant, kind, payload, state, unique_key)
            VALUES (\(id), \(tenant?.text ?? ""), \(kind), \(String(decoding: payload, as: UTF8.self)), 'ready', \(key)) ON CONFLICT DO NOTHING
            """) > 0
    }
}
