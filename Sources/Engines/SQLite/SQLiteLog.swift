import Base
import CSQLite
import Synchronization

/// Keeps the write-ahead log short. The writer asks after each commit, when everybody has been answered.
final class SQLiteLog: @unchecked Sendable {
    // Safe to share: only the writer's thread calls `keepShort`, and SQLite calls the hook on it; the length is atomic.

    /// Pages of 4 KiB in the log from which they are copied to the database: 16 MiB, so that the two synchronisations this
    /// costs are shared by some dozens of commits.
    static let pagesBeforeCopying = 4_096
    /// From here on the writer waits a moment for readers to let go of old pages, since otherwise a stream of readers that
    /// overlap could keep the log growing for ever: 64 MiB.
    static let pagesBeforeWaiting = 16_384

    private let connection: SQLiteConnection
    private let pages = Atomic<Int>(0)
    private var nextCopying = SQLiteLog.pagesBeforeCopying

    init(_ connection: SQLiteConnection) {
        self.connection = connection
        sqlite3_wal_hook(
            connection.handle,
            { context, _, _, pages in
                if let context {
                    Unmanaged<SQLiteLog>.fromOpaque(context).takeUnretainedValue().pages.store(Int(pages), ordering: .relaxed)
                }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { sqlite3_wal_hook(connection.handle, nil, nil) }

    /// Moves all that a log from before holds into the database, and makes the log empty. To be done before anything is
    /// acknowledged: what an earlier program failed to synchronise may look whole to this one as long as the machine runs,
    /// and be gone after a power cut with all that was written behind it. In the database it is written and synchronised anew.
    ///
    /// Throws a `Failure(.unavailable)` where another program reads the file all the time, else what the disk says.
    func beginAnew() throws(Failure) {
        try connection.check(sqlite3_wal_checkpoint_v2(connection.handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil))
    }

    /// As `beginAnew` after a commit that failed, as far as readers allow.
    func beginAnewIfPossible() {
        sqlite3_wal_checkpoint_v2(connection.handle, "main", SQLITE_CHECKPOINT_RESTART, nil, nil)
    }

    /// Copies the log's pages to the database once there are enough of them. An error loses nothing: the log keeps them, and
    /// the next call tries again.
    func keepShort() {
        let length = pages.load(ordering: .relaxed)
        guard length >= nextCopying else {
            // The log was begun anew.
            if length < Self.pagesBeforeCopying { nextCopying = Self.pagesBeforeCopying }
            return
        }
        let mustWait = length >= Self.pagesBeforeWaiting
        if mustWait { sqlite3_busy_timeout(connection.handle, 250) }
        sqlite3_wal_checkpoint_v2(
            connection.handle, "main", mustWait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if mustWait { sqlite3_busy_timeout(connection.handle, 2_000) }
        // Where all was copied, the next commit begins the log anew and the length falls by itself.
        nextCopying = length + Self.pagesBeforeCopying
    }
}
