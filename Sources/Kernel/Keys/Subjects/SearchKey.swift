import Base
import Crypto

/// An organisation's search key: it lets a confidential value of high entropy be found by its exact form
/// (docs/decisions/0010). The same in all epochs.
package struct SearchKey: Sendable {
    private let key: SymmetricKey

    package init(_ key: SymmetricKey) {
        self.key = key
    }

    /// `HMAC-SHA-256(search key, framed(kind, field, normalised value))`, cut to 16 bytes.
    package func hash(kind: String, field: String, value: String) -> [UInt8] {
        var frame = FramedFields(reservingBytes: 128)
        frame.append(kind)
        frame.append(field)
        frame.append(value)
        return Array(HMAC<SHA256>.authenticationCode(for: frame.bytes, using: key).prefix(16))
    }

    /// 32 bytes of which nobody learns the key, for another purpose in the same organisation: sealing what it hands out and takes back.
    package func derived(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array("zancada \(purpose)".utf8), outputByteCount: 32)
    }
}

extension Keyring {
    /// The organisation's search key. Cost: reads the epoch's file; keep it for the length of a request. Throws
    /// `.unavailable` for an organisation without keys.
    package func searchKey(of tenant: String) async throws -> SearchKey {
        guard let epoch = try folder.epochs(of: tenant).last,
            let key = try await organisations.searchKey(of: tenant, epoch: epoch)
        else { throw Failure.organisationKeyMissing(tenant) }
        return SearchKey(key)
    }
}
