import Base
import Store

/// Where relations are kept. They are changed inside the transaction of whoever journals the change, and ended ones stay:
/// why somebody could see something last year is a question that is asked.
package enum RelationTable {
    static let name = "access_relations"

    package static let migrations = MigrationSeries(
        "access",
        [
            Migration(1, "relations between people") { dialect in
                [
                    """
                    CREATE TABLE access_relations (
                        id \(dialect.text) NOT NULL PRIMARY KEY CHECK (length(id) = 36),
                        tenant \(dialect.text) NOT NULL \(dialect.check("tenant", atMost: Identifier.mostBytes)),
                        subject \(dialect.text) NOT NULL \(dialect.check("subject", atMost: Identifier.mostBytes)),
                        grantee \(dialect.text) NOT NULL \(dialect.check("grantee", atMost: Identifier.mostBytes)),
                        role \(dialect.text) NOT NULL \(dialect.check("role", atMost: 63)),
                        starts_at \(dialect.integer) NOT NULL,
                        ends_at \(dialect.integer) CHECK (ends_at >= starts_at),
                        reason \(dialect.text) NOT NULL \(dialect.check("reason", atMost: 63)),
                        CHECK (subject <> grantee)
                    )\(dialect.strict)
                    """,
                    // What access predicates ask: whose data may this account see.
                    """
                    CREATE INDEX access_relations_grantee
                    ON access_relations (tenant, grantee, subject, role, starts_at, ends_at)
                    """,
                    // Who may see this person's data.
                    "CREATE INDEX access_relations_subject ON access_relations (tenant, subject)",
                ] + dialect.organisationWall(table: "access_relations")
            },
            ConsentTable.migration,
        ])

    /// Lets the grantee in. Throws `Failure(.invalid)` for a role that the book does not know, and `.conflict` where the same
    /// two are related in that role during part of the time: to end one would leave the other, and nobody would see it.
    package static func grant(_ relation: Relation, by book: RoleBook, _ tx: borrowing Transaction) throws {
        guard book.knows(relation.role) else { throw Failure.unknownRelationRole(relation.role) }
        guard try insert(relation, tx) else { throw Failure.relationOverlaps }
    }

    /// The same relation to somebody who turned out to be the same person, from `start` on; nothing where the two are related in
    /// that role during part of that time already.
    package static func copy(
        _ relation: Relation, to subject: Identifier, as id: ID<Relation>, from start: Instant, _ tx: borrowing Transaction
    ) throws {
        let copy = try Relation(
            id: id, tenant: relation.tenant, subject: subject, grantee: relation.grantee, role: relation.role, from: start,
            until: relation.until, reason: relation.reason)
        _ = try insert(copy, tx)
    }

    /// False, and nothing written, where another overlaps.
    private static func insert(_ relation: Relation, _ tx: borrowing Transaction) throws -> Bool {
        try tx.lock("relations of \(relation.subject.text.utf8.count) \(relation.subject) in \(relation.tenant)")
        let overlapping = try tx.first(
            """
            SELECT id FROM access_relations
            WHERE tenant = \(relation.tenant) AND grantee = \(relation.grantee) AND subject = \(relation.subject)
                AND role = \(relation.role) AND (ends_at IS NULL OR ends_at > \(relation.from))
                AND starts_at < \(relation.until ?? .latest) AND (ends_at IS NULL OR ends_at > starts_at)
            LIMIT 1
            """
        ) { row in try row["id"] as ID<Relation> }
        guard overlapping == nil else { return false }
        try tx.execute(
            """
            INSERT INTO access_relations (id, tenant, subject, grantee, role, starts_at, ends_at, reason)
            VALUES (\(relation.id), \(relation.tenant), \(relation.subject), \(relation.grantee), \(relation.role),
                \(relation.from), \(relation.until), \(relation.reason.text))
            """)
        return true
    }

    /// One of an organisation's. Throws `Failure(.invalid)` where it has none with this id.
    package static func relation(_ id: ID<Relation>, in tenant: Identifier, _ tx: borrowing Transaction) throws -> Relation {
        guard let found = try tx.first("\(selection) WHERE id = \(id) AND tenant = \(tenant)", { row in try relation(row) }) else {
            throw Failure.relationUnknown
        }
        return found
    }

    /// Ends a relation at `moment`; one that had not begun then holds at no time. Returns it as it is afterwards. Throws
    /// `Failure(.invalid)` where the organisation has none with this id, `.conflict` where it has ended already.
    @discardableResult
    package static func end(
        _ id: ID<Relation>, in tenant: Identifier, at moment: Instant, _ tx: borrowing Transaction
    ) throws -> Relation {
        let found = try tx.first("\(selection) WHERE id = \(id) AND tenant = \(tenant)\(tx.dialect.forUpdate)") { row in
            try relation(row)
        }
        guard let found else { throw Failure.relationUnknown }
        if let until = found.until, until <= moment { throw Failure.relationEnded }
        let until = max(moment, found.from)
        try tx.execute("UPDATE access_relations SET ends_at = \(until) WHERE id = \(id) AND tenant = \(tenant)")
        return Relation(
            stored: id, tenant: found.tenant, subject: found.subject, grantee: found.grantee, role: found.role, from: found.from,
            until: until, reason: found.reason)
    }

    /// What decisions about records of `subjects` need: the caller's relations to them that hold now. One index look-up a
    /// subject; at most 200 of them, which is a page. Nothing for a caller without organisation.
    package static func relations(
        of standing: Standing, to subjects: Set<Identifier>, _ tx: borrowing Transaction
    ) throws -> [Relation] {
        guard let statement = statement(of: standing, to: subjects) else { return [] }
        return try tx.rows(statement) { row in try relation(row) }
    }

    /// The statement by which `relations(of:to:_:)` asks, for tests of its plan; nil where the answer is nothing anyway.
    package static func statement(of standing: Standing, to subjects: Set<Identifier>) -> SQL? {
        precondition(subjects.count <= PageRequest.limits.upperBound, "relations are read for a page")
        guard let tenant = standing.caller.tenant, !subjects.isEmpty else { return nil }
        return """
            \(selection)
            WHERE tenant = \(tenant) AND grantee = \(standing.caller.actor) AND \("subject", in: subjects.sorted())
                AND \(holding(at: standing.now))
            """
    }

    /// Whom the caller is related to now in one of these roles: at most `limit` of them in the order of their ids, after `last`.
    package static func subjects(
        of standing: Standing, as roles: Set<RoleName>, after last: Identifier? = nil, limit: Int, _ tx: borrowing Transaction
    ) throws -> [Identifier] {
        guard let tenant = standing.caller.tenant, !roles.isEmpty else { return [] }
        return try tx.rows(
            """
            SELECT DISTINCT subject FROM access_relations
            WHERE tenant = \(tenant) AND grantee = \(standing.caller.actor) AND subject > \(last?.text ?? "")
                AND \("role", in: roles.map(\.text).sorted()) AND \(holding(at: standing.now))
            ORDER BY subject LIMIT \(Int64(limit))
            """
        ) { row in try row["subject"] }
    }

    /// Everyone who was ever let in to a person's data, the earliest first; at most 10,000.
    package static func relations(
        to subject: Identifier, in tenant: Identifier, _ tx: borrowing Transaction
    ) throws -> [Relation] {
        try tx.rows("\(selection) WHERE tenant = \(tenant) AND subject = \(subject) ORDER BY starts_at, id") { row in
            try relation(row)
        }
    }

    /// Removes every relation to a person whose data are erased, and returns how many there were.
    @discardableResult
    package static func forget(_ subject: Identifier, in tenant: Identifier, _ tx: borrowing Transaction) throws -> Int {
        try tx.execute("DELETE FROM access_relations WHERE tenant = \(tenant) AND subject = \(subject)")
    }

    /// Which rows hold at a moment: the beginning counts, the end does not.
    static func holding(at moment: Instant) -> SQL {
        "starts_at <= \(moment) AND (ends_at IS NULL OR ends_at > \(moment))"
    }

    private static let selection: SQL =
        "SELECT id, tenant, subject, grantee, role, starts_at, ends_at, reason FROM access_relations"

    private static func relation(_ row: borrowing Row) throws -> Relation {
        let id: ID<Relation> = try row["id"]
        let (tenant, subject): (Identifier, Identifier) = (try row["tenant"], try row["subject"])
        let (grantee, role): (Identifier, RoleName) = (try row["grantee"], try row["role"])
        let (from, until): (Instant, Instant?) = (try row["starts_at"], try row["ends_at"])
        guard let reason = Relation.Reason(try row["reason"]) else { throw Failure.wrongType("reason", expected: "a reason") }
        return Relation(
            stored: id, tenant: tenant, subject: subject, grantee: grantee, role: role, from: from, until: until, reason: reason)
    }
}

extension Failure {
    fileprivate static func unknownRelationRole(_ role: RoleName) -> Failure {
        Failure(
            .invalid, "relation_role_unknown",
            Text(
                es: "No existe el rol «\(role)»: use uno de los que muestra la lista de roles.",
                en: "There is no role “\(role)”: use one of those in the list of roles."))
    }

    fileprivate static let relationOverlaps = Failure(
        .conflict, "relation_overlaps",
        Text(
            es: "Ya hay una relación con ese rol entre ambos durante parte de ese tiempo: termínela antes de crear otra.",
            en: "The two are related in that role during part of that time already: end that relation before making another."))

    fileprivate static let relationUnknown = Failure(
        .invalid, "relation_unknown",
        Text(
            es: "Su organización no tiene esa relación: compruebe el identificador.",
            en: "Your organisation has no such relation: check its id."))

    fileprivate static let relationEnded = Failure(
        .conflict, "relation_ended",
        Text(es: "Esa relación ya terminó; no hay nada que hacer.", en: "That relation has ended already; there is nothing to do."))
}
