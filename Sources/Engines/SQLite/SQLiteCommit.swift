import Base
import CSQLite
import Store

/// What is true after COMMIT, whatever it said.
///
/// In WAL mode a commit writes the changed pages to the end of the log, the last of them with a commit mark, synchronises the
/// log and then shows the new end to readers. What its errors mean:
/// - The transaction is still open (a deferred foreign key is broken; BUSY): nothing was done. BUSY is tried again, then it
///   is rolled back.
/// - The transaction is closed (IOERR, FULL, NOMEM): SQLite rolled it back *in memory*. The pages may nevertheless stand in
///   the log, whole and with the mark, most plainly where the synchronisation failed. Nobody in this program sees them, but
///   whoever opens the file after a crash takes them for committed. So "nothing was done" would be a guess.
///
/// The guess is made a fact by burying them: the next commit begins at the same place of the log, and as every page's
/// checksum builds on the ones before it, whatever stood there counts no more. A commit that changes nothing is enough. Once it
/// is durable, the failed one is known to be undone, and its closures can be run again or refused. Where it fails too, the
/// disk is gone and the outcome is unknown until somebody looks. A failed synchronisation is never believed to have worked
/// the second time: what is acknowledged later was written anew, because Linux forgets what it could not write.
extension SQLiteWriter {
    enum Finish {
        case durable
        /// Nothing of it is there or will ever be.
        case undone(Failure)
        case unknown
    }

    /// Commits the open transaction.
    func finish() -> Finish {
        var result = connection.command(.commit)
        var tries = 1
        while result & 0xff == SQLITE_BUSY, connection.isInTransaction, tries < Self.mostCommits {
            result = connection.command(.commit)
            tries += 1
        }
        if result == SQLITE_OK { return .durable }
        let failure = connection.failure(result)
        if connection.isInTransaction {
            // A rollback of what was never written cannot fail in a way that keeps it.
            _ = connection.command(.rollback)
            return .undone(failure)
        }
        return afterBurying(failure)
    }

    /// Overwrites what a commit that failed like this left behind in the log; where that fails too, its outcome is unknown.
    func afterBurying(_ failure: Failure) -> Finish {
        if connection.isInTransaction { _ = connection.command(.rollback) }
        do {
            try log.commitNothing()
        } catch {
            return .unknown
        }
        // On a disk that tears what was written beside what is being written, the next commit is better off elsewhere.
        log.beginAnewIfPossible()
        return .undone(failure)
    }

    /// Each waits for the busy time-out.
    private static let mostCommits = 3
}

extension Failure {
    /// Whether it may have struck while something was being made durable.
    var isOfDisk: Bool { kind == .inputOutput || code == "database_unavailable" }
}

extension SQLiteConnection {
    /// Runs one statement outside any transaction, rows and all. nil, or why it failed.
    func lonely(_ sql: SQL) -> Failure? {
        // VACUUM attaches a file of its own.
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 2)
        defer { sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0) }
        do {
            _ = try queryOnce(sql) { _ in true }
            return nil
        } catch let failure as Failure {
            return failure
        } catch {
            return .badStatement("\(error)")
        }
    }
}
