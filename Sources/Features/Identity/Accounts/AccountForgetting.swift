import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Takes away the account of whoever was erased in an organisation: their place in it at once, and the account itself where they belong to
/// no other. It hears of the erasure; who is erased, and what the law keeps, is decided elsewhere. Accounts that nobody ever confirmed go the
/// same way.
struct AccountForgetting: Sendable {
    private let parts: IdentityParts

    init(_ parts: IdentityParts) { self.parts = parts }

    private struct Order: Codable, Sendable {
        let accounts: [String]
    }

    /// By the event's name, which another capability declares.
    private static let event = "person.erased"
    private static let kind = JobKind<Order>(
        "identity.forget", Text(es: "Quitar la cuenta de quien fue borrado", en: "Remove the account of whoever was erased"),
        limits: JobLimits { $0.mostTries = 20 })

    static func subscription(_ world: World) -> Subscription {
        Subscription(
            "identity.forget",
            Text(es: "Quita las cuentas de quienes fueron borrados.", en: "Removes the accounts of those who were erased."),
            from: .beginning, to: .events([event])
        ) { entry, tx in
            guard case .open(let bytes) = entry.body, let json = try? JSON.parse(bytes), let person = json["person"]?.string else { return }
            let aliases = json["aliases"]?.array?.compactMap(\.string) ?? []
            try kind.request(
                Order(accounts: [person] + aliases), in: try entry.organisation, key: "identity.forget/\(entry.position)",
                world
            ).enqueue(tx)
        }
    }

    /// That what is left of accounts whose rows are gone goes as well, their keys with it: in the transaction that took the rows away.
    static func rest(of accounts: [Identifier], _ world: World) throws -> JobRequest {
        try kind.request(Order(accounts: accounts.map(\.text)), in: IdentityFeature.organisation, world)
    }

    var handler: JobHandler {
        Self.kind.handler { run, order in
            guard let organisation = run.tenant else { return .done }
            for name in order.accounts { try await forget(try Identifier(name), in: organisation) }
            return .done
        }
    }

    /// Begun again it finds less to do.
    private func forget(_ id: Identifier, in organisation: Identifier) async throws {
        let now = parts.host.world.now()
        let notice = parts.sessions.notice(of: id)
        let isGone = try await parts.host.database.write { tx in
            try tx.execute("DELETE FROM identity_members WHERE account = \(id) AND organisation = \(organisation)")
            try tx.execute("DELETE FROM identity_sessions WHERE account = \(id) AND organisation = \(organisation)")
            try notice.write(tx)
            guard try MemberTable.memberships(of: id, tx).isEmpty else { return false }
            try tx.execute("DELETE FROM identity_sessions WHERE account = \(id)")
            try tx.execute("DELETE FROM identity_links WHERE account = \(id)")
            try tx.execute("DELETE FROM identity_members WHERE account = \(id)")
            try FactorTables.forget(id, tx)
            return try tx.execute("DELETE FROM identity_accounts WHERE id = \(id)") >= 0
        }
        parts.sessions.tell(notice)
        guard isGone else { return }
        // Their key goes like anybody's: pending until the epoch of the accounts rolls.
        let caller = Caller(actor: "feature:identity", tenant: IdentityFeature.organisation, assurance: .passkey)
        let standing = Standing(caller, by: parts.host.roles, at: now)
        let erasure = Erasure(parts.host.keyring, kinds: [], database: parts.host.database, world: parts.host.world)
        do {
            try await erasure.erase(id.text, by: standing)
        } catch let failure as Failure where failure.kind == .notFound {
            // A person without an account.
            return
        }
    }
}
