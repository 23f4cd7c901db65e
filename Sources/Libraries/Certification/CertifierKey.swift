import Base
import Crypto
import Foundation

/// The private half of a clinician's key. It signs statements and nothing else.
package struct CertifierKey: Sendable {
    /// 32 bytes (RFC 8032, section 5.1.5).
    package let publicKey: [UInt8]
    private let seed: Secret

    /// `seed` has 32 bytes that nobody can guess; nil for another count.
    package init?(seed: Secret) {
        guard let key = Self.key(seed) else { return nil }
        publicKey = Array(key.publicKey.rawRepresentation)
        self.seed = seed
    }

    /// The seed, to be sealed at once.
    package var exposedBytes: [UInt8] { seed.withExposedBytes { Array($0) } }

    /// The statement with its signature. Throws `Failure(.fault)` where the library refuses. Cost: 60 µs.
    package func sign(_ statement: Statement) throws(Failure) -> SignedStatement {
        guard let key = Self.key(seed), let signature = try? key.signature(for: statement.bytes) else {
            throw Failure(
                .fault, "statement_not_signed",
                Text(
                    es: "No se pudo firmar: es un error del programa; avise a quien lo mantiene.",
                    en: "It could not be signed: this is a fault of the program; tell whoever maintains it."))
        }
        return SignedStatement(statement, signature: Array(signature))
    }

    private static func key(_ seed: Secret) -> Curve25519.Signing.PrivateKey? {
        seed.withExposedBytes { try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
    }
}

/// A statement and the 64 bytes by which its certifier signed it: Ed25519 over the statement's bytes.
package struct SignedStatement: Sendable, Hashable {
    package let statement: Statement
    package let signature: [UInt8]

    package init(_ statement: Statement, signature: [UInt8]) {
        self.statement = statement
        self.signature = signature
    }

    /// Whether the key that the statement names signed it. Whose key that is, the journal tells.
    package var isSigned: Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: statement.certifier.publicKey) else {
            return false
        }
        return key.isValidSignature(signature, for: statement.bytes)
    }
}
