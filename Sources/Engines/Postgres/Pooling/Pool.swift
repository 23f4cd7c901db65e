import Base
import Store
import Synchronization

/// The connections to one server, and the line of those who want something from it.
///
/// First come, first served. Connections are opened when somebody waits and none is free, up to a bound, and stay open.
/// While the server cannot be reached, one worker tries again and again with growing pauses, and the others rest.
final class Pool: Sendable {
    let target: Target
    let role: Role
    let settings: PostgresConfiguration
    let world: World
    /// For a replica: how old its data may be known to be.
    let freshness: Freshness?
    /// Who tells others what commits want told; a replica has none.
    let herald: Herald?
    let canceller = Canceller()
    let gate: ContentionGate
    private let state: Mutex<State>
    private let alarm = Wakeup()
    private let timekeeper = WorkThread()
    let tally = Tally()

    /// A server that cannot be reached.
    struct Outage {
        var failure: Failure
        var attempts = 0
        /// On the world's `elapsed`.
        var since: Duration
        var nextAttempt: Duration
    }

    private struct State {
        var line = Line<Ticket>()
        /// Tickets in `line` whose callers still wait.
        var waiting = 0
        var workers: [Worker] = []
        /// Resting workers with a connection, and without.
        var resting: [Worker] = []
        var bare: [Worker] = []
        /// The server took no more connections a moment ago.
        var fullUntil = Duration.zero
        var outage: Outage?
        /// The worker that tries to end the outage.
        var scout: Worker?
        var hasConnectedOnce = false
        var isClosing = false
        /// Nobody is served any more.
        var isAbandoned = false
        /// When the first of those who wait runs out of time; nil where nobody has been looked at.
        var nextExpiry: Duration?
        var active = 0
    }

    init(
        _ target: Target, _ role: Role, _ settings: PostgresConfiguration, _ world: World, freshness: Freshness? = nil,
        herald: Herald? = nil
    ) {
        self.freshness = freshness
        self.herald = herald
        gate = ContentionGate(world)
        self.target = target
        self.role = role
        self.settings = settings
        self.world = world
        state = Mutex(State())
        timekeeper.run { [weak self, alarm, world] in
            var next = Duration.seconds(3600)
            while true {
                _ = wait(socket: -1, for: 0, or: alarm, atMost: next - world.elapsed())
                guard let self, let until = self.expire() else { return }
                next = until
            }
        }
    }

    /// Reads that share one trip to the server.
    static let mostReadsAtOnce = 32
    /// How long those who wait are kept where the server was never reached, and where it went away.
    static let patienceAtStart: Duration = .seconds(1)
    static let patienceInOutage: Duration = .seconds(30)
}

/// The callers' side.
extension Pool {
    /// Puts it in line. The caller is told `.overloaded` where too many wait, `.databaseClosed` after `close`.
    func enqueue(_ ticket: Ticket, _ caller: UnsafeContinuation<Answer?, any Error>) {
        enum Verdict { case refused(Failure), wake(Worker?, alarm: Bool) }
        let verdict = state.withLock { state -> Verdict in
            if state.isClosing { return .refused(.databaseClosed) }
            if state.waiting >= settings.mostWaiting { return .refused(.overloaded(Self.manyWait(settings.mostWaiting))) }
            // From waiting to counted in one step: whoever is cancelled in between would be counted out first.
            guard ticket.start(caller) else { return .refused(.databaseCancelled) }
            state.line.append(ticket)
            state.waiting += 1
            let isSooner = state.nextExpiry.map { ticket.deadline < $0 } ?? true
            if isSooner { state.nextExpiry = ticket.deadline }
            return .wake(Self.workerToWake(&state, self), alarm: isSooner)
        }
        switch verdict {
        case .refused(let failure): caller.resume(throwing: failure)
        case .wake(let worker, let isSooner):
            worker?.wake()
            if isSooner { alarm.signal() }
        }
    }

    private static func manyWait(_ count: Int) -> Text { Text(es: "\(count) esperan ya", en: "\(count) wait already") }

    func cancel(_ ticket: Ticket) {
        if ticket.cancel() { abandoned() }
    }

    /// Somebody in line got an answer without being served.
    private func abandoned() {
        state.withLock { state in
            state.waiting -= 1
            // Those who left still stand in line; it must not grow with them.
            if state.line.count > 2 * (state.waiting + 32) { state.line.removeAll { $0.isOver } }
        }
    }

