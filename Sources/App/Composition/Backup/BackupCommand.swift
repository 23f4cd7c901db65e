import ArgumentParser
import Backup
import Base
import Disk
import Foundation
import Keys
import Runtime

/// `zancada backup`: makes backups, lists them, verifies them and removes old ones.
struct BackupCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "backup",
            abstract: phrase(
                es: "Copia de seguridad sellada e incremental, junto al programa en marcha.",
                en: "A sealed, incremental backup, beside the running program."),
            discussion: BackupExitCodes.text,
            subcommands: [MakeBackup.self, ListBackups.self, VerifyBackups.self, PruneBackups.self], defaultSubcommand: MakeBackup.self)
    }
}

enum BackupExitCodes {
    static var text: String {
        phrase(
            es:
                "Códigos de salida: 0 bien · 64 falta decir la carpeta · 65 copia dañada, de otra instalación, u otro equipo de recuperación · 66 no hay tal copia o carpeta · 69 falta la base de datos, una clave o pg_dump · 73 no queda sitio o no se puede escribir · 74 disco · 75 hay otra copia en marcha, o el equipo está sin confirmar · 77 el rol de PostgreSQL no puede leerlo todo.",
            en:
                "Exit codes: 0 fine · 64 no folder was named · 65 a backup is damaged, another installation's, or of another recovery kit · 66 no such backup or folder · 69 the database, a key or pg_dump is missing · 73 no room or cannot be written · 74 disk · 75 another backup runs, or the kit is not confirmed · 77 PostgreSQL's role may not read everything."
        )
    }

    static func configuration(_ name: String, es: String, en: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: phrase(es: es, en: en), discussion: text)
    }
}

/// Which folder.
struct BackupFolderOptions: ParsableArguments {
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    @Option(
        help: help(
            Text(es: "Carpeta de las copias; si falta, backup.folder.", en: "Folder of the backups; where missing, backup.folder.")),
        completion: .directory)
    var to: String?

    func store(mustExist: Bool) throws -> DiskBlobs {
        guard let path = try to ?? options.settings[BackupSettings.folder] else {
            throw Failure(
                .usage, "no_backup_folder",
                Text(
                    es: "Diga en qué carpeta van las copias: --to CARPETA, o backup.folder en la configuración.",
                    en: "Say which folder the backups go to: --to FOLDER, or backup.folder in the configuration."))
        }
        return try DiskBlobs(path, mustExist: mustExist)
    }
}

struct MakeBackup: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        BackupExitCodes.configuration(
            "make", es: "Hace una copia: es lo que ocurre si no se dice otra cosa.",
            en: "Makes a backup: what happens unless something else is said.")
    }

    @OptionGroup var folder: BackupFolderOptions

    func run() async throws {
        let store = try folder.store(mustExist: false)
        let start = ContinuousClock.now
        let report = try await folder.options.usingBackupOffice { office in
            let (desk, kit) = (KitDesk(office), try await office.kit())
            try desk.requireConfirmed(kit)
            let strangers = try store.strangers(BackupFolder.knownNames)
            guard strangers.isEmpty else { throw Failure.backupFolderInUse(store.place, strangers[0]) }
            return try await MakingBackup(office, options: try folder.options.forBackup, kit: kit, to: store).run()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let manifest = report.manifest
        guard folder.output.json else {
            return try Terminal.show(
                Text(
                    es:
                        "Copia \(manifest.id) en \(store.place): \(ByteText.text(manifest.byteCount)), nuevos \(ByteText.text(report.storedBytes)), \(manifest.journalSize) entradas del diario.\n",
                    en:
                        "Backup \(manifest.id) at \(store.place): \(ByteText.text(manifest.byteCount)), new \(ByteText.text(report.storedBytes)), \(manifest.journalSize) entries of the journal.\n"
                )(.chosen))
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("backup", manifest.id)
                json.member("bytes", manifest.byteCount)
                json.member("stored_bytes", report.storedBytes)
                json.member("blocks", report.chunks)
                json.member("new_blocks", report.newChunks)
                json.member("journal_size", manifest.journalSize)
                json.member("key_archive", Int(manifest.archive))
                json.member("seconds", seconds, decimals: 3)
            }
        }
    }
}

/// Sizes as people read them.
enum ByteText {
    static func text(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var (value, unit) = (Double(count), 0)
        while value >= 1_000, unit < units.count - 1 { (value, unit) = (value / 1_000, unit + 1) }
        return unit == 0 ? "\(count) B" : "\((value * 10).rounded() / 10) \(units[unit])"
    }
}

extension Failure {
    static func backupFolderInUse(_ place: String, _ stranger: String) -> Failure {
        Failure(
            .invalid, "backup_folder_in_use",
            Text(
                es: "En \(place) hay otras cosas («\(stranger)»); no se tocó nada: indique una carpeta vacía para las copias.",
                en: "There are other things in \(place) (\"\(stranger)\") and nothing was touched: name an empty folder for backups."))
    }
}
