import Access
import Base
import Records
import Runtime
import Store

/// How an organisation does, in numbers without names: asked for as the feature itself, so that whoever reads them needs no right to read
/// anybody's evaluation, and sees nobody's.
struct ClinicFigures: Sendable {
    struct Week: Sendable, Hashable {
        /// Monday, 00:00 UTC.
        let start: Instant
        let recordings: Int
        let people: Int
    }

    /// A part of a whole; `code` nil for all that are too few to be told apart.
    struct Share: Sendable, Hashable {
        let code: String?
        let count: Int
        let people: Int
    }

    /// The last of them is the present week, which is not over.
    let weeks: [Week]
    let recordings: Int
    /// Who was filmed in these weeks.
    let people: Int
    let waiting: Int
    let oldest: Instant?
    /// nil where they are fewer than `fewest` people, as all that follows.
    let refused: Share?
    let reasons: [Share]?
    let reviewed: [Share]?

    static let weekCount = 8
    /// Fewer people than these are not split further, so that nobody can be recognised by what is left of them.
    static let fewest = 5
    /// More recordings than these are not looked through for reasons and decisions.
    static let most = 5_000
}

extension ClinicFigures {
    private static let week: Int64 = 7 * 86_400_000_000
    /// 1970-01-05, the first Monday.
    private static let monday: Int64 = 4 * 86_400_000_000

    static func of(_ tenant: Identifier, in store: EvaluationStore) async throws -> ClinicFigures {
        let now = store.host.world.now()
        let current = (now.microseconds - monday) / week
        let since = Instant(microseconds: (current - Int64(weekCount) + 1) * week + monday)
        let database = store.host.database.within(organisation: tenant.text)
        let waiting = MovementEvaluation.State.preAssessment.rawValue
        let (weeks, people, open) = try await database.read { tx in
            let weeks = try tx.rows(
                """
                SELECT week, count(*) AS recordings, count(DISTINCT subject) AS people FROM (
                    SELECT (created_at - \(monday)) / \(week) AS week, subject FROM record_evaluation
                    WHERE tenant = \(tenant) AND deleted_at IS NULL AND created_at >= \(since)
                ) AS recent GROUP BY week
                """
            ) { row in
                (week: try row["week"] as Int64, recordings: Int(try row["recordings"] as Int64), people: Int(try row["people"] as Int64))
            }
            let people: Int64? = try tx.first(
                """
                SELECT count(DISTINCT subject) AS people FROM record_evaluation
                WHERE tenant = \(tenant) AND deleted_at IS NULL AND created_at >= \(since)
                """
            ) { try $0["people"] }
            let open = try tx.first(
                """
                SELECT count(*) AS waiting, min(created_at) AS oldest FROM record_evaluation
                WHERE tenant = \(tenant) AND deleted_at IS NULL AND f_state = \(waiting)
                """
            ) { row in (count: Int(try row["waiting"] as Int64), oldest: try row["oldest"] as Instant?) }
            return (weeks, Int(people ?? 0), open)
        }
        let known = Dictionary(weeks.map { ($0.week, $0) }) { first, _ in first }
        let all = (0..<Int64(weekCount)).map { step -> Week in
            let number = current - Int64(weekCount) + 1 + step
            return Week(
                start: Instant(microseconds: number * week + monday), recordings: known[number]?.recordings ?? 0,
                people: known[number]?.people ?? 0)
        }
        let split = try await split(of: tenant, since: since, in: store, among: people)
        return ClinicFigures(
            weeks: all, recordings: all.reduce(0) { $0 + $1.recordings }, people: people, waiting: open?.count ?? 0, oldest: open?.oldest,
            refused: split.refused, reasons: split.reasons, reviewed: split.reviewed)
    }

    private struct Split {
        var refused: Share?
        var reasons: [Share]?
        var reviewed: [Share]?
    }

    /// What came of recordings, as far as no few people are told apart by it.
    private static func split(
        of tenant: Identifier, since: Instant, in store: EvaluationStore, among people: Int
    ) async throws -> Split {
        guard people >= fewest else { return Split() }
        let states: [MovementEvaluation.State] = [.refused, .certified, .rejected]
        let rows = try await store.host.database.within(organisation: tenant.text).rows(
            """
            \(EvaluationRow.selection) WHERE tenant = \(tenant) AND deleted_at IS NULL AND created_at >= \(since)
            AND \("f_state", in: states.map(\.rawValue)) ORDER BY created_at DESC, id DESC LIMIT \(most)
            """
        ) { try EvaluationRow($0) }
        let gists = try await store.gists.gists(of: rows, in: store, tenant)
        let refused = rows.filter { $0.state == .refused }
        let reviewed = rows.filter { $0.state != .refused }
        var split = Split()
        let filmers = Set(refused.map(\.person)).count
        if filmers >= fewest {
            split.refused = Share(code: nil, count: refused.count, people: filmers)
            split.reasons = shares(refused.map { ($0.person, gists[$0.id]?.refusal ?? "unknown") })
        }
        if Set(reviewed.map(\.person)).count >= fewest {
            split.reviewed = shares(
                reviewed.map { row in
                    (row.person, gists[row.id]?.decision?.rawValue ?? (row.state == .rejected ? "rejected" : "certified"))
                })
        }
        return split
    }

    /// By code, the most frequent first. Codes of fewer than `fewest` people become one, and with them the rarest of the others where they
    /// are still too few: otherwise what is left over would tell of them by subtraction.
    static func shares(_ items: [(person: Identifier, code: String)]) -> [Share] {
        var groups = Dictionary(grouping: items, by: \.code).map { code, items in
            (code: code, people: Set(items.map(\.person)), count: items.count)
        }
        .sorted { ($1.people.count, $1.count, $0.code) < ($0.people.count, $0.count, $1.code) }
        var rest: (people: Set<Identifier>, count: Int) = ([], 0)
        while let last = groups.last, last.people.count < fewest || (rest.count > 0 && rest.people.count < fewest) {
            rest.people.formUnion(last.people)
            rest.count += last.count
            groups.removeLast()
        }
        let shares = groups.map { Share(code: $0.code, count: $0.count, people: $0.people.count) }
        return rest.count == 0 ? shares : shares + [Share(code: nil, count: rest.count, people: rest.people.count)]
    }
}
