import Base
import Dispatch
import Store
import Synchronization

/// A waiting line with a bound: first come, first served; whoever is cancelled or out of time leaves at once.
final class SQLiteLine<Ticket: SQLiteTicket>: Sendable {
    private struct State {
        var tickets: [Ticket] = []
        /// Tickets before it were served.
        var head = 0
        /// Tickets that still wait.
        var count = 0
        var isClosed = false
        /// When the alarm rings, in terms of `elapsed`.
        var alarm: Duration?
    }

    private let state = Mutex(State())
    /// As `State.count`, for those who only ask whether anybody waits.
    private let waiting = Atomic<Int>(0)
    private let mostWaiting: Int
    private let what: Text
    private let elapsed: @Sendable () -> Duration
    private let alarms = DispatchQueue(label: "zancada.sqlite.alarms")

    /// `what` says in a few words what there is too much of.
    init(mostWaiting: Int, what: Text, elapsed: @escaping @Sendable () -> Duration) {
        self.mostWaiting = mostWaiting
        self.what = what
        self.elapsed = elapsed
    }

    var count: Int { waiting.load(ordering: .sequentiallyConsistent) }

    /// Puts a ticket at the end, or refuses it.
    func enter(_ ticket: Ticket) {
        let refusal: Failure? = state.withLock { state in
            if state.isClosed { return .databaseClosed }
            if state.count >= mostWaiting { return .overloaded(what) }
            ticket.stage.store(.waiting, ordering: .sequentiallyConsistent)
            state.tickets.append(ticket)
            state.count += 1
            waiting.add(1, ordering: .sequentiallyConsistent)
            if state.alarm.map({ ticket.expiry < $0 }) ?? true { setAlarm(&state, at: ticket.expiry) }
            return nil
        }
        if let refusal {
            ticket.stage.store(.abandoned, ordering: .sequentiallyConsistent)
            ticket.refuse(refusal)
        } else if ticket.isCancelled.load(ordering: .sequentiallyConsistent) {
            // It was cancelled before it stood in line.
            leave(ticket, .databaseCancelled)
        }
    }

    /// For cancellation handlers, from any thread: a waiting ticket leaves, a served one is told.
    func cancel(_ ticket: Ticket) {
        ticket.isCancelled.store(true, ordering: .sequentiallyConsistent)
        leave(ticket, .databaseCancelled)
    }

    /// The next ticket, which is the caller's from now on; nil where nobody waits, or with `onlyShort` where it is a long one.
    /// Whose time is over by now is sent away.
    func next(onlyShort: Bool = false) -> Ticket? {
        while let ticket = take(onlyShort: onlyShort) {
            guard let refusal = ticket.refusal(at: elapsed()) else { return ticket }
            ticket.refuse(refusal)
        }
        return nil
    }

    private func take(onlyShort: Bool) -> Ticket? {
        state.withLock { state in
            while state.head < state.tickets.count {
                let ticket = state.tickets[state.head]
                if onlyShort, ticket.isLong, ticket.stage.load(ordering: .relaxed) == .waiting { return nil }
                state.head += 1
                if state.head == state.tickets.count || state.head >= 1024 {
                    state.tickets.removeFirst(state.head)
                    state.head = 0
                }
                if ticket.move(from: .waiting, to: .taken) {
                    state.count -= 1
                    waiting.subtract(1, ordering: .sequentiallyConsistent)
                    return ticket
                }
            }
            return nil
        }
    }

    /// Lets nobody in any more; those in line are still served.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Whoever still waits at `instant` leaves then.
    func leaveAll(by instant: Duration) {
        let delay = max(instant - elapsed(), .zero)
        alarms.asyncAfter(deadline: .now() + .microseconds(Int(clamping: min(delay, .seconds(86_400)).wholeMicroseconds))) { [weak self] in
            self?.dismiss(.databaseClosed)
        }
    }

    /// Sends everybody away who waits.
    func dismiss(_ failure: Failure) {
        let waiting = state.withLock { state in state.tickets[state.head...] }
        for ticket in waiting { leave(ticket, failure) }
    }

    private func leave(_ ticket: Ticket, _ failure: Failure) {
        guard ticket.move(from: .waiting, to: .abandoned) else { return }
        state.withLock { state in
            state.count -= 1
            waiting.subtract(1, ordering: .sequentiallyConsistent)
            // Those who left keep their places until they are half of the line, so that leaving costs nothing on average.
            if state.tickets.count - state.head > 2 * state.count + 64 {
                state.tickets.removeAll { $0.stage.load(ordering: .relaxed) != .waiting }
                state.head = 0
            }
        }
        ticket.refuse(failure)
    }

    private func setAlarm(_ state: inout State, at expiry: Duration) {
        state.alarm = expiry
        let delay = max(expiry - elapsed(), .zero) + .milliseconds(1)
        let microseconds = Int(clamping: min(delay, .seconds(86_400)).wholeMicroseconds)
        alarms.asyncAfter(deadline: .now() + .microseconds(microseconds)) { [weak self] in self?.ring(at: expiry) }
    }

    private func ring(at expiry: Duration) {
        let now = elapsed()
        let late: [Ticket] = state.withLock { state in
            // An earlier alarm has been set since, and rings for this one.
            guard state.alarm == expiry else { return [] }
            state.alarm = nil
            let waiting = state.tickets[state.head...].filter { $0.stage.load(ordering: .relaxed) == .waiting }
            if let next = waiting.filter({ $0.expiry > now }).map(\.expiry).min() { setAlarm(&state, at: next) }
            return waiting.filter { $0.expiry <= now }
        }
        for ticket in late { leave(ticket, .databaseDeadlineExceeded) }
    }
}

extension SQLiteLine {
    /// Waits in line for the answer. `wake` is called after the ticket stands in line, to wake whoever serves.
    func wait<Value: Sendable>(
        _ ticket: Ticket, answer: (CheckedContinuation<Value, any Error>) -> Void, wake: () -> Void
    ) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer(continuation)
                enter(ticket)
                wake()
            }
        } onCancel: {
            cancel(ticket)
        }
    }
}
