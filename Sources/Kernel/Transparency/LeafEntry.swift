import Base

/// What the tree holds of one entry of the journal, version 1 (docs/decisions/0010): the salt and two hashes, never
/// content, so that it can be shown to anyone.
package struct LeafEntry: Sendable, Hashable {
    package static let version: UInt8 = 1
    /// `version (1) ‖ salt (16) ‖ SHA-256(metadata) (32) ‖ SHA-256(body) (32)`.
    package static let byteCount = 81

    /// Keeps a guess at metadata or body from being tested against a hash that leaked.
    package let salt: LeafSalt
    package let metadataHash: TreeHash
    package let bodyHash: TreeHash

    package init(salt: LeafSalt, metadataHash: TreeHash, bodyHash: TreeHash) {
        self.salt = salt
        self.metadataHash = metadataHash
        self.bodyHash = bodyHash
    }

    /// `sealedBody` is empty where the entry has none. Cost: two hashes.
    package init(salt: LeafSalt, metadata: EntryMetadata, sealedBody: [UInt8]) {
        self.init(salt: salt, metadataHash: metadata.digest, bodyHash: TreeHash.digest(of: sealedBody))
    }

    /// The 81 bytes that the leaf's hash is over.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// The leaf's hash. Cost: one hash over two blocks, nothing on the heap but what the hash function takes.
    package var hash: TreeHash { withBytes { TreeHash.leaf($0) } }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { buffer in
            buffer[0] = Self.version
            salt.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<17]).copyMemory(from: $0) }
            metadataHash.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[17..<49]).copyMemory(from: $0) }
            bodyHash.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[49..<81]).copyMemory(from: $0) }
            return body(UnsafeRawBufferPointer(buffer))
        }
    }
}

/// The 16 random bytes of an entry's leaf.
@frozen
package struct LeafSalt: Sendable, Hashable {
    private let first: UInt64
    private let second: UInt64

    package static let byteCount = 16

    /// A new one. `random` must be unpredictable: `World.random`.
    package init(_ random: Randomness) {
        first = random.next()
        second = random.next()
    }

    /// From 16 bytes; nil for another count.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        first = bytes.loadUnaligned(as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// From 16 bytes; nil for another count.
    package init?(bytes: [UInt8]) {
        guard let salt = bytes.withUnsafeBytes({ LeafSalt(bytes: $0) }) else { return nil }
        self = salt
    }

    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// Lends the 16 bytes.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (first, second), body)
    }
}
