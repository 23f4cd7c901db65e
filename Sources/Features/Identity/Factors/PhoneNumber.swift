import Base

/// A telephone number as the whole world dials it (ITU-T E.164, section 6): `+`, a country's code and the rest, 7 to 15 digits.
///
/// Not shown by accident: only `text` gives it away.
package struct PhoneNumber: Sendable, Hashable {
    /// `+573001234567`.
    package let text: String

    /// As somebody typed it: white space, hyphens, dots and brackets are passed over. nil for what is no number, and for one without its
    /// country's code, since nobody knows which is meant.
    package init?(_ typed: String) {
        guard typed.utf8.count <= 40 else { return nil }
        var digits: [UInt8] = []
        var hasPlus = false
        for character in typed {
            if character.isWhitespace || "-.()".contains(character) { continue }
            if character == "+", digits.isEmpty, !hasPlus {
                hasPlus = true
                continue
            }
            guard let byte = character.asciiValue, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            digits.append(byte)
        }
        guard hasPlus, (7...15).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        text = "+" + String(decoding: digits, as: UTF8.self)
    }

    /// Enough for its owner to know it again: `•••• 67`.
    package var hint: String { "•••• \(text.suffix(2))" }
}

extension PhoneNumber: CustomStringConvertible, CustomReflectable {
    package var description: String { "‹telephone number›" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
