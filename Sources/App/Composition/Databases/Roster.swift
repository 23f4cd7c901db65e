import Store

/// Everyone who is on board: whose migrations, and later whose routes, jobs and kinds of record there are.
enum Roster {
    static let migrations: [MigrationSeries] = [Installation.migrations]

    static let migrator = Migrator(migrations)
}
