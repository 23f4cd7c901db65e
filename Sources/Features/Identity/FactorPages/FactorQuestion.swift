import Base
import Markup
import Web

/// The question for a second factor: the method that was chosen, and the ways to the others.
struct FactorQuestion: Sendable {
    /// Where it stands, and where its form goes; codes are asked for below it, at `/send`.
    let path: String
    /// Where the script asks what to ask the authenticator.
    let options: String
    /// Which can be answered; the surest first.
    let methods: [SecondFactorMethod]
    let chosen: SecondFactorMethod
    /// Whether a code is on its way.
    let isSent: Bool
    /// The end of the telephone's number.
    let phone: String?
    let next: String?

    /// nil where there is nothing to choose from.
    init?(
        at path: String, options: String, methods: [SecondFactorMethod], chosen: String?, isSent: Bool, phone: String?, next: String?
    ) {
        let wanted = chosen.flatMap { SecondFactorMethod(rawValue: $0) }
        guard let chosen = methods.first(where: { $0 == wanted }) ?? methods.first else { return nil }
        self.path = path
        self.options = options
        self.methods = methods
        self.chosen = chosen
        self.isSent = isSent
        self.phone = phone
        self.next = LocalPath.checked(next)
    }

    /// The same with a method.
    func place(_ method: SecondFactorMethod, isSent: Bool = false) -> String {
        let tail = next.map { "&next=\(PercentText.encoded($0))" } ?? ""
        return "\(path)?method=\(method.rawValue)\(isSent ? "&sent=yes" : "")\(tail)"
    }

    private var hidden: [(name: String, value: String)] {
        [("method", chosen.rawValue)] + (next.map { [(name: "next", value: $0)] } ?? [])
    }

    func html(_ ui: Interface, _ state: FormState) -> HTML {
        let others = methods.filter { $0 != chosen }
        let ways: HTML? =
            others.isEmpty
            ? nil
            : ui.section(
                "others", Text(es: "Otra manera", en: "Another way"),
                ui.stack(
                    others.map { ui.buttonLink(title($0), place($0), .quiet, icon: $0.icon, isWide: true) }.joined()))
        return "\(ui.card("<h2>\(ui(title(chosen)))</h2>", main(ui, state)))\(ways)"
    }

    private func main(_ ui: Interface, _ state: FormState) -> HTML {
        switch chosen {
        case .passkey:
            let text = Text(
                es: "Su teléfono, su equipo o una llave USB confirma que es usted, con su huella, su cara o un PIN.",
                en: "Your telephone, your computer or a USB key confirms that it is you, by your finger, your face or a PIN.")
            return """
                \(ui.errorSummary(state))<p>\(ui(text))</p>\
                \(PasskeyForm(.get, to: path, options: options, hidden: hidden).html(
                    ui, Text(es: "Usar mi llave de acceso", en: "Use my passkey"), kind: .primary))
                """
        case .totp:
            return codeForm(
                ui, state, Text(es: "Código de la aplicación", en: "The app's code"),
                hint: Text(
                    es: "Abra la aplicación y escriba los seis números que muestra ahora.",
                    en: "Open the app and type the six digits that it shows now."))
        case .recovery:
            let field = FormField(
                "code", Text(es: "Código de recuperación", en: "Recovery code"),
                hint: Text(
                    es: "Uno de los que guardó en papel. Cada uno sirve una sola vez.",
                    en: "One of those you kept on paper. Each is good once."))
            return ui.form(
                path, state, hidden: hidden, ui.textField(field, state, autocomplete: "off", width: .middle), confirm(ui))
        case .mail, .sms: return sentForm(ui, state)
        }
    }

    private func sentForm(_ ui: Interface, _ state: FormState) -> HTML {
        let text =
            chosen == .mail
            ? Text(es: "El código va a su dirección de correo.", en: "The code goes to your e-mail address.")
            : Text(es: "El código va al teléfono \(phone ?? "").", en: "The code goes to the telephone \(phone ?? "").")
        guard isSent else {
            return """
                \(ui.errorSummary(state))<p>\(ui(text))</p>\
                \(ui.action(Text(es: "Enviar el código", en: "Send the code"), "\(path)/send", .primary, hidden: hidden))\
                \(ui.link(Text(es: "Ya tengo un código", en: "I have a code already"), place(chosen, isSent: true)))
                """
        }
        let hint = Text(es: "Seis números. Vale diez minutos y una sola vez.", en: "Six digits. Good for ten minutes, and once.")
        return """
            \(codeForm(ui, state, Text(es: "Código que recibió", en: "The code you received"), hint: hint))\
            \(ui.action(Text(es: "Enviar otro código", en: "Send another code"), "\(path)/send", .plain, hidden: hidden))
            """
    }

    private func codeForm(_ ui: Interface, _ state: FormState, _ label: Text, hint: Text) -> HTML {
        ui.form(
            path, state, hidden: hidden, ui.textField(FormField("code", label, hint: hint), state, .code, width: .short), confirm(ui))
    }

    private func confirm(_ ui: Interface) -> HTML { ui.button(Text(es: "Continuar", en: "Continue"), isWide: true) }

    private func title(_ method: SecondFactorMethod) -> Text {
        switch method {
        case .passkey: Text(es: "Llave de acceso", en: "Passkey")
        case .totp: Text(es: "Aplicación de códigos", en: "Authenticator app")
        case .sms: Text(es: "Mensaje de texto", en: "Text message")
        case .mail: Text(es: "Código por correo", en: "Code by e-mail")
        case .recovery: Text(es: "Código de recuperación", en: "Recovery code")
        }
    }
}

extension SecondFactorMethod {
    var icon: Icon {
        switch self {
        case .passkey: .key
        case .totp: .clock
        case .sms: .message
        case .mail: .message
        case .recovery: .file
        }
    }
}
