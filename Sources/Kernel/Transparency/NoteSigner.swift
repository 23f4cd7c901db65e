import Base
import Crypto
import Foundation

/// The private half of a key that signs notes.
///
/// Its text has the form that Go's `note` package gave it: `PRIVATE+KEY+name+hash+base64`, where the base64 is of one byte that
/// says Ed25519 and the 32 bytes of the seed.
package struct NoteSigner: Sendable {
    package let verifier: NoteVerifier
    /// The 32 bytes that RFC 8032 calls the private key.
    private let seed: Secret

    /// `seed` has 32 bytes that nobody can guess; throws `.noteKeyMalformed` otherwise.
    package init(name: NoteKeyName, seed: Secret) throws(Failure) {
        guard let key = Self.key(seed) else { throw Failure.noteKeyMalformed }
        verifier = try NoteVerifier(name: name, publicKey: Array(key.publicKey.rawRepresentation))
        self.seed = seed
    }

    /// A new key. `random` must be unpredictable: `World.random`.
    package init(name: NoteKeyName, random: Randomness) throws(Failure) {
        try self.init(name: name, seed: Secret(random.bytes(32)))
    }

    /// Reads the text form. Throws `.noteKeyMalformed` where it is another, or the hash is not this key's.
    package init(_ text: Secret) throws(Failure) {
        let parsed = text.withExposedBytes { text -> (NoteKeyName, [UInt8], Secret)? in
            let prefix = Array("PRIVATE+KEY+".utf8)
            guard text.count <= 512, text.starts(with: prefix) else { return nil }
            let parts = text.dropFirst(prefix.count).split(
                separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let name = String(validating: parts[0], as: UTF8.self).flatMap(NoteKeyName.init),
                let hash = Hexadecimal.read(parts[1]), let key = Base64.read(parts[2]), key.first == NoteVerifier.ed25519
            else { return nil }
            return (name, hash, Secret(Array(key.dropFirst())))
        }
        guard let (name, hash, seed) = parsed else { throw Failure.noteKeyMalformed }
        try self.init(name: name, seed: seed)
        guard hash == NoteVerifier.bytes(verifier.keyID) else { throw Failure.noteKeyMalformed }
    }

    /// The text form: whoever has it can sign.
    package var text: Secret {
        let encoded = seed.withExposedBytes { Base64.string([NoteVerifier.ed25519] + $0) }
        return Secret("PRIVATE+KEY+\(verifier.name)+\(Hexadecimal.string(NoteVerifier.bytes(verifier.keyID)))+\(encoded)")
    }

    /// Signs `text`, which ends with a newline. Throws `Failure(.fault)` where the library refuses. Cost: 60 µs.
    package func sign(_ text: [UInt8]) throws(Failure) -> NoteSignature {
        guard let key = Self.key(seed), let signature = try? key.signature(for: text) else {
            throw Failure(
                .fault, "note_not_signed",
                Text(
                    es: "No se pudo firmar el estado del registro: es un error del programa; avise a quien lo mantiene.",
                    en: "The journal's state could not be signed: this is a fault of the program; tell whoever maintains it."))
        }
        return NoteSignature(name: verifier.name, keyID: verifier.keyID, bytes: Array(signature))
    }

    private static func key(_ seed: Secret) -> Curve25519.Signing.PrivateKey? {
        seed.withExposedBytes { try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
    }
}
