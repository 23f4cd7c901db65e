import Access
import Base
import Store

/// What one entry of the journal says to an index: that a record is another now, or that people are erased.
struct ToldChange: Sendable {
    let position: Int64
    /// The record of the kind that changed.
    let record: String?
    let erased: [Identifier]

    /// Entries of an organisation from `position` on, in order: their clear columns alone, and no sealed body is read.
    static func told(
        of kind: KindShape, in tenant: Identifier, from position: Int64, atMost most: Int, _ database: Database
    ) async throws -> [ToldChange] {
        let columns: SQL = "entries.verb AS verb, entries.kind AS kind, entries.record AS record, entries.subjects AS subjects"
        let statement = JournalReader.statement(of: tenant.text, from: position, atMost: most, columns, database.dialect)
        return try await database.rows(statement) { try ToldChange($0, of: kind) }
    }

    private init(_ row: borrowing Row, of kind: KindShape) throws {
        position = try row["position"]
        let verb: String = try row["verb"]
        let name: String = try row["kind"]
        let id: String? = try row["record"]
        let subjects: String? = try row["subjects"]
        let isChange = name == kind.name && ![.read, .listed, .exported, .denied].contains(JournalVerb(rawValue: verb))
        record = isChange ? id : nil
        erased =
            verb == JournalVerb.erased.rawValue
            ? try (subjects ?? "").split(separator: "\n").map { try Identifier(String($0)) } : []
    }
}

extension RecordTable {
    /// Rows by their ids alone. Were the organisation or the deletion asked for as well, SQLite would rather walk all of the
    /// organisation's records: 30 ms for 20 of 100,000. Whoever reads them asks `stands(in:)`.
    func selection(of ids: some Sequence<String>, _ dialect: Dialect) -> SQL {
        "SELECT \(selected(dialect)) FROM \(name: kind.table) WHERE \("id", in: ids)"
    }
}

extension StoredRecord {
    /// Whether it is this organisation's, and not deleted.
    func stands(in tenant: Identifier) -> Bool { self.tenant.utf8.elementsEqual(tenant.text.utf8) && deletedAt == nil }
}
