import Base

/// What a database says of itself: which installation it belongs to, and since when. Made once, by the first `migrate`.
package struct Installation: Sendable, Hashable {
    package let id: ID<Installation>
    package let createdAt: Instant

    package static let migrations = MigrationSeries(
        "installation",
        [
            Migration(1, "name the installation") { dialect in
                [
                    """
                    CREATE TABLE installation (
                        one \(dialect.integer) NOT NULL PRIMARY KEY CHECK (one = 1),
                        id \(dialect.text) NOT NULL CHECK (length(id) = 36),
                        created_at \(dialect.integer) NOT NULL
                    )\(dialect.strict)
                    """
                ]
            }
        ])

    /// The installation of a migrated database, named now where it has no name yet.
    package static func found(in database: Database, world: World) async throws -> Installation {
        let id = world.id(of: Installation.self)
        let now = world.now()
        return try await database.write { tx in
            try tx.execute("INSERT INTO installation (one, id, created_at) VALUES (1, \(id), \(now)) ON CONFLICT (one) DO NOTHING")
            guard let installation = try tx.first(selection, decode) else { throw Failure.missingColumn("installation") }
            return installation
        }
    }

    /// nil where none was named yet. Throws `Failure(.fault)` where the table is not there.
    package static func read(from database: Database) async throws -> Installation? {
        try await database.first(selection) { row in try decode(row) }
    }

    private static let selection: SQL = "SELECT id, created_at FROM installation"

    private static func decode(_ row: borrowing Row) throws -> Installation {
        Installation(id: try row["id"], createdAt: try row["created_at"])
    }
}
