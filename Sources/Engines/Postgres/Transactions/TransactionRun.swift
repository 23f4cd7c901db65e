import Base
import CPostgres
import Store

/// One run of a closure in one transaction on one connection.
///
/// BEGIN and the organisation travel with the first statement, in one trip. A statement that failed dooms the run: later ones
/// throw the same again without asking the server.
final class TransactionRun: TransactionEngine {
    let connection: Connection
    let watch: any Watch
    let isReading: Bool
    private var organisation: String?
    private let refusesHiddenRows: Bool
    private let isOneStatement: Bool
    private let mayBeLost: Bool
    /// On a replica: how old its data may be.
    private let staleness: Duration
    private let freshness: Freshness?
    private var awaitsPosition = false

    /// The server has been told to begin.
    private(set) var isBegun = false
    /// A statement of the closure has run: there is a snapshot.
    private var hasSnapshot = false
    private var isOrganisationSet = false
    /// It was another's for a while.
    private var hasCrossed = false
    private var isLossAllowed = false
    /// The names held, in order.
    private(set) var locks: [LockName] = []
    /// What is to be told once it is durable.
    private(set) var channels: Set<Channel> = []
    /// The server has said that it is durable.
    private(set) var hasCommitted = false
    /// The commit was sent, and nobody knows what became of it.
    private(set) var isOutcomeUnknown = false
    /// What went wrong first.
    private(set) var doom: Doom?
    /// The rows that are being read now.
    private var open: RowStream?

    /// Why nothing of this run can stay.
    enum Doom: Error {
        case failed(Failure)
        /// The server refused it for others' sake, or had forgotten a statement: run it again.
        case again(ServerError)
        /// A name was asked for that has to be held from the start.
        case needsLock(LockName)
        case interrupted(Failure)
        case lost(Text)
    }

    init(_ connection: Connection, _ ticket: Ticket, isReading: Bool, freshness: Freshness?) {
        self.connection = connection
        watch = ticket
        self.isReading = isReading
        organisation = ticket.organisation
        refusesHiddenRows = ticket.refusesHiddenRows
        isOneStatement = ticket.isOneStatement
        mayBeLost = ticket.mayBeLost && !isReading
        staleness = ticket.staleness
        self.freshness = freshness
    }

    var dialect: Dialect { .postgres }

    func query(_ sql: SQL, _ visit: (any RowSource) throws -> Bool) throws -> Int {
        try checkSound()
        let statement: EncodedStatement
        do { statement = try EncodedStatement(program: sql) } catch { throw doomed(.failed(error)) }
        // With a name held it is no longer one statement.
        if isOneStatement, !isBegun { return try queryAndCommit(statement, visit) }
        try open?.keepRest()
        do {
            let own = try sendPrefix()
            try connection.send(statement, inRows: true)
            try connection.sync()
            try expectPrefix(own)
        } catch {
            throw doomed(error)
        }
        hasSnapshot = true
        let outer = open
        let stream = RowStream(self)
        open = stream
        defer { open = outer }
        return try stream.visitAll(visit)
    }

    func lock(_ name: String) throws {
        try checkSound()
        guard !isReading else { throw doomed(.failed(.readOnlyTransaction)) }
        let name = LockName(name)
        if locks.contains(name) { return }
        // Whoever takes several takes them in one order, and before it reads anything.
        if hasSnapshot || locks.contains(where: { $0.key > name.key }) { throw doomed(Doom.needsLock(name)) }
        try take([name])
    }

    /// Takes names before anything else happens. `names` are in order.
    func take(_ names: [LockName]) throws {
        guard !names.isEmpty else { return }
        do {
            var count = 1
            if !isBegun {
                try connection.send(isReading ? .beginReading : .beginWriting)
                isBegun = true
                count += 1
            }
            for name in names { try connection.send(.lock(name.key)) }
            // The wait is over: what is read from here on must be seen as it is now, in a new snapshot.
            try connection.send(.commitAndChain)
            try connection.sync()
            locks += names
            for _ in 0..<(count + names.count) { try expectDone() }
            try connection.drain(watch)
        } catch {
            throw doomed(error)
        }
    }

