/// Reads JSON step by step from memory, for files whose shape is known and that are long: millions of numbers.
///
/// It borrows the memory: it must not outlive the closure of `withUnsafeBufferPointer` that it was made in.
/// Every step leaves it just behind what was read and throws `JSONError` where something else stands there.
package struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Bytes read so far.
    package internal(set) var offset: Int

    package init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int = 0) {
        precondition((0...bytes.count).contains(offset))
        self.bytes = bytes
        self.offset = offset
    }

    package var isAtEnd: Bool { offset == bytes.count }

    /// The next byte, which stays unread; nil at the end.
    package var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// What is wrong when nothing that was hoped for stands here.
    package var unexpected: JSONError { JSONError(isAtEnd ? .endOfInput : .unexpectedByte, at: offset) }

    /// Goes on to the next byte that is not white space (RFC 8259, section 2), or to the end.
    package mutating func skipWhitespace() {
        while offset < bytes.count, bytes[offset] <= 0x20 {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// Passes over white space and then over `byte` if it stands there; says whether it did.
    package mutating func skip(_ byte: UInt8) -> Bool {
        skipWhitespace()
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Passes over white space and `byte`, which must stand there.
    package mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard skip(byte) else { throw unexpected }
    }

    /// Passes over this word of ASCII, which must stand here.
    package mutating func expect(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard offset < bytes.count, bytes[offset] == word.utf8Start[index] else { throw unexpected }
            offset += 1
        }
    }

    /// An array of numbers and nothing else, appended to `numbers`; white space may stand before it.
    package mutating func numbers(appendingTo numbers: inout [Double]) throws(JSONError) {
        try expect(UInt8(ascii: "["))
        if skip(UInt8(ascii: "]")) { return }
        while true {
            skipWhitespace()
            numbers.append(try number())
            if skip(UInt8(ascii: "]")) { return }
            try expect(UInt8(ascii: ","))
        }
    }

    /// A number; correctly rounded, also beyond the fast path.
    ///
    /// Fast path: up to 2⁵³ as integer and a power of ten up to 22 are exact in a `Double`, so that one
    /// multiplication or division rounds correctly (Clinger 1990, "How to read floating point numbers accurately").
    package mutating func number() throws(JSONError) -> Double {
        let start = offset
        let isNegative = take(UInt8(ascii: "-"))
        var mantissa: UInt64 = 0
        var digitCount = 0
        if !take(UInt8(ascii: "0")) { digitCount = try digits(into: &mantissa) }
        var exponent = 0
        if take(UInt8(ascii: ".")) {
            exponent = -(try digits(into: &mantissa))
            digitCount -= exponent
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            let isBelow = take(UInt8(ascii: "-"))
            if !isBelow { _ = take(UInt8(ascii: "+")) }
            var power: UInt64 = 0
            let count = try digits(into: &power)
            let bounded = count > 18 ? 1_000_000 : Int(min(power, 1_000_000))
            exponent += isBelow ? -bounded : bounded
        }
        // 19 digits cannot overflow 64 bits; leading zeros of a fraction count among them, which costs only speed.
        guard digitCount <= 19, mantissa <= 1 << 53, exponent.magnitude <= 22 else {
            return try slowNumber(from: start)
        }
        let power = Self.powersOfTen[Int(exponent.magnitude)]
        let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        return isNegative ? -value : value
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// One digit or more, added below those already in `mantissa` (wrapping where there are too many).
    private mutating func digits(into mantissa: inout UInt64) throws(JSONError) -> Int {
        let start = offset
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            offset += 1
        }
        guard offset > start else { throw JSONError(isAtEnd ? .endOfInput : .invalidNumber, at: offset) }
        return offset - start
    }

    private func slowNumber(from start: Int) throws(JSONError) -> Double {
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
        guard let value = Double(text) else { throw JSONError(.invalidNumber, at: start) }
        guard value.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
        return value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
