import Base
import Store
import Synchronization

/// Connections lent to callers for point reads: opened when first needed, the one used last lent first, since its cache is
/// warm.
final class SQLiteReaders: Sendable {
    private struct State {
        var idle: [SQLiteConnection] = []
        var openedCount = 0
        var isClosed = false
    }

    /// A caller who waits for a connection.
    final class Ticket: SQLiteTicket, @unchecked Sendable {
        // Safe to share: the continuation is set before the ticket stands in line, and used by the winner of its stage.
        var continuation: CheckedContinuation<SQLiteConnection, any Error>?

        override func refuse(_ error: any Error) { continuation?.resume(throwing: error) }
    }

    private let state = Mutex(State())
    private let line: SQLiteLine<Ticket>
    private let configuration: SQLiteConfiguration
    private let role: SQLiteConnection.Role
    private let elapsed: @Sendable () -> Duration

    init(_ configuration: SQLiteConfiguration, _ role: SQLiteConnection.Role, elapsed: @escaping @Sendable () -> Duration) {
        self.configuration = configuration
        self.role = role
        self.elapsed = elapsed
        line = SQLiteLine(
            mostWaiting: configuration.mostWaitingWrites, what: Text(es: "lecturas en espera", en: "reads waiting"), elapsed: elapsed)
    }

    var activeCount: Int { state.withLock { $0.openedCount - $0.idle.count } }
    var waitingCount: Int { line.count }

    /// One that is free now, or a new one; nil where all are lent.
    func borrow() throws -> SQLiteConnection? {
        do {
            return try lend()
        } catch {
            // Those who waited because this one was to be had would wait in vain.
            if line.count > 0 { serveWaiting() }
            throw error
        }
    }

    private func lend() throws -> SQLiteConnection? {
        let idle: SQLiteConnection?? = try state.withLock { state throws(Failure) in
            if state.isClosed { throw Failure.databaseClosed }
            if let connection = state.idle.popLast() { return connection }
            guard state.openedCount < configuration.mostReaders else { return .some(nil) }
            state.openedCount += 1
            return nil
        }
        if let idle { return idle }
        do {
            return try SQLiteConnection(configuration, role, elapsed: elapsed)
        } catch {
            state.withLock { $0.openedCount -= 1 }
            throw error
        }
    }

    /// Waits until one is given back.
    func borrow(within duration: Duration) async throws -> SQLiteConnection {
        let ticket = Ticket(expiry: elapsed() + duration)
        return try await line.wait(ticket) {
            ticket.continuation = $0
        } wake: {
            serveWaiting()
        }
    }

    func giveBack(_ connection: SQLiteConnection) {
        keep(connection)
        // Almost always nobody waits, and this is one look under a lock.
        if line.count > 0 { serveWaiting() }
    }

    /// Lends to those who wait, as long as there is something to lend; who cannot be lent anything is told why.
    private func serveWaiting() {
        while line.count > 0 {
            do {
                guard let connection = try lend() else { return }
                if let ticket = line.next() {
                    ticket.continuation?.resume(returning: connection)
                } else {
                    keep(connection)
                }
            } catch {
                line.next()?.refuse(error)
            }
        }
    }

    private func keep(_ connection: SQLiteConnection) {
        state.withLock { state in
            if state.isClosed { state.openedCount -= 1 } else { state.idle.append(connection) }
        }
    }

    /// Lends nothing more; what is lent closes when it comes back.
    func close() {
        line.close()
        line.dismiss(.databaseClosed)
        state.withLock { state in
            state.isClosed = true
            state.openedCount -= state.idle.count
            state.idle.removeAll()
        }
    }
}
