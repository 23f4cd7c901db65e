import Base

/// Why a password will not do. Each says what to do instead.
package enum PasswordFault: Error, Sendable, Hashable, CaseIterable {
    case empty
    /// Over 1,024 bytes, or over `PasswordRule.mostCharacters`.
    case tooLong
    /// Not UTF-8.
    case noText
    /// Under `PasswordRule.leastCharacters`.
    case tooShort
    /// Among those that are tried first, with digits and signs around it or without.
    case common
    /// The same few characters again and again.
    case repeated
    /// Keys beside one another, the alphabet, digits in their order.
    case run
    /// It contains the person's name or address, the organisation's name or ours.
    case personal

    /// Stable, for programs.
    package var code: String {
        switch self {
        case .empty: "password_empty"
        case .tooLong: "password_too_long"
        case .noText: "password_no_text"
        case .tooShort: "password_too_short"
        case .common: "password_common"
        case .repeated: "password_repeated"
        case .run: "password_run"
        case .personal: "password_personal"
        }
    }

    /// For the person; repeats nothing of what was typed.
    package var message: Text {
        switch self {
        case .empty:
            Text(es: "Escriba una contraseña.", en: "Type a password.")
        case .tooLong:
            Text(
                es: "La contraseña es demasiado larga: use \(PasswordRule.mostCharacters) caracteres como máximo.",
                en: "The password is too long: use \(PasswordRule.mostCharacters) characters at most.")
        case .noText:
            Text(
                es: "La contraseña contiene caracteres que no se pueden leer. Escríbala de nuevo con el teclado.",
                en: "The password has characters that cannot be read. Type it again on the keyboard.")
        case .tooShort:
            Text(
                es:
                    "La contraseña es corta: use al menos \(PasswordRule.leastCharacters) caracteres. Tres o cuatro palabras sin relación, con espacios, sirven y se recuerdan.",
                en:
                    "The password is short: use at least \(PasswordRule.leastCharacters) characters. Three or four unrelated words, with spaces, will do and can be remembered."
            )
        case .common:
            Text(
                es: "Esa contraseña es de las primeras que se prueban. \(Self.advice.spanish)",
                en: "That password is one of the first that are tried. \(Self.advice.english)")
        case .repeated:
            Text(
                es: "La contraseña repite siempre lo mismo y se adivina pronto. \(Self.advice.spanish)",
                en: "The password repeats itself and is soon guessed. \(Self.advice.english)")
        case .run:
            Text(
                es: "La contraseña sigue el orden del teclado, del alfabeto o de los números. \(Self.advice.spanish)",
                en: "The password follows the keyboard, the alphabet or the digits. \(Self.advice.english)")
        case .personal:
            Text(
                es:
                    "La contraseña contiene su nombre, su dirección o el nombre de su organización, que otros conocen. \(Self.advice.spanish)",
                en: "The password contains your name, your address or your organisation's name, which others know. \(Self.advice.english)")
        }
    }

    /// As it crosses edges.
    package var failure: Failure { Failure(.invalid, code, message) }

    private static let advice = Text(
        es: "Use varias palabras sin relación entre sí.", en: "Use several words that have nothing to do with one another.")
}
