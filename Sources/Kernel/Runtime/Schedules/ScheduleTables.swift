import Base
import Store

/// The table of schedules: when each is due.
package enum ScheduleTables {
    package static let migrations = MigrationSeries(
        "schedules",
        [
            Migration(1, "schedules") { dialect in
                [
                    """
                    CREATE TABLE schedules (
                        \(dialect.text("name", 1...100)) NOT NULL PRIMARY KEY,
                        \(dialect.text("rhythm", 1...200)) NOT NULL,
                        next_at \(dialect.integer) NOT NULL,
                        last_at \(dialect.integer)
                    )\(dialect.strict)
                    """
                ]
            }
        ])
}

/// A schedule as it stands in its row.
package struct ScheduleStatus: Sendable, Hashable {
    package let name: String
    /// Its rhythm and whose clocks; when that changes the schedule begins anew.
    package let rhythm: String
    package let nextAt: Instant
    /// The moment for which a job was last asked.
    package let lastAt: Instant?

    static let columns: SQL = "name, rhythm, next_at, last_at"

    init(_ row: borrowing Row) throws {
        name = try row["name"]
        rhythm = try row["rhythm"]
        nextAt = try row["next_at"]
        lastAt = try row["last_at"]
    }
}
