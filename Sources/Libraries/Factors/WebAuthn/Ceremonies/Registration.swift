import Base

/// What a browser sends after `navigator.credentials.create()`.
package struct RegistrationResponse: Sendable {
    package let credentialID: [UInt8]
    package let clientData: [UInt8]
    package let attestationObject: [UInt8]
    /// How the authenticator can be reached (`usb`, `internal` …), as it said: kept, and named when it is asked for again.
    package let transports: [String]

    package init(credentialID: [UInt8], clientData: [UInt8], attestationObject: [UInt8], transports: [String] = []) {
        (self.credentialID, self.clientData) = (credentialID, clientData)
        (self.attestationObject, self.transports) = (attestationObject, transports)
    }

    /// Reads what `PublicKeyCredential.toJSON()` gives (Level 3, section 5.1.8.1). Throws `.message`.
    package init(json: JSON) throws(WebAuthnFault) {
        let message = try CredentialMessage(json)
        credentialID = message.credentialID
        clientData = try message.bytes("clientDataJSON")
        attestationObject = try message.bytes("attestationObject")
        transports = CredentialDescriptor.transports((message.response["transports"]?.array ?? []).compactMap(\.string))
    }
}

/// A passkey that was just made and is to be kept.
package struct NewCredential: Sendable {
    package let id: [UInt8]
    package let key: CredentialKey
    package let signCount: UInt32
    package let isUserVerified: Bool
    package let isBackupEligible: Bool
    package let isBackedUp: Bool
    package let transports: [String]
    /// The model, 16 bytes; believed only as far as `attestation` goes.
    package let aaguid: [UInt8]
    package let attestation: Attestation
}

extension Ceremony {
    /// WebAuthn Level 2, section 7.1, step by step. `algorithms` are those that the options named.
    ///
    /// That nobody has the credential's id yet (step 22) is the table's unique index to say, and whether an attestation is good enough
    /// (steps 20, 21 and 24) the installation's policy.
    package func verify(
        _ response: RegistrationResponse, algorithms: [CredentialAlgorithm] = CredentialAlgorithm.allCases
    ) throws(WebAuthnFault) -> NewCredential {
        let clientDataHash = try verify(clientData: response.clientData, type: "webauthn.create")
        let object = try AttestationObject(response.attestationObject)
        let data = object.authenticatorData
        try verify(data)
        guard let credential = data.credential else { throw .attestedCredential }
        guard algorithms.contains(credential.key.algorithm) else { throw .algorithm }
        guard credential.id == response.credentialID else { throw .credentialIDMismatch }
        let attestation = try Attestation.verify(object, clientDataHash: clientDataHash)
        return NewCredential(
            id: credential.id, key: credential.key, signCount: data.signCount, isUserVerified: data.flags.isUserVerified,
            isBackupEligible: data.flags.isBackupEligible, isBackedUp: data.flags.isBackedUp, transports: response.transports,
            aaguid: credential.aaguid, attestation: attestation)
    }
}
