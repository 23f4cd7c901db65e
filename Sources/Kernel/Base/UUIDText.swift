/// The text of a UUID (RFC 9562, section 4), eight digits at a time in the bytes of one word: no table, no branch.
@usableFromInline
package enum UUIDText {
    /// 36 characters in the order in which they stand in memory.
    @usableFromInline
    package typealias Characters = (UInt64, UInt64, UInt64, UInt64, UInt32)

    /// The text of 128 bits, without an allocation.
    @usableFromInline
    package static func written(_ high: UInt64, _ low: UInt64) -> Characters {
        let hyphen = UInt64(UInt8(ascii: "-"))
        let first = digits(high >> 32)
        let second = digits(high & 0xFFFF_FFFF)
        let third = digits(low >> 32)
        let fourth = digits(low & 0xFFFF_FFFF)
        // aaaaaaaa | -bbbb-bb | bb-cccc- | cccccccc | dddd, the most significant byte of each word first.
        let parts = (
            first,
            hyphen << 56 | (second >> 32) << 24 | hyphen << 16 | (second & 0xFFFF_FFFF) >> 16,
            second << 48 | hyphen << 40 | (third >> 32) << 8 | hyphen,
            third << 32 | fourth >> 32
        )
        return (
            parts.0.bigEndian, parts.1.bigEndian, parts.2.bigEndian, parts.3.bigEndian,
            UInt32(truncatingIfNeeded: fourth).bigEndian
        )
    }

    /// The text of 128 bits.
    @usableFromInline
    package static func string(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            withUnsafeBytes(of: written(high, low)) { text in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: text[..<36]))
            }
            return 36
        }
    }

    /// nil where this is not the text of a UUID.
    @usableFromInline
    package static func read(_ text: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        guard text.count == 36 else { return nil }
        let hyphen = UInt8(ascii: "-")
        guard text[8] == hyphen, text[13] == hyphen, text[18] == hyphen, text[23] == hyphen else { return nil }
        func four(_ offset: Int) -> UInt64 {
            UInt64(UInt32(bigEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        guard let first = value(four(0) << 32 | four(4)), let second = value(four(9) << 32 | four(14)),
            let third = value(four(19) << 32 | four(24)), let fourth = value(four(28) << 32 | four(32))
        else { return nil }
        return (first << 32 | second, third << 32 | fourth)
    }

    /// The eight hexadecimal digits of a 32-bit number, one in each byte.
    private static func digits(_ value: UInt64) -> UInt64 {
        var nibbles = (value | value << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // One in each byte whose digit is a letter: 10 … 15 plus 6 carries into the fifth bit.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }

    /// The number whose eight digits these are; nil where a byte is no digit.
    private static func value(_ digits: UInt64) -> UInt64? {
        // A letter has the seventh bit set; its low three bits count from 1. Writing the result again tells whether all
        // were digits, in lower case.
        let letters = digits >> 6 & 0x0101_0101_0101_0101
        var value = (digits & 0x0F0F_0F0F_0F0F_0F0F) &+ letters &* 9
        value = (value & 0x000F_000F_000F_000F) | (value & 0x0F00_0F00_0F00_0F00) >> 4
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        value = (value | value >> 16) & 0xFFFF_FFFF
        return self.digits(value) == digits | letters << 5 ? value : nil
    }
}
