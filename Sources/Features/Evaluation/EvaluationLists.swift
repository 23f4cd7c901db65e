import Access
import Base
import Records
import Runtime
import Store

/// An evaluation by what stands in columns in clear: enough to order and to count, and nothing of what was found.
struct EvaluationRow: Sendable, Hashable {
    let id: String
    let version: Int64
    let person: Identifier
    let state: MovementEvaluation.State
    let createdAt: Instant

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        version = try row["version"]
        person = try row["subject"]
        let word: String = try row["f_state"]
        guard let state = MovementEvaluation.State(rawValue: word) else { throw Failure.wrongType("state", expected: "a state") }
        self.state = state
        createdAt = try row["created_at"]
    }

    static let selection: SQL = "SELECT id, version, subject, f_state, created_at FROM record_evaluation"
}

/// Lists that choose by columns in clear, and open what they show alone.
extension EvaluationStore {
    /// In whose care somebody's evaluations are to be reviewed: a physician counts as a therapist.
    static let reviewers: Set<RoleName> = ["coach", "therapist"]

    private static let columns = RecordColumns(table: "record_evaluation", author: "author")

    /// Of the people in the caller's care. A rule of its own, for one's own evaluations are in nobody's worklist.
    static let inCare = AccessRule(.grant(to: .related(as: reviewers), upTo: .confidential))

    /// A condition for the rows of people in the caller's care. Throws `Failure(.forbidden)` for who belongs to no organisation.
    func inCare(of standing: Standing) throws(Failure) -> SQL {
        try Self.inCare.predicate(for: standing, over: Self.columns, host.database.dialect)
    }

    /// A condition for the rows that the caller may read, of one person where it is said who.
    func readable(by standing: Standing, of person: Person?) throws(Failure) -> SQL {
        try kind.access.read.predicate(
            for: standing, over: Self.columns, host.database.dialect, subject: person?.id, aliases: person?.aliases ?? [])
    }

    /// What one of these rows holds, opened and told in the journal, in the order of the rows: at most 200. Who was erased meanwhile is
    /// left out.
    func opened(_ rows: [EvaluationRow], by standing: Standing) async throws -> [Entry] {
        guard !rows.isEmpty else { return [] }
        return try await host.store.chosen(kind, rows.map(\.id), by: standing).map { try entry($0) }
    }

    /// A page of what the caller may see, by time of creation, of one person and in some states where that is said.
    func entries(
        of person: Identifier?, in states: [MovementEvaluation.State], _ page: PageRequest, by standing: Standing
    ) async throws -> Page<Entry> {
        let tenant = try standing.organisation()
        let database = host.database.within(organisation: tenant.text)
        var known: Person?
        if let person { known = try await database.read { tx in try Person(person, in: tenant, tx) } }
        let after = try page.after.map { try ListPlace($0) }
        let beyond: SQL = after.map { " AND (created_at, id) > (\($0.createdAt), \($0.id))" } ?? ""
        let rows = try await database.rows(
            """
            \(EvaluationRow.selection) WHERE deleted_at IS NULL AND \(try readable(by: standing, of: known))
            AND \("f_state", in: states.map(\.rawValue))\(beyond) ORDER BY created_at, id LIMIT \(page.rowsToFetch)
            """
        ) { try EvaluationRow($0) }
        let found = Page(fetched: rows, for: page) { ListPlace($0).cursor }
        return Page(items: try await opened(found.items, by: standing), next: found.next)
    }

    /// The latest evaluations of a person, the latest first, and where earlier ones go on.
    func latest(of person: Person, atMost most: Int, before: Cursor?, by standing: Standing) async throws -> Page<Entry> {
        let tenant = try standing.organisation()
        let place = try before.map { try ListPlace($0) }
        let beyond: SQL = place.map { " AND (created_at, id) < (\($0.createdAt), \($0.id))" } ?? ""
        let request = try PageRequest(limit: most)
        let rows = try await host.database.within(organisation: tenant.text).rows(
            """
            \(EvaluationRow.selection) WHERE deleted_at IS NULL AND \(try readable(by: standing, of: person))\(beyond)
            ORDER BY created_at DESC, id DESC LIMIT \(request.rowsToFetch)
            """
        ) { try EvaluationRow($0) }
        let found = Page(fetched: rows, for: request) { ListPlace($0).cursor }
        return Page(items: try await opened(found.items, by: standing), next: found.next)
    }
}

/// A place in a list by time of creation.
struct ListPlace: Sendable {
    let createdAt: Instant
    let id: String

    init(_ row: EvaluationRow) { (createdAt, id) = (row.createdAt, row.id) }

    /// Throws `Failure(.invalid)` for a cursor of another list.
    init(_ cursor: Cursor) throws(Failure) {
        guard let parts = (try? JSON.parse(cursor.bytes))?.array, parts.count == 2, let microseconds = parts[0].integer,
            let id = parts[1].string
        else { throw .anotherList }
        (createdAt, self.id) = (Instant(microseconds: Int64(microseconds)), id)
    }

    var cursor: Cursor {
        var json = JSONWriter()
        JSON.array([JSON(createdAt.microseconds), .string(id)]).write(to: &json)
        return Cursor(json.bytes)
    }
}

extension Failure {
    static let anotherList = Failure(
        .invalid, "cursor_of_another_list",
        Text(
            es: "El cursor no es de esta lista: empiece por la primera página.",
            en: "The cursor is none of this list's: begin with the first page."))
}
