import Base
import Crypto
import Foundation

/// What a wrapped key is for. It is authenticated with the wrapped bytes: a subject's key cannot stand for another's.
package struct KeyUse: Sendable, Hashable {
    /// As in `framed("zancada wrap", purpose, nonce)`.
    package let purpose: String
    /// `framed(purpose, …what the key is for)`, the associated data.
    package let frame: [UInt8]

    /// The key of one epoch of an organisation, wrapped by the root: `framed("organisation", organisation, epoch)`.
    package static func organisation(_ organisation: String, epoch: Int64) -> KeyUse {
        KeyUse("organisation") { frame in
            frame.append(organisation)
            frame.append(epoch)
        }
    }

    /// An organisation's search key, wrapped by the key of an epoch: `framed("search", organisation)`.
    package static func search(_ organisation: String) -> KeyUse {
        KeyUse("search") { frame in frame.append(organisation) }
    }

    /// A version of a subject's key, wrapped by the key of an epoch: `framed("subject", tenant, subject, version)`.
    package static func subject(_ subject: String, in tenant: String, version: Int64) -> KeyUse {
        KeyUse("subject") { frame in
            frame.append(tenant)
            frame.append(subject)
            frame.append(version)
        }
    }

    init(_ purpose: String, _ fields: (inout FramedFields) -> Void) {
        self.purpose = purpose
        var frame = FramedFields(reservingBytes: 128)
        frame.append(purpose)
        fields(&frame)
        self.frame = frame.bytes
    }
}

/// A key of 32 bytes in the envelope of `Sealing`, 93 bytes, whose keys are the halves of
/// `HMAC-SHA-512(wrapping key, framed("zancada wrap", purpose, nonce))` (docs/decisions/0010).
package enum Wrapping {
    static let keyBytes = 32
    /// 93.
    package static let wrappedBytes = keyBytes + Envelope.overheadBytes

    /// The 93 bytes. `nonce` serves one wrapping key once. Cost: 3 µs.
    package static func wrap(_ key: SymmetricKey, under wrapping: SymmetricKey, for use: KeyUse, nonce: SealNonce) throws(SealingError)
        -> [UInt8]
    {
        // A copy that lives as long as this call, wiped after it.
        var bytes = key.withUnsafeBytes { Array($0) }
        defer { bytes.withUnsafeMutableBytes { wipe($0) } }
        return try Envelope.seal(bytes, under: wrapping, label: label(use, nonce), nonce: nonce, authenticating: use.frame)
    }

    /// The key. Throws `SealingError`; nothing is decrypted unless the wrapping key commits to these bytes.
    package static func unwrap(_ wrapped: [UInt8], under wrapping: SymmetricKey, for use: KeyUse) throws(SealingError) -> SymmetricKey {
        try wrapped.lendingBytes { bytes throws(SealingError) in
            guard bytes.count == wrappedBytes, let nonce = Envelope.nonce(of: bytes) else { throw .malformed }
            var key = try Envelope.open(bytes, under: wrapping, label: label(use, nonce), nonce: nonce, authenticating: use.frame)
            defer { key.withUnsafeMutableBytes { wipe($0) } }
            return SymmetricKey(data: key)
        }
    }

    private static func label(_ use: KeyUse, _ nonce: SealNonce) -> [UInt8] {
        var frame = FramedFields(reservingBytes: 64)
        frame.append("zancada wrap")
        frame.append(use.purpose)
        nonce.withBytes { frame.append($0) }
        return frame.bytes
    }
}

/// Overwrites a copy of a key. A plain loop would be removed, for nobody reads what it writes.
func wipe(_ memory: UnsafeMutableRawBufferPointer) {
    if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
}
