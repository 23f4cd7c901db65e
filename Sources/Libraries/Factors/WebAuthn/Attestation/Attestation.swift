/// What is known of the authenticator's make after a registration (WebAuthn Level 2, section 6.5.3).
package enum Attestation: Sendable {
    /// Nothing: what privacy suggests, and what most passkeys come with.
    case none
    /// Signed by the credential's own key: whole, but anybody could have made it.
    case selfSigned
    /// Signed by the maker's key, in whose certificate nobody has put trust yet: `AttestationRoots` does.
    case unanchored(AttestationCertificate)
}

extension Attestation {
    /// WebAuthn Level 2, sections 8.2 (`packed`) and 8.7 (`none`); 7.1, steps 18 and 19.
    static func verify(_ object: AttestationObject, clientDataHash: [UInt8]) throws(WebAuthnFault) -> Attestation {
        switch object.format {
        case "none":
            guard object.statement.map?.isEmpty ?? false else { throw .attestationStatement }
            return .none
        case "packed": return try packed(object, clientDataHash)
        default: throw .attestationFormat
        }
    }

    /// The most certificates of a chain: makers have one or two above the leaf.
    private static let mostCertificates = 5

    private static func packed(_ object: AttestationObject, _ clientDataHash: [UInt8]) throws(WebAuthnFault) -> Attestation {
        guard let credential = object.authenticatorData.credential else { throw .attestedCredential }
        let statement = object.statement
        guard let number = statement["alg"]?.integer, let signature = statement["sig"]?.bytes,
            statement.map?.count == (statement["x5c"] == nil ? 2 : 3)
        else { throw .attestationStatement }
        let message = object.authenticatorData.bytes + clientDataHash
        guard let chain = statement["x5c"] else {
            guard number == credential.key.algorithm.rawValue else { throw .attestationAlgorithm }
            guard credential.key.signed(message, signature) else { throw .attestationSignature }
            return .selfSigned
        }
        guard let elements = chain.array, (1...mostCertificates).contains(elements.count) else { throw .attestationStatement }
        let certificates = elements.compactMap(\.bytes)
        guard certificates.count == elements.count else { throw .attestationStatement }
        guard let algorithm = CredentialAlgorithm(rawValue: number) else { throw .attestationAlgorithm }
        let certificate: AttestationCertificate
        do {
            certificate = try AttestationCertificate(chain: certificates)
        } catch {
            throw .attestationCertificate(error)
        }
        guard let key = certificate.verifier(for: algorithm) else { throw .attestationAlgorithm }
        guard key.isValid(signature, over: message) else { throw .attestationSignature }
        guard certificate.model == nil || certificate.model == credential.aaguid else { throw .attestationModel }
        return .unanchored(certificate)
    }
}
