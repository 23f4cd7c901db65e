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
