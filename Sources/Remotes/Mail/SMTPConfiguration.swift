import Base
import NIOSSL
import Runtime

/// How long each step of a conversation may take. RFC 5321, 4.5.3.2 names minutes for relays; whoever submits may expect more.
package struct SMTPDeadlines: Sendable {
    /// Name and TCP.
    package var connecting: Duration = .seconds(15)
    /// The greeting, and each answer to a command, the handshake of TLS included.
    package var answering: Duration = .seconds(30)
    /// From the first byte of the mail to the server's word that it has it.
    package var content: Duration = .seconds(120)

    package init(_ change: (inout SMTPDeadlines) -> Void = { _ in }) { change(&self) }
}

/// Everything that a conversation with a mail server needs to know.
package struct SMTPConfiguration: Sendable {
    /// As whom to sign in (RFC 4954).
    package struct Credentials: Sendable {
        let user: String
        let password: Secret

        /// Throws `Failure(.invalid)` for a name that is empty or holds control characters.
        package init(user: String, password: Secret) throws(Failure) {
            guard MailText.isLine(user, mostBytes: 320), (1...1_024).contains(password.byteCount) else { throw .mailUser }
            self.user = user
            self.password = password
        }
    }

    let server: SMTPServer
    let from: MailSender
    let credentials: Credentials?
    let context: NIOSSLContext?
    package var deadlines = SMTPDeadlines()

    /// Reads the authority's file; nil: the system's authorities. Throws `Failure(.invalid)`: `mail_ca_file` for a file that is none,
    /// `mail_password_in_clear` for a password without TLS, even to this machine.
    package init(_ server: SMTPServer, from: MailSender, credentials: Credentials? = nil, authorityFile: String? = nil) throws(Failure) {
        guard credentials == nil || server.security != .none else { throw .mailPasswordInClear }
        self.server = server
        self.from = from
        self.credentials = credentials
        context = server.security == .none ? nil : try Self.context(authorityFile)
    }

    private static func context(_ authorityFile: String?) throws(Failure) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        do {
            if let authorityFile { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile)) }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .mailAuthorityFile(authorityFile ?? "")
        }
    }
}

extension Failure {
    fileprivate static let mailUser = Failure(
        .invalid, "mail_user",
        Text(
            es: "mail.user o su contraseña están vacíos, son demasiado largos o llevan caracteres de control: corríjalos.",
            en: "mail.user or its password is empty, too long or holds control characters: correct it."))

    fileprivate static let mailPasswordInClear = Failure(
        .invalid, "mail_password_in_clear",
        Text(
            es: "La contraseña del correo no se envía sin cifrar: quite mail.user o use smtps:// o tls=starttls.",
            en: "The mail server's password is not sent without encryption: remove mail.user, or use smtps:// or tls=starttls."))

    fileprivate static func mailAuthorityFile(_ path: String) -> Failure {
        Failure(
            .invalid, "mail_ca_file",
            Text(
                es: "mail.ca_file (\(path)) no es un archivo PEM con certificados que se pueda leer: corríjalo.",
                en: "mail.ca_file (\(path)) is no PEM file of certificates that can be read: correct it."))
    }
}