    /// Whether it is worth asking: for replicas. Where the server was not reached, starts an attempt once one is due.
    var isUsable: Bool {
        let (isUsable, worker) = state.withLock { state -> (Bool, Worker?) in
            if state.isClosing { return (false, nil) }
            if state.hasConnectedOnce, state.outage == nil { return (true, nil) }
            if let outage = state.outage, world.elapsed() < outage.nextAttempt { return (false, nil) }
            return (false, state.scout == nil ? Self.workerToWake(&state, self) : nil)
        }
        worker?.wake()
        return isUsable
    }

    private static func workerToWake(_ state: inout State, _ pool: Pool) -> Worker? {
        if let worker = state.resting.popLast() { return worker }
        // In an outage one is enough, and it knows what to do.
        if state.outage != nil, state.scout != nil { return nil }
        if let worker = state.bare.popLast() { return worker }
        guard state.workers.count < pool.settings.mostConnections else { return nil }
        let worker = Worker(pool)
        state.workers.append(worker)
        return worker
    }
}

/// The workers' side.
extension Pool {
    /// What a worker shall do next.
    enum Orders {
        case connect
        case pause(Duration)
        case serve([Ticket])
        /// It has been noted as resting.
        case rest
        case leave
    }

    func orders(for worker: Worker, isConnected: Bool) -> Orders {
        let (orders, other) = state.withLock { state -> (Orders, Worker?) in
            if worker.isCounted {
                worker.isCounted = false
                state.active -= 1
            }
            while let first = state.line.first, first.isOver { _ = state.line.removeFirst() }
            if state.isClosing, state.line.isEmpty { return (.leave, nil) }
            if !isConnected, let orders = connecting(worker, &state) { return (orders, nil) }
            let batch = isConnected ? take(&state, worker) : []
            guard !batch.isEmpty else {
                rest(worker, isConnected: isConnected, &state)
                return (.rest, nil)
            }
            worker.isCounted = true
            state.active += 1
            return (.serve(batch), state.line.isEmpty ? nil : Self.workerToWake(&state, self))
        }
        other?.wake()
        return orders
    }

    private func rest(_ worker: Worker, isConnected: Bool, _ state: inout State) {
        if state.scout === worker { state.scout = nil }
        if isConnected { state.resting.append(worker) } else { state.bare.append(worker) }
    }

    /// What a worker without a connection does; nil: rest.
    private func connecting(_ worker: Worker, _ state: inout State) -> Orders? {
        if let outage = state.outage {
            guard state.scout == nil || state.scout === worker else { return nil }
            state.scout = worker
            let left = outage.nextAttempt - world.elapsed()
            if left > .zero { return state.line.isEmpty ? nil : .pause(left) }
            return .connect
        }
        if state.fullUntil > world.elapsed(), tally.connections.load(ordering: .relaxed) > 0 { return nil }
        return state.line.isEmpty && state.hasConnectedOnce ? nil : .connect
    }

    private func take(_ state: inout State, _ worker: Worker) -> [Ticket] {
        // Shared out among the connections, so that one does not carry all while others rest.
        let share = min(Self.mostReadsAtOnce, max(1, state.waiting / max(1, settings.mostConnections)))
        var batch: [Ticket] = []
        while batch.count < share, let first = state.line.first {
            if !batch.isEmpty, case .transaction = first.work { break }
            _ = state.line.removeFirst()
            guard first.take(worker.wakeup) else { continue }
            state.waiting -= 1
            batch.append(first)
            if case .transaction = first.work { break }
        }
        return batch
    }

    func connected(_ worker: Worker) {
        tally.connections.add(1, ordering: .relaxed)
        let others = state.withLock { state -> [Worker] in
            if state.hasConnectedOnce { tally.reconnects.add(1, ordering: .relaxed) }
            state.hasConnectedOnce = true
            state.outage = nil
            state.scout = nil
            return (0..<min(state.waiting, settings.mostConnections)).compactMap { _ in Self.workerToWake(&state, self) }
        }
        for other in others { other.wake() }
    }

