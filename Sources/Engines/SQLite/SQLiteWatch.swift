import Base
import CSQLite
import Store
import Synchronization

/// Stops the statement that a connection runs once its time is over or nobody waits for it any more.
///
/// SQLite asks every thousand steps of its machine (some 50 µs). The time is counted from the first question, so that a
/// short statement reads no clock at all.
final class SQLiteWatch {
    /// What the running statement is held to.
    enum Limit {
        case none
        /// So long from the first question.
        case budget(Duration)
        /// Until this time of `World.elapsed`.
        case expiry(Duration)
    }

    private let elapsed: @Sendable () -> Duration
    private var expiry: Duration?
    private var budget: Duration?
    private var ticket: SQLiteTicket?
    /// Why the last statement was stopped.
    private(set) var verdict: Failure?

    init(elapsed: @escaping @Sendable () -> Duration) {
        self.elapsed = elapsed
    }

    func begin(_ limit: Limit, for ticket: SQLiteTicket? = nil) {
        verdict = nil
        expiry = nil
        budget = nil
        switch limit {
        case .none: break
        case .budget(let duration): budget = duration
        case .expiry(let instant): expiry = instant
        }
        if ticket != nil || self.ticket != nil { self.ticket = ticket }
    }

    /// Asked by SQLite on the thread that runs the statement. A caller's own task is seen there too.
    func mustStop() -> Bool {
        if let ticket, ticket.isCancelled.load(ordering: .relaxed) {
            verdict = .databaseCancelled
        } else if Task.isCancelled {
            verdict = .databaseCancelled
        } else if let budget {
            expiry = elapsed() + budget
            self.budget = nil
        } else if let expiry, elapsed() > expiry {
            verdict = .databaseDeadlineExceeded
        }
        return verdict != nil
    }

    /// The watch stays alive as long as its connection, which holds it.
    func stand(over handle: OpaquePointer) {
        sqlite3_progress_handler(
            handle, 1000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<SQLiteWatch>.fromOpaque(context).takeUnretainedValue().mustStop() ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
