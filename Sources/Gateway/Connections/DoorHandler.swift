import Base
import HTTPTypes
import NIOCore
import NIOHTTP1
import Web

/// One connection of HTTP/1.1, or one stream of HTTP/2: takes requests apart, has them answered, sends the answers. One request at a
/// time: what is sent ahead waits here as far as it was read already, and else in the socket.
final class DoorHandler: ChannelDuplexHandler, RemovableChannelHandler, Swept {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    /// Or bytes: see `Wire`.
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case idle
        /// A body that is read whole.
        case collecting(Exchange, [UInt8])
        /// A body that the handler reads.
        case streaming(Exchange, BodyFlow)
        /// All is there, and the answer is being made.
        case answering(Exchange)
        /// Answered already: what still comes is thrown away until the other side ends.
        case discarding
    }

    let door: Door
    let isHTTP2: Bool
    /// The address of the other side.
    private let peer: String
    private var phase = Phase.idle
    private var task: Task<Void, Never>?
    /// Counts requests, so that an answer that comes too late is known.
    private var round = 0
    private var hasSentHead = false
    private var closesAfterAnswer = false
    private var reserved = 0
    private var waitingWriter: CheckedContinuation<Void, Never>?
    private var context: ChannelHandlerContext?
    private var wire: Wire
    /// Parts of requests that came before the one that is being answered was. As long as some wait, nothing more is read.
    private var ahead: [HTTPServerRequestPart] = []
    private var isGoingOn = false
    private var isReadAsked = false
    /// The other side sends no more, or nothing that can be read.
    private var isAtEnd = false
    private(set) var deadline: Duration
    var isBusy: Bool { if case .idle = phase { false } else { true } }

    init(_ door: Door, peer: String, isHTTP2: Bool) {
        self.door = door
        self.peer = peer
        self.isHTTP2 = isHTTP2
        wire = Wire(isHTTP2: isHTTP2)
        // The first request has to come soon.
        deadline = door.elapsed() + door.terms.headTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        door.sweep.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        door.sweep.remove(self)
        abandon()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        abandon()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { wakeWriter() }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        // Whoever sends faster than the handler reads waits.
        if case .streaming(_, let flow) = phase, flow.isFull { return }
        if isAnswering, !isHTTP2 {
            isReadAsked = true
        } else {
            context.read()
        }
    }

    private var isAnswering: Bool { if case .answering = phase { true } else { false } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isAnswering || !ahead.isEmpty { ahead.append(part) } else { take(part, context) }
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head(let head): begin(head, context)
        case .body(let buffer): take(buffer, context)
        case .end: end(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Whoever cannot be read is told once, and never listened to again.
        if case .idle = phase, ahead.isEmpty, let problem = Problem(reading: error) {
            refuse(problem, context)
        } else if isAnswering, !isHTTP2 {
            isAtEnd = true
        } else {
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            switch phase {
            case .idle, .discarding: context.close(promise: nil)
            case .collecting, .streaming:
                if case .streaming(_, let flow) = phase { flow.fail(.brokenOff) }
                context.close(promise: nil)
            case .answering: isAtEnd = true
            }
        }
        context.fireUserInboundEventTriggered(event)
    }
}

