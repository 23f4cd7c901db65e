import Access
import Base
import Keys
import Records
import Runtime
import Store

/// An app, a telephone or mail, as the table holds it.
struct FactorRow: Sendable {
    /// Set up and confirmed, or waiting for the code that confirms it.
    enum State: String, Sendable, SQLBindable {
        case pending, standing
    }

    let id: ID<FactorRow>
    let madeAt: Instant
    let body: [UInt8]

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        madeAt = try row["made_at"]
        body = try row["body"]
    }

    static func body(_ method: SecondFactorMethod, _ id: ID<FactorRow>) -> FactorBody {
        FactorBody(kind: "factor.\(method.rawValue)", id: id.description, version: 1)
    }
}

extension SecondFactors {
    func factor(_ method: SecondFactorMethod, _ state: FactorRow.State, of account: Identifier) async throws -> FactorRow? {
        try await database.first(
            """
            SELECT id, made_at, body FROM identity_factors
            WHERE account = \(account) AND method = \(method.rawValue) AND state = \(state)
            """
        ) { try FactorRow($0) }
    }

    /// One that waits for its code, in place of any that waited before; what stands goes on standing. `also` is in the same transaction.
    func prepare(
        _ content: some Encodable, _ method: SecondFactorMethod, for account: Identifier,
        also: @escaping @Sendable (borrowing Transaction) throws -> Void = { _ in }
    ) async throws {
        let (id, now, key) = (world.id(of: FactorRow.self), world.now(), try await sealingKey(of: account))
        let body = try FactorRow.body(method, id).seal(content, under: key, random: world.random)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            try tx.execute(
                """
                INSERT INTO identity_factors (id, account, method, state, made_at, body)
                VALUES (\(id), \(account), \(method.rawValue), \(FactorRow.State.pending), \(now), \(body))
                ON CONFLICT (account, method, state)
                DO UPDATE SET id = excluded.id, made_at = excluded.made_at, body = excluded.body
                """)
            try also(tx)
        }
    }

    /// Makes the one that waited stand, in place of the one that stood. `check` says in the same transaction whether it may; what it
    /// returned comes back.
    func confirm(
        _ pending: FactorRow, _ method: SecondFactorMethod, of account: Identifier, step: Int64? = nil,
        check: @escaping @Sendable (borrowing Transaction) throws -> SentCodeVerdict = { _ in .right }
    ) async throws -> SentCodeVerdict {
        let (now, key, id) = (world.now(), try await sealingKey(of: account), pending.id)
        let entry = try journal.entry(.added, method, of: account, id.description, under: key)
        let letter = try await telling.letter(.added(method), account)
        return try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let waits = try tx.first(
                "SELECT id FROM identity_factors WHERE id = \(id) AND account = \(account) AND state = \(FactorRow.State.pending)"
            ) { try $0["id"] as ID<FactorRow> }
            guard waits != nil else { return .over }
            let verdict = try check(tx)
            guard verdict == .right else { return verdict }
            try tx.execute(
                """
                DELETE FROM identity_factors
                WHERE account = \(account) AND method = \(method.rawValue) AND state = \(FactorRow.State.standing)
                """)
            try tx.execute(
                """
                UPDATE identity_factors SET state = \(FactorRow.State.standing), made_at = \(now), last_step = \(step) WHERE id = \(id)
                """)
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
            return .right
        }
    }

    /// Takes one away that stands, and one that waits. Throws `Failure.factorNotFound` where none stands.
    func remove(_ method: SecondFactorMethod, of account: Identifier, by actor: Identifier?) async throws {
        let key = try await sealingKey(of: account)
        let entry = try journal.entry(.removed, method, of: account, by: actor, under: key)
        let letter = try await telling.letter(.removed(method), account)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let standing = try tx.execute(
                """
                DELETE FROM identity_factors
                WHERE account = \(account) AND method = \(method.rawValue) AND state = \(FactorRow.State.standing)
                """)
            guard standing > 0 else { throw Failure.factorNotFound }
            try tx.execute("DELETE FROM identity_factors WHERE account = \(account) AND method = \(method.rawValue)")
            try Self.endRecoveryCodesWhereNothingIsLeft(account, tx)
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
        }
    }
}
