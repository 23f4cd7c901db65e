import Access
import Base
import Records
import Store

/// What an organisation's journal is told when a token is about to be made in it: for which account.
struct TokenEntry: Sendable {
    let actor: Identifier
    let tenant: Identifier
    let world: World

    /// Where there is no such organisation yet, nobody keeps a journal. Throws `Failure(.unavailable)` where the database is not at this
    /// program's schema.
    func write(in database: Database) async throws {
        try await Roster.requireSchema(of: database)
        guard try await Organisations.exists(tenant, in: database) else { return }
        let now = world.now()
        // In the name of the account that the token lets somebody act as.
        let caller = Caller(actor: "operator", tenant: tenant, onBehalfOf: actor, roles: ["operator"], assurance: .passkey)
        let acting = Standing(caller, by: try Roster.roles, at: now)
        let writer = JournalWriter(
            try JournalEntry(.granted, "access_token", by: acting, in: world, at: now), database.dialect)
        try await database.within(organisation: tenant.text).write { tx in try writer.append(tx) }
    }
}
