import Base
import Store
import Synchronization

/// The thread that writes, and the line before it.
final class SQLiteWritingThread: Sendable {
    private let thread = WorkThread()
    private let line: SQLiteLine<SQLiteWriteItem>
    private let isServing = Atomic<Bool>(false)
    private let writer: Mutex<SQLiteWriter?>
    private let elapsed: @Sendable () -> Duration

    init(_ writer: SQLiteWriter, _ configuration: SQLiteConfiguration, elapsed: @escaping @Sendable () -> Duration) {
        self.writer = Mutex(writer)
        self.elapsed = elapsed
        line = SQLiteLine(
            mostWaiting: configuration.mostWaitingWrites, what: Text(es: "escrituras en espera", en: "writes waiting"), elapsed: elapsed)
    }

    deinit { thread.stop() }

    func write<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        let expiry = elapsed() + terms.deadline
        return try await submit { continuation in
            SQLiteWrite(expiry: expiry, isLong: terms.isLong, body) { continuation.resume(with: $0) }
        }
    }

    func executeAlone(_ terms: Terms, _ sql: SQL) async throws {
        let expiry = elapsed() + terms.deadline
        try await submit { continuation in SQLiteLonelyWrite(expiry: expiry, sql) { continuation.resume(with: $0) } }
    }

    /// Puts what `make` makes in line. A cancelled item that waits leaves at once; one that runs is told.
    private func submit<Value: Sendable>(_ make: (CheckedContinuation<Value, any Error>) -> SQLiteWriteItem) async throws -> Value {
        let place = SQLitePlace(line)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let item = make(continuation)
                line.enter(item)
                place.take(item)
                wake()
            }
        } onCancel: {
            place.cancel()
        }
    }

    private func wake() {
        guard line.count > 0, !isServing.exchange(true, ordering: .sequentiallyConsistent) else { return }
        if !thread.run({ self.serve() }) { line.dismiss(.databaseClosed) }
    }

    private func serve() {
        if let writer = writer.withLock({ $0 }) {
            while writer.runBatch(next: { $0 ? line.next() : line.nextShort() }) {}
        }
        isServing.store(false, ordering: .sequentiallyConsistent)
        // Somebody may have come in between.
        wake()
    }

    var gauges: [Gauge] {
        let figures = writer.withLock { $0 }?.currentFigures ?? SQLiteWriter.Figures()
        return [
            Gauge("writer_queue_depth", Double(line.count)), Gauge("writer_commits", Double(figures.commits)),
            Gauge("writer_last_batch", Double(figures.last)),
            Gauge("writer_mean_batch", figures.commits == 0 ? 0 : Double(figures.closures) / Double(figures.commits)),
            Gauge("writer_statements_kept", Double(figures.keptStatements)),
        ]
    }

    /// Takes no more, and finishes what it has within the time; then closes the connection.
    func close(within duration: Duration) async {
        line.close()
        line.leaveAll(by: elapsed() + duration)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isRunning = thread.run {
                self.serveRest()
                self.writer.withLock { $0 = nil }
                continuation.resume()
            }
            if !isRunning { continuation.resume() }
        }
        thread.stop()
    }

    private func serveRest() {
        guard let writer = writer.withLock({ $0 }) else { return line.dismiss(.databaseClosed) }
        while writer.runBatch(next: { $0 ? line.next() : line.nextShort() }) {}
    }
}

/// Where an item stands in line, for a cancellation that may come before it does.
private final class SQLitePlace: Sendable {
    private let line: SQLiteLine<SQLiteWriteItem>
    private let state = Mutex<(item: SQLiteWriteItem?, isCancelled: Bool)>((nil, false))

    init(_ line: SQLiteLine<SQLiteWriteItem>) {
        self.line = line
    }

    func take(_ item: SQLiteWriteItem) {
        let isCancelled = state.withLock { state in
            state.item = item
            return state.isCancelled
        }
        if isCancelled { line.cancel(item) }
    }

    func cancel() {
        let item = state.withLock { state in
            state.isCancelled = true
            return state.item
        }
        if let item { line.cancel(item) }
    }
}
