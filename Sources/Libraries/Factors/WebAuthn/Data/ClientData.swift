import Base

/// What the browser says of where and for what it asked (WebAuthn Level 2, section 5.8.1): JSON, signed by its hash.
package struct ClientData: Sendable {
    package static let mostBytes = 4_096

    /// `webauthn.create` or `webauthn.get`.
    package let type: String
    package let challenge: [UInt8]
    package let origin: String
    package let isCrossOrigin: Bool
    /// The page around the frame that asked (Level 3).
    package let topOrigin: String?
    /// The connection was bound to a token, which no server of ours does.
    package let usesTokenBinding: Bool

    /// Members that are not known are passed over, as section 5.8.1 asks. Throws `.clientData` for what is no such JSON: with a member
    /// twice, of another type, a challenge that is no base64url.
    package init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        // “UTF-8 decode” of section 7.1, step 5, strips one byte order mark.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard bytes.count <= Self.mostBytes, let json = try? JSON.parse(text, limits: .init(bytes: Self.mostBytes, depth: 4)),
            let type = json["type"]?.string, let origin = json["origin"]?.string,
            let challenge = json["challenge"]?.string.flatMap({ Base64URL.read($0.utf8) })
        else { throw .clientData }
        (self.type, self.origin, self.challenge) = (type, origin, challenge)
        if let crossOrigin = json["crossOrigin"] {
            guard let value = crossOrigin.bool else { throw .clientData }
            isCrossOrigin = value
        } else {
            isCrossOrigin = false
        }
        if let top = json["topOrigin"] {
            guard let value = top.string else { throw .clientData }
            topOrigin = value
        } else {
            topOrigin = nil
        }
        if let binding = json["tokenBinding"] {
            guard let status = binding["status"]?.string, status == "present" || status == "supported" else { throw .clientData }
            usesTokenBinding = status == "present"
        } else {
            usesTokenBinding = false
        }
    }
}
