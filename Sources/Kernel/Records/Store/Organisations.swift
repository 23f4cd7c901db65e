import Access
import Base
import Store

/// The organisations of an installation, by their names, which are also their tenants.
package enum Organisations {
    package static let migrations = MigrationSeries(
        "organisation",
        [
            Migration(1, "name organisations") { dialect in
                [
                    """
                    CREATE TABLE organisations (
                        name \(dialect.text) PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
                        created_at \(dialect.integer) NOT NULL
                    )\(dialect.strict)
                    """
                ]
            }
        ])

    /// Writes it down, told in the journal. False where it is there already.
    package static func create(_ name: Identifier, by standing: Standing, in database: Database, world: World) async throws -> Bool {
        let now = world.now()
        let entry = try JournalEntry(.created, "organisation", version: 1, by: standing, in: world, at: now)
        return try await database.within(organisation: name.text).write { tx in
            let isNew = try tx.execute("INSERT INTO organisations (name, created_at) VALUES (\(name), \(now)) ON CONFLICT DO NOTHING") == 1
            if isNew { try JournalWriter.append(entry, tx) }
            return isNew
        }
    }

    package static func exists(_ name: Identifier, in database: Database) async throws -> Bool {
        try await database.first("SELECT 1 AS one FROM organisations WHERE name = \(name)") { _ in true } ?? false
    }

    /// All of them, by name; at most 10,000.
    package static func all(in database: Database) async throws -> [String] {
        try await database.rows("SELECT name FROM organisations ORDER BY name") { try $0["name"] }
    }
}
