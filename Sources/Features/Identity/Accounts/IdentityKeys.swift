import Access
import Base
import Crypto
import Keys
import Store
import Synchronization

/// The installation's keys around accounts: what finds an address without keeping it in clear, and what signs the codes of sessions. Made at
/// first use, kept as long as the program runs.
final class IdentityKeys: Sendable {
    struct Made: Sendable {
        let search: SearchKey
        let codes: SymmetricKey
    }

    private let keyring: Keyring
    private let made = Mutex<Made?>(nil)

    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Establishes the key organisation where it has no keys yet.
    var keys: Made {
        get async throws {
            if let known = made.withLock({ $0 }) { return known }
            let organisation = IdentityFeature.organisation.text
            try await keyring.establish(organisation)
            let search = try await keyring.searchKey(of: organisation)
            let new = Made(search: search, codes: search.derived(for: "identity.codes"))
            made.withLock { $0 = new }
            return new
        }
    }

    /// Under which an account is found by its address, whatever the case in which somebody types it: 16 bytes.
    func hash(of address: String) async throws -> [UInt8] {
        try await keys.search.hash(kind: "account", field: "address", value: address.lowercased())
    }

    /// The key that seals what is known of an account; made at its first use. Throws what the keyring throws.
    func sealingKey(of account: Identifier) async throws -> SubjectKey {
        _ = try await keys
        return try await keyring.sealingKey(of: account.text, in: IdentityFeature.organisation.text)
    }

    /// Throws `Failure(.conflict)` where an account's key was destroyed meanwhile, in a transaction of whichever organisation's.
    static func requireStanding(_ key: SubjectKey, _ tx: borrowing Transaction) throws {
        try tx.within(organisation: IdentityFeature.organisation.text) { tx in try key.requireStanding(tx) }
    }

    /// 32 bytes that only this installation can make for `text`.
    func code(for text: String) async throws -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: try await keys.codes))
    }
}
