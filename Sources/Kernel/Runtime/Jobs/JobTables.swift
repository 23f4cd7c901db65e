import Base
import Store

/// The table of jobs. It is read and written by workers for all organisations, so no wall stands before it: payloads are references.
package enum JobTables {
    package static let migrations = MigrationSeries("jobs", [Migration(1, "jobs") { table($0) + indexes }])

    /// Told with each commit after which there is something to do.
    package static let channel = Channel("zancada_jobs")

    private static func table(_ dialect: Dialect) -> [SQL] {
        let (integer, real) = (dialect.integer, dialect.real)
        // Most rows are dead soon: PostgreSQL is to clear them away before the indexes are full of them.
        let tail: SQL =
            switch dialect {
            case .sqlite: dialect.strict
            case .postgres: " WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)"
            }
        return [
            """
            CREATE TABLE jobs (
                \(dialect.text("id", 36...36)) NOT NULL PRIMARY KEY,
                \(dialect.text("tenant", 0...200)) NOT NULL,
                \(dialect.text("kind", 1...100)) NOT NULL,
                \(dialect.text("payload", 0...8192)) NOT NULL,
                priority \(integer) NOT NULL \(dialect.check("priority BETWEEN 0 AND 2")),
                \(dialect.text("state", 4...9)) NOT NULL
                    \(dialect.check("state IN ('waiting', 'ready', 'running', 'done', 'dead', 'cancelled')")),
                not_before \(integer) NOT NULL,
                attempts \(integer) NOT NULL \(dialect.check("attempts BETWEEN 0 AND most_tries")),
                most_tries \(integer) NOT NULL \(dialect.check("most_tries > 0")),
                claim \(integer) NOT NULL \(dialect.check("claim >= 0")),
                \(dialect.text("claimed_by", 0...100)),
                claimed_until \(integer),
                progress \(real),
                \(dialect.text("doing_es", 0...200)),
                \(dialect.text("doing_en", 0...200)),
                \(dialect.text("failure_code", 0...100)),
                \(dialect.text("failure_es", 0...500)),
                \(dialect.text("failure_en", 0...500)),
                \(dialect.text("unique_key", 0...200)),
                created_at \(integer) NOT NULL,
                started_at \(integer),
                finished_at \(integer)
            )\(tail)
            """
        ]
    }

    /// Each holds the rows of one state, so that what is over costs nothing.
    private static let indexes: [SQL] = [
        // By turns: from the first job of one organisation and kind to that of the next, however many stand between.
        "CREATE INDEX jobs_ready ON jobs (priority, tenant, kind, not_before, id) WHERE state = 'ready'",
        "CREATE INDEX jobs_waiting ON jobs (not_before, attempts) WHERE state = 'waiting'",
        "CREATE INDEX jobs_running ON jobs (claimed_until) WHERE state = 'running'",
        "CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead'",
        "CREATE INDEX jobs_over ON jobs (finished_at) WHERE state IN ('done', 'cancelled')",
        "CREATE UNIQUE INDEX jobs_once ON jobs (kind, tenant, unique_key) WHERE unique_key IS NOT NULL",
    ]
}
