import Access
import ArgumentParser
import Base
import Identity
import Runtime
import Store

/// `zancada admin`: accounts, for whoever runs the machine.
struct AdminCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "admin", abstract: phrase(es: "Cuentas y sus roles.", en: "Accounts and their roles."),
            discussion: phrase(
                es: """
                    Ninguna orden pide ni muestra una contraseña: «create» y «reset» dan un enlace de un solo uso con el que la persona elige la suya.
                    Códigos de salida: 0 bien · 64 orden mal escrita · 65 lo pedido no puede ser · 69 falta algo · 74 disco.
                    """,
                en: """
                    No command asks for a password or shows one: 'create' and 'reset' give a link that is good once, by which the person chooses theirs.
                    Exit codes: 0 fine · 64 wrong command line · 65 what was asked cannot be · 69 something is missing · 74 disk.
                    """),
            subcommands: [
                CreateAccount.self, ResetAccount.self, GrantRoles.self, RevokeRoles.self, DisableAccount.self, EnableAccount.self,
            ])
    }
}

/// What all of them take.
struct AdminOptions: ParsableArguments {
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func desk<Value: Sendable>(_ body: @escaping @Sendable (AdminDesk) async throws -> Value) async throws -> Value {
        let world = World.live
        let options = options
        return try await options.using(isReadOnly: false, world: world) { database in
            let office = try await RecordOffice(database, options: options, world: world)
            try await office.root.make()
            try office.root.requireOwn()
            let host = try office.host
            return try await body(AdminDesk(IdentityParts(host, try IdentityWiring.ports(host))))
        }
    }

    func say(_ text: Text, _ members: [(String, String)]) throws {
        guard output.json else { return try Terminal.show(text(.chosen)) }
        try Terminal.answer { json in
            json.object { json in for (name, value) in members { json.member(name, value) } }
        }
    }

    static func address(_ text: String) throws -> MailAddress {
        do throws(MailAddressFault) { return try MailAddress(text) } catch { throw error.failure }
    }

    static func roles(_ names: [String]) throws -> Set<RoleName> {
        Set(
            try names.map { name in
                guard let role = RoleName(name) else {
                    throw Failure(
                        .usage, "role_name", Text(es: "«\(name)» no es un rol.", en: "“\(name)” is no role."))
                }
                return role
            })
    }
}

struct CreateAccount: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "create",
            abstract: phrase(
                es: "Crea una cuenta y da el enlace con el que se elige la contraseña.",
                en: "Makes an account and gives the link by which its password is chosen."))
    }

    @Argument(help: help(Text(es: "Su dirección de correo.", en: "Its e-mail address."))) var address: String
    @Option(help: help(Text(es: "Cómo se llama la persona.", en: "What the person is called."))) var name: String
    @Option(
        name: .customLong("org"),
        help: help(
            Text(es: "La organización; sin ella, opera la instalación.", en: "The organisation; without one it operates the installation."))
    )
    var organisation: String?
    @Option(help: help(Text(es: "Un rol; se puede repetir.", en: "A role; may be repeated."))) var role: [String] = []
    @OptionGroup var more: AdminOptions

    func run() async throws {
        let address = try AdminOptions.address(address)
        let organisation = try organisation.map { try Identifier($0) }
        let roles = try AdminOptions.roles(role.isEmpty ? [organisation == nil ? "operator" : "organisation_admin"] : role)
        let (name, language) = (name, Language.chosen)
        let (account, link) = try await more.desk { desk in
            try await desk.create(address, name: name, language: language, as: roles, in: organisation)
        }
        try more.say(
            Text(
                es: "Cuenta \(account) creada. Con este enlace, que vale una hora y una vez, se elige la contraseña:\n\(link)\n",
                en: "Account \(account) made. By this link, good for an hour and once, its password is chosen:\n\(link)\n"),
            [("account", account.text), ("link", link)])
    }
}

