/// Holds bytes that come piece by piece to UTF-8 (RFC 3629), and fails at the first that cannot be part of it.
struct UTF8Check: Sendable {
    /// How many bytes the character in hand still needs.
    private var rest: UInt8 = 0
    /// What the next of them may be: the second byte alone is held to less than 80…BF.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// Whether what came so far ends with a whole character.
    var isWhole: Bool { rest == 0 }

    /// False where it is none.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if rest == 0, index + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            guard take(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if rest > 0 {
            guard (low...high).contains(byte) else { return false }
            (low, high) = (0x80, 0xBF)
            rest -= 1
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: rest = 1
        case 0xE0...0xEF:
            rest = 2
            // Neither longer than needed nor a surrogate.
            if byte == 0xE0 { low = 0xA0 }
            if byte == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            rest = 3
            if byte == 0xF0 { low = 0x90 }
            if byte == 0xF4 { high = 0x8F }
        default: return false
        }
        return true
    }
}
