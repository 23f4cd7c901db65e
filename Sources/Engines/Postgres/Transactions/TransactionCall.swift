import Base
import Store
import Synchronization

/// A closure and its runs: again where others were in the way, until it is durable, or refused, or out of tries or time.
final class TransactionCall {
    private let ticket: Ticket
    private let isReading: Bool
    private let body: @Sendable (borrowing Transaction) throws -> Void
    private let pool: Pool
    /// Names that runs so far asked for too late.
    private var locks: [LockName] = []
    /// What a commit wants told.
    private var told: Set<Channel> = []

    init(_ ticket: Ticket, isReading: Bool, _ body: @escaping @Sendable (borrowing Transaction) throws -> Void, _ pool: Pool) {
        self.ticket = ticket
        self.isReading = isReading
        self.body = body
        self.pool = pool
    }

    /// Names that one closure may lock; more is a programmer's error that would otherwise run for ever.
    private static let mostLocks = 1000

    func run(on connection: Connection) {
        var tries = 1
        while true {
            switch guardedAttempt(on: connection, alone: tries >= Self.triesTogether) {
            case .over(let result):
                pool.herald?.tell(told, by: pool)
                ticket.finish(result)
                return
            case .lost(let why):
                if pool.role != .replica, ticket.survivesLoss() {
                    pool.putBack([ticket])
                } else {
                    ticket.finish(.failure(Failure.databaseUnavailable(why)))
                }
                return
            case .withLock(let name):
                locks.append(name)
                locks.sort { $0.key < $1.key }
                guard locks.count <= Self.mostLocks else {
                    ticket.finish(.failure(Failure.overloaded(Text(es: "demasiados nombres retenidos", en: "too many names held"))))
                    return
                }
            case .again:
                pool.tally.reruns.add(1, ordering: .relaxed)
                guard tries < pool.settings.mostTries else {
                    ticket.finish(.failure(Failure.contended(tries: tries)))
                    return
                }
                pause(after: tries, connection.wakeup)
                tries += 1
            }
            guard connection.loss == nil else {
                pool.putBack([ticket])
                return
            }
        }
    }

    private enum Outcome {
        case over(Result<Answer?, any Error>)
        case again
        case withLock(LockName)
        case lost(Text)
    }

    /// Runs beside others that were in vain, before one runs alone.
    private static let triesTogether = 4

    private func guardedAttempt(on connection: Connection, alone: Bool) -> Outcome {
        // What is long would keep everyone waiting; what only reads is in nobody's way.
        guard !isReading, !ticket.isLong else { return attempt(on: connection) }
        let way: ContentionGate.Way
        do throws(Failure) { way = try pool.gate.enter(alone: alone, ticket, connection.wakeup) } catch { return .over(.failure(error)) }
        defer { pool.gate.leave(way) }
        return attempt(on: connection)
    }

    private func attempt(on connection: Connection) -> Outcome {
        let run = TransactionRun(connection, ticket, isReading: isReading, freshness: pool.freshness)
        if let failure = ticket.interruption(at: pool.world.elapsed()) { return .over(.failure(failure)) }
        let result = Result {
            try run.take(locks)
            try body(Transaction(run))
        }
        if let doom = run.doom {
            run.rollBack()
            if run.isOutcomeUnknown { pool.tally.unknownOutcomes.add(1, ordering: .relaxed) }
            switch doom {
            case .again: return .again
            case .needsLock(let name): return .withLock(name)
            case .lost(let why): return .lost(why)
            case .interrupted(let failure): return .over(.failure(failure))
            case .failed(let failure):
                // The closure's own error where it made one of it; the server's where it kept silent.
                if case .failure(let error) = result { return .over(.failure(error)) }
                return .over(.failure(failure))
            }
        }
        if case .failure(let error) = result {
            run.rollBack()
            return .over(.failure(error))
        }
        defer { if !isReading { told = run.told(isQuiet: ticket.isQuiet) } }
        return run.isUnheard ? .over(.success(nil)) : commit(run)
    }

    private func commit(_ run: TransactionRun) -> Outcome {
        if let failure = ticket.interruption(at: pool.world.elapsed()) {
            run.rollBack()
            return .over(.failure(failure))
        }
        // What is known to be lost before anything was said of committing is not in doubt.
        guard run.connection.isStillOpen else { return isReading ? .over(.success(nil)) : .lost(run.connection.lossText) }
        do {
            // A commit under way cannot be called back: whoever cancels now waits for its end like anyone else.
            try run.commit(CommitWatch(ticket.deadline, run.connection))
            return .over(.success(nil))
        } catch Mishap.refused(let error) {
            run.rollBack()
            return error.isContention || error.isStalePlan ? .again : .over(.failure(error.failure))
        } catch Mishap.interrupted(let failure) {
            run.rollBack()
            return .over(.failure(failure))
        } catch {
            // What was read is read, and what was committed stays so, even where a name could not be given back.
            if isReading || run.hasCommitted { return .over(.success(nil)) }
            pool.tally.unknownOutcomes.add(1, ordering: .relaxed)
            return .over(.failure(Failure.databaseOutcomeUnknown))
        }
    }

    /// A moment for the others to finish: 0.5 ms, doubled up to 32 ms, times chance. Ends early when the caller cancels.
    private func pause(after tries: Int, _ wakeup: Wakeup) {
        guard tries > 1, tries + 1 != Self.triesTogether else { return }
        var random = pool.world.random
        let longest = 0.000_5 * Double(1 << min(tries - 1, 6))
        let until = pool.world.elapsed() + .seconds(Double.random(in: 0.25...1, using: &random) * longest)
        while ticket.interruption(at: pool.world.elapsed()) == nil {
            let left = until - pool.world.elapsed()
            guard left > .zero else { return }
            _ = wait(socket: -1, for: 0, or: wakeup, atMost: left)
        }
    }
}

/// Waits for a commit until the deadline, then gives the connection up: the outcome is then unknown.
final class CommitWatch: Watch {
    let deadline: Duration
    private let connection: Connection

    init(_ deadline: Duration, _ connection: Connection) {
        self.deadline = deadline
        self.connection = connection
    }

    func interruption(at now: Duration) -> Failure? {
        if now >= deadline { _ = connection.lose(.unansweredCommit) }
        return nil
    }
}
