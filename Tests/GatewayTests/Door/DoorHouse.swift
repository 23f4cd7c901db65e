import Access
import Base
import Foundation
import Gateway
import HTTPTypes
import Markup
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Web

/// A door on a free port of this machine, with routes made for tests, until the test ends.
final class DoorHouse: Sendable {
    let port: Int
    /// How often a handler was called, by the route's name.
    let calls: Calls
    private let serving: Task<Void, any Error>
    private let group: MultiThreadedEventLoopGroup

    final class Calls: Sendable {
        private let counts = Mutex<[String: Int]>([:])
        func note(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
        subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
        var all: Int { counts.withLock { $0.values.reduce(0, +) } }
    }

    init(_ change: (inout GatewayTerms) -> Void = { _ in }) async throws {
        var terms = GatewayTerms()
        change(&terms)
        let calls = Calls()
        let world = World.live
        let ports = GatewayPorts(
            authenticator: Authenticator { (token: String) throws(Failure) in
                guard token == "good" else { throw TokenFault.signature.failure }
                return Caller(actor: "somebody", tenant: "clinic")
            }, roles: try RoleBook(Role.standard), log: Log(to: LogSink { _ in }, now: world.now), world: world)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let gateway = Gateway([Gateway.Listener(Responder(Self.routes(calls), terms, ports), host: "127.0.0.1", port: 0)], on: group)
        let (ready, continuation) = AsyncThrowingStream<Int, any Error>.makeStream()
        serving = Task {
            do { try await gateway.run { continuation.yield($0[0]) } } catch { continuation.finish(throwing: error) }
        }
        var iterator = ready.makeAsyncIterator()
        guard let port = try await iterator.next() else { throw CancellationError() }
        (self.port, self.calls, self.group) = (port, calls, group)
    }

    /// Tells it to stop, and waits until it has.
    func stop() async throws {
        serving.cancel()
        _ = try await serving.value
        try await group.shutdownGracefully()
    }

    func stopping() { serving.cancel() }

    func client() throws -> RawClient { try RawClient(port: port) }

    private static let text = Text(es: "Prueba.", en: "Test.")

    private static func routes(_ calls: Calls) -> [Route] {
        func route(
            _ method: HTTPRequest.Method, _ path: RoutePath, _ name: String, access: RouteAccess = .anyone,
            parameters: [ParameterShape] = [],
            body: BodyRule = .none, caching: Caching = .never, time: Duration = .seconds(10), _ handle: @escaping Route.Handler
        ) -> Route {
            Route(
                method, path, name, text, access: access, parameters: parameters, body: body, answers: [.ok(.other("*/*"))],
                caching: caching,
                repeating: .harmless, time: time
            ) { call in
                calls.note(name)
                return try await handle(call)
            }
        }
        let id = Parameter.text("id", in: .path, 1...200, text)
        return [
            route(.get, "/echo/{id}", "echo", parameters: [id.shape]) { .text(try $0.value(id)) },
            route(.post, "/bytes", "bytes", body: .bytes(types: ["text/plain"], mostBytes: 1_024)) { .text("\($0.body.count)") },
            route(.post, "/form", "form", access: .anyoneKnown, body: .form(.object([]), mostBytes: 1_024)) { _ in .done },
            route(.post, "/stream", "stream", body: .stream(types: ["application/octet-stream"], mostBytes: 64 << 20)) { call in
                var sum = 0
                var count = 0
                while let chunk = try await call.stream?.chunk() {
                    for byte in chunk { sum &+= Int(byte) }
                    count += chunk.count
                }
                return .text("\(count) \(sum)")
            },
            route(.get, "/long", "long") { _ in
                Reply(
                    .ok, type: "application/octet-stream",
                    .stream(length: nil) { writer in
                        for index in 0..<256 { try await writer.write([UInt8](repeating: UInt8(index), count: 262_144)) }
                    })
            },
            route(.get, "/broken", "broken") { _ in
                Reply(
                    .ok, type: "text/plain",
                    .stream(length: nil) { writer in
                        try await writer.write(Array("half".utf8))
                        throw Problem.notSignedIn
                    })
            },
            route(.get, "/slow", "slow", time: .seconds(1)) { _ in
                try await Task.sleep(for: .seconds(30))
                return .done
            },
            route(.get, "/moment", "moment") { _ in
                try await Task.sleep(for: .milliseconds(400))
                return .text("there")
            },
            route(.get, "/text", "text", caching: .everyone(.seconds(60))) { _ in
                Reply.text(String(repeating: "Doble la rodilla despacio. ", count: 200)).with(.eTag, "\"7\"")
            },
            route(.get, "/page", "page") { _ in .page("<!DOCTYPE html><title>x</title>") },
            route(.get, "/mine", "mine", access: .signedIn) { .text(try $0.signedIn().caller.actor.text) },
            route(.post, "/mine", "mine.change", access: .signedIn) { _ in .done },
            route(.get, "/api/mine", "api.mine", access: .signedIn) { _ in .done },
            route(.get, "/sign-in", "sign_in") { _ in .page("<!DOCTYPE html><title>x</title>") },
            route(.get, "/fault", "fault") { _ in throw NotOurs() },
        ]
    }

    private struct NotOurs: Error {}
}

/// A socket that says what it is told, byte for byte, and waits no longer than some seconds.
final class RawClient {
    private let descriptor: Int32
    private var read: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var patience = timeval(tv_sec: 15, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// False where the other side takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Says that nothing more comes.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// All that comes until the other side closes, as text. nil where it does not within 15 s.
    func rest() -> String? { restBytes().map { String(decoding: $0, as: UTF8.self) } }

    /// As above, for what is long and no text: mending that letter by letter takes minutes.
    func restBytes() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || count < 0 && errno == ECONNRESET { break }
            guard count > 0 else { return nil }
            read += buffer[..<count]
        }
        defer { read = [] }
        return read
    }

    /// One whole answer with a `Content-Length`; nil where none comes.
    func answer() -> RawAnswer? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let (answer, length) = RawAnswer.parse(read) {
                read.removeFirst(length)
                return answer
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            read += buffer[..<count]
        }
    }

    /// Asks and gives the answer.
    func get(_ path: String, _ fields: String = "", method: String = "GET") -> RawAnswer? {
        send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return answer()
    }
}

struct RawAnswer {
    let status: Int
    let fields: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    static func parse(_ bytes: [UInt8]) -> (RawAnswer, Int)? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2 {
                fields[parts[0].lowercased(), default: ""] += (fields[parts[0].lowercased()] == nil ? "" : ", ") + parts[1]
            }
        }
        let length = Int(fields["content-length"] ?? "0") ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        return (RawAnswer(status: status, fields: fields, body: Array(bytes[(end + 4)..<(end + 4 + length)])), end + 4 + length)
    }
}
