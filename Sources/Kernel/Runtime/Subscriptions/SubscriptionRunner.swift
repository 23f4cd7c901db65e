import Base
import Records
import Store
import Synchronization

/// Gives subscriptions the entries of the journal, each effective exactly once.
///
/// Of all programs that run one, one leads each subscription (`Database.lease`). A lease may be lost without being noticed, so the
/// position is compared as it is moved, in the transaction that applies: of two that believe to lead, one finds it moved.
package struct SubscriptionRunner: Sendable {
    private let host: FeatureHost
    private let works: [SubscriptionWork]
    private let pace: Pace
    private let measured = Measured()

    /// How often it does what it is not woken for.
    package struct Pace: Sendable {
        /// A look that finds what nobody told of.
        package var look: Duration = .seconds(5)
        /// Between two attempts to lead what another leads.
        package var lease: Duration = .seconds(5)
        /// The longest pause after a failure.
        package var longestPause: Duration = .seconds(5)
        /// Whether it asks for the lease. Without it several lead at once, which only costs them time: for tests.
        package var takesLease = true

        package init(_ change: (inout Pace) -> Void = { _ in }) { change(&self) }
    }

    /// What somebody who measures is told after a transaction: everything of the organisation before the position is done.
    package typealias Moved = @Sendable (_ subscription: String, _ tenant: String, _ position: Int64) -> Void

    /// `kinds`: those whose bodies are brought to their present shape.
    package init(
        host: FeatureHost, kinds: [KindShape], subscriptions: [Subscription], pace: Pace = Pace(), moved: @escaping Moved = { _, _, _ in }
    ) {
        precondition(Set(subscriptions.map(\.name)).count == subscriptions.count, "two subscriptions have one name")
        self.host = host
        self.pace = pace
        let bodies = EntryBodies(host.keyring, kinds: kinds)
        works = subscriptions.map { SubscriptionWork(subscription: $0, host: host, bodies: bodies, moved: moved) }
    }

    /// Runs until the task is cancelled, or the database is closed. What goes wrong is logged and tried again after a pause that grows.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for work in works { group.addTask { await follow(work) } }
            if !works.isEmpty { group.addTask { await measure() } }
            // Together they end: by the same cancellation, or the same database's end.
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    /// As they were some seconds ago: `subscription_behind_<name>` entries, `subscription_seconds_behind_<name>` the age of the oldest
    /// entry that was not looked at, `subscription_parked_<name>`; in names a dot is an underscore.
    package var gauges: [Gauge] {
        let lags = measured.lags.withLock { $0 }
        return works.compactMap { work in lags.first { $0.name == work.name } }.flatMap { lag in
            let name = lag.name.replacing(".", with: "_")
            return [
                Gauge("subscription_behind_\(name)", Double(lag.entriesBehind)),
                Gauge("subscription_seconds_behind_\(name)", lag.secondsBehind),
                Gauge("subscription_parked_\(name)", Double(lag.parked)),
            ]
        }
    }

    private final class Measured: Sendable {
        let lags = Mutex<[SubscriptionLag]>([])
    }

    private func measure() async {
        repeat {
            guard let lags = try? await SubscriptionLag.all(in: host.database, at: host.world.now()) else { continue }
            measured.lags.withLock { $0 = lags }
        } while (try? await Task.sleep(for: pace.look)) != nil
    }

    private func follow(_ work: SubscriptionWork) async {
        let alarm = Alarm()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await alarm.run(on: [JournalWriter.channel], unsure: [SubscriptionTables.channel], each: pace.look, of: host.database)
            }
            group.addTask { await lead(work, alarm) }
            await group.next()
            group.cancelAll()
        }
    }

    private func lead(_ work: SubscriptionWork, _ alarm: Alarm) async {
        var pauses = Pauses(longest: pace.longestPause)
        var rings = alarm.rings.makeAsyncIterator()
        while !Task.isCancelled {
            do {
                let lease = pace.takesLease ? try await host.database.lease("zancada_subscription_\(work.name)") : nil
                guard lease != nil || !pace.takesLease else {
                    try await Task.sleep(for: pace.lease)
                    continue
                }
                defer { withExtendedLifetime(lease) {} }
                var lead = try await SubscriptionLead(work)
                alarm.ring(unsure: true)
                while lease?.isHeld ?? true {
                    guard await rings.next() != nil else {
                        await lease?.release()
                        return
                    }
                    if alarm.takeUnsure() { try await SubscriptionRetry(work: work).run() }
                    try await lead.pass { lease?.isHeld ?? true }
                    pauses = Pauses(longest: pace.longestPause)
                    if let due = lead.due { alarm.ring(after: due) }
                }
            } catch {
                guard !Task.isCancelled else { return }
                host.log.warning("subscription_failed", ["subscription": .public(work.name), "error": .error(error)])
                guard (try? await Task.sleep(for: pauses.next())) != nil else { return }
            }
        }
    }
}
