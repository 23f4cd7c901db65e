import Access
import Base
import Records
import Runtime
import Store

/// What waits for a clinician: evaluations of the people in their care that nobody has looked at, and people whose recordings could not be
/// measured.
///
/// Two questions to the database: one for what stands in clear of everything that waits, one for the records of the page that is shown.
struct Worklist: Sendable {
    private let store: EvaluationStore
    private let gists: EvaluationGists

    init(_ store: EvaluationStore) {
        self.store = store
        gists = store.gists
    }

    /// More than these are not looked through: the latest of them are left for later, and the page says so.
    static let most = 5_000
    /// Recordings that could not be measured are shown for so long.
    static let unmeasuredDays = 30

    /// Which part of it.
    enum Part: String, Sendable, CaseIterable {
        case review
        case refused
        case failed
    }

    /// An evaluation that waits to be reviewed.
    struct Waiting: Sendable {
        let entry: EvaluationStore.Entry
        let need: Need
    }

    /// Somebody whose recordings could not be measured since the last that could.
    struct Unmeasured: Sendable {
        /// The latest of them.
        let entry: EvaluationStore.Entry
        let tries: Int
    }

    struct Content: Sendable {
        let counts: [Part: Int]
        /// Since when the one waits that waits longest.
        let oldest: Instant?
        let waiting: [Waiting]
        let unmeasured: [Unmeasured]
        let next: Cursor?
        /// Whether more wait than were looked through.
        let isCut: Bool
    }

    func content(_ part: Part, _ page: PageRequest, by standing: Standing) async throws -> Content {
        let tenant = try standing.organisation()
        let now = store.host.world.now()
        let rows = try await rows(by: standing, in: tenant, now)
        let waiting = rows.filter { $0.state == .preAssessment }
        let (refused, failed) = (tries(rows, .refused), tries(rows, .failed))
        let counts: [Part: Int] = [.review: waiting.count, .refused: refused.count, .failed: failed.count]
        var (shown, people, next): ([Waiting], [Unmeasured], Cursor?) = ([], [], nil)
        switch part {
        case .review:
            let place = try page.after.map { try WorkPlace($0) }
            // Whatever came after the first page was looked at is for the next look.
            let asked = waiting.filter { $0.createdAt <= place?.asOf ?? now }
            let found = try await ordered(asked, in: tenant, at: place?.asOf ?? now)
            let fetched = found.filter { one in place.map { $0.isBefore(one) } ?? true }.prefix(page.rowsToFetch)
            let chosen = Page(fetched: Array(fetched), for: page) { WorkPlace($0, asOf: place?.asOf ?? now).cursor }
            let needs = Dictionary(chosen.items.map { ($0.row.id, $0.need) }) { first, _ in first }
            shown = try await store.opened(chosen.items.map(\.row), by: standing).map {
                Waiting(entry: $0, need: needs[$0.id] ?? .usual)
            }
            next = chosen.next
        case .refused: (people, next) = try await self.people(refused, page, by: standing)
        case .failed: (people, next) = try await self.people(failed, page, by: standing)
        }
        return Content(
            counts: counts, oldest: waiting.map(\.createdAt).min(), waiting: shown, unmeasured: people, next: next,
            isCut: rows.count == Self.most)
    }

    /// Everything that waits, however long; and of the last month whatever says how recordings went, the oldest first.
    private func rows(by standing: Standing, in tenant: Identifier, _ now: Instant) async throws -> [EvaluationRow] {
        let since = now - .seconds(Self.unmeasuredDays * 86_400)
        let recent: [MovementEvaluation.State] = [.refused, .failed, .certified, .rejected]
        return try await store.host.database.within(organisation: tenant.text).rows(
            """
            \(EvaluationRow.selection) WHERE deleted_at IS NULL AND \(try store.inCare(of: standing))
            AND (f_state = \(MovementEvaluation.State.preAssessment.rawValue)
                OR (created_at > \(since) AND \("f_state", in: recent.map(\.rawValue))))
            ORDER BY created_at, id LIMIT \(Self.most)
            """
        ) { try EvaluationRow($0) }
    }

    struct Ordered: Sendable {
        let row: EvaluationRow
        let need: Need
    }

