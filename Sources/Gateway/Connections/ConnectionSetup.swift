import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOSSL
import NIOTLS

/// What stands between a socket and its requests.
struct ConnectionSetup: Sendable {
    let identity: TLSIdentity?

    /// Header fields of a request: 32 KiB in all, 16 KiB each, 100 of them.
    private static var limits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 << 10
        limits.maxHeaderListSize = 32 << 10
        limits.maxHeaderFieldCount = 100
        return limits
    }

    /// On the channel's event loop.
    func prepare(_ channel: any Channel, _ door: Door) throws {
        let pipeline = channel.pipeline.syncOperations
        let peer = channel.remoteAddress?.ipAddress ?? ""
        guard let identity else { return try Self.addHTTP1(to: pipeline, door, peer) }
        try pipeline.addHandler(NIOSSLServerHandler(context: identity.context))
        let door = NIOLoopBound(door, eventLoop: channel.eventLoop)
        try pipeline.addHandler(
            HandshakeHandler(door: door) { context, protocolName in
                let pipeline = context.pipeline.syncOperations
                if protocolName == "h2" {
                    try Self.addHTTP2(to: pipeline, context.channel, door.value, peer)
                } else {
                    try Self.addHTTP1(to: pipeline, door.value, peer)
                }
            })
    }

    private static func addHTTP1(to pipeline: ChannelPipeline.SynchronousOperations, _ door: Door, _ peer: String) throws {
        try pipeline.addHandlers([
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)),
            DoorHandler(door, peer: peer, isHTTP2: false),
        ])
    }

    private static func addHTTP2(
        to pipeline: ChannelPipeline.SynchronousOperations, _ channel: any Channel, _ door: Door, _ peer: String
    ) throws {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 32 << 10),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 0),
        ]
        connection.targetWindowSize = 1 << 20
        connection.maximumBufferedControlFrames = 1_000
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = 256 << 10
        stream.outboundBufferSizeHighWatermark = 64 << 10
        stream.outboundBufferSizeLowWatermark = 32 << 10
        let keeper = HTTP2Keeper(door)
        let loop = channel.eventLoop
        let bound = NIOLoopBound(door, eventLoop: loop)
        let handler = NIOHTTP2Handler(
            mode: .server, eventLoop: loop, connectionConfiguration: connection, streamConfiguration: stream,
            streamDelegate: StreamCount(keeper: NIOLoopBound(keeper, eventLoop: loop))
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(), DoorHandler(bound.value, peer: peer, isHTTP2: true),
                ])
            }
        }
        try pipeline.addHandlers([handler, keeper])
    }
}

/// Waits for the end of the TLS handshake, which says what is spoken (ALPN, RFC 7301); nobody is waited for long.
private final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler, Swept {
    typealias InboundIn = ByteBuffer

    private let door: NIOLoopBound<Door>
    private let install: (ChannelHandlerContext, String?) throws -> Void
    private var context: ChannelHandlerContext?
    private(set) var deadline: Duration
    var isBusy: Bool { false }

    init(door: NIOLoopBound<Door>, install: @escaping (ChannelHandlerContext, String?) throws -> Void) {
        self.door = door
        self.install = install
        deadline = door.value.elapsed() + door.value.terms.headTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        door.value.sweep.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        door.value.sweep.remove(self)
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let protocolName)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        do {
            try install(context, protocolName)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func outOfTime() { close() }
    func drain() { close() }
    func close() { context?.close(promise: nil) }
}
