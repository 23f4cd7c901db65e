import Access
import ArgumentParser
import Base
import Foundation
import Keys
import Records
import Store
import Transparency

/// `zancada journal`: what happened, and the proof of it.
struct JournalCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "journal",
            abstract: phrase(
                es: "El diario: verificar, firmar, probar, exportar, seguir.", en: "The journal: verify, sign, prove, export, follow."),
            subcommands: [VerifyJournal.self, SignCheckpoint.self, ProveEntry.self, ExportJournal.self, FollowJournal.self])
    }
}

/// Options of commands about the whole journal.
struct JournalOptions: ParsableArguments {
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions

    func using<Value>(_ body: (RecordOffice) async throws -> Value) async throws -> Value {
        let world = World.live
        return try await options.using(isReadOnly: false, world: world) { database in
            let office = try await RecordOffice(database, options: options, world: world)
            try await JournalSealer(database).catchUp()
            return try await body(office)
        }
    }
}

struct VerifyJournal: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "verify",
            abstract: phrase(
                es: "Calcula de nuevo cada hoja, el árbol y los puntos de control; no necesita claves de personas.",
                en: "Computes every leaf, the tree and the checkpoints anew; needs nobody's keys."),
            discussion: phrase(
                es: "Códigos de salida: 0 íntegro · 65 alterado, o --since no es un punto de control de este diario.",
                en: "Exit codes: 0 whole · 65 altered, or --since is not a checkpoint of this journal."))
    }

    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: AnswerOptions
    @Option(
        help: help(
            Text(es: "Un punto de control que alguien guardó, en un archivo.", en: "A checkpoint that somebody kept, in a file.")))
    var since: String?
    @Flag(
        help: help(
            Text(
                es: "También abre cada registro y lo compara con el diario; necesita las claves.",
                en: "Also open every record and compare it with the journal; needs the keys.")))
    var records = false

    func run() async throws {
        let kept = try since.map { try SignedCheckpoint(try InputFile.read($0, atMost: SignedNote.mostBytes)) }
        let (report, rows) = try await journal.using { office in
            let checkpoints = try await office.checkpoints()
            let organisations = try await Organisations.all(in: office.database)
            var report = try await JournalVerifier(office.database, origin: checkpoints.origin, keys: [checkpoints.verifier]).verify(
                organisations: organisations, since: kept, stored: try await checkpoints.all())
            var rows: Int?
            for organisation in records ? organisations : [] {
                for kind in Roster.kinds {
                    let state = try await StateVerifier(office.store, kind, in: try Identifier(organisation)).verify()
                    report.faults += state.faults
                    rows = (rows ?? 0) + state.records
                }
            }
            return (report, rows)
        }
        if output.json {
            try Terminal.answer { json in
                json.object { json in
                    json.member("size", report.size)
                    json.member("root", report.root.hexadecimal)
                    json.member("checkpoints", report.checkpoints)
                    if let rows { json.member("records", rows) }
                    json.member("faults", array: { json in for fault in report.faults { json.string(fault(.chosen)) } })
                }
            }
        } else {
            let said =
                report.faults.isEmpty
                ? Text(
                    es: "Íntegro: \(report.size) entradas, \(report.checkpoints) puntos de control, raíz \(report.root.hexadecimal).\n",
                    en: "Whole: \(report.size) entries, \(report.checkpoints) checkpoints, root \(report.root.hexadecimal).\n")
                : Text(es: "ALTERADO:\n", en: "ALTERED:\n")
            if let rows, report.faults.isEmpty {
                let opened = Text(
                    es: "Los \(rows) registros son lo que dice el diario.\n", en: "The \(rows) records are what the journal says.\n")
                try Terminal.show(opened(.chosen))
            }
            try Terminal.show(said(.chosen) + report.faults.map { "- \($0(.chosen))\n" }.joined())
        }
        if !report.faults.isEmpty { throw ExitCode(Failure.Kind.invalid.exitCode) }
    }
}

struct SignCheckpoint: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "checkpoint",
            abstract: phrase(
                es: "Firma el estado del diario y lo escribe; guárdelo fuera de esta máquina.",
                en: "Signs what the journal has come to and prints it; keep it off this machine."),
            discussion: phrase(
                es: "Códigos de salida: 0 bien · 65 el diario no continúa lo último que se firmó: no se firma.",
                en: "Exit codes: 0 fine · 65 the journal does not continue what was signed last: nothing is signed."))
    }

    @OptionGroup var journal: JournalOptions
    @Flag(help: help(Text(es: "Escribe la clave pública en lugar del punto de control.", en: "Print the public key instead.")))
    var key = false

    func run() async throws {
        let text = try await journal.using { office in
            let checkpoints = try await office.checkpoints()
            if key { return checkpoints.verifier.text + "\n" }
            return String(decoding: try await checkpoints.sign().bytes, as: UTF8.self)
        }
        try Terminal.show(text)
    }
}

struct ProveEntry: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "prove",
            abstract: phrase(
                es: "Escribe la prueba de que una versión de un registro está en el diario (docs/verify_journal.py la comprueba).",
                en: "Prints the proof that a version of a record stands in the journal (docs/verify_journal.py checks it)."),
            discussion: phrase(
                es: "Códigos de salida: 0 bien · 66 no hay tal registro o versión · 75 la persona fue borrada y no hay clave que mostrar.",
                en: "Exit codes: 0 fine · 66 no such record or version · 75 the person was erased and there is no key to show."))
    }

    @Argument(help: help(Text(es: "El registro.", en: "The record."))) var record: String
    @OptionGroup var organisation: OrganisationOptions
    @Option(help: help(Text(es: "Qué versión; sin ella, la última.", en: "Which version; the last one without it."))) var version: Int?
    @Flag(
        help: help(
            Text(
                es: "Añade el cuerpo sellado y la clave que abre esta versión y nada más.",
                en: "Add the sealed body and the key that opens this one version and nothing else.")))
    var disclose = false

    func run() async throws {
        let file = try await organisation.using { office, standing in
            try await JournalSealer(office.database).catchUp()
            let signed = try await office.checkpoints().sign()
            return try await JournalProof(office.database, office.keyring, world: office.world).file(
                for: record, version: version, by: standing, checkpoint: signed, disclosing: disclose)
        }
        try Terminal.show(String(decoding: file.bytes, as: UTF8.self))
    }
}
