import Base

/// Text in printable ASCII, readable where it is (RFC 2045, 6.7).
package enum QuotedPrintable {
    /// Of a line, without its end.
    package static let mostLineBytes = 76

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Line feeds become CR LF; no line is longer than `mostLineBytes`, and none ends with a space or tab.
    package static func text(_ text: String) -> String {
        var written: [UInt8] = []
        written.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            if number > 0 { written += [UInt8(ascii: "\r"), UInt8(ascii: "\n")] }
            append(Array(line), to: &written)
        }
        return String(decoding: written, as: UTF8.self)
    }

    private static func append(_ line: [UInt8], to written: inout [UInt8]) {
        var column = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || (byte == 0x20 || byte == 0x09) && !isLast
            let width = isPlain ? 1 : 3
            // Room for the sign that the line goes on, unless it ends here.
            if column + width > mostLineBytes - (isLast ? 0 : 1) {
                written += Array("=\r\n".utf8)
                column = 0
            }
            if isPlain { written.append(byte) } else { written += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
            column += width
        }
    }
}

/// Text in header fields (RFC 2047).
package enum EncodedWords {
    /// A field on lines of at most 76 bytes. `text` holds no line breaks or control characters.
    package static func field(_ name: String, _ text: String) -> String {
        "\(name): \(phrase(text, after: name.utf8.count + 2, unquoted: true))"
    }

    /// A text on lines of at most 76 bytes, of which the first has `column` already. As it is where that is safe: for a phrase (a
    /// name before an address) only letters, digits and spaces, else (`unquoted`) any ASCII that is not taken for an encoded word.
    package static func phrase(_ text: String, after column: Int, unquoted: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            let isWord = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            return isWord || byte == 0x20 || unquoted && (0x21...0x7E).contains(byte)
        }
        let isLoose = text.hasPrefix(" ") || text.hasSuffix(" ") || text.contains("  ") || text.contains("=?")
        return isPlain && !isLoose && column + text.utf8.count <= 76 ? text : encoded(text, after: column)
    }

    /// Words of whole characters, 75 bytes each at most, one a line. White space between them is none of the text.
    private static func encoded(_ text: String, after column: Int) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        // Twelve around, four for three.
        var room = (76 - column - 12) / 4 * 3
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > room {
                words.append("=?UTF-8?B?\(Base64.string(bytes))?=")
                bytes = []
                room = 45
            }
            bytes += next
        }
        words.append("=?UTF-8?B?\(Base64.string(bytes))?=")
        return words.joined(separator: "\r\n ")
    }
}

/// What keeps a line of a mail from ending it (RFC 5321, 4.5.2).
package enum DotStuffing {
    /// A mail whose lines end with CR LF, as `DATA` takes it: a dot more before each line that begins with one, and the end.
    package static func data(_ content: [UInt8]) -> [UInt8] {
        var data: [UInt8] = []
        data.reserveCapacity(content.count + 64)
        var isAtStart = true
        for byte in content {
            if isAtStart, byte == UInt8(ascii: ".") { data.append(byte) }
            data.append(byte)
            isAtStart = byte == UInt8(ascii: "\n")
        }
        if !isAtStart { data += Array("\r\n".utf8) }
        return data + Array(".\r\n".utf8)
    }
}
