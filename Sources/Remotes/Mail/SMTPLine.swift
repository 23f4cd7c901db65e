import Base
import MailFormat
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection to a mail server on which one thing is said at a time and one reply is waited for.
struct SMTPLine: Sendable {
    let channel: any Channel
    private let listener: NIOLoopBound<SMTPListener>

    /// Connects. Throws `SMTPFault.Reason`, as everything here.
    static func open(to server: SMTPServer, tls context: NIOSSLContext?, within time: Duration) async throws -> SMTPLine {
        let listeners = Listeners()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(time))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if server.security == .tls, let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: server.name))
                    }
                    let listener = SMTPListener(channel)
                    try channel.pipeline.syncOperations.addHandler(listener)
                    listeners.add(NIOLoopBound(listener, eventLoop: channel.eventLoop), of: channel)
                }
            }
        do {
            let channel = try await bootstrap.connect(host: server.host, port: server.port).get()
            // Not asked of its pipeline: that is empty where the server has gone already, and what it said before counts.
            if let listener = listeners[channel] { return SMTPLine(channel: channel, listener: listener) }
        } catch {
            throw SMTPFault.Reason.unreachable
        }
        throw SMTPFault.Reason.unreachable
    }

    /// Says something (nothing: for the greeting) and waits for the reply.
    func ask(_ bytes: [UInt8], within time: Duration) async throws -> SMTPReply {
        let buffer = bytes.isEmpty ? nil : channel.allocator.buffer(bytes: bytes)
        return try await channel.eventLoop.flatSubmit { [listener] in listener.value.ask(buffer, within: TimeAmount(time)) }.get()
    }

    /// From here on under TLS. Where anything came behind the server's word that it is ready, somebody put it there who must not be
    /// believed under TLS (CVE-2011-0411): `.outOfStep`.
    func secure(_ context: NIOSSLContext, as name: String?) async throws {
        try await channel.eventLoop.submit { [listener, channel] in
            try listener.value.requireSilence()
            let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
            try channel.pipeline.syncOperations.addHandler(handler, position: .first)
        }.get()
    }

    func close() { channel.close(promise: nil) }
}

extension TimeAmount {
    fileprivate init(_ time: Duration) { self = .microseconds(time.wholeMicroseconds) }
}

/// Who listens on which of the connections that were tried: a name may stand for several addresses.
private final class Listeners: Sendable {
    private let listeners = Mutex<[ObjectIdentifier: NIOLoopBound<SMTPListener>]>([:])

    func add(_ listener: NIOLoopBound<SMTPListener>, of channel: any Channel) {
        listeners.withLock { $0[ObjectIdentifier(channel)] = listener }
    }

    subscript(channel: any Channel) -> NIOLoopBound<SMTPListener>? {
        listeners.withLock { $0[ObjectIdentifier(channel)] }
    }
}

/// Hears what a server says. All on its channel's event loop.
private final class SMTPListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel
    private var parser = SMTPReplyParser()
    private var waiting: EventLoopPromise<SMTPReply>?
    private var timer: Scheduled<Void>?
    /// Said before it was asked: the greeting, or that the server goes.
    private var early: SMTPReply?
    private var wasAsked = false
    private var fault: SMTPFault.Reason?

    init(_ channel: any Channel) { self.channel = channel }

    func ask(_ buffer: ByteBuffer?, within time: TimeAmount) -> EventLoopFuture<SMTPReply> {
        wasAsked = true
        if let early {
            self.early = nil
            return channel.eventLoop.makeSucceededFuture(early)
        }
        if let fault { return channel.eventLoop.makeFailedFuture(fault) }
        let promise = channel.eventLoop.makePromise(of: SMTPReply.self)
        waiting = promise
        timer = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { self.fail(.silent) }
        if let buffer { channel.writeAndFlush(buffer, promise: nil) }
        return promise.futureResult
    }

    func requireSilence() throws {
        if let fault { throw fault }
        guard parser.isIdle, early == nil else {
            fail(.outOfStep)
            throw SMTPFault.Reason.outOfStep
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        while fault == nil, let byte = buffer.readInteger(as: UInt8.self) {
            do {
                guard let reply = try parser.read(byte) else { continue }
                take(reply)
                // Nobody asked for more; what was answered counts.
                if buffer.readableBytes > 0 { fail(.outOfStep) }
            } catch {
                fail(.nonsense)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.cutOff)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(Self.isDistrust(error) ? .untrusted : .cutOff)
    }

    /// Whatever TLS does not like, but that the other side just went.
    private static func isDistrust(_ error: any Error) -> Bool {
        if case .uncleanShutdown? = error as? NIOSSLError { return false }
        return error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
    }

    private func take(_ reply: SMTPReply) {
        guard let waiting else {
            if early == nil, !wasAsked || reply.code == 421 { early = reply } else { fail(.outOfStep) }
            return
        }
        self.waiting = nil
        timer?.cancel()
        waiting.succeed(reply)
    }

    /// The first one counts.
    private func fail(_ reason: SMTPFault.Reason) {
        if fault == nil { fault = reason }
        timer?.cancel()
        let promise = waiting
        waiting = nil
        promise?.fail(fault ?? reason)
        channel.close(promise: nil)
    }
}

extension SMTPFault.Reason: Error {}
