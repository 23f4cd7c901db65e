import MailFormat
import Runtime

extension FuzzTarget {
    static let mailAddress = FuzzTarget(
        "mail-address",
        corpus: [
            "ana.ruiz+x@clinica.example.co", "a@xn--clnica-4va.example", "!#$%&'*+-/=?^_`{|}~@a-b.example", "a@b.c\r\nBcc: x@y.z", "ñ@b.c",
            "\"a b\"@example.org", "a@127.0.0.1",
        ]
    ) { input in
        guard let address = try? MailAddress(input.text) else { return }
        let written = address.text.utf8
        require(written.count <= MailAddress.mostBytes, "limit of bytes")
        require(written.allSatisfy { (0x21...0x7E).contains($0) }, "printable ASCII without spaces")
        require(!written.contains { "<>(),;:\\\"[]".utf8.contains($0) }, "nothing that ends an address")
        require(written.filter { $0 == UInt8(ascii: "@") }.count == 1, "one at")
        require((try? MailAddress(address.text)) == address, "written and read again it is the same")
    }

    static let mailSender = FuzzTarget(
        "mail-sender", corpus: ["Clínica del Valle <clinica@example.org>", "a@example.org", " x <a@b.c>", "x\r\n <a@b.c>", "<<a@b.c>"]
    ) { input in
        guard let sender = MailSender(input.text) else { return }
        require(sender.name?.utf8.contains { $0 < 0x20 || $0 == 0x7F } != true, "a name is one line")
        require(MailSender(sender.text) == sender, "written and read again it is the same")
    }

    static let smtpReply = FuzzTarget(
        "smtp-reply",
        corpus: [
            "220 mail.example ESMTP\r\n", "250-a\r\n250-SIZE 10\r\n250 HELP\r\n", "550 5.1.1 x\r\n", "250-a\r\n251 b\r\n", "250\r\n", "25",
            "421 4.3.2 bye\r\n354 go\r\n",
        ]
    ) { input in
        var parser = SMTPReplyParser()
        for byte in input {
            do {
                guard let reply = try parser.read(byte) else { continue }
                require((200...559).contains(reply.code), "a code of RFC 5321")
                require((1...SMTPReplyParser.mostLines).contains(reply.lines.count), "limit of lines")
                require(
                    reply.lines.allSatisfy {
                        $0.utf8.count <= SMTPReplyParser.mostLineBytes && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                    },
                    "printable ASCII, bounded")
                require(parser.isIdle, "nothing is left of a reply that is over")
            } catch { return }
        }
    }

    static let mailText = FuzzTarget(
        "mail-text", corpus: ["Su código es 123456.\n.\n..\n", "a=b \n\t\nFrom x", "ñ🦵🏽", String(repeating: "=", count: 200), " a  b "]
    ) { input in
        let text = input.text
        let written = QuotedPrintable.text(text)
        for line in written.split(separator: "\r\n", omittingEmptySubsequences: false) {
            require(line.utf8.count <= QuotedPrintable.mostLineBytes, "limit of a line")
            require(line.utf8.last != 0x20 && line.utf8.last != 0x09, "no white space at an end")
        }
        require(written.utf8.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0)) }, "printable ASCII")
        require(!written.contains("=_"), "no boundary")
        let data = DotStuffing.data(Array(written.utf8))
        require(data.suffix(3) == [UInt8(ascii: "."), 0x0D, 0x0A], "it ends with a dot")
        // The end of the mail is where it ends, and nowhere before.
        let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
        require(lines.firstIndex([UInt8(ascii: "."), 0x0D]) == lines.count - 2, "no end before the end")
        guard MailText.isLine(text, mostBytes: MailMessage.mostSubjectBytes) else { return }
        let field = EncodedWords.field("Subject", text)
        require(field.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A }, "printable ASCII")
        for line in field.split(separator: "\r\n", omittingEmptySubsequences: false).dropFirst() {
            require(line.hasPrefix(" =?UTF-8?B?") && line.utf8.count <= 76, "only folded words")
        }
    }
}

extension Array where Element == ArraySlice<UInt8> {
    fileprivate func firstIndex(_ line: [UInt8]) -> Int? { firstIndex { $0.elementsEqual(line) } }
}
