import Access
import Base
import Gateway
import Keys
import Records
import Resources
import Runtime
import Store

/// What the kernel brings along, in the words in which features describe themselves, so that tests and commands walk one list.
enum KernelParts {
    static let manifests: [Manifest] = [
        installation, organisation, keys, access, journal, subject, note, jobs, schedules, subscriptions, watching, repeats,
        mail,
    ]

    private static let administrators: Set<RoleName> = ["operator", "organisation_admin"]
    private static let operators: Set<RoleName> = ["operator"]

    private static let installation = Manifest(
        "installation", Text(es: "Instalación", en: "Installation"),
        purpose: Text(es: "Da nombre a la instalación y cuenta sus migraciones.", en: "Names the installation and counts its migrations."),
        tables: ["installation", "schema_migrations"], migrations: Installation.migrations.migrations)

    private static let organisation = Manifest(
        "organisation", Text(es: "Organizaciones", en: "Organisations"),
        purpose: Text(es: "Las organizaciones de la instalación.", en: "The installation's organisations."), tables: ["organisations"],
        migrations: Organisations.migrations.migrations)

    private static let keys = Manifest(
        "keys", Text(es: "Claves", en: "Keys"),
        purpose: Text(es: "Las claves de cada persona, envueltas.", en: "Each person's keys, wrapped."),
        tables: ["subject_keys", "erased_subjects", "organisation_epochs", "record_keys"], migrations: KeysSchema.migrations.migrations)

    private static let access = Manifest(
        "access", Text(es: "Acceso", en: "Access"),
        purpose: Text(es: "Quién atiende a quién.", en: "Who cares for whom."),
        permissions: [
            PermissionShape(
                Relations.permission, Text(es: "Decir quién atiende a quién.", en: "Say who cares for whom."), to: administrators)
        ], tables: ["access_relations", "access_consents"], migrations: RelationTable.migrations.migrations)

    private static let journal = Manifest(
        "journal", Text(es: "Diario", en: "Journal"),
        purpose: Text(es: "Lo que pasó, comprobable desde fuera.", en: "What happened, verifiable from outside."),
        permissions: [
            PermissionShape(JournalExport.permission, Text(es: "Exportar el diario.", en: "Export the journal."), to: operators),
            PermissionShape(
                JournalProof.disclosePermission,
                Text(es: "Revelar una versión de un registro con su prueba.", en: "Disclose a version of a record with its proof."),
                to: operators),
        ],
        tables: [
            "journal_entries", "journal_subjects", "journal_leaves", "journal_positions", "journal_sealed", "journal_tiles",
            "journal_checkpoints",
        ], migrations: JournalTables.migrations.migrations)

    private static let watching = Manifest(
        "system", Text(es: "Sistema", en: "System"),
        purpose: Text(es: "Muestra cómo va el programa.", en: "Shows how the program is doing."), paths: ["/operator"],
        permissions: [
            PermissionShape(
                WatchRoutes.permission, Text(es: "Ver cómo va el programa.", en: "See how the program is doing."), to: operators)
        ])

    private static let subject = Manifest(
        "subject", Text(es: "Personas", en: "People"),
        purpose: Text(es: "Las personas de quienes tratan los registros.", en: "The people whom records are about."),
        permissions: [
            PermissionShape(
                SubjectExport.permission, Text(es: "Exportar todo sobre una persona.", en: "Export all about a person."),
                to: administrators),
            PermissionShape(
                SubjectExport.keptPermission,
                Text(es: "Exportar lo que la ley hace conservar de quien fue borrado.", en: "Export what the law keeps of who was erased."),
                to: operators),
            PermissionShape(
                Subjects.mergePermission, Text(es: "Unir dos fichas de la misma persona.", en: "Merge two files of one person."),
                to: administrators),
        ], tables: ["subject_aliases"], migrations: Subjects.migrations.migrations)

    private static let jobs = Manifest(
        "jobs", Text(es: "Trabajos", en: "Jobs"),
        purpose: Text(es: "El trabajo que se hace fuera de las transacciones.", en: "The work that is done outside of transactions."),
        tables: ["jobs"], migrations: JobTables.migrations.migrations)

    private static let schedules = Manifest(
        "schedules", Text(es: "Reloj", en: "Schedules"),
        purpose: Text(es: "Cuándo toca cada trabajo que se pide por reloj.", en: "When each job that the clock asks for is due."),
        tables: ["schedules"], migrations: ScheduleTables.migrations.migrations)

    private static let subscriptions = Manifest(
        "subscriptions", Text(es: "Seguimiento del diario", en: "Subscriptions"),
        purpose: Text(es: "Hasta dónde siguió cada capacidad el diario.", en: "How far each feature has followed the journal."),
        tables: SubscriptionTables.names, migrations: SubscriptionTables.migrations.migrations)

    private static let repeats = Manifest(
        "repeats", Text(es: "Repeticiones", en: "Repeats"),
        purpose: Text(
            es: "Recuerda por un día qué se respondió a lo que crea algo, para no crearlo dos veces.",
            en: "Remembers for a day what was answered to whatever creates something, so that it is not created twice."),
        tables: [RepeatTables.name], migrations: RepeatTables.migrations.migrations)

    private static let mail = Manifest(
        "mail", Text(es: "Correo", en: "Mail"),
        purpose: Text(
            es: "Envía correos y guarda, sellados, los que aún no salieron.", en: "Sends mail, and keeps what waits to be sent, sealed."),
        tables: [MailTables.name], migrations: MailTables.migrations.migrations, settings: MailSettings.declared)

    private static let note = Manifest(
        "note", Text(es: "Notas", en: "Notes"),
        purpose: Text(es: "Notas sobre una persona.", en: "Remarks about a person."),
        permissions: [
            PermissionShape("note.read", Text(es: "Leer todas las notas.", en: "Read all notes."), to: administrators),
            PermissionShape(
                "note.write", Text(es: "Escribir notas sobre cualquiera.", en: "Write notes about anybody."), to: administrators),
        ], kinds: [Note.kind.shape], migrations: [Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) }])
}
