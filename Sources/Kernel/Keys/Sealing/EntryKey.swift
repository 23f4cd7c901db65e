import Base
import Crypto
import Foundation

/// Opens one version of one record and nothing else: `HMAC-SHA-256(subject key, framed("zancada entry", tenant, kind, record,
/// version))`. Its text is what is handed over to disclose that version; nothing leads back from it to the subject's key.
package struct EntryKey: Sendable {
    let key: SymmetricKey

    init(_ key: SymmetricKey) {
        self.key = key
    }

    /// From the 32 bytes that a text or a vector names; nil for another count.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
    }

    package static let byteCount = 32
}

/// As text: `zancada-entry-key-1:` and 48 characters of base64url, which are the key and the first four bytes of the SHA-256
/// of prefix and key, so that a key copied wrongly is called that and not "the record was altered".
extension EntryKey {
    private static let prefix = "zancada-entry-key-1:"
    private static let checkBytes = 4

    /// Whoever holds this text can read that version: it is handed to one person, and is never logged.
    package var disclosure: String {
        let bytes = key.withUnsafeBytes { Array($0) }
        return Self.prefix + Base64URL.string(bytes + Self.check(bytes))
    }

    /// The 32 bytes, for a proof file that discloses: as secret as `disclosure`.
    package var exposedBytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    /// Throws `Failure(.invalid, "entry_key_unreadable")` for anything but a text that `disclosure` made.
    package init(disclosure text: String) throws(Failure) {
        guard text.utf8.count == Self.prefix.utf8.count + 48, text.hasPrefix(Self.prefix),
            let bytes = Base64URL.read(text.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count == Self.byteCount + Self.checkBytes,
            Array(bytes[Self.byteCount...]) == Self.check(Array(bytes[..<Self.byteCount]))
        else {
            throw Failure(
                .invalid, "entry_key_unreadable",
                Text(
                    es: "La clave de la versión no está completa o se copió mal: cópiela de nuevo, entera, con «\(Self.prefix)» delante.",
                    en: "The version's key is incomplete or was copied wrongly: copy it again, all of it, with \"\(Self.prefix)\" in front."
                ))
        }
        key = SymmetricKey(data: bytes[..<Self.byteCount])
    }

    private static func check(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array(prefix.utf8))
        hash.update(data: bytes)
        return Array(hash.finalize().prefix(checkBytes))
    }
}

extension EntryKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "‹entry key›" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
