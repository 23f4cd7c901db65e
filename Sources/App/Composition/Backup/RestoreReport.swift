import Backup
import Base
import Foundation
import Transparency

/// A checkpoint that a witness kept: how much the journal had then.
struct KeptCheckpoint {
    let size: Int

    init(_ path: String) throws {
        size = try SignedCheckpoint(try InputFile.read(path, atMost: SignedNote.mostBytes)).checkpoint.size
    }
}

/// What a restore proved, and what it could not bring back.
struct RestoreReport {
    let manifest: Manifest
    let archive: KeyArchive
    let proof: RestoreProof
    let isRehearsal: Bool
    /// Backups that are newer than the one that was restored.
    let later: [Manifest]
    let kept: KeptCheckpoint?
    let data: String
    let seconds: Double

    /// Entries that are known to have existed and are not in what was restored.
    private var lostEntries: Int {
        max(0, max(later.map(\.journalSize).max() ?? 0, kept?.size ?? 0) - manifest.journalSize)
    }

    var text: String {
        var lines = [
            isRehearsal
                ? Text(
                    es: "Ensayo bien: la copia \(manifest.id) se recuperó, se probó y se quitó.",
                    en: "Rehearsal fine: backup \(manifest.id) was restored, proved and removed.")
                : Text(
                    es: "Recuperada la copia \(manifest.id) en \(data).", en: "Backup \(manifest.id) was restored to \(data)."),
            Text(
                es:
                    "Iguales \(proof.tables) tablas, \(proof.rows) filas; diario íntegro con \(proof.journalSize) entradas; registros abiertos en \(proof.openedOrganisations) organizaciones; borrados aplicados: \(proof.erasures).",
                en:
                    "Equal: \(proof.tables) tables, \(proof.rows) rows; journal whole with \(proof.journalSize) entries; records opened in \(proof.openedOrganisations) organisations; erasures applied: \(proof.erasures)."
            ),
            Text(
                es: "Tiene lo que había el \(manifest.madeAt): \(manifest.journalSize) entradas del diario.",
                en: "It has what there was at \(manifest.madeAt): \(manifest.journalSize) entries of the journal."),
        ]
        if lostEntries > 0 {
            lines.append(
                Text(
                    es: "SE PERDIERON al menos \(lostEntries) entradas posteriores.",
                    en: "LOST: at least \(lostEntries) later entries."))
        }
        lines.append(
            Text(
                es:
                    "Quien guardó un punto de control con más de \(manifest.journalSize) entradas rechazará este diario, y con razón: explíquele la pérdida y entréguele uno nuevo («zancada journal checkpoint»).",
                en:
                    "Whoever kept a checkpoint of more than \(manifest.journalSize) entries will refuse this journal, and rightly: explain the loss and hand them a new one ('zancada journal checkpoint')."
            ))
        return lines.map { $0(.chosen) + "\n" }.joined()
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("backup", manifest.id)
            json.member("made_at", manifest.madeAt)
            json.member("rehearsal", isRehearsal)
            json.member("key_archive", Int(archive.number))
            json.member("tables", proof.tables)
            json.member("rows", proof.rows)
            json.member("journal_size", proof.journalSize)
            json.member("backup_journal_size", manifest.journalSize)
            json.member("opened_organisations", proof.openedOrganisations)
            json.member("erasures", proof.erasures)
            json.member("lost_entries", lostEntries)
            json.member("seconds", seconds, decimals: 3)
        }
        json.endLine()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
