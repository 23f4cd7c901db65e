import Base
import Records
import Store

/// Applies parked entries anew where an operator asked for it: the first of a record and those behind it, in order, each in a
/// transaction of its own that takes it out of the parked ones.
struct SubscriptionRetry: Sendable {
    let work: SubscriptionWork

    /// Records taken up in one go.
    private static let batch = 100

    /// All that was asked for. Throws what makes everybody wait; what else may pass leaves the wish where it is.
    func run() async throws {
        var after: ParkedEntry?
        while true {
            let place: SQL = after.map { " AND (tenant, position) > (\($0.tenant), \($0.position))" } ?? ""
            let asked = try await work.database.rows(
                """
                SELECT \(ParkedEntry.columns) FROM subscription_parked
                WHERE subscription = \(work.name) AND is_asked\(place) ORDER BY tenant, position LIMIT \(Self.batch)
                """
            ) { try ParkedEntry($0) }
            for entry in asked { try await retry(entry) }
            guard asked.count == Self.batch else { return }
            after = asked.last
        }
    }

    private func retry(_ asked: ParkedEntry) async throws {
        while true {
            try Task.checkCancellation()
            guard let first = try await work.within(asked.tenant).read({ tx in try asked.first(tx) }),
                let item = try await item(first)
            else { return }
            do {
                guard case .success(let heard) = item.heard else { throw item.failure ?? Failure.notApplied("") }
                guard try await apply(heard, first) else { continue }
                // One that is about no record has nothing behind it.
                if first.record == nil { return }
            } catch {
                switch Verdict(error) {
                case .everybodyWaits: throw error
                case .organisationWaits: return
                case .unclear, .refused: return try await leave(first, SubscriptionItem(parking: item, for: error))
                }
            }
        }
    }

    /// False where it is parked no more.
    private func apply(_ heard: HeardEntry, _ parked: ParkedEntry) async throws -> Bool {
        let work = work
        return try await work.within(parked.tenant).write { tx in
            let count = try ParkedEntry.hold(work.name, parked.tenant, tx)
            guard try parked.remove(tx) else { return false }
            try work.subscription.apply(heard, tx)
            try ParkedEntry.count(count - 1, work.name, parked.tenant, tx)
            try parked.askForNext(tx)
            return true
        }
    }

    /// It stays, for another reason perhaps, and nobody asks any more for those of its record.
    private func leave(_ parked: ParkedEntry, _ item: SubscriptionItem) async throws {
        let fresh = ParkedEntry(item, of: work.name, behind: false, tries: parked.tries + 1, at: parked.parkedAt)
        try await work.within(parked.tenant).write { tx in
            _ = try ParkedEntry.hold(fresh.subscription, fresh.tenant, tx)
            guard try parked.remove(tx) else { return }
            try fresh.insert(tx)
            guard let record = fresh.record else { return }
            try tx.execute(
                """
                UPDATE subscription_parked SET is_asked = \(false)
                WHERE subscription = \(fresh.subscription) AND tenant = \(fresh.tenant) AND record = \(record)
                """)
        }
    }

    private func item(_ parked: ParkedEntry) async throws -> SubscriptionItem? {
        guard let place = try await JournalReader(work.database).place(parked.position, of: parked.tenant) else { return nil }
        return try await work.items([place], of: parked.tenant).first
    }
}
