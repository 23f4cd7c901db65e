extension [UInt8] {
    /// Appends UTF-8 as the inside of a JSON string. Only what must be escaped is (RFC 8259, section 7): the quotation mark,
    /// the backslash and U+0000 … U+001F.
    ///
    /// Runs without escapes, which is nearly all of a text, are found eight bytes at a time and copied whole.
    mutating func append(escapingForJSON text: UnsafeRawBufferPointer) {
        var copied = 0
        var at = 0
        while true {
            at = endOfPlainRun(text, from: at)
            append(contentsOf: UnsafeRawBufferPointer(rebasing: text[copied..<at]))
            guard at < text.count else { return }
            appendEscape(of: text[at])
            at += 1
            copied = at
        }
    }

    private mutating func appendEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
        case ..<0x20:
            let low = byte & 0x0F
            append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: "0") + byte >> 4])
            append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        default: append(byte)
        }
    }
}

/// Where the next byte stands that must be escaped; the end where there is none.
private func endOfPlainRun(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    var at = start
    while at + 8 <= text.count {
        let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if hasEscapable(word) { break }
        at += 8
    }
    while at < text.count, text[at] >= 0x20, text[at] != UInt8(ascii: "\""), text[at] != UInt8(ascii: "\\") { at += 1 }
    return at
}

/// Whether one of eight bytes is below 0x20, a quotation mark or a backslash (exact for the word as a whole).
private func hasEscapable(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotation = word ^ ones &* 0x22
    let backslash = word ^ ones &* 0x5C
    let found = (word &- ones &* 0x20) & ~word | (quotation &- ones) & ~quotation | (backslash &- ones) & ~backslash
    return found & (ones &* 0x80) != 0
}
