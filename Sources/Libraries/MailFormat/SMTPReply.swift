/// What a server answers to a command (RFC 5321, 4.2).
package struct SMTPReply: Sendable, Hashable {
    /// 200 to 559.
    package let code: Int
    /// The text of each line: printable ASCII, everything else as `?`.
    package let lines: [String]

    /// `5.1.1` (RFC 3463), where the server says one that belongs to the code: three numbers, so that it can be shown and kept.
    package var status: String? {
        guard let word = lines.first?.split(separator: " ", maxSplits: 1).first else { return nil }
        let numbers = word.split(separator: ".", omittingEmptySubsequences: false)
        let areNumbers = numbers.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        return numbers.count == 3 && areNumbers && numbers[0] == "\(code / 100)" ? String(word) : nil
    }
}

/// Why what a server says is no reply.
package enum SMTPReplyFault: Error, Sendable, Hashable, CaseIterable {
    case notACode, notASeparator, otherCode, longLine, manyLines, bareLineEnd, controlCharacter
}

/// Puts replies together, byte by byte. Strict and bounded: codes of RFC 5321, lines that end with CR LF and have 512 bytes at most,
/// 100 of them, all with one code. After a fault nothing more is to be read.
package struct SMTPReplyParser: Sendable {
    /// Of a line, its end included (RFC 5321, 4.5.3.1.5).
    package static let mostLineBytes = 512
    package static let mostLines = 100

    private var line: [UInt8] = []
    private var lines: [String] = []
    private var code: Int?
    private var isAfterReturn = false

    package init() {}

    /// Whether nothing of a reply has come.
    package var isIdle: Bool { line.isEmpty && lines.isEmpty && !isAfterReturn }

    /// The reply that this byte ends; nil while it goes on.
    package mutating func read(_ byte: UInt8) throws(SMTPReplyFault) -> SMTPReply? {
        guard !isAfterReturn else {
            guard byte == UInt8(ascii: "\n") else { throw .bareLineEnd }
            isAfterReturn = false
            return try endLine()
        }
        switch byte {
        case UInt8(ascii: "\r"): isAfterReturn = true
        case UInt8(ascii: "\n"): throw .bareLineEnd
        case 0..<0x09, 0x0A..<0x20, 0x7F: throw .controlCharacter
        default:
            guard line.count < Self.mostLineBytes - 2 else { throw .longLine }
            line.append(byte)
            try checkHead()
        }
        return nil
    }

    /// As soon as it can be told, so that a flood of something else ends with its first bytes.
    private func checkHead() throws(SMTPReplyFault) {
        guard let byte = line.last else { return }
        let isRight =
            switch line.count {
            case 1: (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(byte)
            case 2: (UInt8(ascii: "0")...UInt8(ascii: "5")).contains(byte)
            case 3: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            default: true
            }
        guard isRight else { throw .notACode }
        guard line.count != 4 || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") else { throw .notASeparator }
    }

    private mutating func endLine() throws(SMTPReplyFault) -> SMTPReply? {
        guard line.count >= 3 else { throw .notACode }
        let number = line[..<3].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard code == nil || code == number else { throw .otherCode }
        guard lines.count < Self.mostLines else { throw .manyLines }
        let isLast = line.count == 3 || line[3] == UInt8(ascii: " ")
        code = number
        lines.append(String(decoding: line.dropFirst(4).map { $0 < 0x80 ? max($0, 0x20) : UInt8(ascii: "?") }, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
        guard isLast else { return nil }
        defer { (code, lines) = (nil, []) }
        return SMTPReply(code: number, lines: lines)
    }
}
