import Base

/// Bytes that can be made again, kept for a while: in this process's memory, later in a server that several share. Never the only
/// place of anything, and never asked whether somebody may see something: the key says for whom the bytes are.
package protocol Cache: Sendable {
    /// What is kept under the key; nil where nothing is, or not any more. Throws where that cannot be told: as if nothing were.
    func kept(_ key: CacheKey) async throws -> KeptBytes?

    /// Keeps bytes for `age` at most; shorter where room is short.
    func keep(_ bytes: [UInt8], _ key: CacheKey, age: Duration) async throws

    /// Nothing where there is none.
    func drop(_ key: CacheKey) async throws
}

/// What a cache gave back.
package struct KeptBytes: Sendable, Hashable {
    package let bytes: [UInt8]
    /// How long it has been kept.
    package let age: Duration

    package init(_ bytes: [UInt8], age: Duration) {
        self.bytes = bytes
        self.age = age
    }
}

/// Under what something is kept: 256 bits of a digest, so that a key tells nobody what was asked, and two that differ never meet.
package struct CacheKey: Hashable, Sendable {
    /// 64 hexadecimal digits.
    package let text: String

    /// Of fields that were framed, so that no two lists of them are the same bytes.
    package init(_ fields: FramedFields) {
        var digest = Digest()
        digest.update(fields.bytes)
        text = digest.hexadecimal
    }
}
