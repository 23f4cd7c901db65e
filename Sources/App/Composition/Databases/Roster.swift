import Access
import Base
import Keys
import Records
import Store

/// Everyone who is on board: whose migrations, and later whose routes, jobs and kinds of record there are.
enum Roster {
    static let migrations: [MigrationSeries] = [
        Installation.migrations, Organisations.migrations, KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations,
        MigrationSeries("note", [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }]),
    ]

    /// Every kind of record there is.
    static let kinds: [KindShape] = [Note.kind.shape]

    /// The roles and what they allow.
    static var roles: RoleBook {
        get throws(Failure) {
            try RoleBook(extending: [
                RoleExtension("operator", permissions: ["note.read", "note.write", SubjectExport.permission, JournalExport.permission]),
                RoleExtension("organisation_admin", permissions: ["note.read", "note.write", SubjectExport.permission]),
            ])
        }
    }

    static let migrator = Migrator(migrations)
}
