import Base
import Store

/// The columns of a table of records that access rules ask for.
package struct RecordColumns: Hashable, Sendable {
    package let table: String
    package let tenant: String
    /// nil: its records are nobody's in particular.
    package let subject: String?
    /// Where its records are about several people: the table that says about whom, with columns `record` (the record's `id`) and
    /// `subject`, and an index on each. `subject` is not asked then.
    package let people: String?
    /// nil where the kind keeps none. It needs an index on `(tenant, author)`.
    package let author: String?
    /// Text columns that rules may name.
    package let attributes: Set<String>

    /// Names of tables and columns as `SQL(name:)` takes them.
    package init(
        table: String, tenant: String = "tenant", subject: String? = "subject", people: String? = nil, author: String? = nil,
        attributes: Set<String> = []
    ) {
        self.table = table
        self.tenant = tenant
        self.subject = people == nil ? subject : nil
        self.people = people
        self.author = author
        self.attributes = attributes
    }

    func qualified(_ column: String) -> SQL { "\(name: table).\(name: column)" }
}

extension AccessRule {
    /// A condition for WHERE that holds for exactly the records that `decision` allows. Values are bound; the table stands in
    /// FROM under its own name.
    ///
    /// For a list over one person's records, `subject` says whose, and `aliases` under which other ids they are known: the
    /// condition then includes that, and relations are asked for that person alone. Needs indexes on `(tenant, …the list's order)` and `(tenant, subject, …the list's order)`, and an
    /// SQLite table with its rowid. It says all that is to be said about the organisation: a second `tenant = …` beside it
    /// leads SQLite to walk all of the organisation's records.
    ///
    /// Throws `Failure(.forbidden)` where there can be no such record, whatever the database holds: a caller without
    /// organisation, or without any of the permissions that the rule asks for.
    package func predicate(
        for standing: Standing, over columns: RecordColumns, _ dialect: Dialect, subject: Identifier? = nil, aliases: [Identifier] = []
    ) throws(Failure) -> SQL {
        // A record about several is seen by who may see any of them, so there the rule is asked as for any list.
        let reach = Reach(self, standing, subject: columns.people == nil && aliases.isEmpty ? subject : nil)
        guard reach != .never else { throw refusal(of: standing) }
        let writer = PredicateWriter(standing: standing, columns: columns, dialect: dialect)
        guard let subject else { return writer.sql(reach) }
        let about = ([subject] + aliases).map { writer.about($0) }.joined(separator: " OR ")
        return "(\(about)) AND \(writer.sql(reach))"
    }
}

private struct PredicateWriter {
    let standing: Standing
    let columns: RecordColumns
    let dialect: Dialect

    func sql(_ reach: Reach) -> SQL {
        switch reach {
        case .never: "1 = 0"
        case .always: "1 = 1"
        case .tenant(let tenant): "\(columns.qualified(columns.tenant)) = \(tenant)"
        case .author(let author): columns.author.map { "\(columns.qualified($0)) = \(author)" } ?? "1 = 0"
        case .subjects(let subjects): about(subjects)
        case .relation(let subject, let roles):
            "EXISTS (SELECT 1 FROM access_relations WHERE \(relations(roles)) AND subject = \(subject))"
        case .attribute(let name, let values): columns.attributes.contains(name) ? oneOf(values, columns.qualified(name)) : "1 = 0"
        case .consent(let purpose): agreed(purpose)
        case .all(let parts): (narrowed(parts) ?? parts.map(sql)).joined(separator: " AND ")
        case .any(let parts): "(\(parts.map { alternative($0) }.joined(separator: " OR ")))"
        }
    }

    private func alternative(_ reach: Reach) -> SQL {
        if case .all = reach { "(\(sql(reach)))" } else { sql(reach) }
    }

    private func oneOf(_ values: [Identifier], _ column: SQL) -> SQL {
        let bound: [SQL] = values.map { "\($0)" }
        return "\(column) IN (\(bound.joined(separator: ", ")))"
    }

