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
            abstract: phrase(
                es: "Personas: crear, unir, llevarse los datos, borrar.", en: "People: create, merge, take the data away, erase."),
            subcommands: [CreateSubject.self, MergeSubjects.self, ExportSubject.self, EraseSubject.self])
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
            try await Subjects(office.database, office.keyring, world: office.world).create(by: standing).text
        }
        guard output.json else { return try Terminal.show("\(id)\n") }
        try Terminal.answer { json in json.object { $0.member("subject", id) } }
    }
}

struct MergeSubjects: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "merge",
            abstract: phrase(
                es: "Une dos identificadores de la misma persona: sus registros se ven juntos; exportar y borrar vale para ambos.",
                en: "Joins two ids of the same person: their records are seen together; exporting and erasing mean both."))
    }

    @Argument(help: help(Text(es: "El identificador que sobra.", en: "The id that is one too many."))) var alias: String
    @Option(help: help(Text(es: "El identificador que queda.", en: "The id that stays."))) var into: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let (alias, subject) = (try Identifier(alias), try Identifier(into))
        try await organisation.using { office, standing in
            try await Subjects(office.database, office.keyring, world: office.world).merge(alias, into: subject, by: standing)
        }
        guard output.json else {
            let said = Text(
                es: "\(alias) y \(subject) son la misma persona; lo nuevo se guarda en \(subject).\n",
                en: "\(alias) and \(subject) are the same person; what is new is saved under \(subject).\n")
            return try Terminal.show(said(.chosen))
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("subject", subject.text)
                json.member("alias", alias.text)
            }
        }
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
        let (kept, isComplete) = try await organisation.using { office, standing in
            let erasure = Erasure(office.keyring, kinds: Roster.kinds, database: office.database, world: office.world)
            let kept = try await erasure.erase(id, by: standing)
            if now { _ = try await erasure.complete(in: organisation.organisation, by: standing) }
            // Asked of the ledger, since it may have been complete before.
            let standings = try Erasures(office.keyring).ledger.standings()
            let entry = standings.first { $0.tenant == organisation.organisation && $0.subject == id }
            return (kept, entry?.state == .complete)
        }
        guard output.json else { return try Terminal.show(said(kept, isComplete: isComplete)(.chosen)) }
        try Terminal.answer { json in
            json.object { json in
                json.member("subject", id)
                json.member("state", isComplete ? "complete" : "pending")
                json.member(
                    "kept",
                    array: { json in
                        for kept in kept {
                            json.object { json in
                                json.member("kind", kept.kind)
                                json.member("until", kept.until)
                                json.member("reason", kept.reason(.chosen))
                            }
                        }
                    })
            }
        }
    }

    private func said(_ kept: [Erasure.Kept], isComplete: Bool) -> Text {
        let done =
            isComplete
            ? Text(
                es: "\(id): borrado completo. Ninguna copia de la base de datos abre ya lo que se guardó de esta persona.\n",
                en: "\(id): erasure complete. No copy of the database opens what was kept about this person any more.\n")
            : Text(
                es:
                    "\(id): borrado de esta base de datos. Las copias se vuelven ilegibles al cambiar la época, a más tardar en 30 días (--now: ya).\n",
                en: "\(id): erased from this database. Copies become unreadable when the epoch rolls, within 30 days (--now: at once).\n")
        let left = kept.map { kept in
            Text(
                es: "Salvo lo que obliga a conservar la ley: \(kept.kind), hasta el \(kept.until): \(kept.reason(.spanish))\n",
                en: "Except what the law makes us keep: \(kept.kind), until \(kept.until): \(kept.reason(.english))\n")
        }
        return Text(
            es: done(.spanish) + left.map { $0(.spanish) }.joined(), en: done(.english) + left.map { $0(.english) }.joined())
    }
}
