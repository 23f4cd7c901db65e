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

/// What an operator sets.
extension VaultConfiguration {
    package static let addressKey = ConfigKey<String?>(
        "vault.address", .optional(.url(schemes: ["https", "http"])), default: nil,
        Text(
            es: "Dirección https del motor de cifrado (Vault u OpenBao) que guarda la clave raíz; sin ella, la clave raíz es un archivo.",
            en: "The https address of the transit engine (Vault or OpenBao) that holds the root key; without it the root key is a file."))
    package static let tokenKey = ConfigKey(
        secret: "vault.token",
        Text(es: "Token con el que se usa el motor de cifrado.", en: "The token with which the transit engine is used."))
    package static let mountKey = ConfigKey(
        "vault.mount", .text(), default: "transit", Text(es: "Dónde está montado el motor.", en: "Where the engine is mounted."))
    package static let keyKey = ConfigKey(
        "vault.key", .text(), default: "zancada", Text(es: "Nombre de la clave del motor.", en: "The name of the engine's key."))
}
