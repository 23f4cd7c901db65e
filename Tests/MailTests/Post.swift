import Base
import Mail
import Markup
import Runtime
import TestKit

/// Mails and mailers of these tests.
enum Post {
    static let from = "Clínica «El Niño» <clinica@example.org>"

    static func message(
        to: String = "ana@example.org", subject: String = "Su código", text: String = "Su código es 123456.\n", html: HTML? = nil,
        replyTo: String? = nil, _ category: MailCategory = .code, life: Duration? = nil, world: World = .live
    ) throws -> MailMessage {
        try MailMessage(
            to: MailAddress(to), in: .spanish, subject: Text(verbatim: subject), text: Text(verbatim: text), html: html, category,
            replyTo: try replyTo.map { try MailAddress($0) }, life: life, world)
    }

    /// A mailer that speaks to a server. Wrong sender texts end the test.
    static func mailer(
        _ address: String, from: String = from, authorityFile: String? = nil, user: String? = nil, password: String = PostOffice.password,
        deadlines: SMTPDeadlines = SMTPDeadlines()
    ) throws -> SMTPMailer {
        guard let sender = MailSender(from) else { throw Failure.mailNotConfigured }
        let credentials = try user.map { try SMTPConfiguration.Credentials(user: $0, password: Secret(password)) }
        var configuration = try SMTPConfiguration(
            SMTPServer(address), from: sender, credentials: credentials, authorityFile: authorityFile)
        configuration.deadlines = deadlines
        return SMTPMailer(configuration)
    }

    /// What sending came to: a code, or `sent`.
    static func outcome(_ mailer: SMTPMailer, _ message: MailMessage) async -> String {
        do {
            try await mailer.mailer.send(message)
            return "sent"
        } catch { return (error as? Failure)?.code ?? "\(error)" }
    }
}

extension PostOffice {
    /// One that trusts this server's certificate.
    func mailer(user: String? = nil, password: String = PostOffice.password) throws -> SMTPMailer {
        try Post.mailer(try address, authorityFile: authorityFile, user: user, password: password)
    }
}

/// Chance that can be told again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// Of all kinds of characters, with those that mean something to mail often.
    mutating func text(most: Int, isLine: Bool) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...most, using: &self) {
            let scalar: Unicode.Scalar? =
                switch Int.random(in: 0..<10, using: &self) {
                case 0...3: Unicode.Scalar(UInt8.random(in: 0x20...0x7E, using: &self))
                case 4: " "
                case 5: isLine ? "=" : "\n"
                case 6: [".", "=", "?", "_", "\t", "<", "\"", ","].randomElement(using: &self)
                case 7: Unicode.Scalar(UInt32.random(in: 0xA0...0x24F, using: &self))
                case 8: Unicode.Scalar(UInt32.random(in: 0x1F300...0x1FAFF, using: &self))
                default: Unicode.Scalar(UInt32.random(in: 0xA0...0x10FFFF, using: &self))
                }
            guard let scalar, !isLine || MailText.isLine(String(scalar), mostBytes: 4) else { continue }
            text.append(scalar)
        }
        return String(text)
    }
}
