import Base
import MailFormat
import Runtime

/// A mail as it goes over the wire (RFC 5322, RFC 2045 to 2047): ASCII alone, lines of 78 bytes but for addresses, so that no server
/// needs to understand more than the oldest do. Pure.
package struct MailContent: Sendable {
    /// Lines end with CR LF, the last one too.
    package let bytes: [UInt8]

    package init(_ message: MailMessage, from sender: MailSender) {
        var lines = [
            "Date: \(MailDate.text(message.madeAt))", "From: \(Self.from(sender))", "To: \(message.to.text)",
        ]
        if let replyTo = message.replyTo { lines.append("Reply-To: \(replyTo.text)") }
        lines += [
            EncodedWords.field("Subject", message.subject), "Message-ID: <\(message.id)@\(sender.address.domain)>", "MIME-Version: 1.0",
            "Content-Language: \(message.language.rawValue)",
            // Nobody's holiday note should come back (RFC 3834, 5).
            "Auto-Submitted: auto-generated",
        ]
        let plain = Self.part("plain", message.text)
        if let html = message.html {
            // No line of quoted-printable holds `=_`.
            let boundary = "=_\(message.id)"
            lines += ["Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"", ""]
            for part in [plain, Self.part("html", html)] { lines += ["--\(boundary)", part.head, "", part.body] }
            lines += ["--\(boundary)--", ""]
        } else {
            lines += [plain.head, "", plain.body]
        }
        bytes = Array(lines.joined(separator: "\r\n").utf8)
    }

    /// The body ends with a line end, which in one of several parts is not yet that before the next boundary.
    private static func part(_ type: String, _ text: String) -> (head: String, body: String) {
        (
            "Content-Type: text/\(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            QuotedPrintable.text(text.hasSuffix("\n") ? text : text + "\n")
        )
    }

    private static func from(_ sender: MailSender) -> String {
        guard let name = sender.name else { return sender.address.text }
        return "\(EncodedWords.phrase(name, after: 6))\r\n <\(sender.address.text)>"
    }
}

/// A moment as mail writes it (RFC 5322, 3.3): `Sun, 22 Nov 2026 05:52:29 +0000`.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// 1970 began on a Thursday.
    static func text(_ moment: Instant) -> String {
        let text = Array(moment.description.utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        let (day, _) = moment.microseconds.flooredQuotient(by: 86_400_000_000)
        let weekday = days[Int(day.flooredQuotient(by: 7).remainder)]
        let month = months[(Int(part(5..<7)) ?? 1) - 1]
        return "\(weekday), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) +0000"
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