    func failedToConnect(_ failure: ConnectFailure) {
        let now = world.elapsed()
        var random = world.random
        let jitter = Double.random(in: 0.5...1, using: &random)
        let (answered, resting) = state.withLock { state -> ([Ticket], [Worker]) in
            // Those with a connection serve whoever waits, or notice that theirs is gone as well.
            let resting = state.line.isEmpty ? [] : state.resting
            if !resting.isEmpty { state.resting = [] }
            var outage = state.outage ?? Outage(failure: failure.failure, since: now, nextAttempt: now)
            outage.failure = failure.failure
            outage.attempts += 1
            // 25 ms, doubled up to 3.2 s, times chance: machines that lost the same server do not come back all at once.
            outage.nextAttempt = now + .seconds(jitter * 0.025 * Double(1 << min(outage.attempts - 1, 7)))
            let hasConnections = tally.connections.load(ordering: .relaxed) > 0
            // The others go on where it is only this connection that is one too many.
            if failure.isFull, hasConnections {
                state.fullUntil = now + .seconds(1)
                return ([], resting)
            }
            state.outage = outage
            let patience = state.hasConnectedOnce ? Self.patienceInOutage : Self.patienceAtStart
            guard !hasConnections, role == .replica || !failure.isPassing || now - outage.since >= patience else {
                return ([], resting)
            }
            var answered: [Ticket] = []
            while let ticket = state.line.removeFirst() { answered.append(ticket) }
            return (answered, resting)
        }
        for worker in resting { worker.wake() }
        for ticket in answered where ticket.abandon(failure.failure) { abandoned() }
    }

    func disconnected() { tally.connections.subtract(1, ordering: .relaxed) }

    /// Before all others in line: what a lost connection left undone.
    func putBack(_ tickets: [Ticket]) {
        let isAbandoned = state.withLock { state in
            guard !state.isAbandoned else { return true }
            for ticket in tickets.reversed() where ticket.putBack() {
                state.line.prepend(ticket)
                state.waiting += 1
            }
            return false
        }
        if isAbandoned { for ticket in tickets { ticket.finish(.failure(Failure.databaseClosed)) } }
    }
}

/// Time and ending.
extension Pool {
    /// Answers those in line whose time is over, and says when to look again; nil once all is over.
    private func expire() -> Duration? {
        let now = world.elapsed()
        let (expired, outage, next) = state.withLock { state -> ([Ticket], Outage?, Duration?) in
            // What a lost connection leaves undone comes back to the line, while closing too.
            if state.isAbandoned { return ([], nil, nil) }
            var expired: [Ticket] = []
            var next: Duration?
            state.line.forEach { ticket in
                if ticket.deadline <= now { expired.append(ticket) } else { next = min(next ?? ticket.deadline, ticket.deadline) }
            }
            state.nextExpiry = next
            return (expired, state.outage, next ?? now + .seconds(3600))
        }
        for ticket in expired {
            // Without any connection it is the server's absence that has to be told.
            if ticket.abandon(outage?.failure ?? .databaseDeadlineExceeded) { abandoned() }
        }
        return next
    }

    /// No more is taken on; what is in line is done, or fails when `limit` (of the world's `elapsed`) has passed.
    func close(by limit: Duration) async {
        let resting = state.withLock { state -> [Worker] in
            state.isClosing = true
            defer {
                state.resting = []
                state.bare = []
            }
            return state.resting + state.bare
        }
        for worker in resting { worker.wake() }
        alarm.signal()
        while !isQuiet, world.elapsed() < limit {
            // A cancelled caller waits no longer.
            do { try await Task.sleep(for: .milliseconds(5)) } catch { break }
        }
        abandonAll()
    }

    /// At once: whoever waits fails, threads end when they can.
    func abandonAll() {
        let (tickets, workers) = state.withLock { state -> ([Ticket], [Worker]) in
            state.isClosing = true
            state.isAbandoned = true
            var tickets: [Ticket] = []
            while let ticket = state.line.removeFirst() { tickets.append(ticket) }
            defer {
                state.workers = []
                state.resting = []
                state.bare = []
            }
            return (tickets, state.workers)
        }
        for ticket in tickets where ticket.abandon(.databaseClosed) { abandoned() }
        for worker in workers { worker.dismiss() }
        alarm.signal()
        timekeeper.stop()
        canceller.stop()
    }

    private var isQuiet: Bool { state.withLock { $0.line.isEmpty && $0.active == 0 } }

    var figures: (active: Int, idle: Int, waiting: Int) {
        let (active, waiting) = state.withLock { ($0.active, $0.waiting) }
        return (active, max(0, tally.connections.load(ordering: .relaxed) - active), waiting)
    }

    /// Why the server cannot be reached now; nil where it can, or nobody tried.
    var outage: Failure? { state.withLock { $0.outage?.failure } }
}

/// What happened so far, for gauges.
final class Tally: Sendable {
    let connections = Atomic(0)
    let reconnects = Atomic(0)
    let reruns = Atomic(0)
    let losses = Atomic(0)
    let reads = Atomic(0)
    let trips = Atomic(0)
    let unknownOutcomes = Atomic(0)
}
