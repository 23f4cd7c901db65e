import Base
import Crypto
import Foundation

/// Why sealed or wrapped bytes do not open.
package enum SealingError: Error, Sendable, Hashable, CaseIterable {
    /// Shorter than any sealed bytes, longer than the limit, or of a format from the future.
    case malformed
    /// The key's commitment is another: these bytes were sealed under another key, or their head was altered.
    case wrongKey
    /// The key is the right one, and the bytes or what they belong to were altered.
    case altered
}

/// Sealed bytes: `0x01 ‖ nonce (12) ‖ commitment (32) ‖ AES-256-GCM ciphertext ‖ tag (16)` (docs/decisions/0010).
///
/// The key of the cipher and the commitment are the two halves of `HMAC-SHA-512(entry key, framed("zancada seal", nonce))`;
/// the commitment is compared in constant time before anything is decrypted, because GCM alone lets two keys open one
/// ciphertext. Associated data: the context's frame, `framed("zancada entry", tenant, kind, record, version)`.
package enum Sealing {
    /// What sealing adds to the bytes: 61.
    package static let overheadBytes = Envelope.overheadBytes
    /// The most that can be sealed at once: 1 GiB. Entries are far smaller; each kind has a limit of its own.
    package static let mostBytes = 1 << 30

    /// Seals `bytes` under the entry's key with a nonce of 12 bytes from `random`. Throws `.malformed` above `mostBytes`.
    /// Cost: see `benchmarks/keys`.
    package static func seal(
        _ bytes: [UInt8], under key: EntryKey, as context: EntryContext, random: Randomness
    ) throws(SealingError) -> [UInt8] {
        try seal(bytes, under: key, as: context, nonce: SealNonce(random))
    }

    /// As above with a nonce that is given: for vectors. A nonce serves one key once.
    package static func seal(
        _ bytes: [UInt8], under key: EntryKey, as context: EntryContext, nonce: SealNonce
    ) throws(SealingError) -> [UInt8] {
        guard bytes.count <= mostBytes else { throw .malformed }
        return try Envelope.seal(bytes, under: key.key, label: Self.label(nonce), nonce: nonce, authenticating: context.frame)
    }

    /// The bytes that were sealed. Throws `SealingError`; nothing is decrypted unless the key commits to these bytes.
    package static func open(_ sealed: [UInt8], under key: EntryKey, as context: EntryContext) throws(SealingError) -> [UInt8] {
        try sealed.lendingBytes { bytes throws(SealingError) in try open(bytes, under: key, as: context) }
    }

    /// As above, of bytes that stand where a database holds them.
    package static func open(
        _ sealed: UnsafeRawBufferPointer, under key: EntryKey, as context: EntryContext
    ) throws(SealingError) -> [UInt8] {
        guard let nonce = Envelope.nonce(of: sealed), sealed.count <= mostBytes + overheadBytes else { throw .malformed }
        return try Envelope.open(sealed, under: key.key, label: label(nonce), nonce: nonce, authenticating: context.frame)
    }

    /// `framed("zancada seal", nonce)`
    private static func label(_ nonce: SealNonce) -> [UInt8] {
        var frame = FramedFields(reservingBytes: 32)
        frame.append("zancada seal")
        nonce.withBytes { frame.append($0) }
        return frame.bytes
    }
}

/// Twelve bytes that are new for each sealing.
package struct SealNonce: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt32

    package init(_ random: Randomness) {
        high = random.next()
        low = UInt32(truncatingIfNeeded: random.next())
    }

    /// From twelve bytes; nil for another count.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 12 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    }

    /// Lends the twelve bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: 12, alignment: 8) { buffer in
            buffer.storeBytes(of: high.bigEndian, as: UInt64.self)
            buffer.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt32.self)
            return try body(UnsafeRawBufferPointer(buffer))
        }
    }
}
