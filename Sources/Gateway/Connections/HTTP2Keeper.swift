import Base
import NIOCore
import NIOHTTP2

/// Watches over a connection of HTTP/2 as a whole: closes it when nothing is asked on it for long, and says goodbye (GOAWAY, RFC 9113,
/// section 6.8) when the program stops.
final class HTTP2Keeper: ChannelInboundHandler, Swept {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let door: Door
    private var context: ChannelHandlerContext?
    private var streams = 0
    private var isLeaving = false
    private(set) var deadline: Duration

    var isBusy: Bool { streams > 0 }

    init(_ door: Door) {
        self.door = door
        deadline = door.elapsed() + door.terms.idleTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        door.sweep.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        door.sweep.remove(self)
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Faults of one stream are the stream's; what breaks the connection was answered by the codec (GOAWAY) already.
        if error is NIOHTTP2Errors.StreamError { return }
        context.flush()
        context.close(promise: nil)
    }

    func streamBegan() {
        streams += 1
        // Its own deadlines count now.
        deadline = door.elapsed() + .seconds(24 * 3_600)
    }

    func streamEnded() {
        streams -= 1
        guard streams == 0 else { return }
        deadline = door.elapsed() + door.terms.idleTime
        if isLeaving { close() }
    }

    func outOfTime() {
        drain()
        close()
    }

    func drain() {
        guard let context, !isLeaving else { return }
        isLeaving = true
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        if streams == 0 { close() }
    }

    func close() { context?.close(promise: nil) }
}

/// Tells a keeper of its streams. Both live on the connection's event loop.
struct StreamCount: NIOHTTP2StreamDelegate {
    let keeper: NIOLoopBound<HTTP2Keeper>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { keeper.value.streamBegan() }
    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { keeper.value.streamEnded() }
}
