import Base
import Crypto
import Foundation

/// The bytes that sealing and wrapping share: version, nonce, commitment, ciphertext, tag.
enum Envelope {
    static let version: UInt8 = 1
    static let nonceBytes = 12
    static let commitmentBytes = 32
    static let tagBytes = 16
    static let headBytes = 1 + nonceBytes + commitmentBytes
    static let overheadBytes = headBytes + tagBytes

    static func seal(
        _ bytes: [UInt8], under key: SymmetricKey, label: [UInt8], nonce: SealNonce, authenticating context: [UInt8]
    ) throws(SealingError) -> [UInt8] {
        let derived = DerivedKeys(key, label)
        let box: AES.GCM.SealedBox
        do {
            let gcmNonce = try nonce.withBytes { try AES.GCM.Nonce(data: $0) }
            box = try AES.GCM.seal(bytes, using: derived.cipher, nonce: gcmNonce, authenticating: context)
        } catch {
            // Only for a key or nonce of another length, which the types exclude.
            throw .malformed
        }
        return [UInt8](unsafeUninitializedCapacity: bytes.count + overheadBytes) { buffer, filled in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            raw[0] = version
            nonce.withBytes { raw[1..<1 + nonceBytes].copyBytes(from: $0) }
            derived.withCommitment { raw[1 + nonceBytes..<headBytes].copyBytes(from: $0) }
            // `combined` is what the box holds, nonce, ciphertext and tag; asking it for them one by one makes copies.
            box.combined?.withUnsafeBytes { raw[headBytes...].copyBytes(from: $0[nonceBytes...]) }
            filled = bytes.count + overheadBytes
        }
    }

    /// nil where the bytes are no envelope that this program knows.
    static func nonce(of sealed: UnsafeRawBufferPointer) -> SealNonce? {
        guard sealed.count >= overheadBytes, sealed[0] == version else { return nil }
        return SealNonce(UnsafeRawBufferPointer(rebasing: sealed[1..<1 + nonceBytes]))
    }

    /// `sealed` has passed `nonce(of:)`.
    static func open(
        _ sealed: UnsafeRawBufferPointer, under key: SymmetricKey, label: [UInt8], nonce: SealNonce, authenticating context: [UInt8]
    ) throws(SealingError) -> [UInt8] {
        let derived = DerivedKeys(key, label)
        let commitment = UnsafeRawBufferPointer(rebasing: sealed[1 + nonceBytes..<headBytes])
        guard derived.withCommitment({ ConstantTime.isEqual($0, commitment) }) else { throw .wrongKey }
        do {
            var combined = Data(capacity: nonceBytes + sealed.count - headBytes)
            combined.append(contentsOf: sealed[1..<1 + nonceBytes])
            combined.append(contentsOf: sealed[headBytes...])
            let box = try AES.GCM.SealedBox(combined: combined)
            var opened = try AES.GCM.open(box, using: derived.cipher, authenticating: context)
            // It may be a key, and whoever asked knows of one copy alone.
            defer { opened.resetBytes(in: opened.startIndex..<opened.endIndex) }
            return [UInt8](opened)
        } catch {
            throw .altered
        }
    }
}

/// The two halves of `HMAC-SHA-512(key, label)`: the cipher's key and the commitment.
private struct DerivedKeys {
    let cipher: SymmetricKey
    private let code: SHA512.Digest

    init(_ key: SymmetricKey, _ label: [UInt8]) {
        code = KeyedHash.sha512(label, under: key)
        cipher = code.withUnsafeBytes { SymmetricKey(data: UnsafeRawBufferPointer(rebasing: $0[..<32])) }
    }

    func withCommitment<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        code.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[32...])) }
    }
}

extension [UInt8] {
    /// As `withUnsafeBytes`, with the type of the error kept.
    func lendingBytes<Result>(_ body: (UnsafeRawBufferPointer) throws(SealingError) -> Result) throws(SealingError) -> Result {
        let outcome: Swift.Result<Result, SealingError> = withUnsafeBytes { bytes in
            do throws(SealingError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}
