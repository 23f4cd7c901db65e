import Access
import ArgumentParser
import Base
import Foundation
import Keys
import Store

/// `zancada token`: makes an access token, for operators and for programs that act under an account of their own.
struct TokenCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "token",
            abstract: phrase(
                es: "Hace un token de acceso para quien administra, o cambia la clave que los firma.",
                en: "Makes an access token for operators, or rotates the key that signs them."),
            discussion: phrase(
                es: """
                    Lo firma (ES256) la clave token.key de la carpeta de claves, que se crea la primera vez; «serve» lo acepta sin reiniciarse. \
                    Quien tenga el token actúa como esa cuenta: guárdelo como una contraseña. --rotate cambia la clave y deja valer los \
                    tokens ya hechos hasta que venzan; con --discard dejan de valer enseguida.
                    Códigos de salida: 0 bien · 64 orden mal escrita · 65 clave dañada o que otros pueden leer · 74 disco · 75 otro proceso tiene la carpeta.
                    """,
                en: """
                    It is signed (ES256) by token.key in the folder of keys, which is made the first time; 'serve' takes it without a \
                    restart. Whoever has the token acts as that account: keep it like a password. --rotate changes the key and leaves \
                    tokens that were made good until they expire; with --discard they are refused at once.
                    Exit codes: 0 fine · 64 wrong command line · 65 key damaged or readable by others · 74 disk · 75 another process has the folder.
                    """))
    }

    @Option(help: help(Text(es: "La cuenta que actúa.", en: "The account that acts.")))
    var actor: String?
    @Option(name: .customLong("org"), help: help(Text(es: "La organización en la que actúa.", en: "The organisation in which it acts.")))
    var organisation: String?
    @Option(help: help(Text(es: "Un rol; se puede repetir.", en: "A role; may be repeated.")))
    var role: [String] = []
    @Option(
        help: help(
            Text(es: "Cuánto puede pedir: free, basic, premium o enterprise.", en: "How much it may ask: free, basic, premium, enterprise.")
        ))
    var tier: String = Caller.Tier.free.rawValue
    @Option(
        help: help(
            Text(
                es: "Con qué se probó quién es: password, secondFactor o passkey.",
                en: "By what they proved who they are: password, secondFactor or passkey.")))
    var assurance: String = Caller.Assurance.password.rawValue
    @Option(
        name: .customLong("for"),
        help: help(Text(es: "Cuánto vale, como 15min o 8h; 24h como mucho.", en: "How long it is good, as 15min or 8h; 24h at most.")))
    var life: String = "15min"
    @Flag(help: help(Text(es: "Cambia la clave que firma.", en: "Rotate the key that signs.")))
    var rotate = false
    @Flag(help: help(Text(es: "Con --rotate: los tokens anteriores dejan de valer.", en: "With --rotate: earlier tokens are refused.")))
    var discard = false
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let world = World.live
        let settings = try options.settings
        guard rotate || actor != nil else { throw Self.nobody }
        guard rotate || !discard else { throw Self.discardAlone }
        let bearer = try actor.map { name in try caller(name) }
        let life = try duration()
        // Told before it is made. A program that has the database runs all of this there, and nothing follows here.
        if let bearer, let tenant = bearer.tenant, try hasDatabase {
            let telling = TokenEntry(actor: bearer.actor, tenant: tenant, world: world)
            try await options.using(isReadOnly: false, world: world) { database in try await telling.write(in: database) }
        }
        let keys = TokenKeys(in: try InstallationRoot.folder(in: Seat.current.path(options.data)), random: world.random)
        let key = rotate ? try await keys.rotate(isDiscarding: discard, at: world.now()) : try await keys.signing(at: world.now())
        guard let bearer else { return try say(key.published.id) }
        let mint = TokenMint(key.key, named: try Identifier(key.published.id), TokenSettings.ownTerms(settings))
        let expiry = world.now() + life
        let token = try mint.token(for: bearer, life: life, world: world)
        guard output.json else { return try Terminal.show(token + "\n") }
        try Terminal.answer { json in
            json.object { json in
                json.member("token", token)
                json.member("key", key.published.id)
                json.member("expires_at", expiry)
            }
        }
    }

    private var hasDatabase: Bool {
        get throws {
            if Residence.current != nil { return true }
            let url = try options.url(try options.settings)
            return url.dialect == .postgres || FileManager.default.fileExists(atPath: url.exposed)
        }
    }

    private func say(_ key: String) throws {
        guard output.json else {
            return try Terminal.show(
                Text(es: "Firma la clave \(key).\n", en: "The key \(key) signs.\n")(.chosen))
        }
        try Terminal.answer { json in json.object { $0.member("key", key) } }
    }

    private func caller(_ actor: String) throws -> Caller {
        let book = try Roster.roles
        guard let tier = Caller.Tier(rawValue: tier) else { throw Self.oneOf("--tier", Caller.Tier.allCases.map(\.rawValue)) }
        guard let assurance = Caller.Assurance(rawValue: assurance) else {
            throw Self.oneOf("--assurance", Caller.Assurance.allCases.map(\.rawValue))
        }
        let roles = try role.map { name in
            guard let role = RoleName(name), book.knows(role) else { throw Self.oneOf("--role", book.names.map(\.text)) }
            return role
        }
        return Caller(
            actor: try Identifier(actor), tenant: try organisation.map { try Identifier($0) }, roles: Set(roles), tier: tier,
            assurance: assurance)
    }

    /// `15m` is taken for minutes as well: other programs write it so.
    private func duration() throws(Failure) -> Duration {
        let text = life.hasSuffix("m") ? life + "in" : life
        guard let duration = DurationText.read(text), (.seconds(1)...(.seconds(24 * 3_600))).contains(duration) else { throw Self.badLife }
        return duration
    }

    private static let nobody = Failure(
        .usage, "token_actor",
        Text(es: "Falta --actor: diga para qué cuenta es el token.", en: "--actor is missing: say for which account the token is."))

    private static let discardAlone = Failure(
        .usage, "token_discard", Text(es: "--discard va con --rotate.", en: "--discard goes with --rotate."))

    private static let badLife = Failure(
        .usage, "token_life", Text(es: "--for va de 1s a 24h, como 15min.", en: "--for goes from 1s to 24h, as 15min."))

    private static func oneOf(_ option: String, _ words: [String]) -> Failure {
        let list = words.joined(separator: ", ")
        return Failure(.usage, "token_word", Text(es: "\(option) es uno de: \(list).", en: "\(option) is one of: \(list)."))
    }
}
