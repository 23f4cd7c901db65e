import Base

/// What a page hands to `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn Level 2, section 5.5; the JSON of Level 3,
/// section 5.1.10).
package struct RequestOptions: Sendable {
    package let ceremony: Ceremony
    /// The account's passkeys; empty asks for a discoverable one. Never name those of an account whose password was not checked: that would
    /// tell which accounts exist (section 14.6.2).
    package let allowed: [CredentialDescriptor]
    package let timeout: Duration

    package init(_ ceremony: Ceremony, allowed: [CredentialDescriptor] = [], timeout: Duration = .seconds(300)) {
        (self.ceremony, self.allowed, self.timeout) = (ceremony, allowed, timeout)
    }

    /// As `Ceremony.verify` takes it.
    package var demand: CredentialDemand { allowed.isEmpty ? .discoverable : .oneOf(allowed.map(\.id)) }

    /// Bytes are base64url; the timeout is in milliseconds.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("challenge", Base64URL.string(ceremony.challenge))
            json.member("timeout", timeout.wholeMilliseconds)
            json.member("rpId", ceremony.relyingParty.id)
            json.member("allowCredentials", array: { json in for descriptor in allowed { descriptor.write(to: &json) } })
            json.member("userVerification", ceremony.userVerification.rawValue)
        }
    }
}
