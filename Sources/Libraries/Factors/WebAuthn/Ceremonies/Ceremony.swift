import Base
import Crypto
import Foundation

/// Whether the authenticator must know who is before it, by PIN, finger or face (WebAuthn Level 2, section 5.8.6).
package enum UserVerification: String, Sendable, Hashable, CaseIterable {
    case required
    case preferred
    case discouraged
}

/// Who asks for passkeys: this installation (WebAuthn Level 2, section 4).
package struct RelyingParty: Sendable, Hashable {
    /// The domain for which passkeys are made, without scheme and port: `clinica.example`. It cannot change without losing them all.
    package let id: String
    /// As authenticators show it.
    package let name: String
    /// Where pages that ask may come from, exactly as browsers write it: `https://clinica.example`, `https://clinica.example:8443`,
    /// `android:apk-key-hash:…`.
    package let origins: [String]
    /// Whether a page of ours may ask from within somebody else's page.
    package let allowsCrossOrigin: Bool

    package init(id: String, name: String, origins: [String], allowsCrossOrigin: Bool = false) {
        precondition(!id.isEmpty && !origins.isEmpty, "passkeys are bound to a domain and its pages")
        (self.id, self.name, self.origins, self.allowsCrossOrigin) = (id, name, origins, allowsCrossOrigin)
    }
}

/// One asking and what must come back: kept between the two, and forgotten once it was answered, well or badly.
package struct Ceremony: Sendable {
    /// WebAuthn Level 2, section 13.4.3: at least 16 bytes, from the world's randomness. Here 32.
    package static let challengeBytes = 32

    package let relyingParty: RelyingParty
    package let challenge: [UInt8]
    package let userVerification: UserVerification

    package init(relyingParty: RelyingParty, challenge: [UInt8], userVerification: UserVerification) {
        precondition(challenge.count >= 16, "a challenge that can be guessed is none")
        (self.relyingParty, self.challenge, self.userVerification) = (relyingParty, challenge, userVerification)
    }

    /// Sections 7.1, steps 5 to 11, and 7.2, steps 8 to 14 and 19: the hash of the client data, once it says what it must.
    func verify(clientData bytes: [UInt8], type: String) throws(WebAuthnFault) -> [UInt8] {
        let data = try ClientData(bytes)
        guard data.type.utf8.elementsEqual(type.utf8) else { throw .ceremonyType }
        guard ConstantTime.isEqual(data.challenge, challenge) else { throw .challenge }
        guard relyingParty.origins.contains(where: { $0.utf8.elementsEqual(data.origin.utf8) }) else { throw .origin }
        guard relyingParty.allowsCrossOrigin || (!data.isCrossOrigin && data.topOrigin == nil) else { throw .crossOrigin }
        guard !data.usesTokenBinding else { throw .tokenBinding }
        return Array(SHA256.hash(data: bytes))
    }

    /// Sections 7.1, steps 13 to 15, and 7.2, steps 15 to 17; Level 3, section 6.1.3.
    func verify(_ data: AuthenticatorData) throws(WebAuthnFault) {
        guard ConstantTime.isEqual(data.relyingPartyHash, Array(SHA256.hash(data: Array(relyingParty.id.utf8)))) else {
            throw .relyingPartyHash
        }
        guard data.flags.isUserPresent else { throw .userNotPresent }
        guard userVerification != .required || data.flags.isUserVerified else { throw .userNotVerified }
        guard data.flags.isBackupEligible || !data.flags.isBackedUp else { throw .backupState }
    }
}
