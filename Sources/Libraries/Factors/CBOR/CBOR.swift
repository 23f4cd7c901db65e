/// A CBOR value (RFC 8949) of the kinds that WebAuthn uses: no tags, no floating point, no `undefined`, nothing of indefinite length.
package enum CBOR: Sendable, Hashable {
    case unsigned(UInt64)
    /// −1 − n, as it stands on the wire.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// In the order of the wire, which is canonical; each key once.
    case map([Member])
    case bool(Bool)
    case null

    /// A key and what stands under it.
    package struct Member: Sendable, Hashable {
        package let key: CBOR
        package let value: CBOR

        package init(_ key: CBOR, _ value: CBOR) {
            self.key = key
            self.value = value
        }
    }
}

extension CBOR {
    package var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
    package var array: [CBOR]? { if case .array(let value) = self { value } else { nil } }
    package var map: [Member]? { if case .map(let value) = self { value } else { nil } }

    /// A whole number that fits into 64 bits with its sign.
    package var integer: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    /// The member of a map under a text; nil where there is none, or where this is no map.
    package subscript(name: String) -> CBOR? {
        map?.first { $0.key.text.map { $0.utf8.elementsEqual(name.utf8) } ?? false }?.value
    }

    /// The member of a map under a whole number.
    package subscript(label: Int64) -> CBOR? {
        map?.first { $0.key.integer == label }?.value
    }
}

/// Why bytes are not the CBOR that was expected, and where.
package struct CBORError: Error, Sendable, Hashable {
    /// What was wrong with the bytes.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case endOfInput = "the input ends too early"
        case trailingBytes = "something follows the value"
        case tooLarge = "larger than allowed"
        case tooDeep = "nested too deeply"
        case indefiniteLength = "an indefinite length"
        case notShortest = "a number or length that is longer than it needs to be"
        case reservedHead = "a first byte that has no meaning"
        case unsupportedKind = "a tag, floating point or a simple value other than true, false and null"
        case invalidUTF8 = "not UTF-8"
        case keyKind = "a key that is no number, text or bytes"
        case keyOrder = "keys that do not stand in canonical order"
        case duplicateKey = "the same key twice in a map"
    }

    package let reason: Reason
    /// Bytes from the start of the input to the item that breaks the rule.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension CBORError: CustomStringConvertible {
    package var description: String { "\(reason.rawValue), at byte \(offset)" }
}
