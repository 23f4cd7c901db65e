import Base
import Crypto
import Foundation

/// COSE's numbers of the signature algorithms that are understood (RFC 9053, section 2), in the order of preference in which options name them.
package enum CredentialAlgorithm: Int64, Sendable, Hashable, CaseIterable {
    /// ECDSA over P-256 with SHA-256.
    case es256 = -7
    /// Ed25519.
    case edDSA = -8
}

/// The public key of a credential, as its authenticator wrote it: a COSE_Key in canonical CBOR (RFC 9052, section 7; RFC 9053, section 7).
///
/// WebAuthn Level 2, section 6.5.1.1: `alg` must be there, ES256 means P-256 with both coordinates, EdDSA means Ed25519, and nothing
/// optional may stand beside them.
package struct CredentialKey: Sendable {
    /// What is wrong with a key.
    package enum Fault: String, Error, Hashable, Sendable, CaseIterable {
        case malformed
        /// Neither ES256 nor EdDSA.
        case algorithm
        /// Parameters that do not belong to the algorithm, too many or too few.
        case parameters
        /// Not on the curve, or so that anybody's signature fits it.
        case point
    }

    package let algorithm: CredentialAlgorithm
    /// As it is kept, and read again by `init(_:)`.
    package let bytes: [UInt8]
    private let verifier: SignatureVerifier

    /// Reads a key that fills `bytes`.
    package init(_ bytes: [UInt8]) throws(Fault) {
        do {
            try self.init(CBORReader.parse(bytes, limits: .init(bytes: 1_024, depth: 1)), from: bytes)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .malformed
        }
    }

    /// `bytes` are those from which `value` was read.
    init(_ value: CBOR, from bytes: [UInt8]) throws(Fault) {
        guard let members = value.map else { throw .malformed }
        guard let number = value[Label.algorithm]?.integer else { throw .parameters }
        guard let algorithm = CredentialAlgorithm(rawValue: number) else { throw .algorithm }
        let (type, curve) = (value[Label.type]?.integer, value[Label.curve]?.integer)
        guard let x = value[Label.x]?.bytes, x.count == 32 else { throw .parameters }
        switch algorithm {
        case .es256:
            guard members.count == 5, type == 2, curve == 1, let y = value[Label.y]?.bytes, y.count == 32 else { throw .parameters }
            guard let key = SignatureVerifier(p256: [4] + x + y) else { throw .point }
            verifier = key
        case .edDSA:
            guard members.count == 4, type == 1, curve == 6 else { throw .parameters }
            guard let key = SignatureVerifier(ed25519: x) else { throw .point }
            verifier = key
        }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// Whether this key signed `message`. `signature` has the form of WebAuthn Level 2, section 6.5.6: DER for ES256, 64 bytes for EdDSA.
    package func signed(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        verifier.isValid(signature, over: message)
    }

    /// RFC 9052, section 7.1, and RFC 9053, section 7.
    private enum Label {
        static let type: Int64 = 1
        static let algorithm: Int64 = 3
        static let curve: Int64 = -1
        static let x: Int64 = -2
        static let y: Int64 = -3
    }
}
