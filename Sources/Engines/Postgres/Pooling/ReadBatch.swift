import Base
import Store
import Synchronization

/// Point reads that travel together: all are sent at once and answered one after the other, in one trip to the server.
///
/// One that fails makes the server skip those behind it; they are sent again, each by itself. Where the connection is lost,
/// those without an answer go back to the line, since reading twice does no harm.
final class ReadBatch: Watch {
    private let tickets: [Ticket]
    private let pool: Pool
    /// The one whose answer is awaited.
    private var current = 0
    private(set) var deadline: Duration
    /// Skipped, or hit by what was meant for another: to be sent again.
    private var again: [Ticket] = []
    private let isRepeated: Bool

    init(_ tickets: [Ticket], _ pool: Pool, isRepeated: Bool = false) {
        self.tickets = tickets
        self.pool = pool
        self.isRepeated = isRepeated
        deadline = tickets.lazy.map(\.deadline).min() ?? .zero
    }

    func run(on connection: Connection) {
        pool.tally.trips.add(1, ordering: .relaxed)
        pool.tally.reads.add(tickets.count, ordering: .relaxed)
        do {
            do {
                try send(on: connection)
                try receive(from: connection)
            } catch Mishap.interrupted {
                again += tickets[current...].filter { !$0.isOver }
            }
            if needsTransaction(on: connection) { try rollBack(connection) }
        } catch Mishap.lost(let why) {
            giveBack(why)
            return
        } catch {
            // Something was sent by half: what the server answers would be taken for the answers to what comes next.
            _ = connection.lose(.outOfStep)
            for ticket in tickets { ticket.finish(.failure(error)) }
            return
        }
        for ticket in again where !ticket.isOver {
            guard connection.loss == nil else {
                pool.putBack([ticket])
                continue
            }
            ReadBatch([ticket], pool, isRepeated: true).run(on: connection)
        }
    }

    private func giveBack(_ why: Text) {
        var left: [Ticket] = []
        for ticket in tickets where !ticket.isOver {
            // A replica's readers are better served by the primary than by waiting. The others are not to blame for what the
            // server fell over.
            if pool.role != .replica, ticket !== tickets[current] || ticket.survivesLoss() {
                left.append(ticket)
            } else {
                ticket.finish(.failure(Failure.databaseUnavailable(why)))
            }
        }
        pool.putBack(left)
    }

    // A pooler's session is not known to refuse writes, and an organisation lasts as long as a transaction.
    private func needsTransaction(on connection: Connection) -> Bool {
        connection.greeting.isPooled || tickets.contains { $0.organisation != nil }
    }

    /// Whether the organisation has to be told before this one. The first says it too where it has none: the session may have
    /// been left with another's.
    private func names(_ index: Int) -> Bool { index == 0 || tickets[index].organisation != tickets[index - 1].organisation }

    private func send(on connection: Connection) throws {
        let isInTransaction = needsTransaction(on: connection)
        if isInTransaction { try connection.send(.beginSingleReads) }
        // Before the statements: what they see is at least as new.
        if pool.freshness != nil { try connection.send(.replayedPosition) }
        for (index, ticket) in tickets.enumerated() {
            guard case .read(let statement) = ticket.work else { continue }
            if isInTransaction, names(index) { try connection.send(.organisation(ticket.organisation)) }
            try connection.send(statement)
        }
        if isInTransaction { try connection.send(.commit) }
        try connection.sync()
    }

    private func receive(from connection: Connection) throws {
        let isInTransaction = needsTransaction(on: connection)
        if isInTransaction { _ = try expectDone(connection) }
        if let freshness = pool.freshness { refuseStale(freshness, try expectDone(connection)) }
        for (index, ticket) in tickets.enumerated() {
            current = index
            if isInTransaction, names(index) { _ = try expectDone(connection) }
            switch try connection.reply(self) {
            case .done(let answer): ticket.finish(.success(answer))
            case .refused(let error): settle(ticket, error)
            case .skipped: again.append(ticket)
            case .row, .sync, .copying: throw connection.lose(.outOfStep)
            }
        }
        try connection.drain(Limit(pool.world.elapsed() + Self.patienceWithTheEnd))
    }

    /// For the end of a group, once every answer is there.
    private static let patienceWithTheEnd: Duration = .seconds(2)

    private func settle(_ ticket: Ticket, _ error: ServerError) {
        if error.isStalePlan || error.isCancellation || error.isContention, !isRepeated {
            again.append(ticket)
        } else {
            ticket.finish(.failure(error.failure))
        }
    }

    /// The answer to a statement of our own; where it is refused those behind it are skipped, which settles them.
    private func expectDone(_ connection: Connection) throws -> Answer? {
        switch try connection.reply(self) {
        case .done(let answer): return answer
        case .refused(let error):
            if isRepeated { for ticket in tickets { ticket.finish(.failure(error.failure)) } }
            return nil
        case .row, .skipped, .sync, .copying: return nil
        }
    }

    /// Those for whom the replica's data may be too old are sent on to the primary by their callers.
    private func refuseStale(_ freshness: Freshness, _ answer: Answer?) {
        let age = answer.flatMap { Freshness.position($0) }.flatMap { freshness.age(at: $0) }
        for ticket in tickets where age.map({ $0 > ticket.staleness }) ?? true { ticket.finish(.failure(Failure.staleReplica)) }
    }

    private func rollBack(_ connection: Connection) throws {
        guard connection.isInTransaction else { return }
        try connection.send(.rollback)
        try connection.sync()
        try connection.drain(Limit(pool.world.elapsed() + Self.patienceWithTheEnd))
    }

    /// Answers everyone whose time is over or who cancelled. What runs at the server is broken off only for the one whose turn
    /// it is.
    func interruption(at now: Duration) -> Failure? {
        var next: Duration?
        for ticket in tickets[current...] where !ticket.isOver {
            if let failure = ticket.interruption(at: now) {
                ticket.finish(.failure(failure))
            } else {
                next = min(next ?? ticket.deadline, ticket.deadline)
            }
        }
        deadline = next ?? now + .seconds(2)
        return tickets[current].isOver ? .databaseCancelled : nil
    }
}

extension Text {
    static let outOfStep = Text(
        es: "el servidor contesta fuera de orden", en: "the server answers out of order")
}
