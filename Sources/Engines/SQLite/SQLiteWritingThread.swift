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
        let write = SQLiteWrite(expiry: elapsed() + terms.deadline, isLong: terms.isLong, isQuiet: terms.isQuiet, body)
        return try await line.wait(write) { continuation in
            write.answer = { continuation.resume(with: $0) }
        } wake: {
            wake()
        }
    }

    func executeAlone(_ terms: Terms, _ sql: SQL) async throws {
        let write = SQLiteLonelyWrite(expiry: elapsed() + terms.deadline, sql)
        try await line.wait(write) { continuation in
            write.answer = { continuation.resume(with: $0) }
        } wake: {
            wake()
        }
    }

    private func wake() {
        guard line.count > 0, !isServing.exchange(true, ordering: .sequentiallyConsistent) else { return }
        if !thread.run({ self.serve() }) { line.dismiss(.databaseClosed) }
    }

    private func serve() {
        if let writer = writer.withLock({ $0 }) {
            while writer.runBatch(next: { isFirst in line.next(onlyShort: !isFirst) }) {}
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
        while writer.runBatch(next: { isFirst in line.next(onlyShort: !isFirst) }) {}
    }
}
