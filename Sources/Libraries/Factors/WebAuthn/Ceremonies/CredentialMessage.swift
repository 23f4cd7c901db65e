import Base

/// What registrations and assertions have in common on the wire (WebAuthn Level 3, section 5.1.8): a public-key credential whose bytes
/// are base64url.
struct CredentialMessage {
    /// Base64url adds a third to the longest attestation object.
    static let mostCharacters = 4 * AttestationObject.mostBytes / 3 + 4

    let credentialID: [UInt8]
    let response: JSON.Object

    init(_ json: JSON) throws(WebAuthnFault) {
        guard json["type"]?.string == "public-key", let response = json["response"]?.object,
            let id = json["id"]?.string, let rawID = json["rawId"]?.string, id.utf8.elementsEqual(rawID.utf8),
            id.utf8.count <= Self.mostCharacters, let credentialID = Base64URL.read(id.utf8)
        else { throw .message }
        (self.credentialID, self.response) = (credentialID, response)
    }

    func bytes(_ name: String) throws(WebAuthnFault) -> [UInt8] {
        guard let text = response[name]?.string, text.utf8.count <= Self.mostCharacters, let bytes = Base64URL.read(text.utf8) else {
            throw .message
        }
        return bytes
    }

    /// nil where it is absent or null.
    func bytesIfPresent(_ name: String) throws(WebAuthnFault) -> [UInt8]? {
        guard let value = response[name], !value.isNull else { return nil }
        return try bytes(name)
    }
}
