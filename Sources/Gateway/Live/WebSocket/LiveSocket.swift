import Access
import Base
import NIOCore

/// One WebSocket, from the handshake to its end: takes and gives bytes. Everything happens on its event loop.
///
/// An idle one holds no task, no timer and no buffer: the loop's one clock looks after all (`LiveHub`), compression is the loop's.
final class LiveSocket: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let reception: LiveReception
    let hub: LiveHub
    let isCompressed: Bool
    let language: Language
    private let seat: LiveSeat
    private var reader: FrameReader
    private(set) var context: ChannelHandlerContext?
    var session: LiveSession?
    /// By topic.
    var subscriptions: [String: LiveSubscription] = [:]
    var allowance: Allowance
    var pulse: Pulse
    var isAuthenticating = false
    private var phase = Phase.open
    private var waiters: [EventLoopPromise<Void>] = []

    private enum Phase {
        case open
        /// We said that we close; the other side's last bytes are awaited until then.
        case closing(Duration)
        case over
    }

    init(
        _ reception: LiveReception, session: LiveSession?, seat: LiveSeat, isCompressed: Bool, language: Language, on loop: any EventLoop
    ) {
        self.reception = reception
        self.session = session
        self.seat = seat
        self.isCompressed = isCompressed
        self.language = language
        hub = reception.feed.hub(on: loop)
        reader = FrameReader(mostBytes: reception.limits.messageBytes, takesCompressed: isCompressed)
        let now = reception.feed.world.elapsed()
        allowance = Allowance(reception.limits, at: now)
        pulse = Pulse(reception.limits, at: now, spread: Int64(truncatingIfNeeded: reception.feed.world.random.next() >> 33))
    }

    var limits: LiveLimits { reception.limits }
    var isOpen: Bool { if case .open = phase { true } else { false } }

    /// On the channel's loop.
    static func install(_ socket: LiveSocket, on channel: any Channel) throws {
        if let options = channel.syncOptions {
            // The first mark is where writing begins again, the second where it ends.
            try options.setOption(
                .writeBufferWaterMark, value: .init(low: socket.limits.waitingBytes / 4, high: socket.limits.waitingBytes))
            // What clients say is short; a buffer is held for each connection.
            try options.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1_024))
            // Their end is ours (`channelInactive`), and so is an end of ours.
            try options.setOption(.allowRemoteHalfClosure, value: false)
        }
        try channel.pipeline.syncOperations.addHandler(socket)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        hub.join(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = Self.unwrapInboundIn(data)
        guard isOpen else { return }
        pulse.isAnswered = true
        do throws(WebSocketFault) {
            while isOpen, let event = try reader.next(&input) { try take(event) }
        } catch { close(error.code, error.reason) }
    }

    private func take(_ event: FrameReader.Event) throws(WebSocketFault) {
        let now = reception.feed.world.elapsed()
        guard allowance.takesFrame(at: now) else { throw WebSocketFault(.tooMany) }
        switch event {
        case .part, .pong: break
        // Who does not read gets no answers either.
        case .ping(let payload): if isReady { write(WebSocketFrames.pong(payload)) }
        case .close(let code): answerClose(code)
        case .message(let bytes, let isCompressed):
            guard allowance.takesMessage(at: now) else { throw WebSocketFault(.tooMany) }
            let text = isCompressed ? try hub.compression.inflated(bytes, atMost: limits.messageBytes) : Array(bytes.readableBytesView)
            let message: ClientMessage
            do { message = try ClientMessage(text) } catch { throw WebSocketFault(.badMessage, error.rawValue) }
            try take(message)
        }
    }

    private func end() {
        guard context != nil else { return }
        context = nil
        phase = .over
        for subscription in subscriptions.values { hub.remove(subscription) }
        subscriptions = [:]
        hub.leave(self)
        for waiter in waiters { waiter.fail(ChannelError.eof) }
        waiters = []
    }
}

/// Writing, and closing.
extension LiveSocket {
    var isReady: Bool { isOpen && context?.channel.isWritable == true }

    func write(_ frame: ByteBuffer) { context?.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil) }

    func send(_ json: [UInt8]) {
        guard isOpen else { return }
        let compressed = isCompressed ? WebSocketFrames.compressedText(json, by: hub.compression) : nil
        write(compressed ?? WebSocketFrames.text(json))
    }

    func whenReady(_ promise: EventLoopPromise<Void>) {
        guard isOpen else { return promise.fail(ChannelError.eof) }
        waiters.append(promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReady {
            pulse.blockedSince = nil
            let ready = waiters
            waiters = []
            for subscription in subscriptions.values { subscription.recover() }
            for waiter in ready { waiter.succeed() }
        } else if isOpen {
            pulse.blockedSince = reception.feed.world.elapsed()
        }
        context.fireChannelWritabilityChanged()
    }

    /// Says why, and that nothing follows. What still comes is read and thrown away until the other side is done, so that the reason is
    /// not lost with the connection (RFC 6455, section 7.1.1).
    func close(_ code: CloseCode, _ reason: String? = nil) {
        guard isOpen, let context else { return }
        phase = .closing(reception.feed.world.elapsed() + limits.farewell)
        for subscription in subscriptions.values { hub.remove(subscription) }
        subscriptions = [:]
        write(WebSocketFrames.close(code.rawValue, reason ?? code.reason))
        context.close(mode: .output, promise: nil)
    }

    /// They said that they close: the same code goes back, and the connection ends.
    private func answerClose(_ code: UInt16?) {
        guard let context else { return }
        phase = .closing(reception.feed.world.elapsed() + limits.farewell)
        let channel = context.channel
        context.writeAndFlush(Self.wrapOutboundOut(WebSocketFrames.close(code))).whenComplete { _ in channel.close(promise: nil) }
    }

    /// The other side did not end in time.
    func hangUp() { context?.close(promise: nil) }

    func isPastFarewell(_ now: Duration) -> Bool { if case .closing(let end) = phase { now >= end } else { false } }

    /// False where this caller has too many connections.
    func takeSeat(_ caller: Identifier) -> Bool { seat.name(caller) }
}
