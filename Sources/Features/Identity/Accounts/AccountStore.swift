import Access
import Base
import Foundation
import Keys
import Runtime
import Store

/// Keeps accounts: the row in clear holds no more than an id and times.
package struct AccountStore: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let keys: IdentityKeys
    private let world: World

    init(_ host: FeatureHost, _ keys: IdentityKeys) {
        database = host.database
        keyring = host.keyring
        self.keys = keys
        world = host.world
    }

    private static let columns: SQL = "id, version, created_at, confirmed_at, disabled_at, body"

    /// nil where nobody has that address, or whoever had it was erased.
    package func account(at address: MailAddress) async throws -> Account? {
        let hash = try await keys.hash(of: address.text)
        return try await opened("SELECT \(Self.columns) FROM identity_accounts WHERE address_hash = \(hash)")
    }

    package func account(_ id: Identifier) async throws -> Account? {
        try await opened("SELECT \(Self.columns) FROM identity_accounts WHERE id = \(id)")
    }

    /// How they want to be called; an account that is not there (any more) is left out.
    package func names(of ids: some Collection<Identifier>) async throws -> [Identifier: String] {
        var names: [Identifier: String] = [:]
        for id in Set(ids) { names[id] = try await account(id)?.profile.name }
        return names
    }

    /// Whether there is any account at all.
    func isEmpty() async throws -> Bool {
        try await database.first("SELECT 1 AS one FROM identity_accounts LIMIT 1") { _ in true } == nil
    }

    private func opened(_ sql: SQL) async throws -> Account? {
        let found = try await database.first(sql) { row in
            (
                id: try row["id"] as Identifier, version: try row["version"] as Int64, createdAt: try row["created_at"] as Instant,
                confirmedAt: try row["confirmed_at"] as Instant?, disabledAt: try row["disabled_at"] as Instant?,
                body: try row["body"] as [UInt8]
            )
        }
        guard let found, let keys = try await keyring.keys(of: found.id.text, in: IdentityFeature.organisation.text) else { return nil }
        let bytes = try keys.open(found.body, as: Self.context(found.id, found.version))
        return Account(
            id: found.id, version: found.version, createdAt: found.createdAt, confirmedAt: found.confirmedAt, disabledAt: found.disabledAt,
            profile: try JSONDecoder().decode(Account.Profile.self, from: Data(bytes)))
    }

    /// Ready to be written: everything slow is done before the transaction. `isNew`: it is not there yet.
    func sealed(_ account: Account, isNew: Bool = false) async throws -> SealedAccount {
        let version = isNew ? 1 : account.version + 1
        let key = try await keys.sealingKey(of: account.id)
        let body = try key.seal(
            [UInt8](try JSONEncoder().encode(account.profile)), as: Self.context(account.id, version), random: world.random)
        return SealedAccount(
            account: account, version: version, hash: try await keys.hash(of: account.profile.address.text), key: key, body: body)
    }

    private static func context(_ id: Identifier, _ version: Int64) -> EntryContext {
        EntryContext(tenant: IdentityFeature.organisation.text, kind: "account", record: id.text, version: version)
    }
}

/// An account as it goes into its row.
struct SealedAccount: Sendable {
    let account: Account
    let version: Int64
    let hash: [UInt8]
    let key: SubjectKey
    let body: [UInt8]

    /// False, and nothing written, where somebody has the address already.
    func insert(_ tx: borrowing Transaction) throws -> Bool {
        try IdentityKeys.requireStanding(key, tx)
        return try tx.execute(
            """
            INSERT INTO identity_accounts (id, address_hash, version, created_at, confirmed_at, disabled_at, body)
            VALUES (\(account.id), \(hash), \(version), \(account.createdAt), \(account.confirmedAt), \(account.disabledAt), \(body))
            ON CONFLICT DO NOTHING
            """) == 1
    }

    /// Throws `Failure(.conflict)` where the account was changed since it was read.
    func update(_ tx: borrowing Transaction) throws {
        try IdentityKeys.requireStanding(key, tx)
        let changed = try tx.execute(
            """
            UPDATE identity_accounts SET address_hash = \(hash), version = \(version), confirmed_at = \(account.confirmedAt),
                disabled_at = \(account.disabledAt), body = \(body)
            WHERE id = \(account.id) AND version = \(account.version)
            """)
        guard changed == 1 else { throw Failure.accountMoved }
    }
}

extension Failure {
    static let accountMoved = Failure(
        .conflict, "account_moved",
        Text(
            es: "Alguien cambió la cuenta al mismo tiempo: vuelva a intentarlo.",
            en: "Somebody changed the account at the same time: try again."))
}
