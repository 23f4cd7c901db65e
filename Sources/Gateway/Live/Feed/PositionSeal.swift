import Base
import Crypto

/// Turns positions into text that whoever gets it can only hand back.
///
/// Positions count what happens in the whole installation. In clear, two of them would tell how much happened between, in other
/// organisations and around people whom the listener may not see. So they are encrypted under the organisation's key, with a
/// synthetic initialisation vector (as RFC 5297 does): 12 bytes of HMAC-SHA-256 over 4 bytes of salt and the position, which also
/// are the seed of the stream of bytes that hides these. Nobody can make one that was not given to them.
struct PositionSeal: Sendable {
    private let key: SymmetricKey

    init(_ key: SymmetricKey) { self.key = key }

    /// The same position gives the same text; with a salt, it does not even tell that nothing happened meanwhile.
    func text(_ position: Int64, salt: UInt32 = 0) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(Self.plainBytes)
        withUnsafeBytes(of: salt.bigEndian) { plain.append(contentsOf: $0) }
        withUnsafeBytes(of: position.bigEndian) { plain.append(contentsOf: $0) }
        let tag = code(0, plain)
        let stream = code(1, tag)
        return Base64URL.string(tag + zip(plain, stream).map { $0 ^ $1 })
    }

    /// nil for what this organisation's key did not make.
    func position(_ text: String) -> Int64? {
        guard text.utf8.count <= 64, let bytes = Base64URL.read(text.utf8), bytes.count == Self.tagBytes + Self.plainBytes else {
            return nil
        }
        let tag = Array(bytes[..<Self.tagBytes])
        let plain = zip(bytes[Self.tagBytes...], code(1, tag)).map { $0 ^ $1 }
        let expected = code(0, plain)
        guard expected.withUnsafeBytes({ one in tag.withUnsafeBytes { ConstantTime.isEqual(one, $0) } }) else { return nil }
        return plain[4...].reduce(0) { $0 << 8 | Int64($1) }
    }

    private static let tagBytes = 12
    private static let plainBytes = 12

    private func code(_ purpose: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: [purpose] + bytes, using: key).prefix(Self.tagBytes))
    }
}