extension DoorHandler {
    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard case .idle = phase else { return context.close(promise: nil) }
        round += 1
        hasSentHead = false
        let exchange: Exchange
        do throws(Problem) {
            exchange = door.responder.admit(try RequestHead(head, isHTTP2: isHTTP2), peer: peer, isSecure: door.isSecure)
        } catch {
            return refuse(error, context)
        }
        if !exchange.head.keepsAlive { closesAfterAnswer = true }
        if exchange.head.hasBody {
            // Nothing is read of what will be refused anyway.
            if let problem = exchange.problem ?? door.refusalAtHead(exchange) { return refuse(problem, context, exchange) }
            if exchange.head.known[.expect] != nil {
                wire.sendContinue(context)
            }
        }
        if exchange.isStreamed {
            let flow = BodyFlow(most: exchange.mostBytes, length: exchange.head.length) { [weak self] in self?.context?.read() }
            phase = .streaming(exchange, flow)
            deadline = exchange.begun + door.terms.bodyTime
            return run(exchange, body: [], stream: flow.stream(on: door.loop))
        }
        var body: [UInt8] = []
        if let length = exchange.head.length { body.reserveCapacity(min(length, exchange.mostBytes)) }
        phase = .collecting(exchange, body)
        deadline = exchange.begun + door.terms.bodyTime
    }

    private func take(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        switch phase {
        case .collecting(let exchange, var body):
            phase = .idle
            guard body.count + buffer.readableBytes <= exchange.mostBytes else {
                return refuse(exchange.mostBytes == 0 ? .bodyNotExpected : .tooLarge(exchange.mostBytes), context, exchange)
            }
            guard door.reserve(buffer.readableBytes) else { return refuse(.busy, context, exchange) }
            reserved += buffer.readableBytes
            body.append(contentsOf: buffer.readableBytesView)
            // A body must come at no less than 16 KiB a second after the first seconds.
            deadline = exchange.begun + door.terms.bodyTime + .seconds(body.count >> 14)
            phase = .collecting(exchange, body)
        case .streaming(let exchange, let flow):
            deadline = door.elapsed() + door.terms.bodyTime
            guard flow.take(buffer) else {
                flow.fail(.tooLarge(exchange.mostBytes))
                return
            }
        case .idle, .answering, .discarding: break
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        switch phase {
        case .collecting(let exchange, let body):
            phase = .answering(exchange)
            deadline = exchange.begun + (exchange.route?.time ?? .seconds(10))
            if isHTTP2 || !LiveDoor.isAsked(exchange.head.fields) { run(exchange, body: body, stream: nil) } else { upgrade(exchange) }
        case .streaming(let exchange, let flow):
            flow.finish()
            phase = .answering(exchange)
            deadline = door.elapsed() + (exchange.route?.time ?? .seconds(10))
        case .discarding: if isHTTP2 { context.close(promise: nil) }
        case .idle, .answering: break
        }
    }

    /// Has the request answered, on this very thread as far as nothing waits.
    private func run(_ exchange: Exchange, body: [UInt8], stream: BodyStream?) {
        let bound = NIOLoopBound(self, eventLoop: door.loop)
        let round = round
        task = Task.immediate(executorPreference: door.executor) { [responder = door.responder] in
            let answer = await responder.respond(exchange, body: body, stream: stream)
            await bound.value.send(answer, exchange, in: round, bound)
        }
    }

    /// Has the connection become a WebSocket, where that is asked at the right place; all else is answered as if nothing of the kind had
    /// been asked. The parser reads nothing behind such a request, so that the connection ends either way.
    private func upgrade(_ exchange: Exchange) {
        closesAfterAnswer = true
        guard let live = door.responder.ports.live, exchange.head.path == LiveDoor.path.description else {
            return run(exchange, body: [], stream: nil)
        }
        let bound = NIOLoopBound(self, eventLoop: door.loop)
        let round = round
        let call = exchange.call
        task = Task.immediate(executorPreference: door.executor) { [host = exchange.head.host] in
            do throws(Problem) {
                let admission = try await live.accept(call, host: host)
                bound.value.become(admission, exchange, in: round)
            } catch {
                let handler = bound.value
                guard round == handler.round, let context = handler.context else { return }
                handler.refuse(error, context, exchange)
            }
        }
    }

    private func become(_ admission: LiveAdmission, _ exchange: Exchange, in round: Int) {
        guard round == self.round, !hasSentHead, let context, context.channel.isActive else { return }
        hasSentHead = true
        task = nil
        var buffer = ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\n")
        for (name, value) in admission.fields { buffer.writeString("\(name): \(value)\r\n") }
        buffer.writeString("Date: \(door.date())\r\n\r\n")
        context.writeAndFlush(NIOAny(buffer), promise: nil)
        let (channel, pipeline) = (context.channel, context.pipeline.syncOperations)
        do {
            try admission.install(channel)
            _ = pipeline.removeHandler(context: context)
            // The last: what it has read ahead goes to those who stand behind it now.
            _ = pipeline.removeHandler(context: try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self))
        } catch {
            channel.close(promise: nil)
        }
    }

    private func abandon() {
        task?.cancel()
        task = nil
        if case .streaming(_, let flow) = phase { flow.fail(.brokenOff) }
        phase = .discarding
        door.release(reserved)
        reserved = 0
        wakeWriter()
    }

    private func wakeWriter() {
        waitingWriter?.resume()
        waitingWriter = nil
    }
}

