import Access
import Base
import Evaluation
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
        guard let (route, captured) = found(parts[0]) else {
            return Answer(status: 405, text: "no such page", code: nil)
        }
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
    private func found(_ path: String) -> (route: Route, captured: [(name: String, value: String)])? {
        let parts = path.split(separator: "/").map { String($0) }
        let fitting = feature.routes.filter { $0.method == .get }.compactMap {
            one -> (route: Route, captured: [(name: String, value: String)])? in
            captured(one.path, parts).map { (one, $0) }
        }
        return fitting.min { $0.captured.count < $1.captured.count }
    }

    private func captured(_ path: RoutePath, _ parts: [String]) -> [(name: String, value: String)]? {
        guard path.segments.count == parts.count else { return nil }
        var captured: [(name: String, value: String)] = []
        for (segment, part) in zip(path.segments, parts) {
            switch segment {
            case .text(let text): if text != part { return nil }
            case .name(let name), .rest(let name): captured.append((name, part.removingPercentEncoding ?? part))
            }
        }
        return captured
    }
}
