/// How a SQLite database is opened. The defaults are right for a clinic's machine.
package struct SQLiteConfiguration: Sendable {
    /// The database's file; it and its folder are made where missing.
    package var path: String
    /// Connections lent to callers for point reads; more callers at once wait their turn.
    package var mostReaders = 8
    /// Threads for reads that take longer.
    package var readingThreads = 2
    /// Closures that may wait for the writer; beyond that `write` throws `.overloaded`.
    package var mostWaitingWrites = 16_384
    /// Closures that share one commit.
    package var mostWritesPerCommit = 512
    /// How long a batch may run before it commits, whatever waits.
    package var longestBatch: Duration = .milliseconds(5)
    /// Refuses to write, and to be the one program on the file: for `check` beside a running program.
    package var isReadOnly = false
    /// The name of a registered VFS; nil is the system's. For tests that cut the power.
    package var vfs: String?

    package init(path: String) {
        self.path = path
    }
}
