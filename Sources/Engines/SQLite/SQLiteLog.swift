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
    /// Milliseconds for which the writer waits for readers to let go, whatever waits to be written meanwhile.
    private static let shortWait: Int32 = 250

    private let connection: SQLiteConnection
    private let pages = Atomic<Int>(0)
    /// Whether a copying failed and what was counted as copied still counts.
    private var mustForget = false
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
    /// Where somebody looks on meanwhile, such as `zancada check`, the log stays and is itself written anew.
    ///
    /// Throws a `Failure(.unavailable)` where another program writes, else what the disk says.
    func beginAnew() throws(Failure) {
        let result = copy(SQLITE_CHECKPOINT_TRUNCATE, waiting: Self.shortWait)
        guard result & 0xff == SQLITE_BUSY else { return try connection.check(result) }
        try writeAnew()
        try commitNothing()
    }

    /// Commits without a change, so that nothing counts any more of what a failed commit left at the log's end.
    func commitNothing() throws(Failure) {
        guard let version = try connection.run("PRAGMA user_version") else { return }
        try connection.run("PRAGMA user_version = \(version)")
    }

    /// Writes each byte of the log over itself, which no reader notices, and synchronises it: Linux does not write again by
    /// itself what it could not write once. Nobody else can write to the log meanwhile.
    private func writeAnew() throws(Failure) {
        try connection.check(connection.command(.begin))
        defer { _ = connection.command(.rollback) }
        var found: UnsafeMutablePointer<sqlite3_file>?
        try connection.check(sqlite3_file_control(connection.handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &found))
        guard let file = found, let calls = file.pointee.pMethods?.pointee, let measure = calls.xFileSize, let read = calls.xRead,
            let write = calls.xWrite, let synchronise = calls.xSync
        else { throw connection.failure(SQLITE_CANTOPEN) }
        var size: sqlite3_int64 = 0
        try connection.check(measure(file, &size))
        // SQLite writes at most 128 KiB less a byte in one go, and takes more for a full disk.
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 8)
        defer { piece.deallocate() }
        var offset: sqlite3_int64 = 0
        while offset < size {
            let count = Int32(min(size - offset, sqlite3_int64(piece.count)))
            try connection.check(read(file, piece.baseAddress, count, offset))
            try connection.check(write(file, piece.baseAddress, count, offset))
            offset += sqlite3_int64(count)
        }
        try connection.check(synchronise(file, SQLITE_SYNC_FULL))
    }

    /// As `beginAnew` after a commit that failed, as far as readers allow.
    func beginAnewIfPossible() { _ = copy(SQLITE_CHECKPOINT_RESTART, waiting: Self.shortWait) }

    /// Copies pages from the log to the database, and answers with SQLite's result code.
    ///
    /// Where a reader needs old pages, SQLite copies a part, counts it as copied, and leaves its synchronisation to a later copying.
    /// Where that one fails, Linux forgets what it could not write, and the next would take it for done. So after a failure
    /// nothing counts as copied: all is read from the log, and written anew.
    private func copy(_ mode: Int32, waiting milliseconds: Int32) -> Int32 {
        sqlite3_busy_timeout(connection.handle, milliseconds)
        defer { sqlite3_busy_timeout(connection.handle, SQLiteConnection.usualWait) }
        if mustForget {
            let result = zsqlite_forget_copied(connection.handle)
            guard result == SQLITE_OK else { return result }
            mustForget = false
        }
        let result = sqlite3_wal_checkpoint_v2(connection.handle, "main", mode, nil, nil)
        // Another program that copies holds the lock for a moment: then it is forgotten before the next copying.
        if result & 0xff == SQLITE_IOERR { mustForget = zsqlite_forget_copied(connection.handle) != SQLITE_OK }
        return result
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
        _ = copy(mustWait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, waiting: Self.shortWait)
        // Where all was copied, the next commit begins the log anew and the length falls by itself.
        nextCopying = length + Self.pagesBeforeCopying
    }
}
