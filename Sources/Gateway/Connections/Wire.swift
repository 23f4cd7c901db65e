import NIOCore
import NIOHTTP1
import Web

/// How answers leave a connection: over HTTP/1.1 as bytes, a small answer as one piece; over HTTP/2 as parts, which its codec frames.
///
/// NIO's encoder for HTTP/1.1 would take three parts through the pipeline and three pieces to the socket for each answer.
struct Wire {
    let isHTTP2: Bool
    /// Whether what follows a head goes in chunks.
    private var isChunked = false

    init(isHTTP2: Bool) { self.isHTTP2 = isHTTP2 }

    /// The head and all of the body, if there is one to be sent.
    mutating func sendWhole(
        _ answer: Answer, _ body: [UInt8], hidesBody: Bool, closes: Bool, _ door: Door, _ context: ChannelHandlerContext
    ) {
        let extent = Answer.Extent.length(body.count)
        guard isHTTP2 else {
            var buffer = door.buffer(atLeast: 1_024 + body.count)
            answer.write(extent, date: door.date(), closes: closes, to: &buffer)
            if !hidesBody { buffer.writeBytes(body) }
            context.write(NIOAny(buffer), promise: nil)
            door.giveBack(buffer)
            return
        }
        write(.head(answer.head(extent, date: door.date())), context)
        if !hidesBody, !body.isEmpty { write(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body))), context) }
    }

    /// The head of an answer whose body comes piece by piece.
    mutating func sendHead(_ answer: Answer, length: Int?, isHTTP10: Bool, closes: Bool, _ door: Door, _ context: ChannelHandlerContext) {
        let extent: Answer.Extent = length.map { .length($0) } ?? (isHTTP10 ? .connection : .chunks)
        if isHTTP2 { return write(.head(answer.head(length.map { .length($0) }, date: door.date())), context) }
        if case .chunks = extent { isChunked = true }
        var buffer = door.buffer(atLeast: 1_024)
        answer.write(extent, date: door.date(), closes: closes, to: &buffer)
        context.write(NIOAny(buffer), promise: nil)
        door.giveBack(buffer)
    }

    /// A piece of the body. An empty one would be the last of chunks, and is nothing.
    func send(_ piece: [UInt8], _ context: ChannelHandlerContext) {
        guard !piece.isEmpty else { return }
        if isHTTP2 { return write(.body(.byteBuffer(context.channel.allocator.buffer(bytes: piece))), context) }
        var buffer = context.channel.allocator.buffer(capacity: piece.count + 20)
        if isChunked { buffer.writeString(String(piece.count, radix: 16) + "\r\n") }
        buffer.writeBytes(piece)
        if isChunked { buffer.writeString("\r\n") }
        context.write(NIOAny(buffer), promise: nil)
    }

    /// The end of an answer, and all that was written before it on its way. `sent`: told once it has left; nil where nobody asks.
    mutating func end(_ context: ChannelHandlerContext, sent: EventLoopPromise<Void>? = nil) {
        if isHTTP2 {
            context.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: sent)
        } else if isChunked {
            isChunked = false
            context.writeAndFlush(NIOAny(ByteBuffer(string: "0\r\n\r\n")), promise: sent)
        } else if let sent {
            context.writeAndFlush(NIOAny(ByteBuffer()), promise: sent)
        } else {
            context.flush()
        }
    }

    /// That the body may come (RFC 9110, section 10.1.1).
    func sendContinue(_ context: ChannelHandlerContext) {
        guard isHTTP2 else {
            context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            return
        }
        context.writeAndFlush(NIOAny(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) { context.write(NIOAny(part), promise: nil) }
}
