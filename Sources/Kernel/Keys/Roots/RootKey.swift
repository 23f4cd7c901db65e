import Base

/// The key above all others: it wraps organisations' keys and is used for nothing else. A file (`FileRootKey`), or a transit
/// engine that never shows it (target `Vault`).
package protocol RootKey: Sendable {
    /// Wraps 32 bytes under the newest root key. Throws `Failure`: `.unavailable` where the key or the engine is not to be had.
    func wrap(_ key: Secret, for use: KeyUse) async throws -> RootWrapped

    /// The 32 bytes. Throws `Failure`: `.invalid, "root_key_wrong"` where another root key wrapped them, `"root_key_altered"`
    /// where the bytes or what they are for were altered, `.unavailable` as `wrap`.
    func unwrap(_ wrapped: RootWrapped, for use: KeyUse) async throws -> Secret

    /// How these bytes stand to this root: what a rotation still has to wrap anew.
    func standing(of wrapped: RootWrapped) async throws -> RootStanding
}

/// How a wrapped key stands to a root key.
package enum RootStanding: Sendable, Hashable {
    /// Under the key that wraps now.
    case newest
    /// Under an earlier one that still unwraps.
    case former
    /// Under none that this root knows.
    case foreign
}

/// A key wrapped by a root key.
package struct RootWrapped: Sendable, Hashable {
    /// Which root key: not secret, so that a wrong one is named before anything is tried.
    package let root: String
    package let bytes: [UInt8]

    package init(root: String, bytes: [UInt8]) {
        self.root = root
        self.bytes = bytes
    }

    /// 1 to 128 visible characters of ASCII.
    package static func isRootName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
