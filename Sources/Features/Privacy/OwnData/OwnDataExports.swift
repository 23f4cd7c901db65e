import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Copies of everything that is known about a person, for them to take away: made by a job, sealed under the person's key in parts, and
/// gone after a week.
package struct OwnDataExports: Sendable {
    let host: FeatureHost
    private let keeper: PrivacyKeeper
    private let records: KnownRecords

    static let table = "privacy_exports"
    static let partsTable = "privacy_export_parts"
    /// How long a copy can be fetched.
    static let age: Duration = .seconds(7 * 86_400)
    /// Of one part, before it is sealed: what is held in memory while it is sent.
    static let partBytes = 1 << 20
    /// Of one copy. It is gathered in memory, since proofs are made line by line.
    static let mostBytes = 64 << 20
    /// In a week, for one person.
    static let most = 5

    init(_ host: FeatureHost, _ keeper: PrivacyKeeper, _ records: KnownRecords) {
        self.host = host
        self.keeper = keeper
        self.records = records
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("subject", 1...64)) NOT NULL,
                \(dialect.text("asker", 1...200)) NOT NULL,
                \(dialect.text("state", 1...10)) NOT NULL,
                created_at \(dialect.integer) NOT NULL,
                expires_at \(dialect.integer) NOT NULL,
                entries \(dialect.integer),
                length \(dialect.integer)
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: table + "_by_subject") ON \(name: table) (tenant, subject, created_at)",
            """
            CREATE TABLE \(name: partsTable) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("export", 36...36)) NOT NULL,
                number \(dialect.integer) NOT NULL,
                body \(dialect.bytes) NOT NULL,
                PRIMARY KEY (export, number)
            )\(dialect.strict)
            """,
        ] + dialect.organisationWall(table: table) + dialect.organisationWall(table: partsTable)
    }

    /// How far it is.
    package enum State: String, Sendable, Hashable, CaseIterable {
        case waiting
        case ready
        /// More than `mostBytes`: the organisation's administrator makes it.
        case tooLarge = "too_large"
    }

    /// One copy.
    package struct Export: Sendable, Hashable {
        package let id: ID<OwnDataExports>
        package let person: Identifier
        package let state: State
        package let createdAt: Instant
        package let expiresAt: Instant
        /// Entries of the journal that it holds, once it is ready.
        package let entries: Int64?
        package let length: Int64?
    }

    /// Asks for a copy: the person, or who takes care of them. While one is being made, that is the one.
    ///
    /// Throws `Failure`: `.forbidden`, whether or not there is such a person; `.notFound` where nothing is known about oneself;
    /// `.conflict` where too many were asked for.
    package func ask(for person: Identifier, by standing: Standing, also: (@Sendable (Export, borrowing Transaction) throws -> Void)? = nil)
        async throws -> Export
    {
        let tenant = try standing.organisation()
        _ = try await keeper.require(standing, decidesFor: person)
        let known = try await keeper.person(person, in: tenant)
        let key = try await host.keyring.standingKey(of: known.id.text, in: tenant.text)
        let now = host.world.now()
        let export = Export(
            id: host.world.id(), person: known.id, state: .waiting, createdAt: now, expiresAt: now + Self.age, entries: nil, length: nil)
        let asker = standing.caller.actor
        let order = try PrivacyJobs.exporting.request(ExportOrder(export: export.id), in: tenant, host.world)
        return try await host.database.within(organisation: tenant.text).write { tx in
            try tx.lock("copies for \(known.id) in \(tenant)")
            try key.requireStanding(tx)
            let held = try Self.exports(of: known.id, in: tenant, after: now, tx)
            let chosen = held.first { $0.state == .waiting } ?? export
            if chosen.id == export.id {
                guard held.count < Self.most else { throw Failure.tooManyExports }
                try tx.execute(
                    """
                    INSERT INTO privacy_exports (id, tenant, subject, asker, state, created_at, expires_at)
                    VALUES (\(export.id), \(tenant), \(known.id), \(asker), \(export.state.rawValue), \(now), \(export.expiresAt))
                    """)
                try order.enqueue(tx)
            }
            try also?(chosen, tx)
            return chosen
        }
    }

    /// One of them. Throws `Failure(.notFound)` for what is not there, is over, or is not for the caller to have: in the same words.
    package func export(_ id: ID<OwnDataExports>, by standing: Standing) async throws -> Export {
        let tenant = try standing.organisation()
        guard let found = try await export(id, in: tenant), found.expiresAt > host.world.now(),
            try await keeper.capacity(of: standing, for: found.person) != nil
        else { throw Failure.noExport }
        return found
    }

    /// Those that can be fetched or are being made, the latest first. Throws `Failure(.forbidden)` as `ask`.
    package func exports(of person: Identifier, by standing: Standing) async throws -> [Export] {
        let tenant = try standing.organisation()
        _ = try await keeper.require(standing, decidesFor: person)
        let (known, now) = (try await keeper.person(person, in: tenant), host.world.now())
        return try await host.database.within(organisation: tenant.text).read { tx in
            try Self.exports(of: known.id, in: tenant, after: now, tx)
        }
    }

    /// Tells the journal that a copy is being fetched; then `part` gives it away. Throws as `export`; `.conflict` where it is not ready.
    package func fetch(_ id: ID<OwnDataExports>, by standing: Standing) async throws -> (export: Export, keys: SubjectKeys) {
        let found = try await export(id, by: standing)
        let tenant = try standing.organisation()
        guard found.state == .ready else { throw Failure.exportNotReady }
        guard let keys = try await host.keyring.keys(of: found.person.text, in: tenant.text) else { throw Failure.noExport }
        let entry = try JournalEntry(.exported, Self.kind, record: id.description, about: [found.person.text], by: standing, in: host.world)
        try await host.database.within(organisation: tenant.text).write { tx in try JournalWriter.append(entry, tx) }
        return (found, keys)
    }

    /// A part of it, from 0; nil after the last.
    package func part(_ number: Int, of export: Export, _ keys: SubjectKeys, in tenant: Identifier) async throws -> [UInt8]? {
        let sealed: [UInt8]? = try await host.database.within(organisation: tenant.text).first(
            "SELECT body FROM privacy_export_parts WHERE export = \(export.id) AND number = \(Int64(number)) AND tenant = \(tenant)"
        ) { try $0["body"] }
        return try sealed.map { try keys.open($0, as: Self.context(export.id, part: number, in: tenant)) }
    }

    private static let kind = "own_data"

    static func context(_ id: ID<OwnDataExports>, part: Int, in tenant: Identifier) -> EntryContext {
        EntryContext(tenant: tenant.text, kind: kind, record: id.description, version: Int64(part) + 1)
    }

    private func export(_ id: ID<OwnDataExports>, in tenant: Identifier) async throws -> Export? {
        try await host.database.within(organisation: tenant.text).first(
            "SELECT \(Self.columns) FROM privacy_exports WHERE id = \(id) AND tenant = \(tenant)"
        ) { try Export($0) }
    }

    private static func exports(
        of person: Identifier, in tenant: Identifier, after moment: Instant, _ tx: borrowing Transaction
    ) throws -> [Export] {
        try tx.rows(
            """
            SELECT \(columns) FROM privacy_exports WHERE tenant = \(tenant) AND subject = \(person) AND expires_at > \(moment)
            ORDER BY created_at DESC, id DESC LIMIT 100
            """
        ) { try Export($0) }
    }

    fileprivate static let columns: SQL = "id, subject, state, created_at, expires_at, entries, length"
}