struct ResetAccount: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "reset",
            abstract: phrase(es: "Da un enlace para elegir otra contraseña.", en: "Gives a link to choose another password."))
    }

    @Argument(help: help(Text(es: "La dirección de la cuenta.", en: "The account's address."))) var address: String
    @OptionGroup var more: AdminOptions

    func run() async throws {
        let address = try AdminOptions.address(address)
        let link = try await more.desk { desk in try await desk.reset(address) }
        try more.say(
            Text(
                es: "Con este enlace, que vale una hora y una vez, se elige otra contraseña:\n\(link)\n",
                en: "By this link, good for an hour and once, another password is chosen:\n\(link)\n"), [("link", link)])
    }
}

/// Whose roles are changed, and which.
struct RoleOptions: ParsableArguments {
    @Argument(help: help(Text(es: "La dirección de la cuenta.", en: "The account's address."))) var address: String
    @Option(
        name: .customLong("org"),
        help: help(
            Text(es: "La organización; sin ella, toda la instalación.", en: "The organisation; without one, the whole installation.")))
    var organisation: String?
    @Option(help: help(Text(es: "Un rol; se puede repetir.", en: "A role; may be repeated."))) var role: [String]
    @OptionGroup var more: AdminOptions

    /// Says which roles the account has then.
    func run(
        _ change: @escaping @Sendable (AdminDesk, Set<RoleName>, MailAddress, Identifier?) async throws -> Set<RoleName>
    ) async throws {
        let (address, roles) = (try AdminOptions.address(address), try AdminOptions.roles(role))
        let organisation = try organisation.map { try Identifier($0) }
        let now = try await more.desk { desk in try await change(desk, roles, address, organisation) }.sorted().map(\.text)
        let list = now.joined(separator: ", ")
        let text =
            now.isEmpty
            ? Text(es: "Ya no tiene ningún rol ahí.\n", en: "It has no role there any more.\n")
            : Text(es: "Sus roles ahí: \(list).\n", en: "Its roles there: \(list).\n")
        try more.say(text, [("roles", now.joined(separator: " "))])
    }
}

struct GrantRoles: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "grant", abstract: phrase(es: "Da roles a una cuenta.", en: "Gives an account roles."))
    }

    @OptionGroup var roles: RoleOptions

    func run() async throws { try await roles.run { desk, roles, address, place in try await desk.grant(roles, to: address, in: place) } }
}

struct RevokeRoles: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "revoke", abstract: phrase(es: "Quita roles a una cuenta.", en: "Takes roles from an account."))
    }

    @OptionGroup var roles: RoleOptions

    func run() async throws {
        try await roles.run { desk, roles, address, place in try await desk.revoke(roles, from: address, in: place) }
    }
}

struct DisableAccount: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "disable",
            abstract: phrase(
                es: "Cierra una cuenta: no entra más, y sus sesiones terminan.",
                en: "Closes an account: it comes in no more, and its sessions end."))
    }

    @Argument(help: help(Text(es: "La dirección de la cuenta.", en: "The account's address."))) var address: String
    @OptionGroup var more: AdminOptions

    func run() async throws {
        let address = try AdminOptions.address(address)
        try await more.desk { desk in try await desk.setDisabled(true, address) }
        try more.say(Text(es: "La cuenta está cerrada.\n", en: "The account is closed.\n"), [("disabled", "true")])
    }
}

struct EnableAccount: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "enable", abstract: phrase(es: "Vuelve a abrir una cuenta.", en: "Opens an account again."))
    }

    @Argument(help: help(Text(es: "La dirección de la cuenta.", en: "The account's address."))) var address: String
    @OptionGroup var more: AdminOptions

    func run() async throws {
        let address = try AdminOptions.address(address)
        try await more.desk { desk in try await desk.setDisabled(false, address) }
        try more.say(Text(es: "La cuenta está abierta.\n", en: "The account is open.\n"), [("disabled", "false")])
    }
}
