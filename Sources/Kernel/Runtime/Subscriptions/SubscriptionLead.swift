import Base
import Records
import Store

/// The work of whoever leads a subscription: looks through the journal, and gives organisations their turns.
struct SubscriptionLead: Sendable {
    private let work: SubscriptionWork
    /// Everything before it was looked at.
    private var looked: Int64
    /// What `subscriptions` says.
    private var saved: Int64
    private var savedAt: Duration
    /// As `subscription_positions` says.
    private var positions: [String: Int64]
    private var backlog = Backlog()

    /// Organisations that have their turns at the same time.
    private static let width = 4
    private static let saveEach: Duration = .seconds(1)
    private static let mostOrganisations = 100_000

    /// Reads where it is, and says where it begins if it is new: `.now` is fixed then.
    init(_ work: SubscriptionWork) async throws {
        self.work = work
        let (name, now) = (work.name, work.host.world.now())
        let read: SQL = "SELECT looked FROM subscriptions WHERE name = \(name)"
        var found: Int64? = try await work.database.first(read) { try $0["looked"] }
        if found == nil {
            if work.subscription.start == .now { try await JournalSealer(work.database).catchUp() }
            let isNow = work.subscription.start == .now
            found = try await work.database.write { tx in
                let start = isNow ? try JournalReader.size(tx) : 0
                try tx.execute(
                    """
                    INSERT INTO subscriptions (name, began_at, looked, started_at) VALUES (\(name), \(start), \(start), \(now))
                    ON CONFLICT DO NOTHING
                    """)
                return try tx.first(read) { try $0["looked"] }
            }
        }
        looked = found ?? 0
        saved = looked
        savedAt = work.host.world.elapsed()
        let rows = try await work.database.rows(
            "SELECT tenant, position FROM subscription_positions WHERE subscription = \(name)", atMost: Self.mostOrganisations
        ) { row in (tenant: try row["tenant"] as String, position: try row["position"] as Int64) }
        positions = Dictionary(rows.map { ($0.tenant, $0.position) }) { one, _ in one }
    }

    /// How long until an organisation that could not go on may be asked again; nil where none waits.
    var due: Duration? { backlog.due.map { max($0 - work.host.world.elapsed(), .zero) } }

    /// Applies all there is, until nothing is left but what must wait. Ends early where it leads no more. Throws what makes everybody
    /// wait: what is known here is then to be read anew.
    mutating func pass(while leads: () -> Bool) async throws {
        while leads() {
            try Task.checkCancellation()
            let hasMore = backlog.isFull ? false : try await look()
            let now = work.host.world.elapsed()
            let isWorking = try await takeTurns(at: now)
            try await save(at: now, isIdle: !isWorking && !hasMore)
            if !isWorking, !hasMore { return }
        }
    }

    private mutating func look() async throws -> Bool {
        let selection = work.selection
        let news = try await JournalReader(work.database).news(from: looked, kinds: selection.kinds, verbs: selection.verbs)
        for place in news.entries where place.position >= positions[place.tenant] ?? Int64.min { backlog.add(place) }
        looked = news.next
        return news.hasMore
    }

    /// False where there is nobody whose turn it is.
    private mutating func takeTurns(at now: Duration) async throws -> Bool {
        let next = backlog.next(Self.width, entries: SubscriptionTurn.mostEntries, at: now)
        guard !next.isEmpty else { return false }
        var turns: [SubscriptionTurn] = []
        for (tenant, places) in next {
            if places.isEmpty {
                try await lookAgain(for: tenant)
            } else {
                turns.append(SubscriptionTurn(work: work, tenant: tenant, places: places, position: positions[tenant]))
            }
        }
        let outcomes =
            if turns.count == 1 { [try await turns[0].run()] } else {
                try await withThrowingTaskGroup(of: SubscriptionTurn.Outcome.self) { group in
                    for turn in turns { group.addTask { try await turn.run() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
        for outcome in outcomes { try await take(outcome, at: now) }
        return true
    }

    private mutating func take(_ outcome: SubscriptionTurn.Outcome, at now: Duration) async throws {
        let tenant = outcome.tenant
        positions[tenant] = outcome.position
        if outcome.wasMoved {
            positions[tenant] = try await work.database.first(
                "SELECT position FROM subscription_positions WHERE subscription = \(work.name) AND tenant = \(tenant)"
            ) { try $0["position"] }
        }
        if outcome.finished > 0 { backlog.finish(tenant, outcome.finished) }
        guard let obstacle = outcome.obstacle else { return }
        backlog.rest(tenant, at: now)
        work.host.log.warning(
            "subscription_waits", ["subscription": .public(work.name), "error": .error(obstacle), "organisation": .public(tenant)])
    }

    /// Entries of an organisation that were seen when there was no room for them.
    private mutating func lookAgain(for tenant: String) async throws {
        guard let rest = backlog.rest(of: tenant) else { return }
        let selection = work.selection
        let news = try await JournalReader(work.database).news(
            from: rest, to: looked, of: tenant, kinds: selection.kinds, verbs: selection.verbs)
        backlog.refill(tenant, news.entries, next: news.next, isWhole: news.next >= looked)
    }

    /// Writes down how far it has looked: what is written is behind, never ahead of what was done.
    private mutating func save(at now: Duration, isIdle: Bool) async throws {
        guard isIdle || now - savedAt >= Self.saveEach else { return }
        let reached = min(looked, backlog.first ?? looked)
        guard reached > saved else { return }
        let name = work.name
        try await work.database.under { $0.isQuiet = true }.write { tx in
            try tx.execute("UPDATE subscriptions SET looked = \(reached) WHERE name = \(name) AND looked < \(reached)")
        }
        saved = reached
        savedAt = now
    }
}
