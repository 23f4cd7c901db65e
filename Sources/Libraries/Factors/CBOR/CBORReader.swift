/// Reads CBOR in CTAP2's canonical form alone (CTAP 2.1, section 8; WebAuthn Level 2, section 2.4, asks readers to refuse any other): the
/// shortest heads, definite lengths, no tags, keys in order and each once.
///
/// Nothing is reserved by a length that the input merely claims, so memory and time are linear in the input.
package struct CBORReader {
    /// What a reader accepts before it gives up.
    package struct Limits: Sendable, Hashable {
        package var bytes: Int
        /// Arrays and maps within one another: CTAP 2.1, section 8, allows four.
        package var depth: Int

        package init(bytes: Int = 65_536, depth: Int = 4) {
            precondition((0...8).contains(depth))
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// Where the next value begins, from the start of the input.
    package private(set) var offset: Int
    private let input: [UInt8]

    /// Stands at `offset` of `input`.
    package init(_ input: [UInt8], at offset: Int = 0) {
        precondition((0...input.count).contains(offset))
        self.input = input
        self.offset = offset
    }

    /// Reads one value that fills the whole input. Throws `CBORError` at the first item that breaks a rule.
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(CBORError) -> CBOR {
        guard bytes.count <= limits.bytes else { throw CBORError(.tooLarge, at: limits.bytes) }
        var reader = CBORReader(bytes)
        let value = try reader.value(depth: limits.depth)
        guard reader.isAtEnd else { throw CBORError(.trailingBytes, at: reader.offset) }
        return value
    }

    package var isAtEnd: Bool { offset == input.count }

    /// The next value, at most `depth` arrays and maps deep; more may follow it. Stands behind it afterwards.
    package mutating func value(depth: Int = Limits().depth) throws(CBORError) -> CBOR {
        let start = offset
        let head = try head()
        switch head.major {
        case 0: return .unsigned(head.argument)
        case 1: return .negative(head.argument)
        case 2: return .bytes(Array(try take(head.argument, of: start)))
        case 3:
            guard let text = String(validating: try take(head.argument, of: start), as: UTF8.self) else {
                throw CBORError(.invalidUTF8, at: start)
            }
            return .text(text)
        case 4:
            let count = try count(head.argument, bytesOfEach: 1, depth: depth, of: start)
            var elements: [CBOR] = []
            for _ in 0..<count { elements.append(try value(depth: depth - 1)) }
            return .array(elements)
        case 5:
            let count = try count(head.argument, bytesOfEach: 2, depth: depth, of: start)
            return .map(try members(count, depth: depth - 1))
        case 7 where head.information == 20: return .bool(false)
        case 7 where head.information == 21: return .bool(true)
        case 7 where head.information == 22: return .null
        default: throw CBORError(.unsupportedKind, at: start)
        }
    }

    private mutating func members(_ count: Int, depth: Int) throws(CBORError) -> [CBOR.Member] {
        var members: [CBOR.Member] = []
        var last: Range<Int>?
        for _ in 0..<count {
            let start = offset
            guard start < input.count else { throw CBORError(.endOfInput, at: start) }
            guard input[start] >> 5 <= 3 else { throw CBORError(.keyKind, at: start) }
            let key = try value(depth: 0)
            if let last {
                let order = Self.order(input[last], input[start..<offset])
                guard order != 0 else { throw CBORError(.duplicateKey, at: start) }
                guard order < 0 else { throw CBORError(.keyOrder, at: start) }
            }
            last = start..<offset
            members.append(CBOR.Member(key, try value(depth: depth)))
        }
        return members
    }

    /// Canonical order: the lower major type first, then the shorter, then by bytes. Negative: `one` comes first.
    private static func order(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Int {
        let (kind, otherKind) = ((one.first ?? 0) >> 5, (other.first ?? 0) >> 5)
        guard kind == otherKind else { return kind < otherKind ? -1 : 1 }
        guard one.count == other.count else { return one.count < other.count ? -1 : 1 }
        if one.elementsEqual(other) { return 0 }
        return one.lexicographicallyPrecedes(other) ? -1 : 1
    }

    /// How many elements follow: never more than there are bytes for.
    private func count(_ argument: UInt64, bytesOfEach size: Int, depth: Int, of start: Int) throws(CBORError) -> Int {
        guard depth > 0 else { throw CBORError(.tooDeep, at: start) }
        guard argument <= UInt64((input.count - offset) / size) else { throw CBORError(.endOfInput, at: start) }
        return Int(argument)
    }

    private mutating func take(_ length: UInt64, of start: Int) throws(CBORError) -> ArraySlice<UInt8> {
        guard length <= UInt64(input.count - offset) else { throw CBORError(.endOfInput, at: start) }
        defer { offset += Int(length) }
        return input[offset..<offset + Int(length)]
    }

    /// RFC 8949, section 3: three bits of kind, five of information, and up to eight bytes of argument.
    private mutating func head() throws(CBORError) -> (major: UInt8, information: UInt8, argument: UInt64) {
        let start = offset
        guard start < input.count else { throw CBORError(.endOfInput, at: start) }
        offset += 1
        let (major, information) = (input[start] >> 5, input[start] & 31)
        // Behind kind 7 stand simple values and floating point: only those without an argument are known here.
        if major == 7, (24...27).contains(information) { throw CBORError(.unsupportedKind, at: start) }
        switch information {
        case 0..<24: return (major, information, UInt64(information))
        case 24..<28:
            let size = 1 << Int(information - 24)
            let argument = try take(UInt64(size), of: start).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let least: UInt64 = size == 1 ? 24 : 1 << (4 * UInt64(size))
            guard argument >= least else { throw CBORError(.notShortest, at: start) }
            return (major, information, argument)
        case 31: throw CBORError(.indefiniteLength, at: start)
        default: throw CBORError(.reservedHead, at: start)
        }
    }
}