extension OwnDataExports.Export {
    fileprivate init(_ row: borrowing Row) throws {
        guard let state = OwnDataExports.State(rawValue: try row["state"]) else {
            throw Failure.wrongType("state", expected: "a state of a copy")
        }
        let (id, person): (ID<OwnDataExports>, Identifier) = (try row["id"], try row["subject"])
        let (createdAt, expiresAt): (Instant, Instant) = (try row["created_at"], try row["expires_at"])
        self.init(
            id: id, person: person, state: state, createdAt: createdAt, expiresAt: expiresAt, entries: try row["entries"],
            length: try row["length"])
    }
}

/// What the jobs do.
extension OwnDataExports {
    /// Gathers a copy and seals it. Begun again it makes it anew.
    func make(_ id: ID<OwnDataExports>, in tenant: Identifier) async throws -> JobEnd {
        let asked = try await host.database.within(organisation: tenant.text).first(
            "SELECT subject, asker FROM privacy_exports WHERE id = \(id) AND tenant = \(tenant) AND state = \(State.waiting.rawValue)"
        ) { row in (person: try row["subject"] as Identifier, asker: try row["asker"] as Identifier) }
        guard let asked else { return .done }
        // What happened until now should be in it.
        try await JournalSealer(host.database).catchUp()
        let checkpoint = try await records.checkpoint()
        let writer = SubjectExport(host.database, host.keyring, kinds: records.kinds(), world: host.world)
        let standing = try keeper.standing(for: asked.asker, in: tenant)
        var gathered: [UInt8] = []
        let count: Int
        do {
            count = try await writer.write(asked.person, by: standing, checkpoint: checkpoint) { line in
                guard gathered.count + line.count <= Self.mostBytes else { throw ExportTooLarge() }
                gathered += line
            }
        } catch is ExportTooLarge {
            return .writing { tx in
                try tx.execute("UPDATE privacy_exports SET state = \(State.tooLarge.rawValue) WHERE id = \(id) AND tenant = \(tenant)")
            }
        } catch let failure as Failure where failure.kind == .notFound || failure.kind == .forbidden {
            // Erased meanwhile: there is nobody to make it for.
            return .writing { tx in try Self.remove("id = \(id)", in: tenant, tx) }
        }
        let key: SubjectKey
        do { key = try await host.keyring.standingKey(of: asked.person.text, in: tenant.text) } catch let failure as Failure
            where failure.kind == .notFound || failure.kind == .invalid
        { return .writing { tx in try Self.remove("id = \(id)", in: tenant, tx) } }
        try await host.database.within(organisation: tenant.text).write { tx in
            try tx.execute("DELETE FROM privacy_export_parts WHERE export = \(id) AND tenant = \(tenant)")
        }
        for (number, start) in stride(from: 0, to: gathered.count, by: Self.partBytes).enumerated() {
            let part = Array(gathered[start..<min(start + Self.partBytes, gathered.count)])
            let sealed = try key.seal(part, as: Self.context(id, part: number, in: tenant), random: host.world.random)
            try await host.database.within(organisation: tenant.text).write { tx in
                try key.requireStanding(tx)
                try tx.execute(
                    "INSERT INTO privacy_export_parts (tenant, export, number, body) VALUES (\(tenant), \(id), \(Int64(number)), \(sealed))"
                )
            }
        }
        let length = Int64(gathered.count)
        return .writing { tx in
            try tx.execute(
                """
                UPDATE privacy_exports SET state = \(State.ready.rawValue), entries = \(Int64(count)), length = \(length)
                WHERE id = \(id) AND tenant = \(tenant)
                """)
        }
    }

