import Base
import Web

extension Failure {
    /// Whatever was wrong with an answer: which of the methods an account has, and what about the answer did not fit, is nobody's business
    /// who cannot answer.
    package static let secondFactorWrong = Failure(
        .unauthenticated, "second_factor_wrong",
        Text(
            es: "El segundo factor no es correcto o ya no vale: revíselo, pida otro código o use otro método.",
            en: "The second factor is not right, or is over: check it, ask for another code, or use another method."))

    /// Told to nobody but who holds the key: everything else about the answer was right.
    package static let passkeyPossibleClone = Failure(
        .unauthenticated, "passkey_possible_clone",
        Text(
            es: "Puede haber una copia de esta llave de acceso, así que ya no sirve: entre con otro método, quítela y cree una nueva.",
            en: "There may be a copy of this passkey, so it is no longer good: use another method, remove it and make a new one."))

    /// While something is set up by somebody who is signed in already.
    package static let factorCodeWrong = Failure(
        .invalid, "factor_code_wrong",
        Text(
            es: "El código no es correcto: revíselo, y compruebe que la hora de su teléfono sea automática.",
            en: "The code is not right: check it, and that your telephone sets its time by itself."))

    package static let factorSetupOver = Failure(
        .invalid, "factor_setup_over",
        Text(
            es: "El tiempo o los intentos para terminar este paso se acabaron: empiécelo de nuevo.",
            en: "The time or the tries for this step are over: begin it again."))

    package static let factorNotOffered = Failure(
        .invalid, "factor_not_offered",
        Text(
            es: "Este método no se ofrece en esta cuenta o en esta instalación: elija otro.",
            en: "This method is not offered for this account or this installation: choose another."))

    package static let factorNotFound = Failure(
        .notFound, "factor_not_found",
        Text(es: "Esta cuenta no tiene ese segundo factor.", en: "This account has no such second factor."))

    static let factorMoved = Failure(
        .conflict, "factor_moved",
        Text(
            es: "Esto cambió mientras se guardaba; no se guardó nada: inténtelo de nuevo.",
            en: "This changed while it was being saved; nothing was saved: try again."))

    package static let passkeyRefused = Failure(
        .invalid, "passkey_refused",
        Text(
            es: "No se pudo comprobar la llave de acceso que creó su dispositivo: inténtelo de nuevo o con otro dispositivo.",
            en: "The passkey that your device made could not be verified: try again, or with another device."))

    package static let passkeyKnown = Failure(
        .conflict, "passkey_known",
        Text(es: "Esa llave de acceso ya está registrada.", en: "That passkey is registered already."))

    package static let passkeyName = Failure(
        .invalid, "passkey_name",
        Text(
            es: "El nombre de una llave de acceso tiene de 1 a \(Passkey.mostNameCharacters) caracteres en una sola línea.",
            en: "The name of a passkey has 1 to \(Passkey.mostNameCharacters) characters on one line."))

    package static let tooManyPasskeys = Failure(
        .invalid, "too_many_passkeys",
        Text(
            es: "La cuenta ya tiene \(Passkey.mostOfAccount) llaves de acceso, que es el máximo: quite una que no use.",
            en: "The account has \(Passkey.mostOfAccount) passkeys already, which is the most: remove one that you do not use."))

    package static let phoneNumber = Failure(
        .invalid, "phone_number",
        Text(
            es: "El número de teléfono no sirve: escríbalo completo con «+» y el código del país, como +57 300 123 4567.",
            en: "The telephone number will not do: write all of it with “+” and the country's code, such as +57 300 123 4567."))

    package static let smsNotSent = Failure(
        .unavailable, "sms_not_sent",
        Text(
            es: "El mensaje de texto no pudo salir: inténtelo en un momento o use otro método.",
            en: "The text message could not be sent: try again in a moment, or use another method."))

    static let factorUnreadable = Failure(
        .invalid, "factor_unreadable",
        Text(
            es: "Este programa no entiende un segundo factor guardado: lo escribió otra versión; use esa, o quite el factor.",
            en:
                "This program does not understand a second factor that is kept: another version wrote it; use that one, or remove the factor."
        ))
}

extension Problem {
    /// Too many wrong answers: nothing is looked at until `wait` is over, not even a right one.
    static func tooManyTries(_ wait: Duration) -> Problem {
        let seconds = wait.wholeSecondsUp
        return Problem(
            .tooMany, "too_many_tries",
            Text(
                es: "Hubo demasiados intentos fallidos: espere \(seconds) segundos y vuelva a intentarlo, o use una llave de acceso.",
                en: "There were too many wrong tries: wait \(seconds) seconds and try again, or use a passkey."),
            retryAfter: .seconds(seconds))
    }

    static func tooManyCodes(_ wait: Duration) -> Problem {
        let seconds = wait.wholeSecondsUp
        return Problem(
            .tooMany, "too_many_codes",
            Text(
                es: "Ya se envió un código hace poco: espere \(seconds) segundos antes de pedir otro.",
                en: "A code was sent a short while ago: wait \(seconds) seconds before you ask for another."),
            retryAfter: .seconds(seconds))
    }
}

extension Duration {
    /// At least 1.
    fileprivate var wholeSecondsUp: Int64 { max(1, (wholeMicroseconds + 999_999) / 1_000_000) }
}
