import Glibc

/// One connection through the proxy, on a thread of its own until either side ends it or a fault does.
struct ProxiedConnection {
    let client: Int32
    let server: Int32
    let proxy: FaultProxy
    /// How many losses there had been when it began.
    let losses: Int

    private enum Ending: Error {
        case over
    }

    /// What is left to do after a fault has struck.
    private enum Mode {
        case passing
        case stalled
        /// Until the server has answered.
        case losing(passingOn: Bool)
    }

    private var mode = Mode.passing
    private var fromClient = ProtocolMessages(isStarting: true)
    private var fromServer = ProtocolMessages(isStarting: false)
    private var statements = StatementTexts()

    init(client: Int32, server: Int32, proxy: FaultProxy, losses: Int) {
        self.client = client
        self.server = server
        self.proxy = proxy
        self.losses = losses
    }

    func run() {
        var connection = self
        do {
            while !connection.proxy.isLost(since: connection.losses) { try connection.step() }
        } catch {
            // Over: whether by a fault, by either side or by the system makes no difference to what follows.
        }
        Loopback.reset(client)
        Loopback.reset(server)
    }

    private mutating func step() throws {
        var entries = [pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0)]
        guard poll(&entries, 2, 20) > 0 else { return }
        if entries[0].revents != 0 {
            let bytes = try Loopback.receive(client)
            guard !bytes.isEmpty else { throw Ending.over }
            fromClient.append(bytes)
            while let message = fromClient.next() { try pass(fromClient: message) }
        }
        if entries[1].revents != 0 {
            let bytes = try Loopback.receive(server)
            guard !bytes.isEmpty else { throw Ending.over }
            fromServer.append(bytes)
            while let message = fromServer.next() { try pass(fromServer: message) }
        }
    }

    private mutating func pass(fromClient message: ProtocolMessages.Message) throws {
        if case .stalled = mode { return }
        // A request for TLS or GSS is declined here; the client goes on without.
        if message.type == 0, message.startupCode == 80_877_103 || message.startupCode == 80_877_104 {
            return try Loopback.send([UInt8(ascii: "N")], to: client)
        }
        if let text = statements.run(by: message), let fault = proxy.faultStriking(text) {
            switch fault {
            case .loseBefore: throw Ending.over
            case .stall:
                mode = .stalled
                return
            case .loseAnswer: mode = .losing(passingOn: false)
            case .loseAfter: mode = .losing(passingOn: true)
            }
        }
        try Loopback.send(message.bytes, to: server)
    }

    private func pass(fromServer message: ProtocolMessages.Message) throws {
        let isReady = message.type == UInt8(ascii: "Z")
        switch mode {
        case .passing: try Loopback.send(message.bytes, to: client)
        case .stalled: break
        case .losing(let passingOn):
            if passingOn { try Loopback.send(message.bytes, to: client) }
            if isReady { throw Ending.over }
        }
    }
}
