import Base
import Markup
import Web

/// A form that a script fills in with what an authenticator answers (`Sources/C/CAssets/Pages/passkeys.js`). Without script it is not to be
/// seen, and a sentence says why where nothing else helps.
struct PasskeyForm: Sendable {
    enum Kind: String, Sendable {
        /// `navigator.credentials.get()`
        case get
        /// `navigator.credentials.create()`
        case create
    }

    private let kind: Kind
    private let path: String
    private let options: String
    private let hidden: [(name: String, value: String)]

    /// `path`: where the answer goes. `options`: where the script asks what to ask.
    init(_ kind: Kind, to path: String, options: String, hidden: [(name: String, value: String)] = []) {
        self.kind = kind
        self.path = path
        self.options = options
        self.hidden = hidden
    }

    /// With its script, which a page needs once. `fields`: what else it asks. `saysWhyNot`: whether there is nothing else on the page.
    func html(_ ui: Interface, _ title: Text, kind button: ButtonKind, saysWhyNot: Bool = true, _ fields: HTML = HTML()) -> HTML {
        let values = hidden.map { item -> HTML in "<input type=\"hidden\" name=\"\(item.name)\" value=\"\(item.value)\">" }
        let missing = Text(
            es: "Este navegador no puede usar llaves de acceso aquí: use otra manera, u otro navegador.",
            en: "This browser cannot use passkeys here: use another way, or another browser.")
        let without: HTML =
            saysWhyNot
            ? """
            <noscript><p class="second">\(ui(
                es: "Las llaves de acceso necesitan JavaScript: actívelo en su navegador, o use otra manera.",
                en: "Passkeys need JavaScript: switch it on in your browser, or use another way."))</p></noscript>
            """ : ""
        return """
            <form class="form" method="post" action="\(path)" novalidate hidden data-passkey="\(kind.rawValue)" \
            data-options="\(options)" data-missing="\(saysWhyNot ? ui(missing) : "")" \
            data-cancelled="\(ui(
                es: "No se terminó: se canceló, se acabó el tiempo, o este dispositivo no tiene una llave de acceso de aquí. Inténtelo de nuevo.",
                en: "It was not finished: it was cancelled, took too long, or this device holds no passkey of ours. Try again."))" \
            data-known="\(ui(
                es: "Este dispositivo ya tiene una llave de acceso de su cuenta.",
                en: "This device holds a passkey of your account already."))" \
            data-failed="\(ui(
                es: "No se pudo usar la llave de acceso: compruebe la conexión e inténtelo de nuevo.",
                en: "The passkey could not be used: check the connection and try again."))">\
            \(values)<input type="hidden" name="ceremony"><input type="hidden" name="credential">\(fields)\
            \(ui.button(title, button, icon: .key, busy: Text(es: "Esperando a su dispositivo…", en: "Waiting for your device…"), isWide: true))\
            </form><div class="message stop" role="alert" hidden data-passkey-says>\(Icon.stop.html)<div><p></p></div></div>\(without)\
            <script type="module" src="\(Assets.passkeys.path)"></script>
            """
    }

    /// For the page on which one signs in: a button that asks for any passkey of ours, and no password.
    static func signIn(_ ui: Interface, next: String?) -> HTML {
        let hidden = LocalPath.checked(next).map { [(name: "next", value: $0)] } ?? []
        return PasskeyForm(.get, to: "/sign-in/passkey", options: "/api/v1/auth/passkeys/options", hidden: hidden).html(
            ui, Text(es: "Entrar con una llave de acceso", en: "Sign in with a passkey"), kind: .quiet, saysWhyNot: false)
    }
}
