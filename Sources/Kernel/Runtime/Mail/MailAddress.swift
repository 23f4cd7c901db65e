import Base

/// Where mail goes: an address of RFC 5321 (4.1.2) whose local part is a dot-string and whose domain is a name.
///
/// Strict, so that nothing which a mail server or a header could take for more than an address can be one: ASCII alone, no quoted
/// local parts, no comments, no address literals, no spaces or line breaks. Whoever has an address beyond ASCII (SMTPUTF8, RFC 6531)
/// is told so; a domain beyond ASCII is written in its A-labels (`xn--…`).
///
/// Not shown by accident: only `text` gives it away.
package struct MailAddress: Sendable, Hashable {
    /// Before the `@`, as it was written: only its own server knows whether case matters.
    package let local: String
    /// After it, in lower case.
    package let domain: String

    package static let mostBytes = 254

    package var text: String { "\(local)@\(domain)" }

    /// Throws what is wrong with it. Cost: some 200 ns.
    package init(_ text: String) throws(MailAddressFault) {
        let bytes = Array(text.utf8.prefix(Self.mostBytes + 1))
        guard bytes.count <= Self.mostBytes else { throw .tooLong }
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard bytes.allSatisfy({ $0 < 0x80 }) else { throw .beyondASCII }
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { throw .noDomain }
        guard Self.isLocal(bytes[..<at]) else { throw .badLocal }
        guard Self.isDomain(bytes[(at + 1)...]) else { throw .badDomain }
        local = String(decoding: bytes[..<at], as: UTF8.self)
        domain = String(decoding: bytes[(at + 1)...], as: UTF8.self).lowercased()
    }

    /// Atoms joined by single dots, 64 bytes at most.
    private static func isLocal(_ bytes: ArraySlice<UInt8>) -> Bool {
        (1...64).contains(bytes.count)
            && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy { Self.isAtomText($0) }
            }
    }

    /// Two labels or more (RFC 1123, 2.1; RFC 5890, 2.3.1), the last of them not a number, since that would be an address of a machine.
    private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, bytes.count <= 253, let last = labels.last else { return false }
        return labels.allSatisfy(Self.isLabel) && !last.allSatisfy { Self.isDigit($0) }
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen,
            label.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || $0 == hyphen })
        else { return false }
        // Two hyphens there are kept for encodings, of which A-labels are the only one.
        let isTagged = label.dropFirst(2).starts(with: [hyphen, hyphen])
        return !isTagged
            || (label.prefix(2).allSatisfy { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "n") } && label.count > 4)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// RFC 5322, 3.2.3.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^")...UInt8(ascii: "`"),
            UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default: isLetter(byte) || isDigit(byte)
        }
    }
}

extension MailAddress: CustomStringConvertible, CustomReflectable {
    package var description: String { "‹mail address›" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// As its text.
extension MailAddress: Codable {
    package init(from decoder: any Decoder) throws { try self.init(decoder.singleValueContainer().decode(String.self)) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Why something is no address that mail can be sent to.
package enum MailAddressFault: Error, Sendable, Hashable, CaseIterable {
    case tooLong, controlCharacter, beyondASCII, noDomain, badLocal, badDomain

    /// `.invalid, "mail_address"`, in words for whoever typed it. Does not repeat it.
    package var failure: Failure {
        let reason =
            switch self {
            case .tooLong:
                Text(es: "pasa de \(MailAddress.mostBytes) caracteres", en: "it is longer than \(MailAddress.mostBytes) characters")
            case .controlCharacter:
                Text(es: "lleva un salto de línea o un carácter de control", en: "it holds a line break or a control character")
            case .beyondASCII:
                Text(
                    es: "lleva tildes u otras letras que el correo corriente no admite",
                    en: "it holds accents or other letters that ordinary mail does not take")
            case .noDomain: Text(es: "le falta la parte tras «@»", en: "the part after “@” is missing")
            case .badLocal: Text(es: "la parte antes de «@» no es válida", en: "the part before “@” is not valid")
            case .badDomain: Text(es: "la parte tras «@» no es un dominio", en: "the part after “@” is no domain")
            }
        return Failure(
            .invalid, "mail_address",
            Text(
                es: "La dirección de correo no sirve (\(reason.spanish)): escríbala como nombre@ejemplo.org.",
                en: "The e-mail address will not do (\(reason.english)): write it as name@example.org."))
    }
}
