import Base
import CPostgres
import Glibc
import Store
import Synchronization

/// One statement on a session of its own, outside of any transaction, for what may not stand in one.
final class StandaloneStatement: Watch, Sendable {
    let deadline: Duration
    private let sql: SQL
    private let target: Target
    private let world: World
    private let thread = WorkThread()
    private let wakeup = Wakeup()
    private let canceller = Canceller()
    private let isCancelled = Atomic(false)

    init(_ sql: SQL, on target: Target, _ terms: Terms, _ world: World) {
        self.sql = sql
        self.target = target
        self.world = world
        deadline = world.elapsed() + terms.deadline
    }

    func interruption(at now: Duration) -> Failure? {
        if isCancelled.load(ordering: .acquiring) { return .databaseCancelled }
        return now >= deadline ? .databaseDeadlineExceeded : nil
    }

    /// Throws `Failure`s. Once it was sent, whoever does not wait for its end, or loses the connection, does not know what it did:
    /// `.outcomeUnknown`.
    func run() async throws {
        defer {
            thread.stop()
            canceller.stop()
        }
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                thread.run { continuation.resume(with: Result { try self.runOnThread() }) }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .releasing)
            wakeup.signal()
        }
    }

    private func runOnThread() throws {
        let statement = try EncodedStatement(sql)
        let connection: Connection
        do {
            if let failure = interruption(at: world.elapsed()) { throw failure }
            connection = try Opening(
                target: target, role: .session, world: world, wakeup: wakeup, canceller: canceller, preparesStatements: false
            ).open()
            // In a pipeline the server would take it for part of a transaction.
            guard PQexitPipelineMode(connection.handle) == 1 else { throw connection.lose() }
            if let failure = interruption(at: world.elapsed()) { throw failure }
        } catch {
            throw Failure(session: error)
        }
        do {
            try connection.sendOutside(statement)
            var failure: ServerError?
            repeat {
                while try connection.isBusyOutside(self) {}
                guard let result = PQgetResult(connection.handle) else { break }
                let answer = Answer(result)
                let status = PQresultStatus(result)
                if status == PGRES_FATAL_ERROR { failure = ServerError(answer.result) }
            } while true
            guard PQstatus(connection.handle) == CONNECTION_OK else { throw connection.lose() }
            if let failure { throw failure.failure }
        } catch Mishap.lost {
            // It must not go on at the server with nobody waiting for it.
            if interruption(at: world.elapsed()) != nil, let request = canceller.request(connection.handle, waking: wakeup) {
                let limit = world.elapsed() + .seconds(2)
                while !request.isSent, wait(socket: -1, for: 0, or: wakeup, atMost: limit - world.elapsed()) != .timedOut {}
            }
            throw Failure.databaseOutcomeUnknown
        }
    }
}