    /// Travels with the next statement.
    func enter(_ other: String?) throws -> String? {
        try checkSound()
        if let other { try EncodedStatement.check(organisation: other) }
        try open?.keepRest()
        defer { (organisation, isOrganisationSet, hasCrossed) = (other, false, true) }
        return organisation
    }

    func notify(_ channel: Channel) throws {
        try checkSound()
        guard !isReading else { throw doomed(.failed(.readOnlyTransaction)) }
        channels.insert(channel)
    }

    func load(into table: String, columns: [String], next: () throws -> [SQLValue]?) throws -> Int {
        try checkSound()
        guard !isReading else { throw doomed(.failed(.readOnlyTransaction)) }
        try open?.keepRest()
        hasSnapshot = true
        do {
            return try BulkLoad(self, table, columns).run(next)
        } catch let error as Mishap {
            throw doomed(error)
        } catch let error as ServerError {
            throw doomed(Mishap.refused(error))
        } catch let error as Failure {
            throw doomed(.failed(error))
        }
    }

    /// BEGIN and what belongs to it, where not sent yet; how many answers come before the statement's own.
    func sendPrefix() throws -> Int {
        var count = 0
        awaitsPosition = freshness != nil && !isBegun
        if !isBegun {
            try connection.send(isReading ? .beginReading : .beginWriting)
            isBegun = true
            count += 1
        }
        // After the names, with which another transaction began.
        if mayBeLost, !isLossAllowed {
            try connection.send(.mayBeLost)
            isLossAllowed = true
            count += 1
        }
        count += try sendOrganisation()
        if awaitsPosition {
            try connection.send(.replayedPosition)
            count += 1
        }
        return count
    }

    /// A session of ours begins in no organisation and stays so; a pooler's may have been left in one by a stranger.
    private func sendOrganisation() throws -> Int {
        guard !isOrganisationSet, organisation != nil || hasCrossed || connection.greeting.isPooled || refusesHiddenRows else { return 0 }
        try connection.send(.organisation(organisation))
        isOrganisationSet = true
        guard refusesHiddenRows else { return 1 }
        try connection.send(.refusal)
        return 2
    }

    /// The answers to what `sendPrefix` sent.
    func expectPrefix(_ count: Int) throws {
        var last: Answer?
        for _ in 0..<count { last = try expectDone() }
        guard awaitsPosition, let freshness else { return }
        awaitsPosition = false
        // Taken within the snapshot's transaction and before the first statement: the snapshot is at least as new.
        let age = last.flatMap { Freshness.position($0) }.flatMap { freshness.age(at: $0) }
        if age.map({ $0 > staleness }) ?? true {
            try connection.drain(watch)
            throw Mishap.interrupted(.staleReplica)
        }
    }

    /// The answer to a statement of our own.
    @discardableResult
    func expectDone() throws -> Answer? {
        switch try connection.reply(watch) {
        case .done(let answer): return answer
        case .refused(let error):
            try connection.drain(watch)
            throw Mishap.refused(error)
        case .skipped: return nil
        case .row, .sync, .copying: throw connection.lose(.outOfStep)
        }
    }

    private func checkSound() throws {
        if let doom { throw doom.told }
        // A closure that computes for long without asking anything would otherwise never notice.
        if let failure = watch.interruption(at: connection.world.elapsed()) { throw doomed(.interrupted(failure)) }
    }

    /// Notes what went wrong and returns what the closure is told.
    func doomed(_ error: any Error) -> any Error {
        let new: Doom =
            switch error {
            case let doom as Doom: doom
            case Mishap.lost(let why): .lost(why)
            case Mishap.interrupted(let failure): .interrupted(failure)
            case Mishap.refused(let error): error.isContention || error.isStalePlan ? .again(error) : .failed(error.failure)
            case let failure as Failure: .failed(failure)
            default: .failed(.badStatement("\(error)"))
            }
        if doom == nil { doom = new }
        return (doom ?? new).told
    }

    private func doomed(_ doom: Doom) -> any Error { doomed(doom as any Error) }
}

extension TransactionRun.Doom {
    /// What the closure sees. It can neither save the run nor tell the difference.
    var told: any Error {
        switch self {
        case .failed(let failure), .interrupted(let failure): failure
        case .again(let error): error.failure
        case .needsLock: Failure.contended(tries: 1)
        case .lost(let why): Failure.databaseUnavailable(why)
        }
    }
}

