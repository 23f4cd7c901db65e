import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Wishes to be erased: some days to think better of it, and then a job does it. Only the person themselves can ask; for whoever cannot,
/// the organisation does it (`zancada subject erase`).
package struct ErasureRequests: Sendable {
    let host: FeatureHost
    private let keeper: PrivacyKeeper
    private let records: KnownRecords

    static let table = "privacy_erasures"

    init(_ host: FeatureHost, _ keeper: PrivacyKeeper, _ records: KnownRecords) {
        self.host = host
        self.keeper = keeper
        self.records = records
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("subject", 1...64)) NOT NULL,
                \(dialect.text("id", 36...36)) NOT NULL,
                asked_at \(dialect.integer) NOT NULL,
                due_at \(dialect.integer) NOT NULL,
                PRIMARY KEY (tenant, subject)
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: table + "_by_time") ON \(name: table) (tenant, due_at)",
        ] + dialect.organisationWall(table: table)
    }

    /// That somebody wishes to be erased.
    package struct Wish: Sendable, Hashable {
        package let id: ID<ErasureRequests>
        package let askedAt: Instant
        /// From then on it is done, within the hour.
        package let dueAt: Instant
    }

    /// What somebody should know before they ask, and how it stands.
    package struct Outlook: Sendable {
        /// nil: they did not ask.
        package let wish: Wish?
        /// What the law makes us keep, and until when.
        package let kept: [Erasure.Kept]
        /// How many days there are to think better of it.
        package let days: Int
    }

    /// How it stands with the caller's own data.
    package func outlook(by standing: Standing) async throws -> Outlook {
        let tenant = try standing.organisation()
        let person = try await keeper.person(standing.caller.actor, in: tenant)
        let wish = try await host.database.within(organisation: tenant.text).first(Self.selection(of: person.id, in: tenant)) {
            try Wish($0)
        }
        var kept: [Erasure.Kept] = []
        for name in person.names { kept += try await erasure.kept(of: name.text, in: tenant.text) }
        return Outlook(wish: wish, kept: kept, days: host.settings[PrivacySettings.erasureDays])
    }

    /// Asks for the caller's own data to be erased; asked again it stays as it was. Throws `Failure(.notFound)` where nothing is known
    /// about them, `.invalid` where they are erased.
    package func ask(by standing: Standing) async throws -> Outlook {
        let tenant = try standing.organisation()
        let person = try await keeper.person(standing.caller.actor, in: tenant)
        let key = try await host.keyring.standingKey(of: person.id.text, in: tenant.text)
        let (now, days) = (host.world.now(), host.settings[PrivacySettings.erasureDays])
        let (id, dueAt) = (host.world.id(of: ErasureRequests.self), now + .seconds(86_400 * days))
        let told = try await PrivacyEvents.erasureAsked.entry(
            .init(at: dueAt), of: id.description, version: 1, about: person.id, by: standing, host)
        try await host.database.within(organisation: tenant.text).write { tx in
            try key.requireStanding(tx)
            let isNew =
                try tx.execute(
                    """
                    INSERT INTO privacy_erasures (tenant, subject, id, asked_at, due_at)
                    VALUES (\(tenant), \(person.id), \(id), \(now), \(dueAt)) ON CONFLICT DO NOTHING
                    """) == 1
            if isNew { try JournalWriter.append(told, tx) }
        }
        return try await outlook(by: standing)
    }

    /// Takes the wish back. Throws `Failure(.notFound)` where there is none.
    package func takeBack(by standing: Standing) async throws {
        let tenant = try standing.organisation()
        let person = try await keeper.person(standing.caller.actor, in: tenant)
        let found = try await host.database.within(organisation: tenant.text).first(Self.selection(of: person.id, in: tenant)) {
            try Wish($0)
        }
        guard let found else { throw Failure.noErasureWish }
        let told = try await PrivacyEvents.erasureTakenBack.entry(
            .init(at: found.dueAt), of: found.id.description, version: 2, about: person.id, by: standing, host)
        try await host.database.within(organisation: tenant.text).write { tx in
            guard try tx.execute("DELETE FROM privacy_erasures WHERE tenant = \(tenant) AND id = \(found.id)") == 1 else {
                throw Failure.noErasureWish
            }
            try JournalWriter.append(told, tx)
        }
    }

    private static func selection(of person: Identifier, in tenant: Identifier) -> SQL {
        "SELECT id, asked_at, due_at FROM privacy_erasures WHERE tenant = \(tenant) AND subject = \(person)"
    }

    private var erasure: Erasure { Erasure(host.keyring, kinds: records.kinds(), database: host.database, world: host.world) }
}

extension ErasureRequests.Wish {
    fileprivate init(_ row: borrowing Row) throws {
        let id: ID<ErasureRequests> = try row["id"]
        let (askedAt, dueAt): (Instant, Instant) = (try row["asked_at"], try row["due_at"])
        self.init(id: id, askedAt: askedAt, dueAt: dueAt)
    }
}

/// What the jobs do.
extension ErasureRequests {
    /// Orders for those whose time has come in an organisation, at most 1,000 at once: the others come an hour later.
    func due(in tenant: Identifier) async throws -> [EraseOrder] {
        let now = host.world.now()
        return try await host.database.within(organisation: tenant.text).rows(
            "SELECT id, subject FROM privacy_erasures WHERE tenant = \(tenant) AND due_at <= \(now) ORDER BY due_at, id LIMIT 1000"
        ) { row in EraseOrder(wish: try row["id"], person: try row["subject"]) }
    }

    /// Erases somebody whose time has come; nothing where they took it back. Begun again it goes on.
    func erase(_ order: EraseOrder, in tenant: Identifier) async throws -> JobEnd {
        let (person, now) = (try Identifier(order.person), host.world.now())
        let stands = try await host.database.within(organisation: tenant.text).first(
            "SELECT 1 AS one FROM privacy_erasures WHERE tenant = \(tenant) AND id = \(order.wish) AND due_at <= \(now)"
        ) { _ in true }
        guard stands == true else { return .done }
        let known = try await keeper.person(person, in: tenant)
        let acting = try keeper.standing(for: person, in: tenant)
        try await erasure.erase(known.id.text, by: acting)
        let told = try await PrivacyEvents.personErased.entry(
            .init(person: known.id.text, aliases: known.aliases.map(\.text)), of: order.wish.description, version: 3, by: acting, host)
        return .writing { tx in
            try tx.execute("DELETE FROM privacy_erasures WHERE tenant = \(tenant) AND id = \(order.wish)")
            for name in known.names { try OwnDataExports.remove("subject = \(name)", in: tenant, tx) }
            try JournalWriter.append(told, tx)
        }
    }
}

extension Failure {
    fileprivate static let noErasureWish = Failure(
        .notFound, "no_erasure_wish",
        Text(es: "Usted no ha pedido que se borren sus datos, o ya se borraron.", en: "You have not asked to be erased, or it is done."))
}
