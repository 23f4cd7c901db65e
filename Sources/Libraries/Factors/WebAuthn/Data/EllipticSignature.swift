/// ECDSA signatures over P-256 as DER writes them: `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, section 2.2.3; X.690, section 10).
///
/// Read by hand, so that each pair of numbers has exactly one text: libraries differ in how much BER they let pass.
package enum EllipticSignature {
    /// The longest: two integers of 33 bytes, each with its head, in a sequence.
    package static let mostBytes = 72

    /// r and s, 32 bytes each. nil for anything but the one DER form, and where r or s is not within 1 … n − 1 (FIPS 186-5,
    /// section 6.4.2).
    package static func raw(der: [UInt8]) -> [UInt8]? {
        guard der.count <= mostBytes, der.count >= 2, der[0] == 0x30, Int(der[1]) == der.count - 2 else { return nil }
        var rest = der[2...]
        guard let r = integer(&rest), let s = integer(&rest), rest.isEmpty else { return nil }
        return r + s
    }

    /// X.690, section 8.3: the fewest bytes, the highest bit is the sign. Lengths here are below 128, so they take one byte.
    private static func integer(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.count >= 2, rest.popFirst() == 0x02, let length = rest.popFirst(), (1...33).contains(length), length <= rest.count
        else { return nil }
        var number = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        guard let first = number.first, first < 0x80 else { return nil }
        if first == 0, number.count > 1 {
            number = number.dropFirst()
            guard let second = number.first, second >= 0x80 else { return nil }
        }
        guard number.count <= 32 else { return nil }
        let padded = [UInt8](repeating: 0, count: 32 - number.count) + number
        return padded.contains { $0 != 0 } && padded.lexicographicallyPrecedes(order) ? padded : nil
    }

    /// n, the order of P-256's group (SEC 2, section 2.4.2).
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]
}
