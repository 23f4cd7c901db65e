import Base
import Foundation
import Markup

/// Why a mail is sent. Decides how soon, and is all that logs and figures tell of it.
package enum MailCategory: String, Sendable, Hashable, CaseIterable, Codable {
    /// That an address is somebody's own.
    case verification
    /// A new password.
    case reset
    /// A code to sign in with.
    case code
    case invitation
    /// Something happened that they should know of.
    case notice
    /// An operator tries whether mail goes out.
    case test

    /// Somebody sits and waits for the first ones.
    package var priority: JobPriority {
        switch self {
        case .verification, .reset, .code, .test: .urgent
        case .invitation, .notice: .normal
        }
    }
}

/// A mail as it is meant: to one address, in one language. What it becomes on the wire is its mailer's.
///
/// Its subject is one line by construction, so no header can be put into it. Nothing of it is shown by accident: its description is
/// its id.
package struct MailMessage: Sendable, Hashable {
    /// Its Message-ID: the same however often it is tried, so that a server which got it twice can tell.
    package let id: ID<MailMessage>
    package let to: MailAddress
    package let language: Language
    /// 1 to 400 bytes without control characters or line breaks.
    package let subject: String
    /// Lines end with a line feed; any other control character but the tab is refused.
    package let text: String
    /// The same as a page, for programs that show it.
    package let html: String?
    package let category: MailCategory
    package let replyTo: MailAddress?
    package let madeAt: Instant
    /// After it the mail would be of no use, and is not sent any more: a code that has expired.
    package let expiresAt: Instant?

    package static let mostSubjectBytes = 400
    /// Of the text, and of the page.
    package static let mostBodyBytes = 256 << 10

    /// `life`: how long it is worth sending. Throws `Failure(.fault, "mail_message")` for a subject or body beyond their bounds: whoever
    /// writes mails cuts what people typed before.
    package init(
        to: MailAddress, in language: Language, subject: Text, text: Text, html: HTML? = nil, _ category: MailCategory,
        replyTo: MailAddress? = nil, life: Duration? = nil, _ world: World
    ) throws(Failure) {
        let (subject, body) = (subject(language), MailText.lines(text(language)))
        guard MailText.isLine(subject, mostBytes: Self.mostSubjectBytes), MailText.isBody(body, mostBytes: Self.mostBodyBytes),
            html.map({ MailText.isBody($0.markup, mostBytes: Self.mostBodyBytes) }) ?? true
        else { throw .mailMessage }
        id = world.id()
        madeAt = world.now()
        expiresAt = life.map { [madeAt] in madeAt + $0 }
        self.to = to
        self.language = language
        self.subject = subject
        self.text = body
        self.html = html?.markup
        self.category = category
        self.replyTo = replyTo
    }
}

extension MailMessage: CustomStringConvertible, CustomReflectable {
    package var description: String { "mail \(id)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// As it is sealed while it waits.
extension MailMessage {
    private struct Kept: Codable {
        let id: ID<MailMessage>
        let to: MailAddress
        let language: String
        let subject: String
        let text: String
        let html: String?
        let category: MailCategory
        let replyTo: MailAddress?
        let madeAt: Instant
        let expiresAt: Instant?
    }

    /// JSON, for sealing alone.
    var bytes: [UInt8] {
        get throws {
            [UInt8](
                try JSONEncoder().encode(
                    Kept(
                        id: id, to: to, language: language.rawValue, subject: subject, text: text, html: html, category: category,
                        replyTo: replyTo, madeAt: madeAt, expiresAt: expiresAt)))
        }
    }

    /// Throws `Failure(.invalid)` for what no program of this shape wrote.
    init(bytes: [UInt8]) throws {
        guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(bytes)), let language = Language(rawValue: kept.language),
            MailText.isLine(kept.subject, mostBytes: Self.mostSubjectBytes)
        else { throw Failure.mailUnreadable }
        id = kept.id
        to = kept.to
        self.language = language
        subject = kept.subject
        text = kept.text
        html = kept.html
        category = kept.category
        replyTo = kept.replyTo
        madeAt = kept.madeAt
        expiresAt = kept.expiresAt
    }
}

/// What may stand in a mail.
package enum MailText {
    /// One line of 1 to `mostBytes`: no control characters, no separators of lines or paragraphs.
    package static func isLine(_ text: String, mostBytes: Int) -> Bool {
        (1...mostBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }

    static func isBody(_ text: String, mostBytes: Int) -> Bool {
        text.utf8.count <= mostBytes
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") }
    }

    /// Every line end as a line feed.
    static func lines(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isAfterReturn = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n"), isAfterReturn {
                isAfterReturn = false
                continue
            }
            isAfterReturn = byte == UInt8(ascii: "\r")
            bytes.append(isAfterReturn ? UInt8(ascii: "\n") : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Failure {
    fileprivate static let mailMessage = Failure(
        .fault, "mail_message",
        Text(
            es: "El asunto o el cuerpo de un correo pasa de su límite o lleva caracteres de control: avise a quien mantiene el programa.",
            en: "A mail's subject or body is beyond its bounds or holds control characters: tell whoever maintains the program."))

    fileprivate static let mailUnreadable = Failure(
        .invalid, "mail_unreadable",
        Text(
            es: "Este programa no entiende un correo que esperaba salir: lo escribió otra versión; use esa, o cancele el trabajo.",
            en: "This program does not understand a mail that waited to be sent: another version wrote it; use that one, or cancel the job."
        ))
}
