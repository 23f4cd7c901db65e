import Access
import Base
import Store

/// What is asked about records of which only metadata is told: whether somebody may hear of any, and of this one.
extension RecordTable {
    /// Throws `Failure(.forbidden)` where there can be no record of this kind that the caller may read (`AccessRule.predicate`), about
    /// this person where one is named. It asks no database, so that nobody learns who is there.
    package func requireReadable(by standing: Standing, about subject: Identifier? = nil, _ dialect: Dialect) throws(Failure) {
        _ = try standing.organisation()
        _ = try kind.access.read.predicate(for: standing, over: columns, dialect, subject: subject)
    }

    /// What access rules look at in records of an organisation, deleted ones too, by their ids; none for those that are not there (any
    /// more). At most 200 at once. Their bodies are not read. Cost: one statement, a look-up by primary key each.
    package func facts(of ids: some Collection<String>, in tenant: Identifier, _ tx: borrowing Transaction) throws -> [String: RecordFacts]
    {
        precondition(ids.count <= PageRequest.limits.upperBound, "facts are read for a page")
        guard !ids.isEmpty else { return [:] }
        let found = try tx.rows(
            """
            SELECT id, \(subjects(tx.dialect)), author FROM \(name: kind.table)
            WHERE \("id", in: ids.sorted()) AND tenant = \(tenant)
            """
        ) { try AudienceRow($0) }
        return Dictionary(
            found.map { row in
                (row.id, RecordFacts(tenant: tenant, subjects: row.subjects, author: row.author))
            }
        ) { one, _ in one }
    }
}

/// Whose a record is.
private struct AudienceRow {
    let id: String
    let subjects: Set<Identifier>
    let author: Identifier

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        let named: String? = try row["subject"]
        subjects = Set(try named?.split(separator: "\n").map { try Identifier(String($0)) } ?? [])
        author = try row["author"]
    }
}