    /// SQLite chooses by rough guesses, and would rather walk the organisation's records in the order of the list than sort the
    /// few that the caller may see: among 100,000 records 2 ms for a page of somebody who may see 600, and the longer the fewer
    /// they are; named by their rows they take 0.5 ms. So where the records are those of some people or of the caller's own
    /// hand, they are, and nothing else is left to choose from.
    private func narrowed(_ parts: [Reach]) -> [SQL]? {
        guard dialect == .sqlite, columns.subject != nil || columns.people != nil,
            let tenant = parts.lazy.compactMap({ if case .tenant(let tenant) = $0 { tenant } else { nil } }).first,
            let narrow = parts.first(where: isNarrow)
        else { return nil }
        let own: SQL = "\(name: columns.table) AS own"
        let inOrganisation: SQL = "own.\(name: columns.tenant) = \(tenant)"
        let rows: [SQL] = narrow.alternatives.map { alternative in
            switch alternative {
            case .subjects(let subjects):
                """
                SELECT own.rowid FROM (\(set(subjects))) AS people CROSS JOIN \(joined(own)) AND \(inOrganisation)
                """
            case .author(let author):
                columns.author.map { "SELECT own.rowid FROM \(own) WHERE \(inOrganisation) AND own.\(name: $0) = \(author)" }
                    ?? "SELECT NULL"
            default: "SELECT NULL"
            }
        }
        let named: SQL = "\(name: columns.table).rowid IN (\(rows.joined(separator: " UNION ALL ")))"
        return [named] + parts.filter { $0 != narrow && $0 != .tenant(tenant) }.map(sql)
    }

    /// Whether it is about some people's records, not all, and cannot be told by one comparison.
    private func isNarrow(_ reach: Reach) -> Bool {
        switch reach {
        case .subjects(let subjects): !isOne(subjects) || columns.people != nil
        case .any(let parts):
            parts.allSatisfy { part in
                switch part {
                case .subjects, .author: true
                default: false
                }
            }
        default: false
        }
    }

    /// Whether it is the caller alone, under one name.
    private func isOne(_ subjects: Reach.Subjects) -> Bool { subjects.roles.isEmpty && standing.selves.count == 1 }

    /// Whether each whom a record is about agrees: a look-up by primary key for each of them.
    private func agreed(_ purpose: ConsentPurpose) -> SQL {
        func given(by subject: SQL) -> SQL {
            """
            EXISTS (SELECT 1 FROM access_consents AS given WHERE given.tenant = \(standing.caller.tenant)
            AND given.subject = \(subject) AND given.purpose = \(purpose))
            """
        }
        if let column = columns.subject { return given(by: columns.qualified(column)) }
        guard let people = columns.people else { return "1 = 0" }
        let id = columns.qualified("id")
        return """
            EXISTS (SELECT 1 FROM \(name: people) AS agreeing WHERE agreeing.record = \(id))
            AND NOT EXISTS (SELECT 1 FROM \(name: people) AS agreeing WHERE agreeing.record = \(id)
            AND NOT \(given(by: "agreeing.subject")))
            """
    }

    /// Whether a record is about this person.
    func about(_ subject: Identifier) -> SQL {
        if let column = columns.subject { return "\(columns.qualified(column)) = \(subject)" }
        guard let people = columns.people else { return "1 = 0" }
        return isIn("SELECT record FROM \(name: people) WHERE subject = \(subject)", columns.qualified("id"))
    }

    /// Whether it is about one of some people. That set does not depend on the record, so it is computed once, and its members are
    /// looked up in the index of the records. PostgreSQL does so for an array; for `IN (SELECT …)` under an OR it would walk all
    /// records.
    private func about(_ subjects: Reach.Subjects) -> SQL {
        if isOne(subjects) { return about(standing.caller.actor) }
        if let column = columns.subject { return isIn(set(subjects), columns.qualified(column)) }
        guard let people = columns.people else { return "1 = 0" }
        return isIn("SELECT record FROM \(name: people) WHERE \(isIn(set(subjects), "subject"))", columns.qualified("id"))
    }

    private func isIn(_ set: SQL, _ column: SQL) -> SQL {
        switch dialect {
        case .sqlite: "\(column) IN (\(set))"
        case .postgres: "\(column) = ANY (ARRAY(\(set)))"
        }
    }

    /// Records `own` of `people`, as the rest of a join.
    private func joined(_ own: SQL) -> SQL {
        if let people = columns.people {
            return "\(name: people) AS named CROSS JOIN \(own) ON named.subject = people.subject AND own.id = named.record"
        }
        return "\(own) ON own.\(name: columns.subject ?? "subject") = people.subject"
    }

    /// Of one column, `subject`.
    private func set(_ subjects: Reach.Subjects) -> SQL {
        let own = standing.selves.sorted().map { "SELECT \($0) AS subject" as SQL }.joined(separator: " UNION ALL ")
        guard !subjects.roles.isEmpty else { return own }
        let related: SQL = "SELECT subject FROM access_relations WHERE \(relations(subjects.roles))"
        return subjects.includesSelf ? "\(related) UNION ALL \(own)" : related
    }

    /// Relations count in the organisation in which the caller acts; without one, `Reach` holds none.
    private func relations(_ roles: [RoleName]) -> SQL {
        """
        tenant = \(standing.caller.tenant) AND grantee = \(standing.caller.actor) AND \("role", in: roles)
        AND \(RelationTable.holding(at: standing.now))
        """
    }
}
