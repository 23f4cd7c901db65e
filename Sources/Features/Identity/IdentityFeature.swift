import Access
import Base
import Runtime
import Store
import Web

/// Who people are: accounts, how they sign in, to which organisations they belong and as what.
///
/// Accounts are the installation's: somebody may belong to several organisations. What is known of an account is sealed under a key of
/// its own in a key organisation of its own (`IdentityFeature.organisation`), so that erasing it works as for anybody else. An account's
/// id is the actor in the journal and, where the account is a patient's, the person whom records are about.
///
/// `IdentityParts` puts it together; a password becomes a session in `SignIn`, a session goes on in `SessionStore`, a request is somebody's
/// by `SessionAuthenticator`. Why it is so: docs/decisions/0016-identity.md.
package struct IdentityFeature: Feature {
    package let parts: IdentityParts

    package init(_ host: FeatureHost, _ ports: IdentityParts.Ports) { parts = IdentityParts(host, ports) }

    /// Whose keys seal accounts; no organisation that anybody works in. Whoever is a member of it is so everywhere: an operator.
    package static let organisation: Identifier = "_identity"

    package static let manifest = Manifest(
        "identity", Text(es: "Identidad", en: "Identity"),
        purpose: Text(
            es: "Sabe quién es cada quien: cuentas, entrada, segundo factor, organizaciones y roles.",
            en: "Knows who everybody is: accounts, sign-in, second factors, organisations and roles."),
        paths: [
            "/auth", "/organisation", "/accounts", "/sign-in", "/sign-out", "/account", "/register", "/forgot", "/invitation", "/setup",
        ],
        permissions: [
            PermissionShape(
                OrganisationOffice.read, Text(es: "ver quién pertenece a la organización", en: "see who belongs to the organisation"),
                to: ["organisation_admin", "operator"]),
            PermissionShape(
                OrganisationOffice.change, Text(es: "invitar, dar roles y exigir", en: "invite, give roles, and demand"),
                to: ["organisation_admin", "operator"]),
            PermissionShape(
                MachineClients.change, Text(es: "dar credenciales a programas", en: "give programs credentials"),
                to: ["organisation_admin", "operator"]),
            PermissionShape(
                IdentityParts.accountChange, Text(es: "cerrar y abrir cuentas", en: "close and open accounts"), to: ["operator"]),
        ],
        tables: IdentityTables.names + FactorTables.names,
        migrations: IdentityTables.migrations + [Migration(4, "second factors") { FactorTables.creation($0) }],
        settings: [
            IdentitySettings.place.declaration, IdentitySettings.smsAddress.declaration, IdentitySettings.smsTokenFile.declaration,
            IdentitySettings.demonstration.declaration,
        ],
        ports: [
            PortShape(
                "organisations", Text(es: "crear una organización con sus claves", en: "make an organisation with its keys"),
                fallback: Text(es: "nadie empieza una instalación por su página", en: "nobody begins an installation by its page")),
            PortShape(
                "tokens", Text(es: "firmar tokens de acceso", en: "sign access tokens"),
                fallback: Text(es: "nadie puede entrar", en: "nobody can sign in")),
            SMSSender.shape,
        ])

    package var routes: [Route] {
        AuthRoutes(parts: parts).all + RegistrationRoutes(parts: parts).all + OAuthRoutes(parts: parts).all
            + OrganisationRoutes(parts: parts).all + AccountRoutes(parts: parts).all + SecondFactorRoutes(parts: parts).all
            + IdentityPages(parts: parts, secondFactors: FactorPages(parts: parts).all).all
    }

    package var subscriptions: [Subscription] { [AccountForgetting.subscription(parts.host.world)] }
    package var jobs: [JobHandler] { IdentityTidying(parts: parts).handlers + [AccountForgetting(parts).handler] }
    package var schedules: [Schedule] { IdentityTidying(parts: parts).schedules }
}

/// What an operator may set about identity.
package enum IdentitySettings {
    /// Where this installation is reached from outside: who signs tokens (`iss`), what links in mails begin with, for which domain passkeys
    /// are made.
    package static let place = ConfigKey<String>(
        "identity.url", .place, default: "http://localhost:8080",
        Text(
            es:
                "Dónde se llega a esta instalación, sin barra final, como https://clinica.example: está en tokens, correos y llaves de acceso.",
            en:
                "Where this installation is reached, without a slash at the end, as https://clinic.example: it stands in tokens, mails and passkeys."
        ))

    /// Whether everything in this installation is made up. Every page says so.
    package static let demonstration = ConfigKey<Bool>(
        "identity.demonstration", .boolean, default: false,
        Text(
            es: "Todo lo que hay aquí es inventado, y cada página lo dice: para enseñar el programa.",
            en: "All that is here is made up, and every page says so: to show the program."))

    package static let smsAddress = ConfigKey<String?>(
        "identity.sms_url", .optional(.smsAddress), default: nil,
        Text(
            es: "El servicio que envía mensajes de texto con códigos; si falta, no se ofrecen.",
            en: "The service that sends text messages with codes; where missing, they are not offered."))

    package static let smsTokenFile = ConfigKey<String?>(
        "identity.sms_token_file", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Archivo, solo de su dueño, con la credencial (Bearer) para identity.sms_url.",
            en: "File, its owner's alone, with the credential (Bearer) for identity.sms_url."))
}

extension ConfigForm where Value == String {
    /// It is shown with the other settings, so that it holds no credential.
    fileprivate static var smsAddress: Self {
        Self(
            takes: Text(
                es: "https://servidor/ruta, sin usuario ni contraseña; http:// solo en esta máquina",
                en: "https://host/path, without user or password; http:// on this machine alone"),
            read: { text in
                let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
                let isPlain = text.utf8.count <= 2_000 && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "@") }
                return !rest.isEmpty && rest.first != "/" && isPlain ? text : nil
            }, write: { $0 })
    }

    fileprivate static var place: Self {
        Self(
            takes: Text(es: "http:// o https:// con un nombre, sin ruta", en: "http:// or https:// with a name, without a path"),
            read: { text in
                let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
                let isName = rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"/?#@\\\"<>".utf8.contains($0) }
                return !rest.isEmpty && rest.utf8.count <= 253 && isName ? text : nil
            }, write: { $0 })
    }
}
