import Base
import Store
import Synchronization

/// The replicas of one primary, and which of them may answer a read.
final class Replicas: Sendable {
    let pools: [Pool]
    let freshness: Freshness
    private let world: World
    private let turn = Atomic(0)
    private let isSampling = Atomic(false)

    init(_ targets: [Target], _ settings: PostgresConfiguration, _ world: World) {
        let freshness = Freshness(world)
        self.freshness = freshness
        self.world = world
        pools = targets.map { Pool($0, .replica, settings, world, freshness: freshness) }
    }

    /// A replica that may be fresh enough for `staleness`; nil: ask the primary. `sample` asks the primary how far it has
    /// written and is called now and then, so that next time is known more.
    func choose(_ staleness: Duration, sample: @escaping @Sendable () async throws -> Int64?) -> Pool? {
        guard staleness > .zero, !pools.isEmpty else { return nil }
        let now = world.elapsed()
        let newest = freshness.samples.newest
        let cadence = min(staleness / 4, Self.longestCadence)
        if newest.map({ now - $0 >= cadence }) ?? true { takeSample(sample) }
        guard let newest, now - newest < staleness else { return nil }
        let start = turn.add(1, ordering: .relaxed).newValue
        for step in 0..<pools.count {
            let pool = pools[(start &+ step) & Int.max % pools.count]
            if pool.isUsable { return pool }
        }
        return nil
    }

    private static let longestCadence: Duration = .milliseconds(250)

    private func takeSample(_ sample: @escaping @Sendable () async throws -> Int64?) {
        guard !isSampling.exchange(true, ordering: .acquiringAndReleasing) else { return }
        Task { [freshness, world] in
            let askedAt = world.elapsed()
            do {
                if let position = try await sample() { freshness.samples.note(position, askedAt: askedAt) }
            } catch {
                // The primary may be gone, and another with another history in its place.
                freshness.samples.forget()
            }
            self.isSampling.store(false, ordering: .releasing)
        }
    }

    func close(by limit: Duration) async {
        for pool in pools { await pool.close(by: limit) }
    }

    func abandonAll() {
        for pool in pools { pool.abandonAll() }
    }
}
