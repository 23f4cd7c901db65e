import Base
import Mail
import Runtime

/// Who sends mail, chosen once at boot from the address of the server.
enum MailDriver {
    /// Where no server is set, one that says so. Throws as `smtp`.
    static func mailer(_ settings: Config, log: Log) throws -> Mailer {
        try smtp(settings)?.mailer ?? .absent(log)
    }

    /// nil where no server is set. Throws `Failure(.invalid)` for settings that cannot be or do not fit each other, and what reading the
    /// password's file throws.
    static func smtp(_ settings: Config) throws -> SMTPMailer? {
        guard let server = settings[MailSettings.server] else { return nil }
        guard let from = settings[MailSettings.from] else { throw Failure.senderMissing }
        return SMTPMailer(
            try SMTPConfiguration(
                SMTPServer(server), from: from, credentials: try credentials(settings),
                authorityFile: settings[MailSettings.authorityFile]))
    }

    private static func credentials(_ settings: Config) throws -> SMTPConfiguration.Credentials? {
        switch (settings[MailSettings.user], settings[MailSettings.passwordFile]) {
        case (nil, nil): nil
        case (let user?, let file?): try SMTPConfiguration.Credentials(user: user, password: try Secret(file: file))
        default: throw Failure.halfCredentials
        }
    }
}

extension Failure {
    fileprivate static let senderMissing = Failure(
        .invalid, "mail_from_missing",
        Text(
            es: "Falta mail.from: diga de quién viene el correo, como Clínica <clinica@ejemplo.org>.",
            en: "mail.from is missing: say whom mail comes from, as Clinic <clinic@example.org>."))

    fileprivate static let halfCredentials = Failure(
        .invalid, "mail_user_incomplete",
        Text(
            es: "mail.user y mail.password_file van juntos: defina los dos, o ninguno.",
            en: "mail.user and mail.password_file go together: set both, or neither."))
}
