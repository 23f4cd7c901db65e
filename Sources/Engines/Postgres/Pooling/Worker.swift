import Base
import Store
import Synchronization

/// One connection's home: its thread, and what it does there until nothing is left to do.
///
/// Safe to share: `connection` is touched on `thread` alone, `isCounted` under the pool's lock alone.
final class Worker: @unchecked Sendable {
    let wakeup = Wakeup()
    /// Whether the pool counts it among those at work.
    var isCounted = false
    private let thread = WorkThread()
    private let pool: Pool
    private var connection: Connection?

    init(_ pool: Pool) {
        self.pool = pool
    }

    /// Looks for something to do. From any thread.
    func wake() { thread.run { self.work() } }

    /// Gives the connection back and ends the thread, after what it does now.
    func dismiss() {
        thread.run { self.disconnect() }
        thread.stop()
        wakeup.signal()
    }

    private func work() {
        // Somebody closed the connection while it was not used: better noticed now than by a caller.
        if let connection, !connection.isStillOpen { disconnect() }
        while true {
            switch pool.orders(for: self, isConnected: connection != nil) {
            case .connect: connect()
            case .pause(let duration): _ = wait(socket: -1, for: 0, or: wakeup, atMost: min(duration, .seconds(1)))
            case .serve(let tickets): serve(tickets)
            case .rest: return
            case .leave:
                disconnect()
                return
            }
        }
    }

    private func connect() {
        let opening = Opening(
            target: pool.target, role: pool.role, world: pool.world, wakeup: wakeup, canceller: pool.canceller,
            preparesStatements: pool.settings.preparesStatements)
        do throws(ConnectFailure) {
            connection = try opening.open()
            pool.connected(self)
        } catch {
            pool.failedToConnect(error)
        }
    }

    private func disconnect() {
        guard connection != nil else { return }
        connection = nil
        pool.disconnected()
    }

    private func serve(_ tickets: [Ticket]) {
        guard let connection, let first = tickets.first else { return }
        switch first.work {
        case .read: ReadBatch(tickets, pool).run(on: connection)
        case .transaction(let isReading, let body): TransactionCall(first, isReading: isReading, body, pool).run(on: connection)
        }
        if connection.loss != nil {
            pool.tally.losses.add(1, ordering: .relaxed)
            disconnect()
        }
    }
}
