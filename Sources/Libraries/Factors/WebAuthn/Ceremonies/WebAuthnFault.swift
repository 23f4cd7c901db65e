/// Why a registration or an assertion was refused: one for each step of WebAuthn Level 2, sections 7.1 and 7.2.
///
/// For the log and the tests. People are told one sentence whatever the step, but for `possibleClone`, which an operator should hear of.
package enum WebAuthnFault: Error, Hashable, Sendable {
    /// The message itself is not of the form that browsers send: no JSON, a member missing or of another type, too long.
    case message
    /// 7.1 steps 5–6, 7.2 steps 8–10: no JSON of the right members.
    case clientData
    /// 7.1 step 7, 7.2 step 11: a registration where an assertion is due, or the other way round.
    case ceremonyType
    /// 7.1 step 8, 7.2 step 12: for another challenge than ours.
    case challenge
    /// 7.1 step 9, 7.2 step 13: made on a page that is not ours.
    case origin
    /// Level 3, 7.1 steps 10–11: made within somebody else's page.
    case crossOrigin
    /// 7.1 step 10, 7.2 step 14: bound to a connection that is not this one.
    case tokenBinding
    /// 7.1 step 12: not the three members in canonical CBOR.
    case attestationObject
    /// 6.1: lengths, flags and contents do not agree.
    case authenticatorData
    /// 6.1: a registration without a credential, or an assertion with one.
    case attestedCredential
    /// 7.1 step 13, 7.2 step 15: for another relying party.
    case relyingPartyHash
    /// 7.1 step 14, 7.2 step 16.
    case userNotPresent
    /// 7.1 step 15, 7.2 step 17, where verification is required.
    case userNotVerified
    /// Level 3, 6.1.3: backed up, but not eligible for it.
    case backupState
    /// Level 3, 7.2 step 19: eligibility is not what it was at registration.
    case backupEligibility
    /// 7.1 step 16: an algorithm that was not asked for.
    case algorithm
    /// 4, and Level 3, 7.1 step 25: fewer than 16 bytes or more than 1,023.
    case credentialIDLength
    /// 6.5.1.1: no sound COSE_Key.
    case credentialKey(CredentialKey.Fault)
    /// The id beside the message is not the one within.
    case credentialIDMismatch
    /// 7.1 step 18: neither `none` nor `packed`.
    case attestationFormat
    /// 8.2, 8.7: the statement does not have the form of its format.
    case attestationStatement
    /// 8.2, self attestation: another algorithm than the credential's.
    case attestationAlgorithm
    /// 8.2: the signature does not fit.
    case attestationSignature
    /// 8.2.1: the leaf is not what attestation certificates must be.
    case attestationCertificate(AttestationCertificate.Fault)
    /// 8.2: the certificate is for another model.
    case attestationModel
    /// 7.2 step 5: a credential that was not asked for.
    case credentialNotAllowed
    /// 7.2 step 6: another credential than the one that was looked up.
    case unknownCredential
    /// 7.2 step 6: nobody was named beforehand, and the authenticator names nobody.
    case userHandleMissing
    /// 7.2 step 6: the authenticator names somebody else.
    case userHandle
    /// 7.2 step 20.
    case signature
    /// 7.2 step 21: the counter did not grow, so there may be two of this authenticator. Everything else was right.
    case possibleClone(stored: UInt32, received: UInt32)
}
