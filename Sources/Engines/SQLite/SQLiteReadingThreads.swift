import Base
import Store
import Synchronization

/// Threads with a connection each, for reads that take longer than a caller's thread should be held.
final class SQLiteReadingThreads: Sendable {
    /// A closure that waits for a thread.
    class Ticket: SQLiteTicket, @unchecked Sendable {
        // Safe to share as its superclass is.

        /// Works on the connection and answers.
        func run(_ connection: SQLiteConnection) {
            preconditionFailure("every ticket says what it does")
        }
    }

    final class Work<Value: Sendable>: Ticket, @unchecked Sendable {
        // Safe to share: the continuation is set before the ticket stands in line, and used by the winner of its stage.
        var continuation: CheckedContinuation<Value, any Error>?
        private let body: @Sendable (SQLiteConnection) throws -> Value

        init(expiry: Duration, _ body: @escaping @Sendable (SQLiteConnection) throws -> Value) {
            self.body = body
            super.init(expiry: expiry)
        }

        override func run(_ connection: SQLiteConnection) {
            connection.watch.begin(.expiry(expiry), for: self)
            let result = Result { try body(connection) }
            connection.watch.begin(.none)
            continuation?.resume(with: result)
        }

        override func refuse(_ error: any Error) { continuation?.resume(throwing: error) }
    }

    private struct Reader: Sendable {
        let thread = WorkThread()
        let connection: SQLiteConnection
    }

    private let idle: Mutex<[Reader]>
    private let threads: [WorkThread]
    private let line: SQLiteLine<Ticket>
    private let elapsed: @Sendable () -> Duration

    init(_ configuration: SQLiteConfiguration, _ role: SQLiteConnection.Role, elapsed: @escaping @Sendable () -> Duration) throws(Failure) {
        var readers: [Reader] = []
        for _ in 0..<max(1, configuration.readingThreads) {
            readers.append(Reader(connection: try SQLiteConnection(configuration, role, elapsed: elapsed)))
        }
        threads = readers.map(\.thread)
        idle = Mutex(readers)
        line = SQLiteLine(
            mostWaiting: configuration.mostWaitingWrites, what: Text(es: "lecturas largas en espera", en: "long reads waiting"),
            elapsed: elapsed)
        self.elapsed = elapsed
    }

    deinit { threads.forEach { $0.stop() } }

    var activeCount: Int { threads.count - idle.withLock { $0.count } }
    var waitingCount: Int { line.count }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable>(within duration: Duration, _ body: @escaping @Sendable (SQLiteConnection) throws -> Value) async throws
        -> Value
    {
        let work = Work(expiry: elapsed() + duration, body)
        return try await line.wait(work) {
            work.continuation = $0
        } wake: {
            wake()
        }
    }

    private func wake() {
        guard let reader = idle.withLock({ $0.popLast() }) else { return }
        guard reader.thread.run({ self.serve(reader) }) else { return line.dismiss(.databaseClosed) }
    }

    private func serve(_ reader: Reader) {
        while let ticket = line.next() { ticket.run(reader.connection) }
        idle.withLock { $0.append(reader) }
        // Somebody may have come in between and found no idle thread.
        if line.count > 0 { wake() }
    }

    /// Takes no more; those who wait are sent away.
    func close() {
        line.close()
        line.dismiss(.databaseClosed)
        idle.withLock { $0.removeAll() }
        threads.forEach { $0.stop() }
    }
}
