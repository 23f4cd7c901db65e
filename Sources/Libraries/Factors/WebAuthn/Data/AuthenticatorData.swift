/// What an authenticator says of itself and signs (WebAuthn Level 2, section 6.1; BE and BS as Level 3 defines them).
package struct AuthenticatorData: Sendable {
    /// Level 2, section 6.1, table 3. Bits without a meaning are ignored, as reserved bits are.
    package struct Flags: Sendable, Hashable {
        package let rawValue: UInt8

        package var isUserPresent: Bool { has(0) }
        package var isUserVerified: Bool { has(2) }
        /// The credential may be copied to other devices: a synced passkey.
        package var isBackupEligible: Bool { has(3) }
        /// It has been copied.
        package var isBackedUp: Bool { has(4) }
        var hasCredential: Bool { has(6) }
        var hasExtensions: Bool { has(7) }

        private func has(_ bit: UInt8) -> Bool { rawValue >> bit & 1 == 1 }
    }

    /// A new credential (section 6.5.1).
    package struct AttestedCredential: Sendable {
        /// The model of the authenticator, 16 bytes; all zero where it is not told.
        package let aaguid: [UInt8]
        /// 16 to 1,023 bytes.
        package let id: [UInt8]
        package let key: CredentialKey
    }

    /// The longest that is read: the longest id, a key and extensions fit many times.
    package static let mostBytes = 8_192
    /// Level 2, section 4 (“Credential ID”): at least 16 bytes; Level 3, section 7.1, step 25: at most 1,023.
    package static let credentialIDBytes = 16...1_023

    /// SHA-256 of the relying party's id, 32 bytes.
    package let relyingPartyHash: [UInt8]
    package let flags: Flags
    /// How often the authenticator has signed; 0 where it does not count.
    package let signCount: UInt32
    /// There in registrations, absent from assertions.
    package let credential: AttestedCredential?
    /// A map of extensions, read and not acted upon.
    package let extensions: CBOR?
    /// Everything, as it was signed.
    package let bytes: [UInt8]

    /// Throws `.authenticatorData` for anything that does not add up, `.credentialIDLength` and `.credentialKey` for what is wrong with the
    /// credential in it.
    package init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        guard (37...Self.mostBytes).contains(bytes.count) else { throw .authenticatorData }
        relyingPartyHash = Array(bytes[..<32])
        flags = Flags(rawValue: bytes[32])
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var offset = 37
        credential = flags.hasCredential ? try Self.credential(bytes, &offset) : nil
        if flags.hasExtensions {
            let value = try Self.value(bytes, &offset)
            guard value.map?.allSatisfy({ $0.key.text != nil }) ?? false else { throw .authenticatorData }
            extensions = value
        } else {
            extensions = nil
        }
        guard offset == bytes.count else { throw .authenticatorData }
        self.bytes = bytes
    }

    private static func credential(_ bytes: [UInt8], _ offset: inout Int) throws(WebAuthnFault) -> AttestedCredential {
        guard bytes.count >= offset + 18 else { throw .authenticatorData }
        let aaguid = Array(bytes[offset..<offset + 16])
        let length = Int(bytes[offset + 16]) << 8 | Int(bytes[offset + 17])
        offset += 18
        guard credentialIDBytes.contains(length) else { throw .credentialIDLength }
        guard bytes.count >= offset + length else { throw .authenticatorData }
        let id = Array(bytes[offset..<offset + length])
        offset += length
        let start = offset
        let value = try value(bytes, &offset)
        do {
            return AttestedCredential(aaguid: aaguid, id: id, key: try CredentialKey(value, from: Array(bytes[start..<offset])))
        } catch {
            throw .credentialKey(error)
        }
    }

    private static func value(_ bytes: [UInt8], _ offset: inout Int) throws(WebAuthnFault) -> CBOR {
        var reader = CBORReader(bytes, at: offset)
        guard let value = try? reader.value() else { throw .authenticatorData }
        offset = reader.offset
        return value
    }
}
