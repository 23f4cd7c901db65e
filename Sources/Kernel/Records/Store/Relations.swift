import Access
import Base
import Keys
import Store

/// Lets people in to somebody's data and ends it, told in the journal: who could see what, and when, is asked years later.
package struct Relations: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let book: RoleBook
    private let world: World

    package static let permission: Permission = "relation.change"
    private static let kind = "relation"

    package init(_ database: Database, _ keyring: Keyring, book: RoleBook, world: World) {
        self.database = database
        self.keyring = keyring
        self.book = book
        self.world = world
    }

    /// Lets the grantee in, to whoever was merged with the subject as well. Throws `Failure`: `.forbidden` without the permission,
    /// `.notFound` and `.conflict` for a subject who is unknown or erased, and as `RelationTable.grant`.
    package func grant(_ relation: Relation, by standing: Standing) async throws {
        let write = try await granting(relation, by: standing)
        try await database.within(organisation: relation.tenant.text).write { tx in try write(tx) }
    }

    /// The same made ready, to be put down among other writes of the organisation's; what the database knows alone is thrown there.
    package func granting(_ relation: Relation, by standing: Standing) async throws -> MoreWriting {
        let tenant = try permitted(standing)
        guard relation.tenant == tenant else { throw Failure.accessDenied }
        let key = try await keyring.standingKey(of: relation.subject.text, in: tenant.text)
        let entry = try entry(.granted, relation, version: 1, under: key, by: standing)
        let (book, world) = (book, world)
        let (now, ids) = (world.now(), (0..<Person.mostRelations).map { _ in world.id(of: Relation.self) })
        return { tx in
            try key.requireStanding(tx)
            try RelationTable.grant(relation, by: book, tx)
            let person = try Person(relation.subject, in: tenant, tx)
            if !person.aliases.isEmpty { try Self.share(among: person.names, in: tenant, at: now, newIDs: ids, tx) }
            try JournalWriter.append(entry, tx)
        }
    }

    /// Ends it now, for whoever was merged with the subject as well. Throws as `RelationTable.end`, and as `grant`.
    package func end(_ id: ID<Relation>, by standing: Standing) async throws {
        let write = try await ending(id, by: standing)
        try await database.within(organisation: try standing.organisation().text).write { tx in try write(tx) }
    }

    /// The same made ready, as `granting`.
    package func ending(_ id: ID<Relation>, by standing: Standing) async throws -> MoreWriting {
        let tenant = try permitted(standing)
        let found = try await database.within(organisation: tenant.text).read { tx in try RelationTable.relation(id, in: tenant, tx) }
        let key = try await keyring.standingKey(of: found.subject.text, in: tenant.text)
        let entry = try entry(.ended, found, version: 2, under: key, by: standing)
        let now = world.now()
        return { tx in
            try key.requireStanding(tx)
            let ended = try RelationTable.end(id, in: tenant, at: now, tx)
            for name in try Person(ended.subject, in: tenant, tx).names where name != ended.subject {
                for other in try RelationTable.relations(to: name, in: tenant, tx)
                where other.grantee == ended.grantee && other.role == ended.role && other.until.map({ $0 > now }) ?? true {
                    try RelationTable.end(other.id, in: tenant, at: now, tx)
                }
            }
            try JournalWriter.append(entry, tx)
        }
    }

    private func permitted(_ standing: Standing) throws -> Identifier {
        try standing.require(Self.permission)
        return try standing.organisation()
    }

    /// Who is let in, as what, and from when until when is content: sealed under the person's key.
    private func entry(
        _ verb: JournalVerb, _ relation: Relation, version: Int, under key: SubjectKey, by standing: Standing
    ) throws -> JournalEntry {
        var json = JSONWriter()
        json.object { json in
            json.member("grantee", relation.grantee.text)
            json.member("role", relation.role.text)
            json.member("from", relation.from)
            if let until = relation.until { json.member("until", until) }
            json.member("reason", relation.reason.text)
        }
        let context = EntryContext(
            tenant: relation.tenant.text, kind: Self.kind, record: relation.id.description, version: Int64(version))
        return try JournalEntry(
            verb, Self.kind, record: relation.id.description, version: version, shape: 1, about: [relation.subject.text], by: standing,
            in: world, body: try key.seal(json.bytes, as: context, random: world.random), under: key)
    }

    /// Whoever is let in to one of these is let in to all, from now or when it begins, for as long. `newIDs` were made before the
    /// write closure.
    static func share(
        among people: [Identifier], in tenant: Identifier, at now: Instant, newIDs: [ID<Relation>], _ tx: borrowing Transaction
    ) throws {
        var ids = newIDs.makeIterator()
        let held = try people.flatMap { try RelationTable.relations(to: $0, in: tenant, tx) }.filter { $0.until.map { $0 > now } ?? true }
        for relation in held {
            for person in people where person != relation.subject && person != relation.grantee {
                guard let id = ids.next() else { throw Failure.tooManyRelations }
                try RelationTable.copy(relation, to: person, as: id, from: max(now, relation.from), tx)
            }
        }
    }
}

extension Failure {
    fileprivate static let tooManyRelations = Failure(
        .invalid, "too_many_relations",
        Text(
            es: "Entre ambas personas hay demasiadas relaciones vigentes (más de \(Person.mostRelations)): termine las que sobran.",
            en: "The two people have too many relations that hold (more than \(Person.mostRelations)): end those that are not needed."))
}
