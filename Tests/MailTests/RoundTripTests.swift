import Base
import Foundation
import Mail
import Markup
import Runtime
import TestKit
import Testing

/// Mails through a real server, read by Python's `email` as a mail program would read them.
@Suite("Mail through a real server", .timeLimit(.minutes(3)))
struct RoundTripTests {
    @Test("what arrives is what was written, in a form that every server takes")
    func whole() async throws {
        try await PostOffice.with(.starttls) { office in
            let text = "Señora Ana:\n\n.su código\n..\n.\n\nFrom here on\t\n" + String(repeating: "línea muy larga ", count: 200) + "\n"
            let page: HTML = "<p>Señora <b>\("Ana & <Eva>")</b> 🦵\n.\n</p>"
            let message = try Post.message(
                subject: "¿Cómo está la rodilla, señor Muñoz? 🦵🏽 =?UTF-8?B?eA==?=", text: text, html: page, replyTo: "coach+7@example.org")
            try await office.mailer().deliver(message)
            let mail = try #require(try office.mails.first)
            #expect(mail.subject == message.subject)
            #expect(mail.text?.replacing("\r\n", with: "\n") == text)
            #expect(mail.html?.replacing("\r\n", with: "\n") == page.markup + "\n")
            #expect(mail.envelopeFrom == "clinica@example.org" && mail.envelopeTo == ["ana@example.org"])
            #expect(mail.from == "clinica@example.org" && mail.fromName == "Clínica «El Niño»")
            #expect(mail.to == ["ana@example.org"] && mail.replyTo == ["coach+7@example.org"])
            #expect(mail.messageID == "<\(message.id)@example.org>" && mail.auto == "auto-generated" && mail.language == "es")
            #expect(Instant(mail.date) == Instant(milliseconds: message.madeAt.microseconds / 1_000_000 * 1_000) && mail.weekday)
            #expect(mail.types == ["multipart/alternative", "text/plain", "text/html"])
            #expect(mail.encrypted && mail.ascii && !mail.bare && mail.longest <= 78 && mail.defects.isEmpty, "\(mail.defects)")
            #expect(!String(decoding: mail.raw, as: UTF8.self).contains("X-Peer"))
        }
    }

    @Test("any text survives, as subject and as body, each seed anew", arguments: [UInt64(1), 2, 3])
    func anyText(_ seed: UInt64) async throws {
        try await PostOffice.with(.plain) { office in
            var dice = Dice(seed)
            var written: [MailMessage] = []
            let mailer = try office.mailer()
            for number in 0..<60 {
                let subject = dice.text(most: 60, isLine: true)
                let message = try Post.message(
                    subject: subject.isEmpty ? "." : subject, text: dice.text(most: number * 8, isLine: false),
                    html: number.isMultiple(of: 3) ? HTML(text: dice.text(most: 200, isLine: false)) : nil)
                try await mailer.deliver(message)
                written.append(message)
            }
            let mails = try office.mails
            #expect(mails.count == written.count)
            for (mail, message) in zip(mails, written) {
                #expect(Self.isSame(mail.subject, message.subject), "seed \(seed), \(message.subject.debugDescription)")
                #expect(Self.isSame(mail.text?.replacing("\r\n", with: "\n"), Self.ended(message.text)), "seed \(seed)")
                #expect(Self.isSame(mail.html?.replacing("\r\n", with: "\n"), message.html.map(Self.ended)), "seed \(seed)")
                #expect(mail.ascii && !mail.bare && mail.longest <= 78 && mail.defects.isEmpty, "seed \(seed), \(mail.defects)")
            }
        }
    }

