import Base
import CSQLite
import Store
import Synchronization

/// The one connection that writes, and how several closures share one commit.
///
/// It has no thread of its own: `runBatch` works on the caller's, one call at a time. Nobody hears anything before the
/// commit: what a closure saw of another's that is then undone must not reach its caller, not even as an error.
package final class SQLiteWriter: @unchecked Sendable {
    // Safe to share: `runBatch` is called by one thread at a time (the engine's writing thread), the figures are behind a lock.
    let connection: SQLiteConnection
    let log: SQLiteLog
    private let transaction: SQLiteTransaction
    private let configuration: SQLiteConfiguration
    private let elapsed: @Sendable () -> Duration
    private let tell: @Sendable (Set<Channel>) -> Void
    private let figures = Mutex(Figures())

    /// How large the commits were.
    struct Figures: Sendable {
        var commits = 0
        var closures = 0
        var last = 0
        var keptStatements = 0
    }

    /// A closure that ran in the batch and waits for the commit.
    private struct Ran {
        let item: SQLiteWriteItem
        /// What it threw; it was undone alone.
        let error: (any Error)?
    }

    /// Opens the writing connection, over `configuration.vfs` where that is named; the file must be there or the VFS make it.
    /// `tell` is called after each commit with the channels that were notified in it.
    ///
    /// Throws a `Failure` that says why the file cannot be used.
    package init(
        _ configuration: SQLiteConfiguration, elapsed: @escaping @Sendable () -> Duration,
        tell: @escaping @Sendable (Set<Channel>) -> Void = { _ in }
    ) throws(Failure) {
        connection = try SQLiteConnection(configuration, .writing, elapsed: elapsed)
        log = SQLiteLog(connection)
        try log.beginAnew()
        transaction = SQLiteTransaction(connection)
        self.configuration = configuration
        self.elapsed = elapsed
        self.tell = tell
    }

    /// Commits so far that held something.
    package var commitCount: Int { currentFigures.commits }

    var currentFigures: Figures { figures.withLock { $0 } }

    /// Runs the items, in as few commits as the configuration allows, and answers each. Returns once all are answered.
    package func runBatch(_ items: [SQLiteWriteItem]) {
        var rest = items[...]
        while !rest.isEmpty {
            runBatch(next: { isFirst in
                guard let item = rest.first, isFirst || !item.isLong else { return nil }
                return rest.popFirst()
            })
        }
    }

    /// One commit: takes items one by one until there are no more, or as many or for as long as the configuration allows.
    /// `next` is asked with true for the first, which alone may be a long one. False where there was none.
    @discardableResult
    func runBatch(next: (Bool) -> SQLiteWriteItem?) -> Bool {
        guard let first = next(true) else { return false }
        if let sql = first.lonelyStatement {
            runLonely(first, sql)
        } else {
            runTogether(first, next)
        }
        log.keepShort()
        figures.withLock { $0.keptStatements = connection.keptCount }
        return true
    }

    private func runTogether(_ first: SQLiteWriteItem, _ next: (Bool) -> SQLiteWriteItem?) {
        var ran: [Ran] = []
        var channels: Set<Channel> = []
        var pending: SQLiteWriteItem? = first
        let begun = elapsed()
        while let item = pending {
            if let refusal = refusal(of: item) {
                item.refuse(refusal)
            } else {
                switch run(item, isFirst: !connection.isInTransaction) {
                case .kept:
                    ran.append(Ran(item: item, error: nil))
                    channels.formUnion(transaction.channels)
                case .undone(let error):
                    ran.append(Ran(item: item, error: error))
                case .refused(let error):
                    item.refuse(error)
                case .batchLost(let error):
                    // Where it was itself stopped, running it again would be pointless.
                    if ran.isEmpty || refusal(of: item) != nil { item.refuse(error) } else { ran.append(Ran(item: item, error: nil)) }
                    return runSingly(ran.map(\.item))
                }
            }
            let isFull = ran.count >= configuration.mostWritesPerCommit || first.isLong || elapsed() - begun >= configuration.longestBatch
            pending = isFull ? nil : next(false)
        }
        commit(ran, channels)
    }

    private enum Outcome {
        case kept
        /// It threw or was doomed, and was undone alone; its error counts once the others are committed.
        case undone(any Error)
        /// It threw or could not begin, with nothing before it: nothing was done, and that is known now.
        case refused(any Error)
        /// SQLite rolled everything back.
        case batchLost(any Error)
    }

    /// Runs one closure. The first of a commit needs no savepoint: where it fails, all is rolled back.
    private func run(_ item: SQLiteWriteItem, isFirst: Bool) -> Outcome {
        let begin = connection.command(isFirst ? .begin : .savepoint)
        guard begin == SQLITE_OK else {
            let failure = connection.failure(begin)
            return isFirst || connection.isInTransaction ? .refused(failure) : .batchLost(failure)
        }
        transaction.begin()
        connection.watch.begin(.expiry(item.expiry), for: item)
        var error: (any Error)?
        do {
            let borrowed = Transaction(transaction)
            try item.run(borrowed)
            error = transaction.doom
        } catch let thrown {
            error = thrown
        }
        connection.watch.begin(.none)
        guard connection.isInTransaction else { return .batchLost(error ?? transaction.doom ?? Failure.lostBatch) }
        if let error {
            let result = connection.command(isFirst ? .rollback : .rollbackToSavepoint)
            guard result == SQLITE_OK, isFirst || connection.command(.release) == SQLITE_OK else {
                _ = connection.command(.rollback)
                return .batchLost(error)
            }
            return isFirst ? .refused(error) : .undone(error)
        }
        guard isFirst || connection.command(.release) == SQLITE_OK else {
            _ = connection.command(.rollback)
            return .batchLost(Failure.lostBatch)
        }
        return .kept
    }

    private func refusal(of item: SQLiteWriteItem) -> Failure? { item.refusal(at: elapsed()) }

    private func runSingly(_ items: [SQLiteWriteItem]) {
        for item in items {
            if let refusal = refusal(of: item) {
                item.refuse(refusal)
                continue
            }
            switch run(item, isFirst: true) {
            case .kept: commit([Ran(item: item, error: nil)], transaction.channels)
            case .undone(let error), .refused(let error), .batchLost(let error): item.refuse(error)
            }
        }
    }

    private func commit(_ ran: [Ran], _ channels: Set<Channel>) {
        guard connection.isInTransaction else {
            for ran in ran { if let error = ran.error { ran.item.refuse(error) } }
            return
        }
        switch finish() {
        case .durable:
            count(ran.count)
            tell(ran.allSatisfy(\.item.isQuiet) ? channels : channels.union([.written]))
            for ran in ran {
                if let error = ran.error { ran.item.refuse(error) } else { ran.item.succeed() }
            }
        case .undone(let failure):
            if ran.count == 1 { ran[0].item.refuse(failure) } else { runSingly(ran.map(\.item)) }
        case .unknown:
            for ran in ran { ran.item.refuse(ran.error ?? Failure.databaseOutcomeUnknown) }
        }
    }

    private func runLonely(_ item: SQLiteWriteItem, _ sql: SQL) {
        if let refusal = refusal(of: item) { return item.refuse(refusal) }
        connection.watch.begin(.expiry(item.expiry), for: item)
        let result = connection.lonely(sql)
        connection.watch.begin(.none)
        guard let failure = result else { return item.succeed() }
        guard failure.isOfDisk, case .unknown = afterBurying(failure) else { return item.refuse(failure) }
        item.refuse(Failure.databaseOutcomeUnknown)
    }

    private func count(_ closures: Int) {
        figures.withLock { figures in
            figures.commits += 1
            figures.closures += closures
            figures.last = closures
        }
    }
}

extension Failure {
    /// SQLite undid the transaction and did not say why.
    static let lostBatch = Failure(
        .inputOutput, "transaction_lost",
        Text(
            es: "La base de datos deshizo la operación; no se guardó nada: inténtelo de nuevo.",
            en: "The database undid the operation; nothing was saved: try again."))
}
