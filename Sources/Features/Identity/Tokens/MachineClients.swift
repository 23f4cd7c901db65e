import Access
import Base
import Crypto
import Records
import Runtime
import Store
import Synchronization

/// Programs that ask in their own name (OAuth 2.0, RFC 6749, section 4.4): of one organisation, with roles and a tier, and a secret that is
/// shown once.
package struct MachineClients: Sendable {
    /// A program that may ask.
    package struct Client: Sendable, Hashable {
        /// `client_id`, and the actor in the journal.
        package let id: Identifier
        package let organisation: Identifier
        package let name: String
        package let roles: Set<RoleName>
        package let tier: Caller.Tier
        package let createdAt: Instant
        /// SHA-256 of the secret, which has 256 random bits of its own.
        let secret: [UInt8]
    }

    private let host: FeatureHost
    private let sessions: SessionStore
    private let grantable: Set<RoleName>
    private let known: KnownClients

    package static let change: Permission = "client.change"

    init(_ host: FeatureHost, _ sessions: SessionStore, grantable: Set<RoleName>) {
        self.host = host
        self.sessions = sessions
        self.grantable = grantable
        known = KnownClients()
    }

    private static let columns: SQL = "id, organisation, name, roles, tier, created_at, secret"

    /// Makes one; returns its secret, which is kept nowhere.
    package func create(_ name: String, as roles: Set<RoleName>, tier: Caller.Tier, by standing: Standing) async throws -> (
        Client, secret: String
    ) {
        try standing.require(Self.change)
        guard let name = PersonName.read(name) else { throw InvalidInput(faults: [Self.nameFault]) }
        guard !roles.isEmpty, roles.isSubset(of: grantable) else { throw InvalidInput(faults: [OrganisationOffice.roleFault]) }
        let secret = Base64URL.string(host.world.random.bytes(32))
        let client = Client(
            id: Identifier(host.world.id(of: Client.self)), organisation: try standing.organisation(), name: name, roles: roles, tier: tier,
            createdAt: host.world.now(), secret: Self.digest(secret))
        let entry = try JournalEntry(.created, "client", record: client.id.text, version: 1, by: standing, in: host.world)
        try await host.database.within(organisation: client.organisation.text).write { tx in
            try tx.execute(
                """
                INSERT INTO identity_clients (\(Self.columns))
                VALUES (\(client.id), \(client.organisation), \(client.name), \(RoleWords.write(client.roles)), \(client.tier.rawValue),
                    \(client.createdAt), \(client.secret))
                """)
            try JournalWriter.append(entry, tx)
        }
        return (client, secret)
    }

    /// An organisation's that stand.
    package func clients(by standing: Standing) async throws -> [Client] {
        try standing.require(Self.change)
        let organisation = try standing.organisation()
        return try await host.database.rows(
            "SELECT \(Self.columns) FROM identity_clients WHERE organisation = \(organisation) AND disabled_at IS NULL ORDER BY created_at"
        ) { try Client($0) }
    }

    /// It gets no more tokens, and those it has are refused at once.
    package func disable(_ id: Identifier, by standing: Standing) async throws {
        try standing.require(Self.change)
        let (organisation, now) = (try standing.organisation(), host.world.now())
        let entry = try JournalEntry(.deleted, "client", record: id.text, version: 2, by: standing, in: host.world)
        let notice = sessions.notice(of: id)
        try await host.database.within(organisation: organisation.text).write { tx in
            let changed = try tx.execute(
                """
                UPDATE identity_clients SET disabled_at = \(now) WHERE id = \(id) AND organisation = \(organisation) AND disabled_at IS NULL
                """)
            guard changed == 1 else { throw Failure.nobodyHere }
            try notice.write(tx)
            try JournalWriter.append(entry, tx)
        }
        known.forget(id)
        sessions.tell(notice)
    }

    /// As whom a client acts, with all its roles or those of them that it asks for. nil where id or secret are wrong. Rows are remembered
    /// for a second, so that a client is disabled within one. `asOf`: before its row was read.
    func caller(_ id: String, secret: String, asking roles: Set<RoleName>? = nil) async throws -> (caller: Caller, asOf: Instant)? {
        guard let id = ID<Client>(id).map({ Identifier($0) }) else { return nil }
        let found: (client: Client, asOf: Instant)
        if let remembered = known.client(id, at: host.world.elapsed()) {
            found = remembered
        } else {
            let (now, elapsed) = (host.world.now(), host.world.elapsed())
            let client = try await host.database.first(
                "SELECT \(Self.columns) FROM identity_clients WHERE id = \(id) AND disabled_at IS NULL"
            ) { try Client($0) }
            guard let client else { return nil }
            found = (client, now)
            known.remember(client, asOf: now, at: elapsed)
        }
        let client = found.client
        guard ConstantTime.isEqual(Self.digest(secret), client.secret) else { return nil }
        let given = roles.map { client.roles.intersection($0) } ?? client.roles
        return (Caller(actor: client.id, tenant: client.organisation, roles: given, tier: client.tier), found.asOf)
    }

    private static func digest(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array("zancada client \(secret)".utf8))) }

    private static let nameFault = FieldFault(
        "/name", "name", Text(es: "Escriba un nombre de 1 a 100 caracteres.", en: "Write a name of 1 to 100 characters."))
}

extension MachineClients.Client {
    fileprivate init(_ row: borrowing Row) throws {
        let tier: String = try row["tier"]
        id = try row["id"]
        organisation = try row["organisation"]
        name = try row["name"]
        roles = RoleWords.read(try row["roles"])
        self.tier = Caller.Tier(rawValue: tier) ?? .free
        createdAt = try row["created_at"]
        secret = try row["secret"]
    }
}

/// Clients that asked a moment ago.
private final class KnownClients: Sendable {
    private let known = Mutex<[Identifier: (client: MachineClients.Client, asOf: Instant, until: Duration)]>([:])

    func client(_ id: Identifier, at elapsed: Duration) -> (client: MachineClients.Client, asOf: Instant)? {
        known.withLock { known in
            guard let (client, moment, until) = known[id], elapsed < until else { return nil }
            return (client, moment)
        }
    }

    func remember(_ client: MachineClients.Client, asOf moment: Instant, at elapsed: Duration) {
        known.withLock { known in
            if known.count >= 10_000 { known.removeAll() }
            known[client.id] = (client, moment, elapsed + .seconds(1))
        }
    }

    func forget(_ id: Identifier) { known.withLock { $0[id] = nil } }
}