    @Test("no field can be made to hold another one")
    func injection() async throws {
        let evil = "x\r\nBcc: eva@example.org\r\n\r\nhola"
        for breaking in [
            "\r\nBcc: eva@example.org", "\nBcc: x", "\rBcc: x", "\u{2028}Bcc: x", "\u{85}Bcc: x", "\0", "\u{0B}x", "\u{1B}[31m",
        ] {
            #expect { try Post.message(subject: "Hola\(breaking)") } throws: { ($0 as? Failure)?.code == "mail_message" }
            #expect(throws: MailAddressFault.self) { try Post.message(to: "ana@example.org\(breaking)") }
            #expect(throws: MailAddressFault.self) { try Post.message(replyTo: "ana@example.org\(breaking)") }
            #expect(MailSender("Clinic\(breaking) <a@example.org>") == nil)
        }
        for control in ["\0", "\u{08}", "\u{7F}", "\u{1B}"] {
            #expect { try Post.message(text: "a\(control)b") } throws: { ($0 as? Failure)?.code == "mail_message" }
        }
        try await PostOffice.with(.plain) { office in
            // In a body it is text, whatever it looks like.
            let text = "\(evil)\r\n.\r\nMAIL FROM:<eva@example.org>\r\n"
            try await office.mailer().deliver(try Post.message(text: text, html: HTML(text: text)))
            let mails = try office.mails
            let mail = try #require(mails.first)
            #expect(mails.count == 1 && mail.text == text)
            #expect(
                mail.fields == [
                    "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Language", "Auto-Submitted", "Content-Type",
                ])
        }
    }

    @Test(
        "names of senders arrive, however they are written",
        arguments: ["Clinic", "Dr. Ana, \"M.D.\" <x@y>", String(repeating: "ñ🦵", count: 16)])
    func senders(_ name: String) async throws {
        guard let sender = MailSender("\(name.replacing("<x@y>", with: "")) <clinic@example.org>") else { throw Failure.mailNotConfigured }
        try await PostOffice.with(.plain) { office in
            try await Post.mailer(try office.address, from: sender.text).deliver(try Post.message())
            #expect(try office.mails.first?.fromName == sender.name)
        }
    }

    @Test(
        "a password opens the way by PLAIN and by LOGIN, under TLS of either kind", arguments: [PostOffice.Mode.starttls, .tls],
        ["PLAIN", "LOGIN"])
    func signingIn(_ mode: PostOffice.Mode, _ mechanism: String) async throws {
        try await PostOffice.with(mode, signingIn: mechanism) { office in
            #expect(await Post.outcome(try office.mailer(user: PostOffice.user), try Post.message()) == "sent")
            let mail = try #require(try office.mails.first, "\(office.log)")
            #expect(mail.user == PostOffice.user && mail.encrypted)
            #expect(await Post.outcome(try office.mailer(user: PostOffice.user, password: "wrong"), try Post.message()) == "mail_sign_in")
            #expect(await Post.outcome(try office.mailer(), try Post.message()) == "mail_sign_in")
            #expect(try office.mails.count == 1)
        }
    }

    @Test("a server for which nobody vouches, or under another name, gets nothing", arguments: [PostOffice.Mode.starttls, .tls])
    func distrust(_ mode: PostOffice.Mode) async throws {
        try await PostOffice.with(mode) { office in
            let address = try office.address
            #expect(await Post.outcome(try Post.mailer(address), try Post.message()) == "mail_untrusted")
            let elsewhere = address.replacing("localhost", with: "127.0.0.1")
            #expect(
                await Post.outcome(try Post.mailer(elsewhere, authorityFile: office.authorityFile), try Post.message()) == "mail_untrusted")
            #expect(try office.mails.isEmpty)
        }
    }

    @Test("a mail larger than the server says is not sent at all")
    func tooLarge() async throws {
        try await PostOffice.with(.plain) { office in
            let message = try Post.message(text: String(repeating: "ñ", count: MailMessage.mostBodyBytes / 2))
            #expect(await Post.outcome(try office.mailer(), message) == "mail_too_large")
        }
    }

    private static func ended(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

    /// A `String` takes other spellings of the same letter for equal; a mail must not change them.
    private static func isSame(_ one: String?, _ other: String?) -> Bool { one.map { Array($0.utf8) } == other.map { Array($0.utf8) } }
}
