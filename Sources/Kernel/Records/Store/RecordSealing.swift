import Access
import Base
import Keys
import Store
import Transparency

/// What a write does, before it is sealed.
struct Change: Sendable {
    let id: String
    let version: Int64
    let verb: JournalVerb
    let tenant: Identifier
    /// nil: the organisation's own.
    let owner: Identifier?
    let at: Instant
}

/// What a write closure puts down: made before it, so that running it again puts down the same.
struct SealedChange: Sendable {
    let key: SubjectKey
    let body: [UInt8]
    let entry: JournalEntry
}

extension RecordStore {
    /// Seals a body under the key of whose it is, and makes the entry that tells of it.
    func sealed(_ kind: KindShape, _ plain: [UInt8], _ change: Change, by standing: Standing) async throws -> SealedChange {
        let tenant = change.tenant.text
        let key = try await keyring.sealingKey(of: change.owner?.text ?? tenant, in: tenant)
        let context = EntryContext(tenant: tenant, kind: kind.name, record: change.id, version: change.version)
        let body = try key.seal(plain, as: context, random: world.random)
        let entry = try JournalEntry(
            change.verb, kind.name, record: change.id, version: Int(change.version), shape: kind.number,
            about: change.owner.map { [$0.text] } ?? [], by: standing, in: world, at: change.at, body: body, under: key)
        return SealedChange(key: key, body: body, entry: entry)
    }

    /// The body of a row as JSON of the present shape. Throws `Failure(.invalid)` where it was altered, `.conflict` where the
    /// person is erased.
    func opened(_ kind: KindShape, _ row: StoredRecord) async throws -> [UInt8] {
        let subject = row.subject ?? row.tenant
        let context = EntryContext(tenant: row.tenant, kind: kind.name, record: row.id, version: row.version)
        guard let keys = try await keyring.keys(of: subject, in: row.tenant) else { throw Failure.recordNotFound(kind.name) }
        do {
            return try kind.upgraded(try keys.open(row.body, as: context), from: Int(row.shape))
        } catch is SealingError {
            throw Failure.recordAltered(kind.name, row.id, version: row.version)
        }
    }

    func facts(_ kind: KindShape, _ row: StoredRecord) throws -> RecordFacts {
        RecordFacts(
            tenant: try Identifier(row.tenant), subject: try row.subject.map { try Identifier($0) }, author: try Identifier(row.author))
    }

    /// Throws `Failure(.forbidden)` where the rule lets the caller not do this, and tells the journal of the refusal.
    func permit(_ rule: AccessRule, _ standing: Standing, _ facts: RecordFacts, kind: KindShape, record: StoredRecord?) async throws {
        _ = try await mask(rule, standing, facts, kind: kind, record: record)
    }

    /// What the rule hides of a record. Relations are read only where the caller's roles alone do not show everything.
    func mask(
        _ rule: AccessRule, _ standing: Standing, _ facts: RecordFacts, kind: KindShape, record: StoredRecord?
    ) async throws -> FieldMask {
        let alone = rule.decision(for: standing, on: facts, relations: [])
        if alone.isAllowed, !kind.fields.contains(where: { alone.mask.hides($0.name, $0.classification) }) { return alone.mask }
        var relations: [Relation] = []
        if let subject = facts.subject {
            relations = try await database.within(organisation: facts.tenant.text).read { tx in
                try RelationTable.relations(of: standing, to: [subject], tx)
            }
        }
        let decision = rule.decision(for: standing, on: facts, relations: relations)
        guard decision.isAllowed else {
            try await reads.refused(kind, record?.id, about: facts.subject, by: standing)
            throw rule.refusal(of: standing)
        }
        return decision.mask
    }
}

/// The declared columns of a record and what stands in them.
struct FieldColumns: Sendable {
    /// `, f_title, h_document`, to follow other names.
    private(set) var names: SQL = ""
    private(set) var values: SQL = ""
    private(set) var assignments: SQL = ""

    mutating func add(_ column: String, _ value: SQLValue) {
        names += ", \(name: column)"
        values += ", \(value)"
        assignments += ", \(name: column) = \(value)"
    }
}

extension RecordStore {
    func columns(_ kind: KindShape, _ object: JSON.Object) -> FieldColumns {
        var columns = FieldColumns()
        for field in kind.orderedFields { columns.add(KindShape.column(field.name), field.type.columnValue(object[field.name])) }
        return columns
    }
}
