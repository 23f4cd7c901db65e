import Access
import Base
import NIOCore

/// Where a listener begins, as the feed decided it.
struct LiveAdmittance: Sendable {
    let subscription: NIOLoopBound<LiveSubscription>
    let tenant: Identifier?
    let keys: [TopicKey]
    let outcome: Result<Start, Failure>

    /// Somebody who asks to listen.
    struct Wish: Sendable {
        let subscription: NIOLoopBound<LiveSubscription>
        let hub: LiveHub
        let tenant: Identifier?
        let keys: [TopicKey]
        let after: (journal: String?, passing: String?)
    }

    struct Start: Sendable {
        /// Everything after these is still to be told.
        let positions: LivePositions
        let seals: LiveSeals
        /// Positions of the journal that are to be read for them.
        let missed: Range<Int64>?
        /// What they missed of what is in no journal.
        let passed: [LiveChunk]
        /// Whether what they missed cannot be told.
        let isReset: Bool
    }

    init(_ wish: Wish, _ outcome: Result<Start, Failure>) {
        subscription = wish.subscription
        tenant = wish.tenant
        keys = wish.keys
        self.outcome = outcome
    }
}

extension LiveAdmittance.Wish {
    /// Whether they say that they saw more than was given out here: another process may be ahead.
    func isAhead(of start: Int64, _ seals: LiveSeals) -> Bool {
        guard let text = after.journal, let seen = seals.journal.position(text) else { return false }
        return seen >= start
    }

    /// `start`: the first position that will be given to everybody; `end`: the first that does not exist yet. What is too old, and what we
    /// did not hand out, is answered by a reset.
    func start(at start: Int64, end: Int64, passing: PassingEvents, _ seals: LiveSeals, _ limits: LiveLimits) -> LiveAdmittance.Start {
        var positions = LivePositions(journal: start - 1, passing: passing.given)
        var missed: Range<Int64>?
        var passed: [LiveEvent] = []
        var isReset = false
        if let text = after.journal {
            let seen = seals.journal.position(text)
            switch seen {
            case .some(let seen) where seen >= -1 && seen < max(start, end) && start - seen <= limits.replayedPositions:
                positions.journal = seen
                if seen + 1 < start { missed = seen + 1..<start }
            default: isReset = true
            }
        }
        if let text = after.passing {
            let seen = seals.passing.position(text)
            if let seen, seen <= positions.passing, let events = passing.kept(after: seen, of: keys) {
                passed = events
                positions.passing = seen
            } else {
                isReset = true
            }
        }
        return LiveAdmittance.Start(
            positions: positions, seals: seals, missed: missed, passed: LiveChunk.chunks(of: passed), isReset: isReset)
    }
}
