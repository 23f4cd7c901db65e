/// What comes with a new credential (WebAuthn Level 2, section 6.5): a map of exactly `fmt`, `attStmt` and `authData`.
package struct AttestationObject: Sendable {
    package static let mostBytes = 65_536

    /// `none`, `packed`, or one that is not supported.
    package let format: String
    /// Always a map.
    package let statement: CBOR
    package let authenticatorData: AuthenticatorData

    /// Throws `.attestationObject`, or what is wrong with the authenticator data.
    package init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        guard let value = try? CBORReader.parse(bytes, limits: .init(bytes: Self.mostBytes)), value.map?.count == 3,
            let format = value["fmt"]?.text, let statement = value["attStmt"], statement.map != nil, let data = value["authData"]?.bytes
        else { throw .attestationObject }
        self.format = format
        self.statement = statement
        authenticatorData = try AuthenticatorData(data)
    }
}
