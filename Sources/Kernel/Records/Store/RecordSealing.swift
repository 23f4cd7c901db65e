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
    let owners: RecordOwners
    let at: Instant
}

/// What a write closure puts down: made before it, so that running it again puts down the same.
struct SealedChange: Sendable {
    let keys: SealingKeys
    let body: [UInt8]
    let entry: JournalEntry
}

extension SealedChange {
    /// Throws `Failure(.conflict)` where somebody whom it is about was erased meanwhile.
    func requireKeys(_ tx: borrowing Transaction) throws {
        for key in keys.required { try key.requireStanding(tx) }
    }
}

extension RecordStore {
    /// Seals a body under the key of whose it is, and makes the entry that tells of it.
    func sealed(
        _ kind: KindShape, _ plain: [UInt8], _ change: Change, under keys: SealingKeys, by standing: Standing
    ) throws -> SealedChange {
        let (tenant, key) = (change.tenant.text, keys.key)
        let context = EntryContext(tenant: tenant, kind: kind.name, record: change.id, version: change.version)
        let body = try key.seal(plain, as: context, random: world.random)
        let entry = try JournalEntry(
            change.verb, kind.name, record: change.id, version: Int(change.version), shape: kind.number,
            about: change.owners.people.map(\.text), by: standing, in: world, at: change.at, body: body, under: key)
        return SealedChange(keys: keys, body: body, entry: entry)
    }

    /// The body of a row as JSON of the present shape. Throws `Failure(.invalid)` where it was altered, `.conflict` where the
    /// person is erased.
    func opened(_ kind: KindShape, _ row: StoredRecord) async throws -> [UInt8] {
        let context = EntryContext(tenant: row.tenant, kind: kind.name, record: row.id, version: row.version)
        var isThere = false
        for isFormer in [false, true] {
            guard let keys = try await openingKeys(kind, row, isFormer: isFormer) else { continue }
            isThere = true
            do {
                return try kind.upgraded(try keys.open(row.body, as: context), from: Int(row.shape))
            } catch is SealingError {
                continue
            }
        }
        throw isThere ? Failure.recordAltered(kind.name, row.id, version: row.version) : Failure.recordNotFound(kind.name)
    }

    func facts(_ kind: KindShape, _ row: StoredRecord) throws -> RecordFacts {
        RecordFacts(
            tenant: try Identifier(row.tenant), subjects: Set(try kind.owners(of: row).people), author: try Identifier(row.author))
    }

    /// Throws `Failure(.forbidden)` where the rule lets the caller not do this, and tells the journal of the refusal.
    func permit(_ rule: AccessRule, _ standing: Standing, _ facts: RecordFacts, kind: KindShape, record: StoredRecord?) async throws {
        _ = try await mask(rule, standing, facts, kind: kind, record: record)
    }

    /// What the rule hides of a record. Relations are read only where the caller's roles alone do not show everything.
    func mask(
        _ rule: AccessRule, _ standing: Standing, _ facts: RecordFacts, kind: KindShape, record: StoredRecord?
    ) async throws -> FieldMask {
        let facts = if rule.asksConsents { try await agreed([facts], in: facts.tenant.text)[0] } else { facts }
        let alone = rule.decision(for: standing, on: facts, relations: [])
        if alone.isAllowed, kind.hidden(by: alone.mask).isEmpty { return alone.mask }
        let relations = try await relations(of: standing, to: facts.subjects, in: facts.tenant.text)
        let decision = rule.decision(for: standing, on: facts, relations: relations)
        guard decision.isAllowed else {
            try await reads.refused(kind, record?.id, about: facts.subjects, by: standing)
            throw rule.refusal(of: standing)
        }
        return decision.mask
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

/// The declared columns of a record and what stands in them.
struct FieldColumns: Sendable {
    /// `, f_title, h_document`, to follow other names.
    private(set) var names: SQL = ""
    private(set) var values: SQL = ""
    private(set) var assignments: SQL = ""
    /// ` AND …` for each: that they stand there.
    private(set) var conditions: SQL = ""

    mutating func add(_ column: String, _ type: FieldType, _ json: JSON?, _ dialect: Dialect) {
        add(column, type.columnValue(json), type: dialect == .postgres ? type.castType : nil)
    }

    /// `type`: where the value stands in a SELECT, and PostgreSQL takes a NULL for a text.
    mutating func add(_ column: String, _ value: SQLValue, type: SQL?) {
        names += ", \(name: column)"
        values += type.map { ", CAST(\(value) AS \($0))" } ?? ", \(value)"
        assignments += ", \(name: column) = \(value)"
        conditions += " AND \(name: column) IS NOT DISTINCT FROM " + (type.map { "CAST(\(value) AS \($0))" } ?? "\(value)")
    }
}

extension RecordStore {
    func columns(_ kind: KindShape, _ object: JSON.Object, in tenant: Identifier) async throws -> FieldColumns {
        var columns = FieldColumns()
        for field in kind.orderedFields { columns.add(KindShape.column(field.name), field.type, object[field.name], database.dialect) }
        guard !kind.hashedFields.isEmpty else { return columns }
        let key = try await keyring.searchKey(of: tenant.text)
        for field in kind.hashedFields {
            let hash = object[field.name]?.string.map { kind.searchHash(of: $0, in: field.name, by: key) }
            columns.add(
                KindShape.hashColumn(field.name), hash.map { .bytes($0) } ?? .null, type: database.dialect == .postgres ? "BYTEA" : nil)
        }
        return columns
    }
}

extension KindShape {
    /// What is stored to find a value by: of its form without regard for case and the white space around it.
    func searchHash(of value: String, in field: String, by key: SearchKey) -> [UInt8] {
        let text = value.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        return key.hash(kind: name, field: field, value: text)
    }
}
