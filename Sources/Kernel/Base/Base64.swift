/// RFC 4648, section 4, with padding; strict, so that each sequence of bytes has exactly one text.
package enum Base64 {
    /// Four characters for three bytes, the last four filled up with `=`.
    package static func string(_ bytes: [UInt8]) -> String {
        var text = Base64URL.string(bytes).utf8.map { character in
            switch character {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: character
            }
        }
        while !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for another alphabet, white space, missing or misplaced padding, or bits left over that are not zero.
    package static func read(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        for character in text {
            switch character {
            case UInt8(ascii: "+"): digits.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"): digits.append(UInt8(ascii: "_"))
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: digits.append(character)
            }
        }
        let padding = digits.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
        guard padding == digits.reversed().prefix(while: { $0 == UInt8(ascii: "=") }).count else { return nil }
        return Base64URL.read(digits.dropLast(padding))
    }
}