    /// Removes what is over in an organisation.
    func tidy(in tenant: Identifier) async throws {
        let now = host.world.now()
        try await host.database.within(organisation: tenant.text).write { tx in try Self.remove("expires_at <= \(now)", in: tenant, tx) }
    }

    /// Removes copies with their parts.
    static func remove(_ condition: SQL, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            DELETE FROM privacy_export_parts WHERE tenant = \(tenant)
            AND export IN (SELECT id FROM privacy_exports WHERE tenant = \(tenant) AND \(condition))
            """)
        try tx.execute("DELETE FROM privacy_exports WHERE tenant = \(tenant) AND \(condition)")
    }

    private struct ExportTooLarge: Error {}
}

extension Failure {
    fileprivate static let tooManyExports = Failure(
        .conflict, "too_many_exports",
        Text(
            es: "Ya hay \(OwnDataExports.most) copias de esta semana: descargue una de ellas, o espere a que venzan.",
            en: "There are \(OwnDataExports.most) copies of this week already: download one of them, or wait until they are over."))

    fileprivate static let noExport = Failure(
        .notFound, "export_not_found",
        Text(es: "No hay tal copia, o ya venció: pida otra.", en: "There is no such copy, or it is over: ask for another."))

    fileprivate static let exportNotReady = Failure(
        .conflict, "export_not_ready",
        Text(
            es: "La copia aún no está lista: espere un momento y vuelva a mirar.",
            en: "The copy is not ready yet: wait a moment and look again."))
}
