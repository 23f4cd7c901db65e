import Access
import ArgumentParser
import Base
import Foundation
import Records
import Store
import Transparency

struct ExportJournal: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: phrase(
                es: "Escribe el diario como líneas de JSON, para calcularlo de nuevo sin Zancada (docs/verify_journal.py).",
                en: "Prints the journal as lines of JSON, to be computed anew without Zancada (docs/verify_journal.py)."),
            discussion: phrase(
                es:
                    "Sin --org, el de toda la instalación. Códigos de salida: 0 bien · 64 posición que no existe · 73/74 no se pudo escribir.",
                en: "Without --org the whole installation's. Exit codes: 0 fine · 64 no such position · 73/74 cannot be written."))
    }

    @OptionGroup var journal: JournalOptions
    @Option(
        name: .customLong("org"), help: help(Text(es: "Solo las entradas de esta organización.", en: "Only this organisation's entries.")))
    var organisation: String?
    @Option(help: help(Text(es: "Desde qué posición.", en: "From which position."))) var from: Int = 0
    @Flag(help: help(Text(es: "Con los cuerpos sellados.", en: "With the sealed bodies."))) var bodies = false
    @Option(
        help: help(
            Text(
                es: "Archivo nuevo; aparece cuando está completo. Sin él, la salida estándar.",
                en: "A new file; it appears once it is whole. Standard output without it.")),
        completion: .file())
    var output: String?

    func run() async throws {
        let file = try output.map { try NewFile($0) }
        try await journal.using { office in
            let all = try await Organisations.all(in: office.database)
            if let organisation, !all.contains(organisation) { throw Failure.unknownOrganisation(organisation) }
            let told = organisation.map { [$0] } ?? all
            let export = JournalExport(office.database, world: office.world)
            for name in told { try await export.announce(by: try office.standing(in: try Identifier(name))) }
            try await JournalSealer(office.database).catchUp()
            let signed = try await office.checkpoints().sign()
            try await export.write(of: told, isWhole: organisation == nil, from: from, withBodies: bodies, checkpoint: signed) { line in
                if let file { try file.append(line) } else if try !Terminal.show(line) { throw ExitCode.success }
            }
        }
        try file?.publish()
    }
}
