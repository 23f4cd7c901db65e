import Store
import Synchronization

/// Wakes one sleeper: when a channel tells of something, when a slow clock thinks that it may have been missed, when it was set to.
/// Rings that come while nobody listens are one.
final class Alarm: Sendable {
    let rings: AsyncStream<Void>
    private let strike: AsyncStream<Void>.Continuation
    private let clock = Mutex<Task<Void, Never>?>(nil)
    /// Whether more may have happened than the first channel tells.
    private let isUnsure = Atomic(true)

    init() {
        (rings, strike) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Rings until the task is cancelled, or the database is closed; then `rings` ends. `unsure`: those after which `takeUnsure` is
    /// true, as after the clock.
    func run(on channels: [Channel], unsure: [Channel] = [], each pause: Duration, of database: Database) async {
        await withTaskGroup(of: Void.self) { group in
            for channel in channels + unsure {
                let mark = unsure.contains(channel)
                group.addTask { [self] in
                    for await _ in database.notifications(on: channel) { ring(unsure: mark) }
                }
            }
            group.addTask { [self] in
                while (try? await Task.sleep(for: pause)) != nil { ring(unsure: true) }
            }
            // The first to end is told of cancellation, or of the end of the database.
            await group.next()
            group.cancelAll()
        }
        clock.withLock { $0?.cancel() }
        strike.finish()
    }

    func ring(unsure: Bool = false) {
        if unsure { isUnsure.store(true, ordering: .releasing) }
        strike.yield()
    }

    func takeUnsure() -> Bool { isUnsure.exchange(false, ordering: .acquiringAndReleasing) }

    /// Rings once after a while; in the place of what was set before.
    func ring(after pause: Duration) {
        let task = Task { [strike] in
            if (try? await Task.sleep(for: pause)) != nil { strike.yield() }
        }
        clock.withLock { clock in
            clock?.cancel()
            clock = task
        }
    }
}
