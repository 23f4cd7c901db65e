import ArgumentParser
import Backup
import Base
import Disk
import Keys
import Store

/// Options of commands about the backups that are there: with the installation's keys, or with a kit where it is not at hand.
struct StandingBackupsOptions: ParsableArguments {
    @OptionGroup var folder: BackupFolderOptions

    @Option(
        help: help(
            Text(
                es: "Archivo con el equipo de recuperación, donde la instalación no está a mano.",
                en: "File with the recovery kit, where the installation is not at hand.")), completion: .file())
    var kit: String?

    /// The folder opened, the kit that opens its keys, and whose it is.
    func using<Value>(_ body: (BackupFolder, RecoveryKit, _ installation: String) async throws -> Value) async throws -> Value {
        let store = try folder.store(mustExist: true)
        if let path = kit {
            let kit = try KitFile.read(path)
            let archive = try await BackupFolder.archive(in: store, opening: kit)
            return try await body(BackupFolder(store, archive.backupKey, world: .live), kit, archive.installation)
        }
        return try await folder.options.usingBackupOffice { office in
            let folder = BackupFolder(store, try await office.keyring.backupKey(), world: office.world)
            try await folder.requireOwn()
            return try await body(folder, try await office.kit(), office.installation.id.description)
        }
    }
}

/// A kit in a file, as somebody typed it or a QR reader wrote it.
enum KitFile {
    static func read(_ path: String) throws -> RecoveryKit {
        let bytes = try InputFile.read(path, atMost: 65_536)
        do {
            return try KitText.read(String(decoding: bytes, as: UTF8.self))
        } catch let fault {
            throw fault.failure(path)
        }
    }
}

struct ListBackups: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        BackupExitCodes.configuration(
            "list", es: "Dice qué copias hay, la más antigua primero.", en: "Says which backups there are, the oldest first.")
    }

    @OptionGroup var standing: StandingBackupsOptions

    func run() async throws {
        let backups = try await standing.using { folder, _, _ in try await folder.backups() }
        guard standing.folder.output.json else {
            var text = ""
            for backup in backups {
                if let manifest = backup.manifest {
                    let entries = Text(es: "entradas", en: "entries")(.chosen)
                    text +=
                        "\(backup.id)  \(manifest.madeAt)  \(manifest.engine)  \(ByteText.text(manifest.byteCount))  \(manifest.journalSize) \(entries)\n"
                } else {
                    text += "\(backup.id)  " + Text(es: "DAÑADA", en: "DAMAGED")(.chosen) + "\n"
                }
            }
            return try Terminal.show(text.isEmpty ? Text(es: "No hay copias.\n", en: "There are no backups.\n")(.chosen) : text)
        }
        try Terminal.answer { json in
            json.object { json in
                json.member(
                    "backups",
                    array: { json in
                        for backup in backups {
                            json.object { json in
                                json.member("backup", backup.id)
                                json.member("damaged", backup.manifest == nil)
                                json.member("made_at", backup.manifest?.madeAt)
                                json.member("engine", backup.manifest?.engine)
                                json.member("bytes", backup.manifest?.byteCount)
                                json.member("journal_size", backup.manifest?.journalSize)
                                json.member("program", backup.manifest?.program)
                            }
                        }
                    })
            }
        }
    }
}
