import Access
import ArgumentParser
import Base
import Keys
import Records
import Store

/// `zancada org`: the organisations of an installation.
struct OrgCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "org", abstract: phrase(es: "Organizaciones de esta instalación.", en: "Organisations of this installation."),
            subcommands: [CreateOrganisation.self])
    }
}

struct CreateOrganisation: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "create",
            abstract: phrase(
                es: "Crea una organización con sus claves; la primera vez, también la clave raíz.",
                en: "Makes an organisation with its keys; the first time, the root key as well."))
    }

    @Argument(
        help: help(
            Text(
                es: "Su nombre: 1 a 64 letras sin acento, cifras, «-» y «_».",
                en: "Its name: 1 to 64 letters a-z, A-Z, digits, - and _.")))
    var name: String

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let tenant = try Identifier(name)
        let isNew = try await options.using(isReadOnly: false, world: world) { database in
            let office = try await RecordOffice(database, options: options, world: world)
            guard KeyFolder.isName(name), !name.hasPrefix("_") else { throw Self.badName(.usage) }
            return try await office.establish(tenant)
        }
        if output.json {
            try Terminal.answer { json in
                json.object { json in
                    json.member("organisation", name)
                    json.member("created", isNew)
                }
            }
        } else {
            let said =
                isNew
                ? Text(
                    es: "Organización \(name) creada; sus claves están en \(options.data)/keys: guarde una copia aparte.\n",
                    en: "Organisation \(name) made; its keys are in \(options.data)/keys: keep a copy elsewhere.\n")
                : Text(es: "La organización \(name) ya existe.\n", en: "The organisation \(name) is there already.\n")
            try Terminal.show(said(.chosen))
        }
    }

    static func badName(_ kind: Failure.Kind) -> Failure {
        Failure(
            kind, "organisation_name",
            Text(
                es: "El nombre de una organización tiene 1 a 64 letras sin acento, cifras, «-» y «_», y no empieza por «_».",
                en: "An organisation's name has 1 to 64 letters a-z, A-Z, digits, - and _, and does not begin with _."))
    }
}
