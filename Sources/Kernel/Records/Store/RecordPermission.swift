import Access
import Base
import Store

/// Who may: the rules of a kind asked about rows, people's relations and consents.
extension RecordStore {
    /// A record that the caller may do this to by `rule`, one of the kind's, and what the rule hides of it. The journal is told of a refusal.
    ///
    /// Who may not even read it hears that there is none. One that never was is looked for in all the places where a refused one is, and
    /// who has no role to read all of them is told of in the journal too: neither the words nor the time of an answer say which it was.
    ///
    /// Throws `Failure`: `.notFound`; `.forbidden` where the caller may read it, but not do this.
    func row(_ kind: KindShape, _ id: String, allowedBy rule: AccessRule, by standing: Standing) async throws -> (StoredRecord, FieldMask) {
        let tenant = try standing.organisation()
        let row = try await row(kind, id, in: tenant)
        let facts =
            try row.map { try self.facts(kind, $0) } ?? RecordFacts(tenant: tenant, subject: kind.subject == .organisation ? nil : "-")
        let decision = try await decision(by: rule, standing, facts, kind)
        if let row, decision.isAllowed { return (row, decision.mask) }
        // What could be no record's id is not worth a place in the journal, which would not take it.
        if !decision.isAllowed, ID<Record>(id) != nil {
            try await reads.refused(kind, id, about: row == nil ? [] : facts.subjects, by: standing)
        }
        let mayRead = try await self.decision(by: kind.access.read, standing, facts, kind).isAllowed
        throw row != nil && mayRead ? rule.refusal(of: standing) : .recordNotFound(kind.name)
    }

    private func row(_ kind: KindShape, _ id: String, in tenant: Identifier) async throws -> StoredRecord? {
        let table = RecordTable(kind)
        return try await database.within(organisation: tenant.text).first(
            "SELECT \(table.selected(database.dialect)) FROM \(name: kind.table) WHERE id = \(id) AND tenant = \(tenant)"
        ) { try StoredRecord($0) }
    }

    func facts(_ kind: KindShape, _ row: StoredRecord) throws -> RecordFacts {
        RecordFacts(
            tenant: try Identifier(row.tenant), subjects: Set(try kind.owners(of: row).people), author: try Identifier(row.author))
    }

    /// Throws `Failure(.forbidden)` where the caller may not make such a record, and tells the journal of the refusal.
    func permitCreation(_ kind: KindShape, _ facts: RecordFacts, by standing: Standing) async throws {
        guard try await decision(by: kind.access.create, standing, facts, kind).isAllowed else {
            try await reads.refused(kind, nil, about: facts.subjects, by: standing)
            throw kind.access.create.refusal(of: standing)
        }
    }

    /// What the rule says and hides. Relations are read only where the caller's roles alone do not show everything.
    private func decision(
        by rule: AccessRule, _ standing: Standing, _ facts: RecordFacts, _ kind: KindShape
    ) async throws -> AccessDecision {
        let facts = if rule.asksConsents { try await agreed([facts], in: facts.tenant.text)[0] } else { facts }
        let alone = rule.decision(for: standing, on: facts, relations: [])
        if alone.isAllowed, kind.hidden(by: alone.mask).isEmpty { return alone }
        let relations = try await relations(of: standing, to: facts.subjects, in: facts.tenant.text)
        return rule.decision(for: standing, on: facts, relations: relations)
    }

    /// The same facts with what the people agree to: for rules that ask for it.
    func agreed(_ facts: [RecordFacts], in tenant: String) async throws -> [RecordFacts] {
        let all = facts.reduce(into: Set<Identifier>()) { $0.formUnion($1.subjects) }
        guard !all.isEmpty else { return facts }
        let organisation = try Identifier(tenant)
        let purposes = try await database.within(organisation: tenant).read { tx in
            try ConsentTable.purposes(of: all, in: organisation, tx)
        }
        return facts.map { $0.agreed(purposes) }
    }

    /// What the read rule of a kind looks at in some rows.
    func readFacts(_ kind: KindShape, _ rows: [StoredRecord]) async throws -> [RecordFacts] {
        let facts = try rows.map { try self.facts(kind, $0) }
        guard kind.access.read.asksConsents, let first = rows.first else { return facts }
        return try await agreed(facts, in: first.tenant)
    }

    /// The caller's relations to some people, in pieces that `RelationTable` takes.
    func relations(of standing: Standing, to subjects: Set<Identifier>, in tenant: String) async throws -> [Relation] {
        guard !subjects.isEmpty else { return [] }
        let all = subjects.sorted()
        return try await database.within(organisation: tenant).read { tx in
            try stride(from: 0, to: all.count, by: PageRequest.limits.upperBound).flatMap { start in
                let some = Set(all[start..<min(start + PageRequest.limits.upperBound, all.count)])
                return try RelationTable.relations(of: standing, to: some, tx)
            }
        }
    }
}
