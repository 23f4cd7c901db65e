import Access
import Base
import Keys
import Store

/// Reading: what the caller may see, told in the journal within a second.
extension RecordStore {
    /// One record, deleted ones too. A current shape of which nothing is hidden is decrypted and not looked into.
    ///
    /// `isShown` false: for who does something by it and shows the caller nothing of it; the journal tells then of refusals alone.
    ///
    /// Throws `Failure`: `.notFound` where there is none that the caller may read, `.invalid` where the record was altered.
    package func read(_ kind: KindShape, _ id: String, isShown: Bool = true, by standing: Standing) async throws -> Record {
        let (row, mask) = try await row(kind, id, allowedBy: kind.access.read, by: standing)
        let record = try shown(kind, row, try await opened(kind, row), mask)
        if isShown { try await reads.read(kind, record, by: standing) }
        return record
    }

    /// Records that stand, in the order of an index (by time of creation without one), at most a page of them; those of one
    /// subject where it is named. A list by a field holds those that have it.
    ///
    /// Throws as `read`; `.invalid` for a cursor that is none of this list's.
    package func list(
        _ kind: KindShape, orderedBy index: RecordIndex? = nil, of subject: Identifier? = nil, _ request: PageRequest, by standing: Standing
    ) async throws -> Page<Record> {
        let tenant = try standing.organisation()
        let table = RecordTable(kind)
        let predicate = try await readable(kind, of: subject, in: tenant, by: standing)
        let order = ListOrder(kind, index)
        let after = try request.after.map { try order.condition(after: $0) }
        // Every rule is bound to the organisation: said twice, SQLite would choose another index.
        let rows = try await database.within(organisation: tenant.text).rows(
            """
            SELECT \(table.selected(database.dialect)), \(order.column) AS ordering FROM \(name: kind.table)
            WHERE deleted_at IS NULL AND \(order.column) IS NOT NULL AND \(predicate)\(after ?? "")
            ORDER BY \(order.column), id LIMIT \(request.rowsToFetch)
            """
        ) { row in (stored: try StoredRecord(row), cursor: try order.cursor(row)) }
        let page = Page(fetched: rows, for: request) { $0.cursor }
        let records = try await shown(kind, page.items.map(\.stored), by: standing)
        try await reads.listed(kind, records, by: standing)
        return Page(items: records, next: page.next)
    }

    /// Records whose field has exactly this value, whatever their case and the white space around it: by its keyed hash, the
    /// earliest first, at most 200, deleted ones left out. A field that is hidden from the caller finds nothing.
    ///
    /// Throws as `list`; a fault for a field that is not declared to be found so.
    package func find(_ kind: KindShape, _ field: String, _ value: String, by standing: Standing) async throws -> [Record] {
        let tenant = try standing.organisation()
        guard kind.hashedFields.contains(where: { $0.name == field }) else { throw Failure.missingColumn(KindShape.hashColumn(field)) }
        let table = RecordTable(kind)
        let predicate = try await readable(kind, of: nil, in: tenant, by: standing)
        let hash = kind.searchHash(of: value, in: field, by: try await keyring.searchKey(of: tenant.text))
        let rows = try await database.within(organisation: tenant.text).rows(
            """
            SELECT \(table.selected(database.dialect)) FROM \(name: kind.table)
            WHERE deleted_at IS NULL AND \(name: KindShape.hashColumn(field)) = \(hash) AND \(predicate)
            ORDER BY created_at, id LIMIT \(PageRequest.limits.upperBound)
            """
        ) { try StoredRecord($0) }
        let records = try await shown(kind, rows, by: standing).filter { !$0.hidden.contains(field) }
        try await reads.listed(kind, records, by: standing)
        return records
    }