/// Ending.
extension TransactionRun {
    /// Whether nothing has to be said to the server: it never heard of this run.
    var isUnheard: Bool { !isBegun }

    /// What is told once it is over: what the closure asked for, and that something was written, unless that is not to be told.
    func told(isQuiet: Bool) -> Set<Channel> {
        guard hasCommitted || (isUnheard && !channels.isEmpty) else { return [] }
        return isQuiet ? channels : channels.union([.written])
    }

    /// Commits, gives names back, and returns when the server has said that it is durable. Throws `Mishap`; whatever it throws
    /// besides `.refused` and a `.interrupted` before sending leaves the outcome unknown.
    func commit(_ watch: any Watch) throws {
        let own = try sendPrefix()
        try connection.send(locks.isEmpty ? .commit : .commitAndChain)
        if !locks.isEmpty { try sendUnlocking() }
        try connection.sync()
        for _ in 0..<own { try expect(watch) }
        try expect(watch)
        hasCommitted = true
        try connection.drain(watch)
    }

    /// The only statement, with BEGIN before it and COMMIT behind: one trip. Where the statement is refused the server skips the
    /// COMMIT.
    private func queryAndCommit(_ statement: EncodedStatement, _ visit: (any RowSource) throws -> Bool) throws -> Int {
        guard !hasCommitted else { throw Failure.badStatement("one statement") }
        // What is known to be lost before anything was said is not in doubt.
        guard connection.isStillOpen else { throw doomed(.lost(connection.lossText)) }
        // A commit under way cannot be called back: whoever cancels waits for its end.
        let limit = CommitWatch(watch.deadline, connection)
        var answer: Answer?
        do {
            let own = try sendPrefix()
            try connection.send(statement)
            try connection.send(.commit)
            try connection.sync()
            for _ in 0..<own { try expect(limit) }
            switch try connection.reply(limit) {
            case .done(let whole): answer = whole
            case .refused(let error):
                try connection.drain(limit)
                throw Mishap.refused(error)
            case .skipped, .row, .sync, .copying: throw connection.lose(.outOfStep)
            }
            try expect(limit)
            hasCommitted = true
            isBegun = false
            try connection.drain(limit)
        } catch {
            switch error {
            case Mishap.refused, Mishap.interrupted: throw doomed(error)
            default:
                // It may have been committed: nobody may run it again.
                isOutcomeUnknown = !hasCommitted
                if isOutcomeUnknown { throw doomed(.failed(.databaseOutcomeUnknown)) }
            }
        }
        guard let answer else { return 0 }
        let row = AnswerRow(answer)
        for index in 0..<answer.rowCount {
            row.stand(on: index)
            guard try visit(row) else { break }
        }
        return answer.changedCount
    }

    private func expect(_ watch: any Watch) throws {
        switch try connection.reply(watch) {
        case .done(let answer):
            // What the server says to the COMMIT of a transaction that failed.
            if PQcmdStatus(answer.result).map({ String(cString: $0) }) == "ROLLBACK" {
                try connection.drain(watch)
                throw Mishap.interrupted(.badStatement("ROLLBACK"))
            }
        case .refused(let error):
            try connection.drain(watch)
            throw Mishap.refused(error)
        case .skipped, .row, .sync, .copying: throw connection.lose(.outOfStep)
        }
    }

    private func sendUnlocking() throws {
        for name in locks.reversed() { try connection.send(.unlock(name.key)) }
        try connection.send(.commit)
    }

    /// Undoes everything and gives names back. Where that fails the connection is given up, which does the same.
    func rollBack() {
        guard isBegun, connection.loss == nil else { return }
        let limit = Limit(connection.world.elapsed() + .seconds(2))
        do {
            try connection.drain(limit)
            if locks.isEmpty {
                try connection.send(.rollback)
            } else {
                try connection.send(.rollbackAndChain)
                try sendUnlocking()
            }
            try connection.sync()
            while !connection.isQuiet {
                if case .refused = try connection.reply(limit) { throw connection.lose(.outOfStep) }
            }
            if connection.isInTransaction { throw connection.lose(.outOfStep) }
        } catch {
            _ = connection.lose()
        }
    }
}
