import Base
import Store

/// What a worker does in one transaction: says which jobs ended, wakes those whose moment has come, takes new ones.
package struct JobRound: Sendable {
    package var endings: [JobEnding] = []
    /// Whether to look for jobs whose moment has come.
    package var wakes = false
    /// How many to take.
    package var room = 0
    package var kinds: Set<String> = []
    /// How many of each organisation the worker holds.
    package var held: [String: Int] = [:]
    package var mostHeld = Int.max
    package var turns = JobTurns()

    package init(_ change: (inout JobRound) -> Void = { _ in }) {
        change(&self)
    }

    /// What came of it.
    package struct Result: Sendable {
        /// In the order in which they are to begin.
        package var claimed: [ClaimedJob] = []
        /// Nothing is left that this worker could take.
        package var isDrained = true
        /// The next moment for which a job waits; told where the round wakes.
        package var nextMoment: Instant?
        package var turns = JobTurns()
    }

    /// Taken in one round.
    static let mostRoom = 256
    /// Recorded in one round.
    static let mostEndings = 512
    private static let mostPages = 16
    private static let mostPasses = 16

    func run(_ tx: borrowing Transaction, by worker: String, until: Instant, now: Instant) throws -> Result {
        // Workers that took at once would pass one another over, and begin anew where one found its rows taken since: one takes at a time.
        if room > 0, tx.dialect == .postgres { try tx.lock("zancada_jobs_taking") }
        var result = Result(turns: turns)
        try JobRows.end(endings, at: now, tx)
        if wakes {
            let woken = try JobRows.wake(at: now, tx)
            // There may be more than this worker takes.
            if woken > room { try tx.notify(JobTables.channel) }
            result.nextMoment = try tx.first(
                "SELECT not_before FROM jobs WHERE state = 'waiting' ORDER BY not_before LIMIT 1"
            ) { try $0["not_before"] }
        }
        guard room > 0 else {
            result.isDrained = false
            return result
        }
        var (heads, isWhole) = try heads(tx)
        var (room, held) = (room, held)
        var passes = 0
        while room > 0, passes < Self.mostPasses {
            let shares = result.turns.shares(of: room, among: heads, held: held, mostHeld: mostHeld)
            if shares.isEmpty { break }
            passes += 1
            for share in shares {
                let taken = try tx.rows(JobRows.claim(share, by: worker, until: until, now: now, tx.dialect)) { try ClaimedJob($0) }
                room -= taken.count
                held[share.head.tenant, default: 0] += taken.count
                result.claimed += taken
                guard taken.count < share.count else { continue }
                heads.removeAll { $0.priority == share.head.priority && $0.tenant == share.head.tenant && $0.kind == share.head.kind }
            }
        }
        result.isDrained = heads.isEmpty && isWhole
        result.claimed = JobTurns.ordered(result.claimed)
        return result
    }

    /// Those of kinds that this worker knows, and whether that is all of them. Where they fill a page, those after whoever was
    /// served last as well, so that everybody's turn comes.
    private func heads(_ tx: borrowing Transaction) throws -> (heads: [JobHead], isWhole: Bool) {
        let (first, isWhole) = try pages(after: (-1, "", ""), tx)
        var heads = first
        guard !isWhole, let priority = heads.first?.priority, let last = turns.last[priority] else { return (heads, isWhole) }
        let (later, _) = try pages(after: (priority.rawValue, last, JobHead.lastKind), tx)
        heads += later.filter { head in
            head.priority == priority && !heads.contains { $0.tenant == head.tenant && $0.priority == priority && $0.kind == head.kind }
        }
        return (heads, false)
    }

    private func pages(
        after start: (priority: Int, tenant: String, kind: String), _ tx: borrowing Transaction
    ) throws -> (heads: [JobHead], isWhole: Bool) {
        var (place, known, isWhole): (_, [JobHead], Bool) = (start, [], true)
        for _ in 0..<Self.mostPages {
            let page = try tx.rows(JobHead.page(after: place)) { try JobHead($0) }
            for head in page where kinds.contains(head.kind) {
                if held[head.tenant, default: 0] < mostHeld { known.append(head) } else { isWhole = false }
            }
            guard page.count == JobHead.pageLength, let end = page.last else { return (known, isWhole) }
            if known.count >= room { break }
            place = (end.priority.rawValue, end.tenant, end.kind)
        }
        return (known, false)
    }
}
