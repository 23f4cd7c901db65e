import SwiftASN1
import X509

/// The certificate of an authenticator's maker with those above it, held to WebAuthn Level 2, section 8.2.1; whether it is believed is
/// another question, which `AttestationRoots` answers.
package struct AttestationCertificate: Sendable {
    /// Which demand is not met.
    package enum Fault: String, Error, Hashable, Sendable, CaseIterable {
        /// Not X.509 in DER, or larger than `mostBytes`.
        case malformed
        /// Not version 3.
        case version
        /// Not one country of two letters, one maker, one name, and the unit “Authenticator Attestation”.
        case subject
        /// An authority, or nothing said about it.
        case basicConstraints = "basic_constraints"
        /// The extension with the model is critical, or holds no 16 bytes.
        case modelExtension = "model_extension"
    }

    package static let mostBytes = 8_192

    /// The leaf first, in DER.
    package let chain: [[UInt8]]
    /// The AAGUID that the certificate is for, 16 bytes; nil where it names none.
    package let model: [UInt8]?
    /// The maker's name (`O`).
    package let maker: String
    let leaf: Certificate
    let others: [Certificate]

    /// `chain` is not empty, its first certificate signs.
    init(chain: [[UInt8]]) throws(Fault) {
        var certificates: [Certificate] = []
        for bytes in chain {
            guard bytes.count <= Self.mostBytes, let certificate = try? Certificate(derEncoded: bytes) else { throw .malformed }
            certificates.append(certificate)
        }
        guard let leaf = certificates.first else { throw .malformed }
        guard leaf.version == .v3 else { throw .version }
        maker = try Self.maker(of: leaf.subject)
        guard let constraints = try? leaf.extensions.basicConstraints, constraints == .notCertificateAuthority else {
            throw .basicConstraints
        }
        model = try Self.model(leaf.extensions)
        (self.chain, self.leaf, others) = (chain, leaf, Array(certificates.dropFirst()))
    }

    /// nil where the certificate's key is none of that algorithm.
    func verifier(for algorithm: CredentialAlgorithm) -> SignatureVerifier? {
        SignatureVerifier(leaf.publicKey, for: algorithm)
    }

    private static func maker(of subject: DistinguishedName) throws(Fault) -> String {
        func only(_ type: ASN1ObjectIdentifier) -> String? {
            let values = subject.joined().filter { $0.type == type }
            guard values.count == 1, let value = values.first else { return nil }
            return String(value.value)
        }
        guard let country = only(.RDNAttributeType.countryName), country.utf8.count == 2,
            country.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            only(.RDNAttributeType.organizationalUnitName).map({ $0.utf8.elementsEqual("Authenticator Attestation".utf8) }) ?? false,
            let name = only(.RDNAttributeType.commonName), !name.isEmpty,
            let maker = only(.RDNAttributeType.organizationName), !maker.isEmpty
        else { throw .subject }
        return maker
    }

    /// id-fido-gen-ce-aaguid: an OCTET STRING of 16 bytes within the one of the extension.
    private static func model(_ extensions: Certificate.Extensions) throws(Fault) -> [UInt8]? {
        guard let found = extensions[oid: [1, 3, 6, 1, 4, 1, 45_724, 1, 1, 4]] else { return nil }
        guard !found.critical, found.value.count == 18, found.value.starts(with: [0x04, 0x10]) else { throw .modelExtension }
        return Array(found.value.dropFirst(2))
    }
}
