import Base

/// What an operator may set about backups.
enum BackupSettings {
    static let folder = ConfigKey<String?>(
        "backup.folder", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Carpeta de las copias de seguridad, mejor en otro disco o en otra máquina.",
            en: "Folder of the backups, better on another disk or another machine."))

    static let databaseURL = ConfigKey<String?>(
        "backup.database_url", .optional(.url(schemes: ["postgres", "postgresql"])), default: nil, isSecret: true,
        Text(
            es: "PostgreSQL para la copia, con un rol que puede leerlo todo (BYPASSRLS); si falta, database.url.",
            en: "PostgreSQL for the backup, as a role that may read everything (BYPASSRLS); where missing, database.url."))

    static let declared = [folder.declaration, databaseURL.declaration]
}
