import Base

/// What a browser sends after `navigator.credentials.get()`.
package struct AssertionResponse: Sendable {
    /// By which the caller looks up the stored credential.
    package let credentialID: [UInt8]
    package let clientData: [UInt8]
    package let authenticatorData: [UInt8]
    package let signature: [UInt8]
    /// Whom the authenticator names: always for discoverable credentials.
    package let userHandle: [UInt8]?

    package init(credentialID: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], userHandle: [UInt8]? = nil) {
        (self.credentialID, self.clientData, self.authenticatorData) = (credentialID, clientData, authenticatorData)
        (self.signature, self.userHandle) = (signature, userHandle)
    }

    /// Reads what `PublicKeyCredential.toJSON()` gives (Level 3, section 5.1.8.2). Throws `.message`.
    package init(json: JSON) throws(WebAuthnFault) {
        let message = try CredentialMessage(json)
        credentialID = message.credentialID
        clientData = try message.bytes("clientDataJSON")
        authenticatorData = try message.bytes("authenticatorData")
        signature = try message.bytes("signature")
        userHandle = try message.bytesIfPresent("userHandle")
    }
}

/// A passkey as the caller's table holds it.
package struct StoredCredential: Sendable {
    package let id: [UInt8]
    package let key: CredentialKey
    /// Of the last assertion that was accepted, or of the registration.
    package let signCount: UInt32
    package let isBackupEligible: Bool
    /// Of the account to which it belongs: `PasskeyUser.handle`.
    package let userHandle: [UInt8]

    package init(id: [UInt8], key: CredentialKey, signCount: UInt32, isBackupEligible: Bool, userHandle: [UInt8]) {
        (self.id, self.key, self.signCount) = (id, key, signCount)
        (self.isBackupEligible, self.userHandle) = (isBackupEligible, userHandle)
    }
}

/// Who signed in how; the caller stores the counter before it opens a session.
package struct VerifiedAssertion: Sendable, Hashable {
    package let signCount: UInt32
    /// PIN, finger or face: two factors in one.
    package let isUserVerified: Bool
    package let isBackedUp: Bool
}

/// Whose passkey is asked for (WebAuthn Level 2, section 7.2, steps 5 and 6).
package enum CredentialDemand: Sendable, Hashable {
    /// The person said who they are; one of these ids.
    case oneOf([[UInt8]])
    /// The authenticator says who it is.
    case discoverable
}

extension Ceremony {
    /// WebAuthn Level 2, section 7.2, step by step, against the credential that the caller found under `response.credentialID`.
    ///
    /// Throws `.possibleClone` last, so that it means: everything else was right.
    package func verify(
        _ response: AssertionResponse, by stored: StoredCredential, asked demand: CredentialDemand
    ) throws(WebAuthnFault) -> VerifiedAssertion {
        guard response.credentialID == stored.id else { throw .unknownCredential }
        switch demand {
        case .oneOf(let ids): guard ids.contains(response.credentialID) else { throw .credentialNotAllowed }
        case .discoverable: guard response.userHandle != nil else { throw .userHandleMissing }
        }
        if let handle = response.userHandle {
            guard ConstantTime.isEqual(handle, stored.userHandle) else { throw .userHandle }
        }
        let clientDataHash = try verify(clientData: response.clientData, type: "webauthn.get")
        let data = try AuthenticatorData(response.authenticatorData)
        try verify(data)
        guard data.credential == nil else { throw .attestedCredential }
        guard data.flags.isBackupEligible == stored.isBackupEligible else { throw .backupEligibility }
        guard stored.key.signed(data.bytes + clientDataHash, response.signature) else { throw .signature }
        guard (data.signCount == 0 && stored.signCount == 0) || data.signCount > stored.signCount else {
            throw .possibleClone(stored: stored.signCount, received: data.signCount)
        }
        return VerifiedAssertion(
            signCount: data.signCount, isUserVerified: data.flags.isUserVerified, isBackedUp: data.flags.isBackedUp)
    }
}
