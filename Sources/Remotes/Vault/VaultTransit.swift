import Base
import Foundation
import Keys

/// The root key in a transit engine, which wraps and unwraps and never shows it. Each wrapped key is the engine's own text,
/// `vault:v1:…`, with what it is for as associated data; the engine's AES-GCM authenticates both.
///
/// Rotate the key in the engine, then run `RootRewrap`: it wraps anew what earlier versions wrapped. The engine's own rewrap
/// takes no associated data, so a key passes through this process on the way, for some milliseconds.
package struct VaultTransit: RootKey {
    private let configuration: VaultConfiguration
    private let client: VaultClient
    /// `transit:`, mount, `/`, key: which root key it is.
    package let name: String

    /// Throws `Failure(.invalid)` for a mount or key that can have no such name. Connects to nobody yet.
    package init(_ configuration: VaultConfiguration, world: World) throws(Failure) {
        guard VaultConfiguration.isName(configuration.mount, slashes: true), VaultConfiguration.isName(configuration.key) else {
            throw .vaultNameInvalid
        }
        self.configuration = configuration
        client = VaultClient(configuration, world: world)
        name = "transit:\(configuration.mount)/\(configuration.key)"
    }

    package func wrap(_ key: Secret, for use: KeyUse) async throws -> RootWrapped {
        let answer: JSON
        do {
            answer = try await client.call(
                .post, path("encrypt"),
                [
                    "plaintext": key.withExposedBytes { Data($0).base64EncodedString() },
                    "associated_data": Data(use.frame).base64EncodedString(),
                ])
        } catch is VaultClient.Refused {
            throw Failure.vaultStatus(400)
        }
        guard let text = answer["data"]?["ciphertext"]?.string, TransitCiphertext(text) != nil else { throw Failure.vaultAnswer }
        return RootWrapped(root: name, bytes: Array(text.utf8))
    }

    package func unwrap(_ wrapped: RootWrapped, for use: KeyUse) async throws -> Secret {
        guard wrapped.root == name else { throw Failure.rootKeyWrong(expected: wrapped.root, found: name) }
        guard let text = TransitCiphertext(String(decoding: wrapped.bytes, as: UTF8.self))?.text else { throw Failure.rootKeyAltered(name) }
        let answer: JSON
        do {
            answer = try await client.call(
                .post, path("decrypt"), ["ciphertext": text, "associated_data": Data(use.frame).base64EncodedString()])
        } catch let refused as VaultClient.Refused {
            throw refusal(refused, of: text)
        }
        guard let plain = answer["data"]?["plaintext"]?.string.flatMap({ Data(base64Encoded: $0) }), plain.count == 32 else {
            throw Failure.vaultAnswer
        }
        return plain.withUnsafeBytes { Secret(bytes: $0) }
    }

    package func standing(of wrapped: RootWrapped) async throws -> RootStanding {
        guard wrapped.root == name, let text = TransitCiphertext(String(decoding: wrapped.bytes, as: UTF8.self)) else { return .foreign }
        let answer = try await client.call(.get, path("keys"), nil)
        guard let newest = answer["data"]?["latest_version"]?.integer else { throw Failure.vaultAnswer }
        return text.version >= newest ? .newest : .former
    }

    /// A well-formed call that the engine will not decrypt. Its words are the only sign of why.
    private func refusal(_ refused: VaultClient.Refused, of text: String) -> Failure {
        if refused.reasons.contains(where: { $0.contains("not found") }) { return .vaultNoKey(configuration.mount, configuration.key) }
        if refused.reasons.contains(where: { $0.contains("too old") }) {
            let version = TransitCiphertext(text)?.version ?? 0
            return .rootKeyWrong(expected: "\(name), v\(version)", found: "\(name), > v\(version)")
        }
        return .rootKeyAltered(name)
    }

    private func path(_ verb: String) -> String { "v1/\(configuration.mount)/\(verb)/\(configuration.key)" }
}

/// `vault:v` version `:` base64, as the engine writes it.
package struct TransitCiphertext: Sendable, Hashable {
    /// Of the engine's key, from 1.
    package let version: Int
    package let text: String

    package static let mostBytes = 2_048

    /// nil for anything else, or more than `mostBytes`.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes, text.hasPrefix("vault:v") else { return nil }
        let parts = text.utf8.dropFirst(7).split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let digits = String(parts[0]), let version = Int(digits), version >= 1, String(version) == digits,
            let body = String(parts[1]), !body.isEmpty, Data(base64Encoded: body)?.base64EncodedString() == body
        else { return nil }
        self.version = version
        self.text = text
    }
}
