import Glibc
import Synchronization

/// Threads for what takes a core for long or blocks, of a lower priority where they should give way, and a line before them: first come, first served, at most so many; whoever is
/// cancelled leaves it.
package final class WorkLine: Sendable {
    private struct Waiting: Sendable {
        let ticket: Ticket
        let serve: @Sendable () -> Void
        let refuse: @Sendable (Failure) -> Void
    }

    /// Someone's place.
    private final class Ticket: Sendable {
        /// Cancelled before it stood in line, perhaps.
        let isCancelled = Atomic(false)
    }

    private struct State {
        var waiting: [Waiting] = []
        var idle: [WorkThread]
    }

    private let state: Mutex<State>
    private let threads: [WorkThread]
    private let mostWaiting: Int
    private let busy: Failure

    /// Cores of this machine that are online.
    package static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// `busy` is told to who finds `mostWaiting` in line; `prepare` runs on each thread before anything else. `givesWay`: others come first.
    package init(threads count: Int, mostWaiting: Int, busy: Failure, givesWay: Bool = true, prepare: @escaping @Sendable () -> Void = {}) {
        let threads = (0..<max(1, count)).map { _ in WorkThread() }
        for thread in threads {
            thread.run {
                // On Linux the priority is the calling thread's own. A core that is asked for by others too then gives them nine parts of ten,
                // and what waits here leaves requests alone. Where it is not allowed, everything works all the same.
                if givesWay { setpriority(Int32(PRIO_PROCESS.rawValue), 0, 10) }
                prepare()
            }
        }
        self.threads = threads
        self.mostWaiting = mostWaiting
        self.busy = busy
        state = Mutex(State(idle: threads))
    }

    deinit { threads.forEach { $0.stop() } }

    package var waitingCount: Int { state.withLock { $0.waiting.count } }
    package var activeCount: Int { threads.count - state.withLock { $0.idle.count } }

    /// Runs `body` on one of the threads, whose turn is then not given up however the caller fares.
    ///
    /// Throws what it throws; `busy` at once where as many wait as may, `Failure(.cancelled)` where the caller's
    /// task is cancelled before its turn.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws(Failure) -> Value) async throws(Failure) -> Value {
        let ticket = Ticket()
        let result: Result<Value, Failure> = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
                enter(
                    Waiting(
                        ticket: ticket, serve: { continuation.resume(returning: Result(catching: body)) },
                        refuse: { continuation.resume(returning: .failure($0)) }))
            }
        } onCancel: {
            ticket.isCancelled.store(true, ordering: .sequentiallyConsistent)
            leave(ticket)
        }
        return try result.get()
    }

    private func enter(_ newcomer: Waiting) {
        let (thread, refusal): (WorkThread?, Failure?) = state.withLock { state in
            // Under the lock, so that a cancellation either sees it in line or is seen here.
            if newcomer.ticket.isCancelled.load(ordering: .sequentiallyConsistent) { return (nil, .cancelledBeforeItsTurn) }
            if let thread = state.idle.popLast() { return (thread, nil) }
            guard state.waiting.count < mostWaiting else { return (nil, busy) }
            state.waiting.append(newcomer)
            return (nil, nil)
        }
        if let refusal { newcomer.refuse(refusal) }
        if let thread { thread.run { self.serve(newcomer, on: thread) } }
    }

    private func leave(_ ticket: Ticket) {
        let gone = state.withLock { state in
            state.waiting.firstIndex { $0.ticket === ticket }.map { state.waiting.remove(at: $0) }
        }
        gone?.refuse(.cancelledBeforeItsTurn)
    }

    private func serve(_ first: Waiting, on thread: WorkThread) {
        var next: Waiting? = first
        while let current = next {
            current.serve()
            next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.idle.append(thread)
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}

extension Failure {
    fileprivate static let cancelledBeforeItsTurn = Failure(
        .cancelled, "work_cancelled",
        Text(es: "Se interrumpió antes de que llegara su turno.", en: "It was interrupted before its turn came."))
}
