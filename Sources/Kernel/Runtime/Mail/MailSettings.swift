import Base

/// What an operator may set about mail. The password stands in a private file, never in a setting.
package enum MailSettings {
    package static let server = ConfigKey<String?>(
        "mail.server", .optional(.mailServer), default: nil,
        Text(
            es: "El servidor que envía el correo; si falta, no se envía ninguno.",
            en: "The server that sends mail; where missing, none is sent."))

    package static let from = ConfigKey<MailSender?>(
        "mail.from", .optional(.mailSender), default: nil,
        Text(es: "De quién viene el correo que se envía.", en: "Whom mail comes from."))

    package static let user = ConfigKey<String?>(
        "mail.user", .optional(.text(mostBytes: 320)), default: nil,
        Text(es: "Como quién se entra en el servidor de correo.", en: "As whom to sign in at the mail server."))

    package static let passwordFile = ConfigKey<String?>(
        "mail.password_file", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Archivo, solo de su dueño, con la contraseña de mail.user.", en: "File, its owner's alone, with the password of mail.user."
        ))

    package static let authorityFile = ConfigKey<String?>(
        "mail.ca_file", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Archivo PEM con la autoridad que avala el certificado del servidor de correo; si falta, las del sistema.",
            en: "PEM file with the authority that vouches for the mail server's certificate; where missing, the system's."))

    package static let declared = [
        server.declaration, from.declaration, user.declaration, passwordFile.declaration, authorityFile.declaration,
    ]
}

extension ConfigForm where Value == String {
    /// What stands behind the scheme its driver checks; never a user or a password, because this setting is shown.
    fileprivate static var mailServer: Self {
        Self(
            takes: Text(
                es: "smtps://servidor:465 o smtp://servidor:587?tls=starttls, sin usuario ni contraseña",
                en: "smtps://host:465 or smtp://host:587?tls=starttls, without user or password"),
            read: { text in
                let isAddress = ["smtp://", "smtps://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
                let isPlain = text.utf8.count <= 1_024 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "@") }
                return isAddress && isPlain ? text : nil
            }, write: { $0 })
    }
}
