import Access
import Base
import Keys
import Store

/// The people of an organisation, as those whose data is kept: made, found to be the same, told apart by their ids alone. What is
/// known about them are records.
package struct Subjects: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let world: World

    package static let mergePermission: Permission = "subject.merge"

    package init(_ database: Database, _ keyring: Keyring, world: World) {
        self.database = database
        self.keyring = keyring
        self.world = world
    }

    package static let migrations = MigrationSeries(
        "subject",
        [
            Migration(1, "people found to be the same") { dialect in
                [
                    """
                    CREATE TABLE subject_aliases (
                        tenant \(dialect.text) NOT NULL \(dialect.check("tenant", atMost: 64)),
                        alias \(dialect.text) NOT NULL \(dialect.check("alias", atMost: 64)),
                        subject \(dialect.text) NOT NULL \(dialect.check("subject", atMost: 64)),
                        merged_at \(dialect.integer) NOT NULL,
                        CHECK (alias <> subject),
                        PRIMARY KEY (tenant, alias)
                    )\(dialect.strict)
                    """,
                    "CREATE INDEX subject_aliases_by_subject ON subject_aliases (tenant, subject)",
                ] + dialect.organisationWall(table: "subject_aliases")
            }
        ])

    /// A new person, with a key of their own, told in the journal.
    package func create(by standing: Standing) async throws -> Identifier {
        let tenant = try standing.organisation()
        let id = Identifier(world.id(of: Subjects.self))
        let entry = try JournalEntry(.created, "subject", version: 1, about: [id.text], by: standing, in: world)
        let key = try await keyring.sealingKey(of: id.text, in: tenant.text)
        try await database.within(organisation: tenant.text).write { tx in
            try key.requireStanding(tx)
            try JournalWriter.append(entry, tx)
        }
        return id
    }

    /// Under which ids somebody is known: who was merged into whom is found from either.
    package func person(_ id: Identifier, in tenant: Identifier) async throws -> Person {
        try await database.within(organisation: tenant.text).read { tx in try Person(id, in: tenant, tx) }
    }

    /// Says that `alias` is the same person as `subject`. Records stay where they are, since a record never moves to another
    /// person; from now on they are listed together, whoever cares for one cares for both, nothing new is filed under the alias,
    /// and erasing or exporting either means both.
    ///
    /// Throws `Failure`: `.forbidden` without the permission, `.notFound`; `.invalid` where either is erased, where they are the same
    /// already, and for somebody and themselves.
    package func merge(_ alias: Identifier, into subject: Identifier, by standing: Standing) async throws {
        let tenant = try standing.organisation()
        try standing.require(Self.mergePermission)
        guard alias != subject else { throw Failure.mergedWithOneself }
        let keys = [
            try await keyring.standingKey(of: alias.text, in: tenant.text),
            try await keyring.standingKey(of: subject.text, in: tenant.text),
        ]
        let entry = try JournalEntry(.merged, "subject", about: [alias.text, subject.text], by: standing, in: world)
        let (now, world) = (world.now(), world)
        let ids = (0..<Person.mostRelations).map { _ in world.id(of: Relation.self) }
        try await database.within(organisation: tenant.text).write { tx in
            try tx.lock("people of \(tenant)")
            for key in keys { try key.requireStanding(tx) }
            let (other, person) = (try Person(alias, in: tenant, tx), try Person(subject, in: tenant, tx))
            guard other.id != person.id else { throw Failure.mergedAlready }
            for name in other.names {
                try tx.execute(
                    """
                    INSERT INTO subject_aliases (tenant, alias, subject, merged_at) VALUES (\(tenant), \(name), \(person.id), \(now))
                    ON CONFLICT (tenant, alias) DO UPDATE SET subject = excluded.subject, merged_at = excluded.merged_at
                    """)
            }
            try Relations.share(among: person.names + other.names, in: tenant, at: now, newIDs: ids, tx)
            try JournalWriter.append(entry, tx)
        }
    }
}

/// Somebody under all the ids that were found to be theirs.
package struct Person: Sendable, Hashable {
    /// The one into which the others were merged.
    package let id: Identifier
    /// The others, in the order of their bytes.
    package let aliases: [Identifier]

    /// All of them, the aliases first: in the order in which they are erased.
    package var names: [Identifier] { aliases + [id] }

    /// The most relations that two people who are merged may have between them.
    static let mostRelations = 200

    /// Two look-ups.
    package init(_ id: Identifier, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        let known: Identifier? = try tx.first("SELECT subject FROM subject_aliases WHERE tenant = \(tenant) AND alias = \(id)") {
            try $0["subject"]
        }
        let main = known ?? id
        self.id = main
        aliases = try tx.rows("SELECT alias FROM subject_aliases WHERE tenant = \(tenant) AND subject = \(main) ORDER BY alias") {
            try $0["alias"]
        }
    }

    /// Throws `Failure(.invalid)` where one of these was merged into somebody else: what is new is filed there.
    static func requireUnmerged(_ people: [Identifier], in tenant: Identifier, _ tx: borrowing Transaction) throws {
        guard !people.isEmpty else { return }
        let merged: Identifier? = try tx.first(
            "SELECT subject FROM subject_aliases WHERE tenant = \(tenant) AND \("alias", in: people) LIMIT 1"
        ) { try $0["subject"] }
        if let merged { throw Failure.subjectMerged(into: merged) }
    }
}

extension Failure {
    static func subjectMerged(into subject: Identifier) -> Failure {
        Failure(
            .invalid, "subject_merged",
            Text(
                es: "Esa persona es la misma que \(subject): guarde el registro con ese identificador.",
                en: "That person is the same as \(subject): save the record under that id."))
    }

    static let mergedAlready = Failure(
        .invalid, "subjects_merged_already",
        Text(
            es: "Ambas ya son la misma persona: no hay nada que unir.",
            en: "The two are the same person already: there is nothing to merge."))

    static let mergedWithOneself = Failure(
        .invalid, "subject_merged_with_oneself",
        Text(es: "Indique dos identificadores distintos para unirlos.", en: "Name two different ids to merge them."))
}
