import MailFormat
import Testing

@Suite("Replies of a mail server")
struct ReplyTests {
    private func read(_ text: String) throws(SMTPReplyFault) -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        for byte in text.utf8 { if let reply = try parser.read(byte) { replies.append(reply) } }
        return replies
    }

    @Test("one line, several lines, a code alone, one after the other")
    func replies() throws {
        let replies = try read("220 mail.example ESMTP\r\n250-mail.example\r\n250-SIZE 10\r\n250 HELP\r\n250\r\n250 \r\n")
        #expect(replies.map(\.code) == [220, 250, 250, 250])
        #expect(replies.map(\.lines) == [["mail.example ESMTP"], ["mail.example", "SIZE 10", "HELP"], [""], [""]])
    }

    @Test("text beyond ASCII and tabs become harmless")
    func text() throws {
        #expect(try read("550 no existe el buzón\tx\r\n").first?.lines == ["no existe el buz??n x"])
    }

    @Test(
        "the finer status is read where it is one and belongs to the code",
        arguments: [
            ("550 5.1.1 no such user", "5.1.1"), ("550 5.7.26 x", "5.7.26"), ("250 2.0.0", "2.0.0"), ("550 4.1.1 x", nil),
            ("550 5.1 x", nil),
            ("550 5.1.1.1 x", nil), ("550 5.1.1a x", nil), ("550 5.1.1000 x", nil), ("550", nil), ("550 ana@example.org", nil),
        ])
    func status(_ line: String, _ status: String?) throws {
        #expect(try read(line + "\r\n").first?.status == status)
    }

    @Test(
        "what is no reply is a fault at its first wrong byte",
        arguments: [
            ("HTTP/1.1 400", .notACode), ("199 x", .notACode), ("650 x", .notACode), ("260 x", .notACode), ("25x", .notACode),
            ("25\r\n", .notACode), ("\r\n", .notACode), ("250x", .notASeparator), ("2500 x", .notASeparator), ("250\tx", .notASeparator),
            ("250-a\r\n251 b\r\n", .otherCode), ("250 a\n", .bareLineEnd), ("250 a\rb", .bareLineEnd), ("250 a\0", .controlCharacter),
            ("250 \u{1B}[2J", .controlCharacter), ("250 \u{7F}", .controlCharacter), ("\u{16}\u{03}\u{01}", .controlCharacter),
            (" 250 x", .notACode), ("250-" + String(repeating: "x", count: 507), .longLine),
        ] as [(String, SMTPReplyFault)])
    func faults(_ text: String, _ fault: SMTPReplyFault) {
        #expect(throws: fault) { try read(text) }
    }

    @Test("a line and a reply may be as long as they may be")
    func bounds() throws {
        #expect(try read("250 " + String(repeating: "x", count: 506) + "\r\n").count == 1)
        let lines = String(repeating: "250-x\r\n", count: 99)
        #expect(try read(lines + "250 x\r\n").first?.lines.count == 100)
        #expect(throws: SMTPReplyFault.manyLines) { try read(lines + "250-x\r\n250 x\r\n") }
    }

    @Test("it is idle only before the first byte of a reply and after its last")
    func idle() throws {
        var parser = SMTPReplyParser()
        var idle = [parser.isIdle]
        for byte in "250-a\r\n250 b\r\n".utf8 {
            _ = try parser.read(byte)
            idle.append(parser.isIdle)
        }
        #expect(idle.first == true && idle.last == true && !idle.dropFirst().dropLast().contains(true))
    }
}
