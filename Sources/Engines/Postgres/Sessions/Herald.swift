import Base
import Store
import Synchronization

/// Tells what commits want told: at once to whoever listens in this program, and then to the server for all others.
///
/// The server is told in a transaction of its own, several channels and commits in one: a NOTIFY within each transaction would make
/// all commits of the cluster wait for one another. What is lost with the program, or with the server, nobody hears: listeners look
/// again by themselves when they connect, and whatever must not wait longer than that keeps a slow clock of its own.
final class Herald: Sendable {
    private let listener: Listener
    private let world: World
    private let state = Mutex(State())

    private struct State {
        var channels: Set<Channel> = []
        var isTelling = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    init(_ listener: Listener, _ world: World) {
        self.listener = listener
        self.world = world
    }

    /// Attempts while the server cannot be reached; each waits for the pool's own patience.
    private static let mostAttempts = 3

    /// After a commit by one of `pool`'s connections.
    func tell(_ channels: Set<Channel>, by pool: Pool) {
        for channel in channels { listener.tell(channel.name) }
        let forAll = channels.subtracting([.written])
        guard !forAll.isEmpty else { return }
        let isFirst = state.withLock { state in
            state.channels.formUnion(forAll)
            defer { state.isTelling = true }
            return !state.isTelling
        }
        if isFirst { Task { await tellServer(by: pool) } }
    }

    private func tellServer(by pool: Pool) async {
        var failures = 0
        while let channels = next() {
            do {
                try await send(channels, by: pool)
                failures = 0
            } catch {
                failures += 1
                if failures < Self.mostAttempts { state.withLock { $0.channels.formUnion(channels) } } else { failures = 0 }
            }
        }
    }

    /// nil once there is nothing left to tell.
    private func next() -> Set<Channel>? {
        let (channels, waiting) = state.withLock { state -> (Set<Channel>?, [CheckedContinuation<Void, Never>]) in
            guard state.channels.isEmpty else {
                defer { state.channels = [] }
                return (state.channels, [])
            }
            state.isTelling = false
            defer { state.waiting = [] }
            return (nil, state.waiting)
        }
        for waiter in waiting { waiter.resume() }
        return channels
    }

    private func send(_ channels: Set<Channel>, by pool: Pool) async throws {
        var terms = Terms()
        terms.isQuiet = true
        terms.mayBeLost = true
        let ticket = try Ticket(
            .transaction(isReading: false) { tx in
                for channel in channels.sorted(by: { $0.name < $1.name }) { try tx.execute("SELECT pg_notify(\(channel.name), '')") }
            }, terms, now: world.elapsed())
        _ = try await withUnsafeThrowingContinuation { pool.enqueue(ticket, $0) }
    }

    /// Returns once everything is told that was to be.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isTelling { state.waiting.append(continuation) }
                return !state.isTelling
            }
            if isIdle { continuation.resume() }
        }
    }
}
