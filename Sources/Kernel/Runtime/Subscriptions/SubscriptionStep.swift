import Base
import Records
import Store
import Synchronization
import Transparency

/// One transaction: the position is moved past some entries, and each is applied, or parked.
struct SubscriptionStep: Sendable {
    let work: SubscriptionWork
    let tenant: String
    /// At least one.
    let items: [SubscriptionItem]
    /// The position as it is believed to be; nil for none.
    let position: Int64?
    let tries: Int
    private let progress = Progress()

    init(work: SubscriptionWork, tenant: String, items: [SubscriptionItem], from position: Int64?, tries: Int = 1) {
        self.work = work
        self.tenant = tenant
        self.items = items
        self.position = position
        self.tries = tries
    }

    /// How many were applied before the one that threw.
    var reached: Int { progress.reached.load(ordering: .acquiring) }

    /// Returns the new position. Throws `PositionMoved`, and what an entry throws.
    func run() async throws -> Int64 {
        let (work, tenant, items, position, tries, progress) = (work, tenant, items, position, tries, progress)
        let next = items[items.count - 1].position + 1
        let now = work.host.world.now()
        // What a crash of the server loses of it is applied again: effect and position are in one transaction.
        try await work.within(tenant).under { $0.mayBeLost = true }.write { tx in
            // First, so that of two programs one waits here and then finds the position moved.
            var parked = try Self.move(work.name, tenant, from: position, to: next, tx)
            let before = parked
            var blocked = parked > 0 ? try ParkedEntry.blocked(items.compactMap(\.entry.metadata.record), work.name, tenant, tx) : []
            for (index, item) in items.enumerated() {
                let record = item.entry.metadata.record
                progress.reached.store(index, ordering: .releasing)
                if let record, blocked.contains(record) {
                    try ParkedEntry(item, of: work.name, behind: true, tries: 0, at: now).insert(tx)
                    parked += 1
                    continue
                }
                switch item.heard {
                case .success(let heard): try work.subscription.apply(heard, tx)
                case .failure:
                    try ParkedEntry(item, of: work.name, behind: false, tries: tries, at: now).insert(tx)
                    parked += 1
                    if let record { blocked.insert(record) }
                }
            }
            if parked != before { try ParkedEntry.count(parked, work.name, tenant, tx) }
        }
        work.moved(work.name, tenant, next)
        return next
    }

    /// Returns how many entries are parked.
    private static func move(
        _ name: String, _ tenant: String, from position: Int64?, to next: Int64, _ tx: borrowing Transaction
    ) throws -> Int64 {
        let parked: Int64?
        if let position {
            parked = try tx.first(
                """
                UPDATE subscription_positions SET position = \(next)
                WHERE subscription = \(name) AND tenant = \(tenant) AND position = \(position) RETURNING parked
                """
            ) { try $0["parked"] }
        } else {
            parked = try tx.first(
                """
                INSERT INTO subscription_positions (subscription, tenant, position, parked) VALUES (\(name), \(tenant), \(next), 0)
                ON CONFLICT DO NOTHING RETURNING parked
                """
            ) { try $0["parked"] }
        }
        guard let parked else { throw PositionMoved() }
        return parked
    }

    private final class Progress: Sendable {
        let reached = Atomic(0)
    }
}
