import Base
import Factors
import Runtime

/// What the messages that carry a code say.
enum CodeMessage {
    private static let minutes = Int(PendingCode.usualLife / .seconds(60))

    static func mail(
        _ code: OneTimeCode, to address: MailAddress, in language: Language, from party: RelyingParty, _ world: World
    ) throws(Failure) -> MailMessage {
        let digits = code.text.withExposedText { $0 }
        let name = Self.line(party.name)
        return try MailMessage(
            to: address, in: language, subject: Text(es: "Su código de acceso a \(name)", en: "Your sign-in code for \(name)"),
            text: Text(
                es: """
                    Su código es \(digits)

                    Vale \(minutes) minutos y una sola vez. Escríbalo solo en \(party.id); nadie de \(name) se lo va a pedir.
                    Si usted no lo pidió, alguien conoce su contraseña: cámbiela.

                    """,
                en: """
                    Your code is \(digits)

                    It is good for \(minutes) minutes and once. Type it on \(party.id) alone; nobody of \(name) will ask you for it.
                    If you did not ask for it, somebody knows your password: change it.

                    """),
            .code, life: PendingCode.usualLife, world)
    }

    /// The last line binds the code to our pages, for telephones that fill it in (“Origin-bound one-time codes delivered via SMS”, WICG).
    static func text(_ code: OneTimeCode, in language: Language, from party: RelyingParty) -> String {
        let digits = code.text.withExposedText { $0 }
        let name = Self.line(party.name)
        let sentence = Text(
            es: "\(digits) es su código de \(name). Vale \(minutes) minutos. No lo comparta con nadie.",
            en: "\(digits) is your code for \(name). It is good for \(minutes) minutes. Share it with nobody.")
        return "\(sentence(language))\n\n@\(party.id) #\(digits)"
    }

    /// A name that an operator chose, on one line that fits into a subject.
    private static func line(_ name: String) -> String {
        String(name.unicodeScalars.filter { !$0.properties.isControl }.map(Character.init).prefix(60))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