extension DoorHandler {
    private func send(_ answer: Answer, _ exchange: Exchange, in round: Int, _ bound: NIOLoopBound<DoorHandler>) async {
        guard round == self.round, !hasSentHead, let context, context.channel.isActive else { return }
        if case .streaming = phase {
            // The handler answered before the body was at its end: whoever sends it is not read any further.
            closesAfterAnswer = true
        }
        hasSentHead = true
        let isHead = exchange.head.method == .head
        switch answer.reply.content {
        case .none: wire.sendWhole(answer, [], hidesBody: true, closes: closesNow(), door, context)
        case .bytes(let bytes): wire.sendWhole(answer, bytes, hidesBody: isHead, closes: closesNow(), door, context)
        case .stream(let length, let produce):
            if length == nil, exchange.head.isHTTP10 { closesAfterAnswer = true }
            wire.sendHead(answer, length: length, isHTTP10: exchange.head.isHTTP10, closes: closesNow(), door, context)
            if isHead { break }
            deadline = door.elapsed() + door.terms.writeTime
            do {
                try await produce(AnswerWriter(handler: bound, loop: door.loop, round: round))
            } catch {
                // Half an answer must not look like a whole one.
                self.context?.close(promise: nil)
                return
            }
        }
        guard round == self.round, let context = self.context else { return }
        finish(context)
    }

    /// The next part of a streamed answer. Waits while the other side is slow; throws where it left.
    func write(chunk bytes: [UInt8], in round: Int) async throws {
        guard round == self.round, let context, context.channel.isActive else { throw CancellationError() }
        wire.send(bytes, context)
        context.flush()
        if !context.channel.isWritable {
            deadline = door.elapsed() + door.terms.writeTime
            await withCheckedContinuation { waitingWriter = $0 }
            guard round == self.round, self.context?.channel.isActive == true else { throw CancellationError() }
        }
        // What goes on takes as long as it takes, as long as somebody reads.
        deadline = door.elapsed() + door.terms.writeTime
    }

    /// Whether the connection ends with this answer.
    private func closesNow() -> Bool {
        if door.isDraining || isAtEnd && ahead.isEmpty { closesAfterAnswer = true }
        return closesAfterAnswer
    }

    private func finish(_ context: ChannelHandlerContext) {
        let closes = closesAfterAnswer || isHTTP2
        door.release(reserved)
        reserved = 0
        task = nil
        let wasWhole: Bool
        if case .answering = phase { wasWhole = true } else { wasWhole = false }
        phase = closes ? .discarding : .idle
        deadline = door.elapsed() + (closes ? .seconds(2) : door.terms.idleTime)
        guard closes else {
            wire.end(context)
            return goOn(context)
        }
        ahead = []
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { [channel = context.channel, isHTTP2] _ in
            // Where more is on its way, closing at once would take the answer back (RFC 9112, section 9.6): the sweep closes.
            channel.close(mode: wasWhole || isHTTP2 ? .all : .output, promise: nil)
        }
        wire.end(context, sent: sent)
    }

    /// Takes what came ahead of the answer, and reads on where nothing is left of it.
    private func goOn(_ context: ChannelHandlerContext) {
        // Called from within itself, where what came ahead is answered at once.
        guard !isGoingOn else { return }
        isGoingOn = true
        defer { isGoingOn = false }
        while !ahead.isEmpty, !isAnswering { take(ahead.removeFirst(), context) }
        guard case .idle = phase, ahead.isEmpty else { return }
        if isAtEnd { return context.close(promise: nil) }
        if isReadAsked {
            isReadAsked = false
            context.read()
        }
    }

    /// Answers with a problem what is not looked into any further, and closes behind it.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext, _ exchange: Exchange? = nil) {
        closesAfterAnswer = true
        hasSentHead = true
        if case .streaming(_, let flow) = phase { flow.fail(problem) }
        let answer = door.responder.refusal(problem, exchange, isSecure: door.isSecure)
        guard case .bytes(let bytes) = answer.reply.content else { return context.close(promise: nil) }
        wire.sendWhole(answer, bytes, hidesBody: exchange?.head.method == .head, closes: true, door, context)
        finish(context)
    }

    func outOfTime() {
        guard let context else { return }
        switch phase {
        case .collecting(let exchange, _): refuse(.tooSlow, context, exchange)
        case .streaming(_, let flow): flow.fail(.tooSlow)
        case .answering(let exchange) where !hasSentHead:
            task?.cancel()
            round += 1
            refuse(.outOfTime, context, exchange)
            return
        case .answering, .idle, .discarding: context.close(promise: nil)
        }
        deadline = door.elapsed() + .seconds(2)
    }

    func drain() {
        closesAfterAnswer = true
        if case .idle = phase, !isHTTP2 { context?.close(promise: nil) }
    }

    func close() { context?.close(promise: nil) }
}
