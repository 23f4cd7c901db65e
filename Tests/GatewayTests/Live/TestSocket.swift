import Base
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// The other side of a WebSocket, byte by byte: it sends whatever a test wants, right or wrong.
final class TestSocket: Sendable {
    private let channel: any Channel
    private let inbox: Inbox
    let answer: String

    struct Frame: Sendable, Equatable {
        let first: UInt8
        let payload: [UInt8]

        var opcode: UInt8 { first & 0x0F }
        var isCompressed: Bool { first & 0x40 != 0 }
        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    private init(_ channel: any Channel, _ inbox: Inbox, answer: String) {
        self.channel = channel
        self.inbox = inbox
        self.answer = answer
    }

    /// Says what it wants, and returns once the answer's head is there.
    static func connect(
        port: Int, fields: [String] = ["Authorization: Bearer therapist-1"], upgrade: [String]? = nil, reading: Bool = true
    ) async throws -> TestSocket {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(inbox)) }
            }.connect(host: "127.0.0.1", port: port).get()
        let upgrade =
            upgrade ?? [
                "Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        let request = (["GET /ws HTTP/1.1", "Host: 127.0.0.1:\(port)"] + upgrade + fields).joined(separator: "\r\n") + "\r\n\r\n"
        try await channel.writeAndFlush(ByteBuffer(string: request))
        let head: String? = try await inbox.take { (bytes: inout [UInt8]) -> String? in
            guard let end = bytes.range(of: Array("\r\n\r\n".utf8)) else { return nil }
            defer { bytes.removeFirst(end + 4) }
            return String(decoding: bytes[..<end], as: UTF8.self)
        }
        if !reading { try await channel.setOption(.autoRead, value: false).get() }
        return TestSocket(channel, inbox, answer: head ?? "")
    }

    var status: Int { Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    func send(raw bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// A frame with a mask.
    func send(_ first: UInt8, _ payload: [UInt8] = []) async throws { try await send(raw: Self.frame(first, payload)) }

    func send(_ text: String) async throws { try await send(0x81, Array(text.utf8)) }

    static func frame(_ first: UInt8, _ payload: [UInt8], mask: [UInt8] = [0x12, 0x9A, 0xE7, 0x01]) -> [UInt8] {
        var bytes = [first]
        switch payload.count {
        case 0...125: bytes.append(0x80 | UInt8(payload.count))
        case 126...65_535: bytes += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// The next frame, pings aside; nil where the connection ended.
    func next() async throws -> Frame? {
        while true {
            let frame = try await inbox.take { bytes -> Frame? in
                guard bytes.count >= 2 else { return nil }
                var start = 2
                var length = Int(bytes[1] & 0x7F)
                if length == 126 {
                    guard bytes.count >= 4 else { return nil }
                    (start, length) = (4, Int(bytes[2]) << 8 | Int(bytes[3]))
                } else if length == 127 {
                    guard bytes.count >= 10 else { return nil }
                    (start, length) = (10, bytes[2..<10].reduce(0) { $0 << 8 | Int($1) })
                }
                guard bytes.count >= start + length else { return nil }
                defer { bytes.removeFirst(start + length) }
                return Frame(first: bytes[0], payload: Array(bytes[start..<start + length]))
            }
            guard let frame else { return nil }
            if frame.opcode != 9 { return frame }
        }
    }

    /// The next message as JSON.
    func message() async throws -> JSON? {
        guard let frame = try await next() else { return nil }
        #expect(frame.opcode == 1, "a message, not \(frame)")
        return try JSON.parse(frame.payload)
    }

    /// The code with which it was closed, whatever came before; nil where it just ended.
    func closeCode() async throws -> Int? {
        while let frame = try await next() { if frame.opcode == 8 { return frame.closeCode } }
        return nil
    }

    /// Whether nothing but the end follows.
    func isEnded() async throws -> Bool { try await next() == nil }

    func pauseReading(_ isPaused: Bool) async throws { try await channel.setOption(.autoRead, value: !isPaused).get() }

    /// Without a word.
    func cut() { channel.close(promise: nil) }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let inbox: Inbox

        init(_ inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.add(Array(Self.unwrapInboundIn(data).readableBytesView)) }
        func channelInactive(context: ChannelHandlerContext) { inbox.end() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// Bytes that came, and one who waits for them: at most 20 seconds.
final class Inbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isOver = false
    }

    struct TooLong: Error {}

    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init() { (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add(_ bytes: [UInt8]) {
        state.withLock { $0.bytes += bytes }
        ring.yield()
    }

    func end() {
        state.withLock { $0.isOver = true }
        ring.finish()
    }

    /// What `part` makes of the bytes once it makes something; nil at their end.
    func take<Value: Sendable>(_ part: @Sendable (inout [UInt8]) -> Value?) async throws -> Value? {
        let clock = Task { [ring] in
            if (try? await Task.sleep(for: .seconds(20))) != nil { ring.finish() }
        }
        defer { clock.cancel() }
        var bells = bell.makeAsyncIterator()
        while true {
            let (value, isOver) = state.withLock { (part(&$0.bytes), $0.isOver) }
            if value != nil || isOver { return value }
            guard await bells.next() != nil else {
                if state.withLock({ $0.isOver }) { continue }
                throw TooLong()
            }
        }
    }
}

extension [UInt8] {
    fileprivate func range(of part: [UInt8]) -> Int? {
        guard count >= part.count else { return nil }
        return (0...(count - part.count)).first { self[$0..<$0 + part.count] == part[...] }
    }
}
