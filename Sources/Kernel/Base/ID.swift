/// Says which one of a kind: a UUID in 16 bytes, typed by what it names, so that a patient's cannot stand for a plan's.
///
/// `World.id()` makes version 7 (RFC 9562, section 5.7): ids made later sort later, here, in an index and as text. Read
/// from outside, any version and variant is taken, for what others sent keeps its own.
///
/// Not a secret: whoever sees one can guess when it was made, and the next with some 2³² tries.
@frozen
package struct ID<Entity>: Hashable, Sendable {
    /// The first eight bytes, most significant first; in version 7, milliseconds since 1970 stand in the upper 48 bits.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    @inlinable
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension ID: Comparable {
    /// The order of the bytes, which is that of the texts.
    @inlinable
    package static func < (one: ID, other: ID) -> Bool {
        one.high == other.high ? one.low < other.low : one.high < other.high
    }
}

extension ID {
    /// From 16 bytes as they stand in a database; nil for another count.
    @inlinable
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// From 16 bytes; nil for another count.
    @inlinable
    package init?(bytes: [UInt8]) {
        guard let id = bytes.withUnsafeBytes({ ID(bytes: $0) }) else { return nil }
        self = id
    }

    /// The 16 bytes, most significant first.
    @inlinable
    package var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// When it was made, by the clock of whoever made it; nil for ids that are not of version 7.
    package var madeAt: Instant? {
        guard high >> 12 & 0xF == 7, low >> 62 == 0b10 else { return nil }
        return Instant(milliseconds: Int64(high >> 16))
    }
}

extension ID {
    /// From the 36 characters of RFC 9562, section 4, and nothing else: 8-4-4-4-12 hexadecimal digits of either case.
    /// No braces, no `urn:uuid:`, no white space. Cost: 80 ns.
    @inlinable
    package init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ ID(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    /// As `init(_:)`, from text as a database or a request holds it.
    @inlinable
    package init?(utf8: UnsafeRawBufferPointer) {
        guard let (high, low) = UUIDText.read(utf8) else { return nil }
        self.init(high: high, low: low)
    }

    /// Lends the 36 characters without an allocation: for binding and for writing. Cost: 20 ns.
    @inlinable
    package func withUTF8<Result, Thrown: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Thrown) -> Result
    ) throws(Thrown) -> Result {
        let text = UUIDText.written(high, low)
        return try withUnsafeBytes(of: text, body)
    }
}

extension ID: CustomStringConvertible {
    /// The 36 characters, in lower case. Cost: 65 ns.
    @inlinable
    package var description: String { UUIDText.string(high, low) }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
