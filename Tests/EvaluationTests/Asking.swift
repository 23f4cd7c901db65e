import Access
import Base
import FeatureKit
import Foundation
import HTTPTypes
import Runtime
import Web

/// Routes without a network: a call goes to the route that its path names, its access is held to, and what is thrown comes back as a
/// problem.
extension Practice {
    struct Answer: Sendable {
        let status: Int
        let text: String
        let code: String?
        var json: JSON { (try? JSON.parse(Array(text.utf8))) ?? .null }

        /// Without markup.
        var words: String {
            text.replacing(#/<svg[\s\S]*?</svg>/#, with: " ").replacing(#/<[^>]*>/#, with: " ").replacing(#/\s+/#, with: " ")
        }
    }

    func get(
        _ target: String, as standing: Standing, _ language: Language = .spanish, theme: Theme = .light
    ) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        guard let (route, captured) = route(parts[0]) else { return Answer(status: 405, text: "", code: nil) }
        do {
            if case .permission(let permission) = route.access { try standing.require(permission) }
            var fields: HTTPFields = [:]
            fields[.cookie] = "theme=\(theme.rawValue); language=\(language.rawValue)"
            let call = Call(
                method: .get, path: parts[0], query: parts.count > 1 ? try Query(parts[1]) : .empty, fields: fields, captured: captured,
                id: host.world.id(), trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil),
                standing: standing, language: language, deadline: .seconds(30), peer: "127.0.0.1", isSecure: false)
            let reply = try await route.handle(call)
            guard case .bytes(let bytes) = reply.content else { return Answer(status: reply.status.code, text: "", code: nil) }
            return Answer(status: reply.status.code, text: String(decoding: bytes, as: UTF8.self), code: nil)
        } catch {
            guard let problem = Problem(error) else { return Answer(status: 500, text: "\(error)", code: "\(error)") }
            return Answer(status: problem.refusal.status, text: "\(error)", code: problem.code)
        }
    }

    /// Texts go before names, as in the gateway.
    private func route(_ path: String) -> (Route, [(name: String, value: String)])? {
        let parts = path.split(separator: "/").map(String.init)
        var found: (Route, [(name: String, value: String)])?
        for route in feature.routes where route.method == .get && route.path.segments.count == parts.count {
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
