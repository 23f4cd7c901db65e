import ArgumentParser
import Backup
import Base
import Disk
import Foundation

/// `zancada restore`: from a folder of backups and a kit to an installation, proved before it can be started.
struct RestoreCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore",
            abstract: phrase(
                es: "Recupera una copia en una carpeta nueva, con el equipo de recuperación y nada más, y prueba que es igual.",
                en: "Restores a backup into a new folder, with the recovery kit and nothing else, and proves that it is equal."),
            discussion: phrase(
                es:
                    "Los borrados posteriores a la copia se aplican antes de abrir nada. Códigos de salida: 0 bien · 64 orden mal escrita · 65 equipo equivocado, copia dañada o distinta, archivo de claves antiguo · 66 no hay tal copia o carpeta · 69 falta psql o el motor de cifrado · 73 el destino no está vacío o no queda sitio · 74 disco · 75 la base de datos está en uso.",
                en:
                    "Erasures that came after the backup are applied before anything opens. Exit codes: 0 fine · 64 wrong command line · 65 wrong kit, damaged or different backup, old key archive · 66 no such backup or folder · 69 psql or the transit engine is missing · 73 the target is not empty or there is no room · 74 disk · 75 the database is in use."
            ))
    }

    @Option(help: help(Text(es: "Carpeta de las copias.", en: "Folder of the backups.")), completion: .directory)
    var from: String

    @Option(help: help(Text(es: "Archivo con el equipo de recuperación.", en: "File with the recovery kit.")), completion: .file())
    var kit: String

    @Option(help: help(Text(es: "Qué copia; sin ella, la más nueva.", en: "Which backup; the newest without it.")))
    var backup: String?

    @Flag(
        help: help(
            Text(
                es: "Ensayo: recupera en un sitio temporal junto a --data, lo prueba, lo cuenta y lo quita.",
                en: "Rehearsal: restores into a temporary place beside --data, proves it, reports and removes it.")))
    var rehearse = false

    @Option(
        help: help(
            Text(
                es: "Un punto de control que alguien guardó después: dice cuántas entradas se perdieron.",
                en: "A checkpoint that somebody kept later: says how many entries are lost.")), completion: .file())
    var since: String?

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let kit = try KitFile.read(kit)
        let store = try DiskBlobs(from, mustExist: true)
        let archive = try await BackupFolder.archive(in: store, opening: kit)
        let folder = BackupFolder(store, archive.backupKey, world: world)
        let manifest = try await folder.manifest(backup)
        guard archive.number >= manifest.archive else { throw Failure.keyArchiveTooOld(archive.number, needed: manifest.archive) }
        let later = try await folder.backups().compactMap(\.manifest).filter { $0.id > manifest.id }
        let start = ContinuousClock.now
        var line = ProgressLine(isQuiet: output.json)
        let restoring = Restoring(folder, archive, manifest, options: options, isRehearsal: rehearse, world: world)
        let proof = try await restoring.run { step, fraction in line.update(step, fraction: fraction, count: 0) }
        line.finish()
        let report = RestoreReport(
            manifest: manifest, archive: archive, proof: proof, isRehearsal: rehearse, later: later,
            kept: try since.map { try KeptCheckpoint($0) }, data: options.data, seconds: (ContinuousClock.now - start) / .seconds(1))
        try Terminal.show(output.json ? report.json : report.text)
    }
}
