import Access
import Base
import Store

/// Records by their ids: for whoever chose them by what stands in columns in clear, in an order of their own.
extension RecordStore {
    /// Those of these records that stand and that the caller may read, in the order of their ids as given; all others are left out. At
    /// most 200. The journal is told as of a list.
    ///
    /// Throws `Failure(.invalid)` where a record was altered, and what the database throws.
    package func chosen(_ kind: KindShape, _ ids: [String], by standing: Standing) async throws -> [Record] {
        precondition(ids.count <= PageRequest.limits.upperBound, "records are chosen for a page")
        let found = try await visible(kind, ids, by: standing)
        let places = Dictionary(ids.enumerated().map { ($1, $0) }) { first, _ in first }
        let records = found.sorted { places[$0.id, default: 0] < places[$1.id, default: 0] }
        try await reads.listed(kind, records, by: standing)
        return records
    }

    /// The same in no order, and told nobody.
    func visible(_ kind: KindShape, _ ids: some Sequence<String>, by standing: Standing) async throws -> [Record] {
        let tenant = try standing.organisation()
        let statement = RecordTable(kind).selection(of: ids, database.dialect)
        var rows = try await database.within(organisation: tenant.text).rows(statement) { try StoredRecord($0) }
            .filter { $0.stands(in: tenant) }
        // Decided before it is opened: nobody's key is unwrapped for who may not see them.
        let subjects = try Set(rows.flatMap(\.subjects).map { try Identifier($0) })
        let relations = try await relations(of: standing, to: subjects, in: tenant.text)
        let facts = try await readFacts(kind, rows)
        rows = zip(rows, facts).filter { kind.access.read.decision(for: standing, on: $1, relations: relations).isAllowed }.map(\.0)
        do {
            return try await shown(kind, rows, by: standing)
        } catch let failure as Failure where failure.kind == .notFound {
            // Somebody was erased since their row was read: all others are shown.
            var records: [Record] = []
            for row in rows {
                do { records += try await shown(kind, [row], by: standing) } catch let failure as Failure
                    where failure.kind == .notFound
                {}
            }
            return records
        }
    }
}
