import Access
import ArgumentParser
import Base
import Keys
import Records
import Store

/// `zancada subject`: people as those whose data is kept.
struct SubjectCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "subject",
            abstract: phrase(es: "Personas: crear, llevarse los datos, borrar.", en: "People: create, take the data away, erase."),
            subcommands: [CreateSubject.self, ExportSubject.self, EraseSubject.self])
    }
}

struct CreateSubject: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "create", abstract: phrase(es: "Crea una persona con su clave.", en: "Makes a person with a key of their own."))
    }

    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let id = try await organisation.using { office, standing in
            let id = office.world.id(of: Record.self).description
            _ = try await office.keyring.sealingKey(of: id, in: organisation.organisation)
            return id
        }
        guard output.json else { return try Terminal.show("\(id)\n") }
        var json = JSONWriter()
        json.object { $0.member("subject", id) }
        json.endLine()
        try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
    }
}

struct ExportSubject: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: phrase(
                es: "Escribe todo lo que se sabe de una persona, con sus pruebas: líneas de JSON.",
                en: "Prints everything that is known about a person, with its proofs: JSON lines."))
    }

    @Argument(help: help(Text(es: "La persona.", en: "The person."))) var id: String
    @OptionGroup var organisation: OrganisationOptions

    func run() async throws {
        try await organisation.using { office, standing in
            try await JournalSealer(office.database).catchUp()
            let signed = try await office.checkpoints().sign()
            let export = SubjectExport(office.database, office.keyring, kinds: Roster.kinds, world: office.world)
            _ = try await export.write(try Identifier(id), by: standing, checkpoint: signed) { line in
                try Terminal.show(String(decoding: line, as: UTF8.self))
            }
        }
    }
}

struct EraseSubject: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "erase",
            abstract: phrase(
                es: "Borra a una persona: sus registros y su clave; completo cuando cambia la época de la organización.",
                en: "Erases a person: records and key; complete once the organisation's epoch rolls."))
    }

    @Argument(help: help(Text(es: "La persona.", en: "The person."))) var id: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions
    @Flag(
        help: help(
            Text(
                es: "Cambia la época ahora: destruye la vieja, y el borrado queda completo.",
                en: "Roll the epoch now: destroys the old one, and the erasure is complete.")))
    var now = false

    func run() async throws {
        let isComplete = try await organisation.using { office, standing in
            try await office.erasure.erase(id, by: standing)
            if now { _ = try await office.erasure.complete(in: organisation.organisation, by: standing) }
            return try office.erasure.isComplete(id, in: organisation.organisation)
        }
        if output.json {
            var json = JSONWriter()
            json.object { json in
                json.member("subject", id)
                json.member("state", isComplete ? "complete" : "pending")
            }
            json.endLine()
            return try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
        }
        let said =
            isComplete
            ? Text(
                es: "\(id): borrado completo. Ninguna copia de la base de datos abre ya lo que se guardó de esta persona.\n",
                en: "\(id): erasure complete. No copy of the database opens what was kept about this person any more.\n")
            : Text(
                es:
                    "\(id): borrado de esta base de datos. Las copias se vuelven ilegibles al cambiar la época, a más tardar en 30 días (--now: ya).\n",
                en: "\(id): erased from this database. Copies become unreadable when the epoch rolls, within 30 days (--now: at once).\n")
        try Terminal.show(said(.chosen))
    }
}
