import Base
import Crypto
import Foundation

/// The public half of a key that signs notes, with its name: what is given to whoever is to check a checkpoint.
///
/// Its text is C2SP's (signed-note): `name+hash+base64`, where the hash is the key id in eight hexadecimal digits and the base64
/// is of one byte that says Ed25519 and the 32 bytes of the key. Other kinds of keys are refused.
package struct NoteVerifier: Sendable, Hashable {
    /// The first byte of an encoded key, by signed-note: Ed25519 over the note's text.
    static let ed25519: UInt8 = 1

    package let name: NoteKeyName
    /// The first four bytes of `SHA-256(name ‖ newline ‖ 0x01 ‖ public key)`.
    package let keyID: UInt32
    /// 32 bytes (RFC 8032, section 5.1.5).
    package let publicKey: [UInt8]

    /// `publicKey` has 32 bytes; throws `.noteKeyMalformed` otherwise.
    package init(name: NoteKeyName, publicKey: [UInt8]) throws(Failure) {
        guard publicKey.count == 32 else { throw Failure.noteKeyMalformed }
        self.name = name
        self.publicKey = publicKey
        keyID = Self.keyID(name, publicKey)
    }

    /// Reads the text form. Throws `.noteKeyMalformed` where it is another, or the hash is not this key's.
    package init(_ text: String) throws(Failure) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 512, parts.count == 3, let name = String(parts[0]).flatMap(NoteKeyName.init),
            let hash = Hexadecimal.read(parts[1]), let key = Base64.read(parts[2]), key.first == Self.ed25519
        else { throw Failure.noteKeyMalformed }
        try self.init(name: name, publicKey: Array(key.dropFirst()))
        guard hash == Self.bytes(keyID) else { throw Failure.noteKeyMalformed }
    }

    /// The text form.
    package var text: String {
        "\(name)+\(Hexadecimal.string(Self.bytes(keyID)))+\(Base64.string([Self.ed25519] + publicKey))"
    }

    /// Whether this key signed these bytes. Cost: 60 µs.
    package func isValid(_ signature: [UInt8], for text: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: text)
    }

    static func bytes(_ keyID: UInt32) -> [UInt8] { withUnsafeBytes(of: keyID.bigEndian) { Array($0) } }

    private static func keyID(_ name: NoteKeyName, _ publicKey: [UInt8]) -> UInt32 {
        let hash = TreeHash.digest(of: Array(name.text.utf8) + [UInt8(ascii: "\n"), ed25519] + publicKey)
        return hash.withBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
    }
}

/// How a key is called in a note: not empty, without white space and without `+`; at most 256 bytes.
package struct NoteKeyName: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard (1...256).contains(text.utf8.count) else { return nil }
        for scalar in text.unicodeScalars {
            guard scalar.value > 0x20, scalar.value != 0x7F, scalar != "+", !scalar.properties.isWhitespace else { return nil }
        }
        self.text = text
    }

    package var description: String { text }

    /// By bytes: names that Unicode holds equivalent are different names.
    package static func == (one: NoteKeyName, other: NoteKeyName) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    package func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
}
