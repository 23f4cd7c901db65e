import Access
import Base
import Gateway
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Web

/// A server of nothing but `/ws` on loopback, as small as can be: for tests and benchmarks of the connection itself.
package final class LiveServer: Sendable {
    package let port: Int
    private let channel: any Channel
    private let drained: EventLoopFuture<Void>

    package init(_ door: LiveDoor, on group: any EventLoopGroup, backlog: Int32 = 4_096) async throws {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
                    let encoder = HTTPResponseEncoder()
                    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, UpgradeHandler(door, encoder, decoder)])
                }
            }
        channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        drained = channel.closeFuture
        port = channel.localAddress?.port ?? 0
    }

    package func close() async throws { try await channel.close() }
}

/// Reads one request, asks the door, and hands the connection over or refuses.
private final class UpgradeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let door: LiveDoor
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>

    init(_ door: LiveDoor, _ encoder: HTTPResponseEncoder, _ decoder: ByteToMessageHandler<HTTPRequestDecoder>) {
        self.door = door
        self.encoder = encoder
        self.decoder = decoder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = Self.unwrapInboundIn(data) else { return }
        var fields = HTTPFields()
        for (name, value) in head.headers { if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) } }
        let peer = context.remoteAddress?.ipAddress ?? ""
        let call = Call(
            method: .get, path: head.uri, query: .empty, fields: fields, id: World.live.id(), trace: Self.trace, standing: nil,
            language: .english, deadline: .seconds(1 << 40), peer: peer, isSecure: false)
        let (door, host) = (door, head.headers.first(name: "host"))
        let (handler, loop) = (NIOLoopBound((self, context), eventLoop: context.eventLoop), context.eventLoop)
        Task {
            let outcome: Result<LiveAdmission, Problem>
            do throws(Problem) { outcome = .success(try await door.accept(call, host: host)) } catch { outcome = .failure(error) }
            loop.execute { handler.value.0.answer(outcome, handler.value.1) }
        }
    }

    private static let trace = TraceContext(
        trace: Array(repeating: 1, count: 16), span: Array(repeating: 1, count: 8), parent: nil, isSampled: false, state: nil)

    private func answer(_ outcome: Result<LiveAdmission, Problem>, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        switch outcome {
        case .success(let admission):
            let head = HTTPResponseHead(
                version: .http1_1, status: .switchingProtocols, headers: HTTPHeaders(admission.fields.map { ($0.name, $0.value) }))
            context.writeAndFlush(Self.wrapOutboundOut(.head(head)), promise: nil)
            let channel = context.channel
            let pipeline = channel.pipeline.syncOperations
            pipeline.removeHandler(encoder, promise: nil)
            pipeline.removeHandler(self, promise: nil)
            do { try admission.install(channel) } catch { return channel.close(promise: nil) }
            pipeline.removeHandler(decoder, promise: nil)
        case .failure(let problem):
            let body = problem.json(in: .english, instance: "00000000-0000-0000-0000-000000000000")
            var headers = HTTPHeaders([("Content-Type", "application/problem+json"), ("Content-Length", "\(body.count)")])
            for field in problem.fields { headers.add(name: field.name, value: field.value) }
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: problem.refusal.status), headers: headers)
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            let channel = context.channel
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
