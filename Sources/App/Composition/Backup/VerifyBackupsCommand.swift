import ArgumentParser
import Backup
import Base

struct VerifyBackups: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        BackupExitCodes.configuration(
            "verify", es: "Lee y abre todo lo que hay en la carpeta, y dice qué parte está dañada.",
            en: "Reads and opens everything in the folder, and says which part is damaged.")
    }

    @OptionGroup var standing: StandingBackupsOptions

    func run() async throws {
        var line = ProgressLine(isQuiet: standing.folder.output.json)
        let report = try await standing.using { folder, kit, _ in
            try await folder.verify(opening: kit) { done, total in
                line.update(Text(es: "Leyendo", en: "Reading"), fraction: Double(done) / Double(max(1, total)), count: 0)
            }
        }
        line.finish()
        if standing.folder.output.json { try answer(report) } else { try Terminal.show(text(report)) }
        if !report.isWhole { throw ExitCode(Failure.Kind.invalid.exitCode) }
    }

    private func text(_ report: VerificationReport) -> String {
        if report.isWhole {
            return Text(
                es: "Todo entero: \(report.backups.count) copias, \(report.chunks) bloques, \(ByteText.text(report.bytes)).\n",
                en: "All whole: \(report.backups.count) backups, \(report.chunks) blocks, \(ByteText.text(report.bytes)).\n")(.chosen)
        }
        var lines = [Text(es: "DAÑADO:", en: "DAMAGED:")]
        if let fault = report.keyArchiveFault { lines.append(fault.message) }
        lines += report.withoutKeys.map {
            Text(
                es: "- copia \($0): el archivo de claves de la carpeta es más antiguo que ella",
                en: "- backup \($0): the folder's key archive is older than it")
        }
        lines += report.damagedManifests.map {
            Text(
                es: "- copia \($0): su lista está dañada; nada de ella se puede recuperar",
                en: "- backup \($0): its list is damaged; nothing of it can be restored")
        }
        for (backup, blocks) in Dictionary(grouping: report.lost, by: \.backup).sorted(by: { $0.key < $1.key }) {
            for block in blocks.prefix(20) {
                let end = block.offset + block.byteCount
                lines.append(
                    Text(
                        es: "- copia \(backup): se perdió el bloque \(block.chunk), bytes \(block.offset)–\(end) de la base de datos",
                        en: "- backup \(backup): block \(block.chunk) is lost, bytes \(block.offset)–\(end) of the database"))
            }
            if blocks.count > 20 {
                lines.append(Text(es: "  y \(blocks.count - 20) bloques más", en: "  and \(blocks.count - 20) more blocks"))
            }
        }
        lines += report.damagedPacks.map {
            Text(es: "- paquete \($0): dañado o incompleto", en: "- pack \($0): damaged or incomplete")
        }
        let whole = report.backups.filter { !report.isDamaged($0.id) }.map(\.id)
        lines.append(
            whole.isEmpty
                ? Text(es: "No queda ninguna copia entera: haga otra ahora.", en: "No backup is whole: make another now.")
                : Text(es: "Siguen enteras: \(whole.joined(separator: ", "))", en: "Still whole: \(whole.joined(separator: ", "))"))
        return lines.map { $0(.chosen) + "\n" }.joined()
    }

    private func answer(_ report: VerificationReport) throws {
        try Terminal.answer { json in
            json.object { json in
                json.member("whole", report.isWhole)
                json.member("blocks", report.chunks)
                json.member("bytes", report.bytes)
                json.member(
                    "backups",
                    array: { json in
                        for backup in report.backups {
                            json.object { json in
                                json.member("backup", backup.id)
                                json.member("whole", !report.isDamaged(backup.id))
                            }
                        }
                    })
                json.member(
                    "lost",
                    array: { json in
                        for block in report.lost {
                            json.object { json in
                                json.member("backup", block.backup)
                                json.member("block", block.chunk)
                                json.member("offset", block.offset)
                                json.member("bytes", block.byteCount)
                            }
                        }
                    })
                json.member("lost_count", report.lostCount)
                json.member("damaged_packs", array: { json in for pack in report.damagedPacks { json.string(pack) } })
                json.member("key_archive", report.keyArchiveFault?.code ?? "whole")
            }
        }
    }
}

struct PruneBackups: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        BackupExitCodes.configuration(
            "prune", es: "Quita las copias antiguas y lo que ya ninguna usa.", en: "Removes old backups and what none of the others uses.")
    }

    @OptionGroup var standing: StandingBackupsOptions

    @Option(help: help(Text(es: "Cuántas se quedan, de 1 a 10000: las más nuevas.", en: "How many stay, 1 to 10000: the newest.")))
    var keep: Int

    @Option(
        help: help(
            Text(
                es: "Quita además esta, aunque sea nueva o esté dañada; se puede repetir.",
                en: "Remove this one as well, be it new or damaged; may be repeated.")))
    var forget: [String] = []

    func run() async throws {
        guard (1...BackupFolder.mostBackups).contains(keep) else {
            throw Failure(
                .usage, "keep", Text(es: "--keep va de 1 a 10000.", en: "--keep goes from 1 to 10000."))
        }
        let report = try await standing.using { folder, _, installation in
            try await folder.prune(keeping: keep, forgetting: Set(forget), installation: installation)
        }
        guard standing.folder.output.json else {
            return try Terminal.show(
                Text(
                    es: "Quitadas \(report.removed.count), quedan \(report.kept.count); liberados \(ByteText.text(report.freedBytes)).\n",
                    en: "Removed \(report.removed.count), \(report.kept.count) stay; freed \(ByteText.text(report.freedBytes)).\n")(.chosen)
            )
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("removed", array: { json in for id in report.removed { json.string(id) } })
                json.member("kept", array: { json in for id in report.kept { json.string(id) } })
                json.member("freed_bytes", report.freedBytes)
            }
        }
    }
}
