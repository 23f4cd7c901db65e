import Base

/// A kit as text to be read by people: five lines of four groups of four characters and two to check them. The alphabet is Crockford's
/// base32, in which no two characters look alike; small letters, O for 0 and I or L for 1 are understood.
package enum KitText {
    package static let lineCount = 5
    private static let bytesOfLine = 10
    private static let charactersOfLine = 16
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    /// The largest prime of two characters: weights that differ modulo it notice each wrong character and each exchange of two.
    private static let prime = 1_021
    private static let marker = "ZANCADA-KIT-1-"

    /// What is wrong with a kit's text. It repeats nothing of it.
    package enum Fault: Error, Sendable, Hashable {
        /// No five lines of a kit, nor the text of its QR code.
        case notAKit
        /// The line, from 1, has too few or too many characters, or one that none can be.
        case unreadable(line: Int)
        /// A character of the line is wrong, or two were exchanged, or it is another line.
        case wrong(line: Int)
        /// There are not just as many lines.
        case missing(line: Int)
        /// Each line is right by itself, and together they are no kit: lines of two kits.
        case mixed
    }

    /// The lines as they are printed: `ABCD-EFGH-JKMN-PQRS-TV`.
    package static func lines(_ kit: RecoveryKit) -> [String] {
        let payload = kit.payload
        return (0..<lineCount).map { line in
            let values = values(Array(payload[line * bytesOfLine..<(line + 1) * bytesOfLine]))
            let characters = (values + check(values, line)).map { alphabet[$0] }
            return stride(from: 0, to: characters.count, by: 4).map { start in
                String(decoding: characters[start..<min(start + 4, characters.count)], as: UTF8.self)
            }.joined(separator: "-")
        }
    }

    /// The text of the QR code.
    package static func code(_ kit: RecoveryKit) -> String { marker + lines(kit).joined(separator: "-") }

    /// Whether these are the characters of a line, as a person types them: white space, hyphens and small letters as they like.
    package static func matches(_ typed: String, _ line: String) -> Bool {
        guard let typed = values(of: typed), let line = values(of: line), typed.count == line.count else { return false }
        return Secret(typed.map { UInt8($0) }) == line.map { UInt8($0) }
    }

    /// Finds the kit in a text: a file as it was printed, lines typed by hand (`1 ABCD-…`, the number may be missing where all five are
    /// there in order), or what a QR reader gave.
    package static func read(_ text: String) throws(Fault) -> RecoveryKit {
        guard text.utf8.count <= 65_536 else { throw .notAKit }
        var found = [[Int]?](repeating: nil, count: lineCount)
        for (place, line) in try candidates(text) {
            guard let values = values(of: line), values.count == charactersOfLine + 2 else { throw .unreadable(line: place + 1) }
            let body = Array(values.prefix(charactersOfLine))
            guard check(body, place) == Array(values.suffix(2)) else { throw .wrong(line: place + 1) }
            if let other = found[place], other != body { throw .mixed }
            found[place] = body
        }
        var payload: [UInt8] = []
        for (place, values) in found.enumerated() {
            guard let values else { throw .missing(line: place + 1) }
            payload += bytes(values)
        }
        guard let kit = RecoveryKit(payload: payload) else { throw .mixed }
        return kit
    }

    /// The lines that can be a kit's, and at which place each stands.
    private static func candidates(_ text: String) throws(Fault) -> [(Int, String)] {
        var lines: [(Int, String)] = []
        var unnumbered: [String] = []
        for raw in text.split(whereSeparator: \.isNewline) {
            let words = raw.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            guard let first = words.first else { continue }
            if first.uppercased().hasPrefix(marker) {
                let characters = first.uppercased().dropFirst(marker.utf8.count).filter { $0 != "-" }
                guard characters.utf8.count == lineCount * (charactersOfLine + 2) else { throw .notAKit }
                let utf8 = Array(characters.utf8)
                return (0..<lineCount).map { place in
                    let part = utf8[place * (charactersOfLine + 2)..<(place + 1) * (charactersOfLine + 2)]
                    return (place, String(decoding: part, as: UTF8.self))
                }
            }
            if words.count >= 2, let number = Int(first), (1...lineCount).contains(number), looksLikeGroups(words.dropFirst()) {
                lines.append((number - 1, words.dropFirst().joined()))
            } else if looksLikeGroups(words[...]) {
                unnumbered.append(words.joined())
            }
        }
        if lines.isEmpty, unnumbered.count == lineCount { return Array(unnumbered.enumerated()).map { ($0.offset, $0.element) } }
        guard !lines.isEmpty else { throw .notAKit }
        return lines
    }

    /// Hyphened groups, some 18 characters in all: a line that was typed wrongly still is one.
    private static func looksLikeGroups(_ words: ArraySlice<String>) -> Bool {
        let text = words.joined(separator: "-").utf8
        let count = text.count { $0 != UInt8(ascii: "-") }
        return text.contains(UInt8(ascii: "-")) && (charactersOfLine - 2...charactersOfLine + 8).contains(count)
            && text.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            && words.allSatisfy { $0.split(separator: "-").allSatisfy { $0.utf8.count <= 8 } }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    /// Two characters of a weighted sum; the line's number is weighted too, so that lines cannot be exchanged.
    private static func check(_ values: [Int], _ line: Int) -> [Int] {
        let sum = values.enumerated().reduce((line + 1) * 37) { $0 + ($1.offset + 1) * 61 * ($1.element + 1) } % prime
        return [sum >> 5, sum & 31]
    }

    private static func values(of text: String) -> [Int]? {
        var values: [Int] = []
        for byte in text.uppercased().utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            switch byte {
            case UInt8(ascii: "O"): values.append(0)
            case UInt8(ascii: "I"), UInt8(ascii: "L"): values.append(1)
            default:
                guard let value = alphabet.firstIndex(of: byte) else { return nil }
                values.append(value)
            }
        }
        return values
    }

    /// 5 bits each; ten bytes are sixteen.
    private static func values(_ bytes: [UInt8]) -> [Int] {
        var (bits, count) = (0, 0)
        var values: [Int] = []
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                count -= 5
                values.append(bits >> count & 31)
            }
            bits &= (1 << count) - 1
        }
        return values
    }

    private static func bytes(_ values: [Int]) -> [UInt8] {
        var (bits, count) = (0, 0)
        var bytes: [UInt8] = []
        for value in values {
            bits = bits << 5 | value
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 0xff))
            }
            bits &= (1 << count) - 1
        }
        return bytes
    }
}
