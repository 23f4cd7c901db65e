import Base
import Crypto

/// A SHA-256 of 32 bytes, held in place: the hash of a leaf or of a subtree of the journal's tree (RFC 9162, section 2.1).
///
/// As a key it is hashed by its first eight bytes alone: they are as random as any. An array of them is, in memory, their
/// bytes one after the other, which is how tiles are stored.
@frozen
package struct TreeHash: Sendable {
    /// The bytes as they stand in memory.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    package static let byteCount = 32

    /// From 32 bytes; nil for another count.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// From 32 bytes; nil for another count.
    package init?(bytes: [UInt8]) {
        guard let hash = bytes.withUnsafeBytes({ TreeHash(bytes: $0) }) else { return nil }
        self = hash
    }

    private init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
    }

    /// Lends the 32 bytes without a copy on the heap.
    package func withBytes<Result, Thrown: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Thrown) -> Result
    ) throws(Thrown) -> Result {
        try withUnsafeBytes(of: words, body)
    }

    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// 64 digits in lower case.
    package var hexadecimal: String { withBytes { Hexadecimal.string($0) } }

    /// From 64 digits in lower case; nil for all else.
    package init?(hexadecimal: String) {
        guard let bytes = Hexadecimal.read(hexadecimal.utf8), let hash = TreeHash(bytes: bytes) else { return nil }
        self = hash
    }
}

extension TreeHash {
    /// SHA-256 of bytes without a prefix: of an entry's metadata and of its body.
    package static func digest(of bytes: UnsafeRawBufferPointer) -> TreeHash {
        var state = SHA256()
        state.update(bufferPointer: bytes)
        return TreeHash(state.finalize())
    }

    /// SHA-256 of bytes without a prefix: of an entry's metadata and of its body.
    package static func digest(of bytes: [UInt8]) -> TreeHash {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The hash of a leaf, `SHA-256(0x00 ‖ entry bytes)`.
    package static func leaf(_ entry: UnsafeRawBufferPointer) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: entry.count + 1, alignment: 1) { buffer in
            buffer[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: entry)
            return digest(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The hash of a leaf, `SHA-256(0x00 ‖ entry bytes)`.
    package static func leaf(_ entry: [UInt8]) -> TreeHash {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// The hash over two subtrees, `SHA-256(0x01 ‖ left ‖ right)`.
    package static func node(_ left: TreeHash, _ right: TreeHash) -> TreeHash {
        withUnsafeTemporaryAllocation(byteCount: 65, alignment: 1) { buffer in
            buffer[0] = 1
            buffer.storeBytes(of: left.words, toByteOffset: 1, as: (UInt64, UInt64, UInt64, UInt64).self)
            buffer.storeBytes(of: right.words, toByteOffset: 33, as: (UInt64, UInt64, UInt64, UInt64).self)
            return digest(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The root of a tree without leaves, `SHA-256()`.
    package static let emptyRoot = TreeHash.digest(of: [])
}

extension TreeHash: Hashable {
    package static func == (one: TreeHash, other: TreeHash) -> Bool {
        one.words == other.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

extension TreeHash: CustomStringConvertible {
    package var description: String { hexadecimal }
}
