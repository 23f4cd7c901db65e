import Base

/// A step of sending a mail.
package enum SMTPStep: String, Sendable, Hashable, CaseIterable {
    case connect, greeting, hello, startTLS, secure, helloAgain, authenticate, sender, recipient, data, content, quit
}

/// Why a mail did not go out.
package struct SMTPFault: Error, Sendable, Hashable {
    /// What the server or the way to it did.
    package enum Reason: Sendable, Hashable {
        case unreachable, silent, cutOff, nonsense, outOfStep, untrusted, noStartTLS, noMechanism, tooLarge
        case refused(code: Int, status: String?)
    }

    package let step: SMTPStep
    package let reason: Reason

    package init(_ step: SMTPStep, _ reason: Reason) {
        self.step = step
        self.reason = reason
    }

    /// `.invalid` where this mail will never be taken: its sender, its recipient or its content was refused for good, or it is too
    /// large. All else may be otherwise the next time, a wrong password included: an operator mends that. What the server wrote beside
    /// its code is not repeated; it may name whoever the mail is for.
    package var failure: Failure {
        switch reason {
        case .unreachable: .unreachable
        case .silent: step == .content ? .mailUncertain : .silent
        case .cutOff: step == .content ? .mailUncertain : .cutOff
        case .nonsense, .outOfStep: .nonsense
        case .untrusted: .untrusted
        case .noStartTLS: .noStartTLS
        case .noMechanism: .noMechanism
        case .tooLarge: .mailTooLarge
        case .refused(let code, let status): refusal(code, status.map { "\(code) \($0)" } ?? "\(code)")
        }
    }

    private func refusal(_ code: Int, _ shown: String) -> Failure {
        // A server that wants to know who asks (RFC 4954, 6) has nothing against this mail.
        if (530...538).contains(code) { return .signInRefused(shown) }
        return switch step {
        case .sender, .recipient, .data, .content: code >= 500 ? .mailRefused(shown) : .mailDeferred(shown)
        case .authenticate: code >= 500 ? .signInRefused(shown) : .mailDeferred(shown)
        case .connect, .greeting, .hello, .startTLS, .secure, .helloAgain, .quit: .serverRefuses(shown)
        }
    }
}

extension Failure {
    fileprivate static let unreachable = Failure(
        .unavailable, "mail_unreachable",
        Text(
            es: "No se llega al servidor de correo: compruebe mail.server y la red.",
            en: "The mail server cannot be reached: check mail.server and the network."))

    fileprivate static let silent = Failure(
        .unavailable, "mail_silent",
        Text(
            es: "El servidor de correo no contestó a tiempo: se intentará de nuevo; si sigue así, compruebe mail.server.",
            en: "The mail server did not answer in time: it will be tried again; if that goes on, check mail.server."))

    fileprivate static let cutOff = Failure(
        .unavailable, "mail_cut_off",
        Text(
            es: "El servidor de correo cortó la conexión: se intentará de nuevo; si sigue así, compruebe mail.server.",
            en: "The mail server cut the connection: it will be tried again; if that goes on, check mail.server."))

    fileprivate static let nonsense = Failure(
        .unavailable, "mail_nonsense",
        Text(
            es: "Lo que contesta en mail.server no es un servidor de correo que se entienda: compruebe la dirección y el puerto.",
            en: "What answers at mail.server is no mail server that can be understood: check the address and the port."))

    fileprivate static let untrusted = Failure(
        .unavailable, "mail_untrusted",
        Text(
            es: "El certificado del servidor de correo no está avalado para ese nombre: corríjalo, o indique su autoridad en mail.ca_file.",
            en: "Nobody trusted vouches for the mail server's certificate under that name: mend it, or name its authority in mail.ca_file.")
    )

    fileprivate static let noStartTLS = Failure(
        .unavailable, "mail_no_starttls",
        Text(
            es: "El servidor de correo no ofrece STARTTLS, y sin cifrar no se envía nada: use smtps:// u otro servidor.",
            en: "The mail server does not offer STARTTLS, and nothing is sent in clear: use smtps:// or another server."))

    fileprivate static let noMechanism = Failure(
        .unavailable, "mail_no_auth",
        Text(
            es: "El servidor de correo no admite contraseñas (AUTH PLAIN o LOGIN): quite mail.user o use otro puerto.",
            en: "The mail server takes no passwords (AUTH PLAIN or LOGIN): remove mail.user or use another port."))

    fileprivate static let mailTooLarge = Failure(
        .invalid, "mail_too_large",
        Text(
            es: "El servidor de correo no admite un correo tan grande: acórtelo.",
            en: "The mail server does not take so large a mail: shorten it."))

    fileprivate static let mailUncertain = Failure(
        .outcomeUnknown, "mail_uncertain",
        Text(
            es: "La conexión se perdió antes de saber si el servidor tomó el correo: se enviará otra vez, y puede llegar doble.",
            en: "The connection was lost before the server said whether it took the mail: it is sent again, and may arrive twice."))

    fileprivate static func mailRefused(_ shown: String) -> Failure {
        Failure(
            .invalid, "mail_refused",
            Text(
                es: "El servidor rechazó el correo para siempre (\(shown)): compruebe la dirección de destino y mail.from.",
                en: "The server refused the mail for good (\(shown)): check where it goes to and mail.from."))
    }

    fileprivate static func mailDeferred(_ shown: String) -> Failure {
        Failure(
            .unavailable, "mail_deferred",
            Text(
                es: "El servidor no toma el correo por ahora (\(shown)): se intentará de nuevo.",
                en: "The server does not take the mail for now (\(shown)): it will be tried again."))
    }

    fileprivate static func signInRefused(_ shown: String) -> Failure {
        Failure(
            .unavailable, "mail_sign_in",
            Text(
                es: "El servidor de correo no acepta a mail.user con esa contraseña (\(shown)): corrija mail.user o mail.password_file.",
                en: "The mail server does not accept mail.user with that password (\(shown)): correct mail.user or mail.password_file."))
    }

    fileprivate static func serverRefuses(_ shown: String) -> Failure {
        Failure(
            .unavailable, "mail_server_refuses",
            Text(
                es: "El servidor de correo no atiende (\(shown)): se intentará de nuevo; si sigue así, pregunte a quien lo administra.",
                en: "The mail server does not serve (\(shown)): it will be tried again; if that goes on, ask whoever runs it."))
    }
}
