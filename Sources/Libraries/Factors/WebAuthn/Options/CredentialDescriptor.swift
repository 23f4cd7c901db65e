import Base

/// A passkey by its id, as options name it (WebAuthn Level 2, section 5.8.3).
package struct CredentialDescriptor: Sendable, Hashable {
    package let id: [UInt8]
    package let transports: [String]

    package init(id: [UInt8], transports: [String] = []) {
        self.id = id
        self.transports = Self.transports(transports)
    }

    /// Those that Level 2, section 5.8.4, and Level 3 name, each once: what else a browser says is not kept.
    static func transports(_ said: [String]) -> [String] {
        ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"].filter(said.contains)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "public-key")
            json.member("id", Base64URL.string(id))
            if !transports.isEmpty {
                json.member("transports", array: { json in for transport in transports { json.string(transport) } })
            }
        }
    }
}
