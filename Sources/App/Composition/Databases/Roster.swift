import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Everyone who is on board: whose migrations, and later whose routes, jobs and kinds of record there are.
enum Roster {
    static let migrations: [MigrationSeries] = [
        Installation.migrations, Organisations.migrations, KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations,
        Subjects.migrations, JobTables.migrations, ScheduleTables.migrations,
        MigrationSeries("note", [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }]),
    ]

    /// Every kind of record there is.
    static let kinds: [KindShape] = [Note.kind.shape]

    /// What whoever runs an organisation's records may.
    private static let records: Set<Permission> = [
        "note.read", "note.write", SubjectExport.permission, Subjects.mergePermission, Relations.permission,
    ]

    /// The roles and what they allow.
    static var roles: RoleBook {
        get throws(Failure) {
            try RoleBook(extending: [
                RoleExtension(
                    "operator",
                    permissions: records.union([
                        SubjectExport.keptPermission, JournalExport.permission, JournalProof.disclosePermission,
                    ])),
                RoleExtension("organisation_admin", permissions: records),
            ])
        }
    }

    static let migrator = Migrator(migrations)
}
