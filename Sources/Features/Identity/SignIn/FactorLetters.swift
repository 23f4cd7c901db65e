import Base
import Runtime

/// The mails about second factors.
extension IdentityLetters {
    /// nil where no mail goes out.
    func news(_ news: FactorNews, to account: Account) async throws -> Letter? {
        guard isConfigured else { return nil }
        let (subject, said) = Self.words(news)
        return try await letter(
            to: account, .notice, life: .seconds(7 * 86_400), subject,
            Text(
                es: """
                    Hola, \(account.profile.name):

                    \(said.spanish)

                    Si no fue usted, cambie su contraseña ahora mismo, revise aquí sus métodos y avise a su organización:

                    \(place)\(SecondFactorPlace.account)
                    """,
                en: """
                    Hello \(account.profile.name),

                    \(said.english)

                    If it was not you, change your password at once, look through your methods here, and tell your organisation:

                    \(place)\(SecondFactorPlace.account)
                    """))
    }

    private static func words(_ news: FactorNews) -> (subject: Text, said: Text) {
        switch news {
        case .added(.recovery):
            (
                Text(es: "Códigos de recuperación nuevos", en: "New recovery codes"),
                Text(
                    es: "Se crearon códigos de recuperación nuevos para su cuenta; los anteriores ya no sirven.",
                    en: "New recovery codes were made for your account; the former ones are good no longer.")
            )
        case .added(let method):
            (
                Text(es: "Su cuenta tiene otro segundo factor", en: "Your account has another second factor"),
                Text(
                    es: "A su cuenta se le añadió un segundo factor: \(method.name.spanish).",
                    en: "A second factor was added to your account: \(method.name.english).")
            )
        case .removed(let method):
            (
                Text(es: "Se quitó un segundo factor de su cuenta", en: "A second factor was removed from your account"),
                Text(
                    es: "De su cuenta se quitó un segundo factor: \(method.name.spanish).",
                    en: "A second factor was removed from your account: \(method.name.english).")
            )
        case .allRemoved:
            (
                Text(es: "Su cuenta ya no tiene segundo factor", en: "Your account has no second factor any more"),
                Text(
                    es:
                        "Quien administra su organización quitó todos los segundos factores de su cuenta y cerró sus sesiones. Entre con su contraseña y configure otro.",
                    en:
                        "Whoever administers your organisation took all second factors away from your account and closed your sessions. Sign in with your password and set up another."
                )
            )
        case .possibleClone:
            (
                Text(es: "Puede haber una copia de su llave de acceso", en: "There may be a copy of your passkey"),
                Text(
                    es:
                        "Una llave de acceso de su cuenta se usó de una forma que apunta a que alguien la copió. Ya no sirve para entrar: quítela y cree otra.",
                    en:
                        "A passkey of your account was used in a way that suggests somebody copied it. It is good no longer: remove it and make another."
                )
            )
        }
    }
}

extension SecondFactorMethod {
    /// As it is called in a sentence.
    var name: Text {
        switch self {
        case .passkey: Text(es: "una llave de acceso", en: "a passkey")
        case .totp: Text(es: "una aplicación de códigos", en: "an authenticator app")
        case .sms: Text(es: "códigos por mensaje de texto", en: "codes by text message")
        case .mail: Text(es: "códigos por correo", en: "codes by e-mail")
        case .recovery: Text(es: "códigos de recuperación", en: "recovery codes")
        }
    }
}
