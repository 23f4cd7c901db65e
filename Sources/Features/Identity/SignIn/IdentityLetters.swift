import Access
import Base
import Foundation
import Keys
import Runtime
import Store

/// The mails about accounts, in the language of whom they are for. None says anything of a patient.
struct IdentityLetters: Sendable {
    private let host: FeatureHost
    private let outbox: MailOutbox
    /// Where this installation is reached, without a slash at its end.
    let place: String

    init(_ host: FeatureHost, place: String) {
        self.host = host
        outbox = MailOutbox(host)
        self.place = place
    }

    /// Whether mail goes out at all.
    var isConfigured: Bool { outbox.isConfigured }

    /// Where a link leads.
    func address(_ path: String, _ code: String) -> String { "\(place)\(path)?code=\(code)" }

    func confirmation(_ account: Account, _ code: String) async throws -> Letter {
        let link = address("/account/confirm", code)
        return try await letter(
            to: account, .verification, life: Link.Purpose.confirm.life,
            Text(es: "Confirme su dirección de correo", en: "Confirm your e-mail address"),
            Text(
                es: """
                    Hola, \(account.profile.name):

                    Alguien creó una cuenta con esta dirección. Si fue usted, ábrala aquí y escriba la contraseña que eligió (el enlace vale un día):

                    \(link)

                    Si no fue usted, no haga nada: sin este enlace la cuenta no sirve.
                    """,
                en: """
                    Hello \(account.profile.name),

                    Somebody made an account with this address. If it was you, open it here and type the password you chose (the link is good for a day):

                    \(link)

                    If it was not you, do nothing: without this link the account is of no use.
                    """))
    }

    /// To whom has an account, when somebody registers with their address.
    func tellAlreadyRegistered(_ account: Account) async throws {
        let letter = try await letter(
            to: account, .notice, life: .seconds(86_400),
            Text(es: "Ya tiene una cuenta", en: "You have an account already"),
            Text(
                es: """
                    Hola, \(account.profile.name):

                    Alguien quiso crear una cuenta con esta dirección, que ya tiene una. Si fue usted, entre aquí; si olvidó la contraseña, ahí mismo puede pedir otra:

                    \(place)/sign-in

                    Si no fue usted, no hace falta hacer nada.
                    """,
                en: """
                    Hello \(account.profile.name),

                    Somebody wanted to make an account with this address, which has one already. If it was you, sign in here; if you forgot the password, you can ask for another there:

                    \(place)/sign-in

                    If it was not you, there is nothing to do.
                    """))
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in try letter.post(tx) }
    }

    func reset(_ account: Account, _ code: String) async throws -> Letter {
        let link = address("/account/reset", code)
        return try await letter(
            to: account, .reset, life: Link.Purpose.reset.life,
            Text(es: "Elija una contraseña nueva", en: "Choose a new password"),
            Text(
                es: """
                    Hola, \(account.profile.name):

                    Con este enlace puede elegir una contraseña nueva. Vale una hora y una sola vez:

                    \(link)

                    Si no lo pidió usted, no haga nada: su contraseña sigue siendo la misma.
                    """,
                en: """
                    Hello \(account.profile.name),

                    With this link you can choose a new password. It is good for an hour, and once:

                    \(link)

                    If you did not ask for it, do nothing: your password stays as it is.
                    """))
    }

    /// nil where no mail goes out.
    func passwordChanged(_ account: Account) async throws -> Letter? {
        guard isConfigured else { return nil }
        return try await letter(
            to: account, .notice, life: .seconds(7 * 86_400),
            Text(es: "Su contraseña cambió", en: "Your password was changed"),
            Text(
                es: """
                    Hola, \(account.profile.name):

                    La contraseña de su cuenta acaba de cambiar, y las demás sesiones se cerraron. Si no fue usted, pida otra ahora mismo y avise a su organización:

                    \(place)/forgot
                    """,
                en: """
                    Hello \(account.profile.name),

                    The password of your account was just changed, and your other sessions were closed. If it was not you, ask for another at once and tell your organisation:

                    \(place)/forgot
                    """))
    }

    /// That something happened which concerns them, and where to look.
    func tell(
        _ account: Account, _ title: Text, _ text: Text, path: String, about person: Identifier?, in organisation: Identifier
    ) async throws {
        let place = place
        let message = try MailMessage(
            to: account.profile.address, in: account.language, subject: title,
            text: Text(
                es: "Hola, \(account.profile.name):\n\n\(text(.spanish))\n\n\(place)\(path)\n",
                en: "Hello \(account.profile.name),\n\n\(text(.english))\n\n\(place)\(path)\n"), .notice, life: .seconds(7 * 86_400),
            host.world)
        try await outbox.post(message, about: person, in: organisation)
    }

    /// To somebody who may have no account yet; sealed under the organisation's key.
    func invitation(
        _ code: String, to address: MailAddress, in organisation: Identifier, as roles: String, _ language: Language
    ) async throws -> Letter {
        let link = self.address("/invitation", code)
        let message = try MailMessage(
            to: address, in: language,
            subject: Text(es: "Le invitan a \(organisation)", en: "You are invited to \(organisation)"),
            text: Text(
                es: """
                    La organización \(organisation) le invita a entrar en Zancada como \(roles). El enlace vale una semana y una sola vez:

                    \(link)

                    Si no esperaba esta invitación, no haga nada.
                    """,
                en: """
                    The organisation \(organisation) invites you to Zancada as \(roles). The link is good for a week, and once:

                    \(link)

                    If you did not expect this invitation, do nothing.
                    """), .invitation, life: Link.Purpose.invitation.life, host.world)
        return try await outbox.letter(message, in: organisation)
    }

    /// The address to which an invitation went, sealed.
    func sealed(_ address: MailAddress, of link: Identifier, in organisation: Identifier) async throws -> (body: [UInt8], key: SubjectKey) {
        let key = try await host.keyring.sealingKey(of: organisation.text, in: organisation.text)
        let context = Self.context(link, organisation)
        return (try key.seal(Array(address.text.utf8), as: context, random: host.world.random), key)
    }

    func addressee(of link: Link, in organisation: Identifier) async throws -> MailAddress {
        guard let body = link.body, let keys = try await host.keyring.keys(of: organisation.text, in: organisation.text) else {
            throw Failure.linkOver
        }
        let text = String(decoding: try keys.open(body, as: Self.context(link.id, organisation)), as: UTF8.self)
        do throws(MailAddressFault) { return try MailAddress(text) } catch { throw Failure.linkOver }
    }

    private static func context(_ link: Identifier, _ organisation: Identifier) -> EntryContext {
        EntryContext(tenant: organisation.text, kind: "invitation", record: link.text, version: 1)
    }

    func letter(to account: Account, _ category: MailCategory, life: Duration, _ subject: Text, _ text: Text) async throws -> Letter {
        let message = try MailMessage(
            to: account.profile.address, in: account.language, subject: subject, text: text, category, life: life, host.world)
        return try await outbox.letter(message, about: account.id, in: IdentityFeature.organisation)
    }
}
