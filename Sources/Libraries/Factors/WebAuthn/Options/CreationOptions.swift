import Base

/// The account for which a passkey is made (WebAuthn Level 2, section 5.4.3).
package struct PasskeyUser: Sendable, Hashable {
    /// 1 to 64 random bytes that name the account and say nothing of the person (section 14.6.1): authenticators tell it without a PIN.
    package let handle: [UInt8]
    /// What tells accounts apart in the authenticator's list: the address that is typed to sign in.
    package let name: String
    package let displayName: String

    package init(handle: [UInt8], name: String, displayName: String) {
        precondition((1...64).contains(handle.count), "a user handle has 1 to 64 bytes")
        (self.handle, self.name, self.displayName) = (handle, name, displayName)
    }
}

/// What a page hands to `PublicKeyCredential.parseCreationOptionsFromJSON()` (WebAuthn Level 2, section 5.4; the JSON of Level 3,
/// section 5.1.9).
package struct CreationOptions: Sendable {
    package let ceremony: Ceremony
    package let user: PasskeyUser
    /// In order of preference.
    package let algorithms: [CredentialAlgorithm]
    /// Passkeys that the account has: the authenticator that holds one makes no second.
    package let excluded: [CredentialDescriptor]
    /// Whether it must be possible to sign in without saying who one is (section 5.4.6).
    package let isDiscoverable: Bool
    /// Whether the maker's word is asked for (`direct`), which browsers ask the person about (section 5.4.7).
    package let asksAttestation: Bool
    package let timeout: Duration

    package init(
        _ ceremony: Ceremony, user: PasskeyUser, algorithms: [CredentialAlgorithm] = CredentialAlgorithm.allCases,
        excluded: [CredentialDescriptor] = [], isDiscoverable: Bool = true, asksAttestation: Bool = false, timeout: Duration = .seconds(300)
    ) {
        precondition(!algorithms.isEmpty, "a key needs an algorithm")
        (self.ceremony, self.user, self.algorithms, self.excluded) = (ceremony, user, algorithms, excluded)
        (self.isDiscoverable, self.asksAttestation, self.timeout) = (isDiscoverable, asksAttestation, timeout)
    }

    /// Bytes are base64url; the timeout is in milliseconds.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member(
                "rp",
                object: { json in
                    json.member("id", ceremony.relyingParty.id)
                    json.member("name", ceremony.relyingParty.name)
                })
            json.member(
                "user",
                object: { json in
                    json.member("id", Base64URL.string(user.handle))
                    json.member("name", user.name)
                    json.member("displayName", user.displayName)
                })
            json.member("challenge", Base64URL.string(ceremony.challenge))
            json.member("pubKeyCredParams", array: writeAlgorithms)
            json.member("timeout", timeout.wholeMilliseconds)
            json.member("excludeCredentials", array: { json in for descriptor in excluded { descriptor.write(to: &json) } })
            json.member("authenticatorSelection", object: writeSelection)
            json.member("attestation", asksAttestation ? "direct" : "none")
        }
    }

    private func writeAlgorithms(to json: inout JSONWriter) {
        for algorithm in algorithms {
            json.object { json in
                json.member("type", "public-key")
                json.member("alg", Int(algorithm.rawValue))
            }
        }
    }

    private func writeSelection(to json: inout JSONWriter) {
        json.member("residentKey", isDiscoverable ? "required" : "discouraged")
        // For clients of Level 1, which know no `residentKey` (section 5.4.4).
        json.member("requireResidentKey", isDiscoverable)
        json.member("userVerification", ceremony.userVerification.rawValue)
    }
}

extension Duration {
    /// As browsers count a timeout.
    var wholeMilliseconds: Int { Int(wholeMicroseconds / 1_000) }
}