    /// Who needs somebody most first; among those who need it alike, who waits longest.
    private func ordered(_ rows: [EvaluationRow], in tenant: Identifier, at moment: Instant) async throws -> [Ordered] {
        let gists = try await gists.gists(of: rows, in: store, tenant)
        return rows.compactMap { row in
            gists[row.id].map { Ordered(row: row, need: $0.need.after(waiting: moment - row.createdAt)) }
        }.sorted { one, other in WorkPlace.isBefore((one.need, one.row), (other.need, other.row)) }
    }

    private struct Tries {
        let latest: EvaluationRow
        let count: Int
    }

    /// Recordings in this state since the last that was measured, by person: who tried most first, then who tried last.
    private func tries(_ rows: [EvaluationRow], _ state: MovementEvaluation.State) -> [Tries] {
        var open: [Identifier: Tries] = [:]
        for row in rows {
            switch row.state {
            case state: open[row.person] = Tries(latest: row, count: (open[row.person]?.count ?? 0) + 1)
            case .preAssessment, .certified: open[row.person] = nil
            default: break
            }
        }
        return open.values.sorted { one, other in
            if one.count != other.count { return one.count > other.count }
            return (one.latest.createdAt, one.latest.id) > (other.latest.createdAt, other.latest.id)
        }
    }

    /// By how many are passed over, for the order changes with every recording.
    private func people(_ all: [Tries], _ page: PageRequest, by standing: Standing) async throws -> ([Unmeasured], Cursor?) {
        let start = try page.after.map { try SkipPlace($0).count } ?? 0
        let chosen = all.dropFirst(start).prefix(page.limit)
        let counts = Dictionary(chosen.map { ($0.latest.id, $0.count) }) { first, _ in first }
        let entries = try await store.opened(chosen.map(\.latest), by: standing)
        let next = start + page.limit < all.count ? SkipPlace(count: start + page.limit).cursor : nil
        return (entries.map { Unmeasured(entry: $0, tries: counts[$0.id] ?? 1) }, next)
    }
}

/// A place in the worklist: its order is that of one moment, which goes along, so that no row is shown twice or left out on the way.
private struct WorkPlace {
    let asOf: Instant
    let need: Need
    let createdAt: Instant
    let id: String

    init(_ one: Worklist.Ordered, asOf: Instant) {
        (self.asOf, need, createdAt, id) = (asOf, one.need, one.row.createdAt, one.row.id)
    }

    init(_ cursor: Cursor) throws(Failure) {
        guard let parts = (try? JSON.parse(cursor.bytes))?.array, parts.count == 4, let asOf = parts[0].integer,
            let need = parts[1].integer.flatMap({ Need(rawValue: Int($0)) }), let createdAt = parts[2].integer, let id = parts[3].string
        else { throw .anotherList }
        self.asOf = Instant(microseconds: Int64(asOf))
        self.need = need
        self.createdAt = Instant(microseconds: Int64(createdAt))
        self.id = id
    }

    var cursor: Cursor {
        var json = JSONWriter()
        JSON.array([JSON(asOf.microseconds), JSON(Int64(need.rawValue)), JSON(createdAt.microseconds), .string(id)]).write(to: &json)
        return Cursor(json.bytes)
    }

    func isBefore(_ one: Worklist.Ordered) -> Bool {
        if need != one.need { return need > one.need }
        return (createdAt, id) < (one.row.createdAt, one.row.id)
    }

    static func isBefore(_ one: (need: Need, row: EvaluationRow), _ other: (need: Need, row: EvaluationRow)) -> Bool {
        if one.need != other.need { return one.need > other.need }
        return (one.row.createdAt, one.row.id) < (other.row.createdAt, other.row.id)
    }
}

/// A place in a list that is made anew each time: after so many.
struct SkipPlace: Sendable {
    let count: Int

    init(count: Int) { self.count = count }

    init(_ cursor: Cursor) throws(Failure) {
        guard let count = (try? JSON.parse(cursor.bytes))?.integer.map({ Int($0) }), (0...1_000_000).contains(count) else {
            throw .anotherList
        }
        self.count = count
    }

    var cursor: Cursor {
        var json = JSONWriter()
        json.integer(count)
        return Cursor(json.bytes)
    }
}
