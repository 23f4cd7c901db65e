import Access
import Base
import Factors
import Foundation
import Keys
import Records
import Runtime
import Store

/// A passkey, as its owner sees it in a list.
package struct Passkey: Sendable, Hashable {
    package let id: ID<Passkey>
    /// What its owner calls it.
    package let name: String
    package let madeAt: Instant
    package let usedAt: Instant?
    /// Whether it was copied to other devices of its owner's by whoever keeps it for them: a synced passkey.
    package let isBackedUp: Bool
    /// Whether there may be a copy that its owner knows nothing of: good for nothing until it is removed.
    package let isSuspect: Bool
    /// The authenticator's model, a UUID (AAGUID); nil where it is not told. Nobody vouches for it.
    package let model: String?

    package static let mostOfAccount = 20
    package static let mostNameCharacters = 60
}

/// What is sealed of a passkey.
struct PasskeyContent: Codable, Sendable {
    let credential: [UInt8]
    let key: [UInt8]
    var name: String
    let transports: [String]
    let aaguid: [UInt8]
    let isBackupEligible: Bool
    let handle: [UInt8]

    var model: String? {
        guard aaguid.contains(where: { $0 != 0 }) else { return nil }
        return ID<Passkey>(bytes: aaguid)?.description
    }
}

/// A passkey, as the table holds it.
struct PasskeyRow: Sendable {
    let id: ID<Passkey>
    let account: Identifier
    let version: Int64
    let madeAt: Instant
    let usedAt: Instant?
    let suspectAt: Instant?
    let signCount: UInt32
    let isBackedUp: Bool
    let body: [UInt8]

    static let columns: SQL = "id, account, version, made_at, used_at, suspect_at, sign_count, is_backed_up, body"

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        account = try row["account"]
        version = try row["version"]
        madeAt = try row["made_at"]
        usedAt = try row["used_at"]
        suspectAt = try row["suspect_at"]
        signCount = UInt32(clamping: try row["sign_count"] as Int64)
        isBackedUp = try row["is_backed_up"]
        body = try row["body"]
    }

    static func body(_ id: ID<Passkey>, version: Int64) -> FactorBody {
        FactorBody(kind: "passkey", id: id.description, version: version)
    }

    func content(_ keys: SubjectKeys) throws -> PasskeyContent {
        try Self.body(id, version: version).open(body, by: keys)
    }

    func shown(_ content: PasskeyContent) -> Passkey {
        Passkey(
            id: id, name: content.name, madeAt: madeAt, usedAt: usedAt, isBackedUp: isBackedUp, isSuspect: suspectAt != nil,
            model: content.model)
    }

    /// By which a credential is found: ids are long and say which device somebody has.
    static func lookup(_ credential: [UInt8]) -> String {
        var digest = Digest()
        digest.update(credential)
        return digest.hexadecimal
    }
}

extension SecondFactors {
    /// In the order in which they were made.
    package func passkeys(of account: Identifier) async throws -> [Passkey] {
        try await passkeysWithContents(of: account).map { $0.row.shown($0.content) }
    }

    func passkeysWithContents(of account: Identifier) async throws -> [(row: PasskeyRow, content: PasskeyContent)] {
        let rows = try await database.rows(
            "SELECT \(PasskeyRow.columns) FROM identity_passkeys WHERE account = \(account) ORDER BY id", atMost: Passkey.mostOfAccount
        ) { try PasskeyRow($0) }
        guard !rows.isEmpty, let keys = try await keys(of: account) else { return [] }
        return try rows.map { ($0, try $0.content(keys)) }
    }

    /// Throws `Failure.passkeyName`, `.factorNotFound`, and `.conflict` where it was renamed at the same moment.
    package func renamePasskey(_ id: ID<Passkey>, to typed: String, of account: Identifier) async throws {
        let name = try Self.passkeyName(typed)
        let key = try await sealingKey(of: account)
        guard let row = try await passkey("id = \(id) AND account = \(account)"), let keys = try await keys(of: account) else {
            throw Failure.factorNotFound
        }
        var content = try row.content(keys)
        content.name = name
        let body = try PasskeyRow.body(id, version: row.version + 1).seal(content, under: key, random: world.random)
        let entry = try journal.entry(.renamed, .passkey, of: account, id.description, under: key)
        try await database.write { tx in
            try key.requireStanding(tx)
            let changed = try tx.execute(
                """
                UPDATE identity_passkeys SET body = \(body), version = \(row.version + 1)
                WHERE id = \(id) AND account = \(account) AND version = \(row.version)
                """)
            guard changed == 1 else { throw Failure.factorMoved }
            try JournalWriter.append(entry, tx)
        }
    }

    /// `actor`: who does it, where it is not the account itself. Throws `Failure.factorNotFound`.
    package func removePasskey(_ id: ID<Passkey>, of account: Identifier, by actor: Identifier? = nil) async throws {
        let key = try await sealingKey(of: account)
        let entry = try journal.entry(.removed, .passkey, of: account, id.description, by: actor, under: key)
        let letter = try await telling.letter(.removed(.passkey), account)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            guard try tx.execute("DELETE FROM identity_passkeys WHERE id = \(id) AND account = \(account)") == 1 else {
                throw Failure.factorNotFound
            }
            try Self.endRecoveryCodesWhereNothingIsLeft(account, tx)
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
        }
    }

    func passkey(_ condition: SQL) async throws -> PasskeyRow? {
        try await database.first("SELECT \(PasskeyRow.columns) FROM identity_passkeys WHERE \(condition)") { try PasskeyRow($0) }
    }

    /// One line, without white space around it.
    static func passkeyName(_ typed: String) throws -> String {
        let name = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        let isLine = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        guard isLine, (1...Passkey.mostNameCharacters).contains(name.count), name.utf8.count <= 8 * Passkey.mostNameCharacters else {
            throw Failure.passkeyName
        }
        return name
    }
}
