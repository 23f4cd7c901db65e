/// Writes the one list of bytes that is hashed or authenticated: for each field its length in four bytes, big-endian, then
/// its bytes (docs/decisions/0010). Two different lists never give the same bytes.
///
/// Text is UTF-8, a whole number is eight bytes, big-endian, in two's complement, an id is its text of 36 characters in lower
/// case; an absent field has the length `0xffffffff` and no bytes, so it differs from an empty one.
///
/// ```swift
/// var frame = FramedFields()
/// frame.append("zancada entry")
/// frame.append(tenant)
/// frame.append(version)
/// hash(frame.bytes)
/// ```
package struct FramedFields: Sendable, Hashable {
    /// The longest field: one byte less than what says absent.
    package static let mostBytesOfField = Int(UInt32.max) - 1

    /// All fields so far.
    package private(set) var bytes: [UInt8] = []

    package init(reservingBytes capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    package mutating func append(_ field: UnsafeRawBufferPointer) {
        precondition(field.count <= Self.mostBytesOfField, "a field's length has four bytes")
        append(length: UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    package mutating func append(_ field: [UInt8]) {
        field.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(_ number: Int64) {
        append(length: 8)
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ number: Int) {
        append(Int64(number))
    }

    /// As text, which is how tables, proof files and people hold it.
    package mutating func append<Entity>(_ id: ID<Entity>) {
        id.withUTF8 { append($0) }
    }

    /// A field without a value.
    package mutating func appendAbsent() {
        append(length: .max)
    }

    package mutating func append<Entity>(_ id: ID<Entity>?) {
        if let id { append(id) } else { appendAbsent() }
    }

    package mutating func append(_ text: String?) {
        if let text { append(text) } else { appendAbsent() }
    }

    private mutating func append(length: UInt32) {
        withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
