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
            abstract: phrase(es: "El diario: verificar, firmar, probar, seguir.", en: "The journal: verify, sign, prove, follow."),
            subcommands: [VerifyJournal.self, SignCheckpoint.self, ProveEntry.self, FollowJournal.self])
    }
}

/// Options of commands about the whole journal.
struct JournalOptions: ParsableArguments {
    @OptionGroup var options: DatabaseOptions

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
            discussion: phrase(es: "Códigos de salida: 0 íntegro · 65 alterado.", en: "Exit codes: 0 whole · 65 altered."))
    }

    @OptionGroup var journal: JournalOptions
    @OptionGroup var output: AnswerOptions
    @Option(
        help: help(
            Text(es: "Un punto de control que alguien guardó, en un archivo.", en: "A checkpoint that somebody kept, in a file.")))
    var since: String?

    func run() async throws {
        let kept = try since.map { try SignedCheckpoint(try InputFile.read($0, atMost: SignedNote.mostBytes)) }
        let report = try await journal.using { office in
            let checkpoints = try await office.checkpoints()
            return try await JournalVerifier(office.database, origin: checkpoints.origin, keys: [checkpoints.verifier]).verify(
                organisations: try await Organisations.all(in: office.database), since: kept, stored: try await checkpoints.all())
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.member("size", report.size)
                json.member("root", report.root.hexadecimal)
                json.member("checkpoints", report.checkpoints)
                json.member("faults", array: { json in for fault in report.faults { json.string(fault(.chosen)) } })
            }
            json.endLine()
            try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
        } else {
            let said =
                report.faults.isEmpty
                ? Text(
                    es: "Íntegro: \(report.size) entradas, \(report.checkpoints) puntos de control, raíz \(report.root.hexadecimal).\n",
                    en: "Whole: \(report.size) entries, \(report.checkpoints) checkpoints, root \(report.root.hexadecimal).\n")
                : Text(es: "ALTERADO:\n", en: "ALTERED:\n")
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
                en: "Signs what the journal has come to and prints it; keep it off this machine."))
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
                en: "Prints the proof that a version of a record stands in the journal (docs/verify_journal.py checks it)."))
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
            return try await JournalProof(office.database, office.keyring).file(
                for: record, version: version, in: organisation.organisation, checkpoint: signed, disclosing: disclose)
        }
        try Terminal.show(String(decoding: file.bytes, as: UTF8.self))
    }
}

struct FollowJournal: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "follow",
            abstract: phrase(
                es: "Escribe las entradas desde una posición, una línea de JSON cada una; con --wait, también las que vengan.",
                en: "Prints the entries from a position, a line of JSON each; with --wait those to come as well."))
    }

    @OptionGroup var organisation: OrganisationOptions
    @Option(help: help(Text(es: "Desde qué posición.", en: "From which position."))) var from: Int = 0
    @Flag(help: help(Text(es: "Espera las que vengan.", en: "Wait for those to come."))) var wait = false

    func run() async throws {
        try await organisation.using { office, standing in
            let reader = JournalReader(office.database)
            var position = Int64(from)
            for await _ in office.database.notifications(on: JournalWriter.channel) {
                try await JournalSealer(office.database).catchUp()
                while true {
                    let entries = try await reader.entries(of: organisation.organisation, from: position)
                    guard let last = entries.last?.position else { break }
                    for entry in entries { try show(entry) }
                    position = last + 1
                }
                if !wait { return }
            }
        }
    }

    private func show(_ standing: StandingEntry) throws {
        let metadata = standing.entry.metadata
        var json = JSONWriter()
        json.object { json in
            json.member("position", standing.position.map(Int.init))
            json.member("entry", metadata.entry)
            json.member("at", metadata.time)
            json.member("actor", metadata.actor)
            json.member("verb", metadata.verb)
            json.member("kind", metadata.kind)
            json.member("record", metadata.record)
            json.member("version", metadata.version)
            json.member("subjects", array: { json in for subject in metadata.subjects { json.string(subject) } })
            json.member("leaf", standing.entry.leaf.hexadecimal)
        }
        json.endLine()
        try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
    }
}
