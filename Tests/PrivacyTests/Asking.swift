import Access
import Base
import FeatureKit
import HTTPTypes
import Privacy
import Runtime
import Synchronization
import Web

/// Routes without a network: a call goes to the route that its path names, its access is held to, and what is thrown comes back as a
/// problem.
extension House {
    struct Answer: Sendable {
        let status: Int
        let fields: HTTPFields
        let bytes: [UInt8]
        let code: String?
        var json: JSON { (try? JSON.parse(bytes)) ?? .null }
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var location: String { fields[.location] ?? "" }
    }

    func get(_ target: String, as standing: Standing, _ language: Language = .english) async -> Answer {
        await ask(.get, target, as: standing, language)
    }

    /// JSON, with a key of its own.
    func post(_ target: String, _ body: String = "", as standing: Standing, key: String? = nil) async -> Answer {
        var fields: HTTPFields = [:]
        fields[.idempotencyKey] = key ?? host.world.id(of: House.self).description
        return await ask(.post, target, body, fields, as: standing)
    }

    /// A form of a page.
    func send(_ target: String, _ items: [(String, String)], as standing: Standing) async -> Answer {
        await ask(.post, target, Query(items: items.map { .init($0.0, $0.1) }).text, as: standing)
    }

    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", _ fields: HTTPFields = [:], as standing: Standing,
        _ language: Language = .english
    ) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        guard let (route, captured) = route(method, parts[0]) else { return Answer(status: 405, fields: [:], bytes: [], code: nil) }
        do {
            if case .permission(let permission) = route.access { try standing.require(permission) }
            let call = Call(
                method: method, path: parts[0], query: parts.count > 1 ? try Query(parts[1]) : .empty, fields: fields, captured: captured,
                body: Array(body.utf8), id: host.world.id(),
                trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil),
                standing: standing, language: language, deadline: .seconds(10), peer: "127.0.0.1", isSecure: false)
            let reply = try await route.handle(call)
            return Answer(status: reply.status.code, fields: reply.fields, bytes: try await Self.bytes(reply.content), code: nil)
        } catch {
            guard let problem = Problem(error) else {
                return Answer(status: 500, fields: [:], bytes: Array("\(error)".utf8), code: "\(error)")
            }
            return Answer(status: problem.refusal.status, fields: [:], bytes: Array("\(error)".utf8), code: problem.code)
        }
    }

    private static func bytes(_ content: Reply.Content) async throws -> [UInt8] {
        switch content {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .stream(_, let write):
            let gathered = Gathered()
            try await write(gathered)
            return gathered.all
        }
    }

    private final class Gathered: ReplyWriter {
        private let kept = Mutex<[UInt8]>([])
        var all: [UInt8] { kept.withLock { $0 } }
        func write(_ bytes: [UInt8]) async throws { kept.withLock { $0 += bytes } }
    }

    /// Texts go before names, as in the gateway.
    private func route(_ method: HTTPRequest.Method, _ path: String) -> (Route, [(name: String, value: String)])? {
        let parts = path.split(separator: "/").map(String.init)
        var found: (Route, [(name: String, value: String)])?
        for route in feature.routes where route.method == method && route.path.segments.count == parts.count {
            var captured: [(name: String, value: String)] = []
            let fits = zip(route.path.segments, parts).allSatisfy { segment, part in
                switch segment {
                case .text(let text): return text == part
                case .name(let name), .rest(let name):
                    captured.append((name, part))
                    return true
                }
            }
            if fits, found == nil || captured.count < (found?.1.count ?? 0) { found = (route, captured) }
        }
        return found
    }
}