    /// Which records the caller may read, of one person where it is said who, as a condition for a statement; tells the journal of
    /// a refusal.
    private func readable(_ kind: KindShape, of subject: Identifier?, in tenant: Identifier, by standing: Standing) async throws -> SQL {
        var person: Person?
        if let subject {
            person = try await database.within(organisation: tenant.text).read { tx in try Person(subject, in: tenant, tx) }
        }
        do {
            return try kind.access.read.predicate(
                for: standing, over: RecordTable(kind).columns, database.dialect, subject: person?.id, aliases: person?.aliases ?? [])
        } catch {
            try await reads.refused(kind, nil, about: subject.map { [$0] } ?? [], by: standing)
            throw error
        }
    }

    /// Opens a page's rows, each as far as it may be seen.
    func shown(_ kind: KindShape, _ rows: [StoredRecord], by standing: Standing) async throws -> [Record] {
        guard let first = rows.first else { return [] }
        let subjects = try Set(rows.flatMap(\.subjects).map { try Identifier($0) })
        let relations = try await relations(of: standing, to: subjects, in: first.tenant)
        // All keys at once, so that opening finds them kept.
        _ = try await keyring.keys(of: kind.keyNames(of: rows), in: first.tenant)
        let facts = try await readFacts(kind, rows)
        var records: [Record] = []
        for (row, facts) in zip(rows, facts) {
            let decision = kind.access.read.decision(for: standing, on: facts, relations: relations)
            guard decision.isAllowed else { continue }
            records.append(try shown(kind, row, try await opened(kind, row), decision.mask))
        }
        return records
    }

    func shown(_ kind: KindShape, _ row: StoredRecord, _ body: [UInt8], _ mask: FieldMask) throws -> Record {
        let hidden = kind.hidden(by: mask)
        guard !hidden.isEmpty else { return Record(row, kind, body: body, hidden: []) }
        guard let object = try JSON.parse(body, limits: kind.limits).object else {
            throw Failure.wrongType(kind.name, expected: "object")
        }
        var writer = JSONWriter(reservingBytes: body.count)
        JSON.object(.init(object.members.filter { !hidden.contains($0.name) })).write(to: &writer)
        return Record(row, kind, body: writer.bytes, hidden: hidden)
    }
}

/// The order of a list and what a cursor of it holds: the last row's ordering value and id.
private struct ListOrder: Sendable {
    private let name: String
    private let type: FieldType
    let column: SQL

    init(_ kind: KindShape, _ index: RecordIndex?) {
        name = index.map { KindShape.column($0.field) } ?? "created_at"
        type = index.flatMap { index in kind.fields.first { $0.name == index.field }?.type } ?? .instant
        column = "\(name: name)"
    }

    func condition(after cursor: Cursor) throws -> SQL {
        guard let json = try? JSON.parse(cursor.bytes), let parts = json.array, parts.count == 3, parts[0].string == name,
            let id = parts[2].string
        else { throw Failure.cursorOfAnotherList }
        let value: SQLValue
        switch type {
        case .integer, .instant: value = try parts[1].integer.map { .integer(Int64($0)) } ?? { throw Failure.cursorOfAnotherList }()
        case .real: value = try parts[1].number.map { .real($0) } ?? { throw Failure.cursorOfAnotherList }()
        case .bool: value = try parts[1].bool.map { .bool($0) } ?? { throw Failure.cursorOfAnotherList }()
        default: value = try parts[1].string.map { .text($0) } ?? { throw Failure.cursorOfAnotherList }()
        }
        return " AND (\(column), id) > (\(value), \(id))"
    }

    func cursor(_ row: borrowing Row) throws -> Cursor {
        let value: JSON
        switch type {
        case .integer, .instant: value = JSON(try row["ordering"] as Int64)
        case .real: value = .number(try row["ordering"])
        case .bool: value = .bool(try row["ordering"])
        default: value = .string(try row["ordering"])
        }
        var writer = JSONWriter()
        JSON.array([.string(name), value, .string(try row["id"])]).write(to: &writer)
        return Cursor(writer.bytes)
    }
}

extension Failure {
    static let cursorOfAnotherList = Failure(
        .invalid, "cursor_of_another_list",
        Text(
            es: "El cursor no es de esta lista: empiece por la primera página.",
            en: "The cursor is none of this list's: begin with the first page."))
}
