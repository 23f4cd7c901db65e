import Base
import Synchronization

/// Stands between an engine and a PostgreSQL server on loopback, passes on what both say, and at a chosen word loses the
/// connection or falls silent. It reads the protocol, so the engine must connect without TLS.
package final class FaultProxy: Sendable {
    /// A statement that the client runs.
    package enum Moment: Sendable, Hashable {
        case commit
        /// One whose text contains this.
        case statement(String)

        func isHere(_ text: String) -> Bool {
            switch self {
            case .commit: text.uppercased().hasPrefix("COMMIT")
            case .statement(let part): text.contains(part)
            }
        }
    }

    package enum Fault: Sendable, Hashable {
        /// The statement never reaches the server.
        case loseBefore(Moment)
        /// The server runs the statement; its answer never reaches the client.
        case loseAnswer(Moment)
        /// The client has the answer, and then no connection.
        case loseAfter(Moment)
        /// The statement is held back, the connection stays: nothing moves any more in it.
        case stall(Moment)
    }

    package let port: UInt16
    let serverPort: UInt16
    private let listener: Int32
    private let acceptor = WorkThread()

    struct State {
        var fault: Fault?
        var firings = 0
        var struck = Occurrence()
        var isRefusing = false
        var isClosed = false
        /// Connections that began before this many losses are lost.
        var losses = 0
        var accepted = 0
    }

    private let state = Mutex(State())

    package init(to serverPort: UInt16) throws {
        self.serverPort = serverPort
        (listener, port) = try Loopback.listen()
        acceptor.run { [self] in accept() }
        acceptor.stop()
    }

    /// Arms one fault, which strikes `times` times. Returns what happens when it strikes first.
    package func strike(_ fault: Fault, times: Int = 1) -> Occurrence {
        state.withLock { state in
            state.fault = fault
            state.firings = times
            state.struck = Occurrence()
            return state.struck
        }
    }

    /// Passes everything on from now on.
    package func heal() {
        state.withLock { state in
            state.fault = nil
            state.isRefusing = false
        }
    }

    /// Loses all connections at once; new ones are passed on.
    package func loseAll() { state.withLock { $0.losses += 1 } }

    /// Loses all connections and refuses new ones until healed.
    package func refuse() {
        state.withLock { state in
            state.isRefusing = true
            state.losses += 1
        }
    }

    /// How many connections were made through it.
    package var connectionCount: Int { state.withLock { $0.accepted } }

    package func close() { state.withLock { $0.isClosed = true } }

    /// The fault if it strikes at this statement; counted.
    func faultStriking(_ text: String) -> Fault? {
        state.withLock { state in
            guard let fault = state.fault, state.firings > 0, fault.moment.isHere(text) else { return nil }
            state.firings -= 1
            state.struck.happen()
            return fault
        }
    }

    /// Whether a connection that began after `losses` losses is to end.
    func isLost(since losses: Int) -> Bool { state.withLock { $0.isClosed || $0.losses > losses } }

    private func accept() {
        while !state.withLock({ $0.isClosed }) {
            guard let client = try? Loopback.accept(listener) else { continue }
            let losses: Int? = state.withLock { state in
                guard !state.isRefusing else { return nil }
                state.accepted += 1
                return state.losses
            }
            guard let losses, let server = try? Loopback.connect(port: serverPort) else {
                Loopback.reset(client)
                continue
            }
            let thread = WorkThread()
            thread.run { [self] in ProxiedConnection(client: client, server: server, proxy: self, losses: losses).run() }
            thread.stop()
        }
        Loopback.reset(listener)
    }
}

extension FaultProxy.Fault {
    fileprivate var moment: FaultProxy.Moment {
        switch self {
        case .loseBefore(let moment), .loseAnswer(let moment), .loseAfter(let moment), .stall(let moment): moment
        }
    }
}
