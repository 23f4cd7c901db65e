import Base
import Foundation

/// Where a Vault-compatible transit engine is, and as whom to speak to it (HashiCorp Vault, OpenBao).
package struct VaultConfiguration: Sendable {
    /// `https://host:port`; `http` for this machine alone. Its certificate must be vouched for by the system's authorities
    /// (`/etc/ssl/certs`; Debian: `update-ca-certificates` adds one's own).
    package let address: URL
    package let token: Secret
    /// Where the transit engine is mounted.
    package var mount = "transit"
    /// The engine's key, of type `aes256-gcm96` (its default).
    package var key = "zancada"
    /// Of one call to the root, its repetitions and pauses included.
    package var deadline: Duration = .seconds(10)
    /// How often a call is tried where the engine is not to be reached, sealed, busy or broken.
    package var mostTries = 4
    /// Before the second try; doubled for each further one, and up to half as much again by chance.
    package var firstPause: Duration = .milliseconds(100)

    /// Throws `Failure(.invalid)` for an address that is none, that holds a user, a password, a path or a query, or that would
    /// send the token over a network in clear.
    package init(address text: String, token: Secret) throws(Failure) {
        guard let address = URL(string: text), let host = address.host(), !host.isEmpty,
            address.scheme == "https" || address.scheme == "http", address.user() == nil, address.password() == nil,
            address.path().isEmpty || address.path() == "/", address.query() == nil
        else { throw .vaultAddressInvalid }
        guard address.scheme == "https" || ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) else { throw .vaultInClear(host) }
        self.address = address
        self.token = token
    }

    /// Whether a mount or a key can have this name here: 1 to 64 of a-z, A-Z, digits, `-` and `_`; a mount may have several
    /// such parts with `/` between them.
    package static func isName(_ text: String, slashes: Bool = false) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.split(separator: "/", omittingEmptySubsequences: false).count <= (slashes ? 8 : 1)
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { isNameByte($0) }
            }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// As an operator writes it.
extension VaultConfiguration {
    /// `https://host:port/mount/key`: where the engine is, where it is mounted there, and its key. Throws `Failure(.invalid)` as
    /// `init(address:token:)`, and where mount or key are missing or can have no such name.
    package init(root text: String, token: Secret) throws(Failure) {
        let (origin, parts) = Self.parts(of: text)
        guard parts.count >= 2, let key = parts.last else { throw .vaultAddressInvalid }
        try self.init(address: origin, token: token)
        mount = parts.dropLast().joined(separator: "/")
        self.key = key
        guard Self.isName(mount, slashes: true), Self.isName(key) else { throw .vaultNameInvalid }
    }

    /// What stands before the path, and the path between its slashes.
    private static func parts(of text: String) -> (origin: String, path: [String]) {
        let pieces = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return (pieces.prefix(3).joined(separator: "/"), Array(pieces.dropFirst(3)))
    }
}
