import Base
import Store

/// PostgreSQL 15 or later behind the store's contract, by libpq.
///
/// Transactions run at REPEATABLE READ on a thread that owns a connection; where others were in the way the closure runs
/// again. Point reads of many callers share trips to the server.
package final class PostgresDatabase: DatabaseEngine {
    let settings: PostgresConfiguration
    let world: World
    let primary: Pool

    /// Connects to nobody yet. Throws a `Failure(.usage)` for an address that cannot be read.
    package init(_ settings: PostgresConfiguration, world: World) throws(Failure) {
        self.settings = settings
        self.world = world
        primary = Pool(try Target(settings.url), .primary, settings, world)
    }

    deinit { primary.abandonAll() }

    package var dialect: Dialect { .postgres }

    package func write<Value: Sendable>(
        _ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await transaction(terms, isReading: false, body)
    }

    package func read<Value: Sendable>(
        _ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await transaction(terms, isReading: true, body)
    }

    package func query(_ terms: Terms, _ sql: SQL, _ visit: (any RowSource) throws -> Bool) async throws {
        let ticket = Ticket(.read(try EncodedStatement(sql)), terms, now: world.elapsed())
        guard let answer = try await serve(ticket, by: primary) else { return }
        let row = AnswerRow(answer)
        for index in 0..<answer.rowCount {
            row.stand(on: index)
            guard try visit(row) else { return }
        }
    }

    private func transaction<Value: Sendable>(
        _ terms: Terms, isReading: Bool, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        let result = Kept<Value>()
        let ticket = Ticket(.transaction(isReading: isReading) { tx in result.keep(try body(tx)) }, terms, now: world.elapsed())
        _ = try await serve(ticket, by: primary)
        guard let value = result.value else { throw Failure.databaseClosed }
        return value
    }

    private func serve(_ ticket: Ticket, by pool: Pool) async throws -> Answer? {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                guard ticket.start(continuation) else { return }
                do throws(Failure) {
                    try pool.enqueue(ticket)
                } catch {
                    ticket.finish(.failure(error))
                }
            }
        } onCancel: {
            pool.cancel(ticket)
        }
    }

    package func executeAlone(_ terms: Terms, _ sql: SQL) async throws { throw Failure.databaseClosed }
    package func lease(_ name: String) async throws -> (any Lease)? { nil }
    package func notifications(on channel: Channel) -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    package func check() async throws -> [Finding] { [] }
    package var gauges: [Gauge] { [] }

    package func close(_ terms: Terms) async {
        await primary.close(by: world.elapsed() + terms.deadline)
    }
}
