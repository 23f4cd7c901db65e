import Base
import Records
import Store

/// One organisation's turn: its next entries are read, opened, and applied, several to a transaction.
struct SubscriptionTurn: Sendable {
    let work: SubscriptionWork
    let tenant: String
    /// In the order of positions.
    let places: [JournalNews.Place]
    /// What `subscription_positions` says; nil where it has no row.
    let position: Int64?

    /// Entries of one turn, which may all go into one transaction.
    static let mostEntries = 256
    /// How often an entry is tried whose error may pass, or not.
    private static let mostTries = 3

    /// What came of it.
    struct Outcome: Sendable {
        let tenant: String
        /// How many of the places are done with.
        var finished = 0
        var position: Int64?
        /// Why it could not go on, though it may later.
        var obstacle: (any Error)?
        /// Somebody else has moved the position.
        var wasMoved = false
    }

    /// Throws what makes everybody wait.
    func run() async throws -> Outcome {
        var outcome = Outcome(tenant: tenant, position: position)
        // Those before the position are done: another leader's work, or this one's before it began anew.
        let passed = places.prefix { $0.position < position ?? Int64.min }.count
        outcome.finished = passed
        let left = Array(places[passed...])
        guard !left.isEmpty else { return outcome }
        var items: [SubscriptionItem]
        do {
            items = try await work.items(left, of: tenant)
        } catch {
            if case .everybodyWaits = Verdict(error) { throw error }
            outcome.obstacle = error
            return outcome
        }
        if let waiting = items.firstIndex(where: \.mustWait) {
            if case .failure(let error) = items[waiting].heard { outcome.obstacle = error }
            items.removeSubrange(waiting...)
        }
        do {
            try await apply(items, &outcome)
        } catch is PositionMoved {
            outcome.wasMoved = true
        }
        if outcome.obstacle == nil, !outcome.wasMoved {
            outcome.finished = places.count
        } else if let reached = outcome.position {
            outcome.finished = places.prefix { $0.position < reached }.count
        }
        return outcome
    }

    /// All at once; where one throws, those before it, then that one alone, then the rest.
    private func apply(_ items: [SubscriptionItem], _ outcome: inout Outcome) async throws {
        var rest = items[...]
        var most = items.count
        while !rest.isEmpty {
            try Task.checkCancellation()
            let some = rest.prefix(most)
            let step = SubscriptionStep(work: work, tenant: tenant, items: Array(some), from: outcome.position)
            do {
                outcome.position = try await step.run()
                rest = rest.dropFirst(some.count)
                most = items.count
            } catch let moved as PositionMoved {
                throw moved
            } catch {
                let verdict = Verdict(error)
                if case .everybodyWaits = verdict { throw error }
                if some.count > 1 {
                    // Each by itself where it is not known which one it was.
                    most = max(step.reached, 1)
                    continue
                }
                guard let refusal = try await refusal(of: some[some.startIndex], error, &outcome) else { return }
                outcome.position = refusal
                rest = rest.dropFirst()
                most = items.count
            }
        }
    }

    /// The position after an entry that threw when it was alone: parked, or applied at last; nil where it may pass later.
    private func refusal(of item: SubscriptionItem, _ first: any Error, _ outcome: inout Outcome) async throws -> Int64? {
        var (error, tries, pauses) = (first, 1, Pauses())
        while true {
            switch Verdict(error) {
            case .everybodyWaits: throw error
            case .organisationWaits:
                outcome.obstacle = error
                return nil
            case .unclear where tries < Self.mostTries:
                try await Task.sleep(for: pauses.next())
                do {
                    return try await SubscriptionStep(work: work, tenant: tenant, items: [item], from: outcome.position).run()
                } catch let moved as PositionMoved {
                    throw moved
                } catch let another {
                    error = another
                    tries += 1
                }
            case .unclear, .refused:
                let parked = SubscriptionItem(parking: item, for: error)
                return try await SubscriptionStep(work: work, tenant: tenant, items: [parked], from: outcome.position, tries: tries).run()
            }
        }
    }
}

/// Another program has moved the position: what this one knows is old.
struct PositionMoved: Error {}

extension SubscriptionItem {
    init(parking item: SubscriptionItem, for error: any Error) {
        self.init(item.entry, at: item.position, .failure(error))
    }

    /// Whether it does not open here and now, and may later: a newer program wrote it.
    fileprivate var mustWait: Bool {
        guard case .failure(let error) = heard else { return false }
        if case .organisationWaits = Verdict(error) { return true }
        return false
    }
}
