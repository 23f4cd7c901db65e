import Access
import Base
import ExerciseLibrary
import Keys
import Records
import Runtime
import Store

/// Everyone who is on board: whose migrations, and later whose routes, jobs and kinds of record there are.
enum Roster {
    static let migrations: [MigrationSeries] =
        [
            Installation.migrations, Organisations.migrations, KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations,
            Subjects.migrations,
            MigrationSeries("note", [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }]),
        ] + manifests.compactMap(\.series)

    /// What each feature is.
    static let manifests: [Manifest] = [
        // new-feature: manifests
        ExerciseLibraryFeature.manifest
    ]

    /// Every kind of record there is.
    static let kinds: [KindShape] = [Note.kind.shape] + manifests.flatMap(\.kinds)

    /// What whoever runs an organisation's records may.
    private static let records: Set<Permission> = [
        "note.read", "note.write", SubjectExport.permission, Subjects.mergePermission, Relations.permission,
    ]

    /// The roles and what they allow.
    static var roles: RoleBook {
        get throws(Failure) {
            try RoleBook(
                Role.standard + manifests.flatMap(\.roles),
                extending: [
                    RoleExtension(
                        "operator",
                        permissions: records.union([
                            SubjectExport.keptPermission, JournalExport.permission, JournalProof.disclosePermission,
                        ])),
                    RoleExtension("organisation_admin", permissions: records),
                ] + manifests.flatMap(\.roleExtensions))
        }
    }

    static let migrator = Migrator(migrations)
}
