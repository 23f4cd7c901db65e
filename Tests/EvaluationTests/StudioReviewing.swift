import Access
import Base
import Evaluation
import FeatureKit
import HTTPTypes
import Records
import Runtime
import Store
import Testing
import Transparency
import Web

/// Reviews in the studio, and what is handed out of them.
extension Studio {
    /// A squat that was measured, of somebody whose therapist is `therapist-1`.
    func measured(_ bytes: Int = 2_000) async throws -> EvaluationStore.Entry {
        let entry = try await sent(Studio.video(bytes))
        try await ground.perform(feature.jobs)
        let isRelated = try await relations().contains { $0.grantee == "therapist-1" }
        if !isRelated { try await relate("therapist-1", as: "therapist") }
        return try await store.entry(entry.id, by: own)
    }

    private func relations() async throws -> [Relation] {
        try await ground.rows.read { tx in try RelationTable.relations(to: ana, in: "clinic", tx) }
    }

    /// At once.
    func endRelations() async throws {
        let now = host.world.now()
        for relation in try await relations() {
            try await ground.rows.write { tx in try RelationTable.end(relation.id, in: "clinic", at: now, tx) }
        }
    }

    func erase(_ somebody: Identifier) async throws {
        let erasure = Erasure(
            host.keyring, kinds: EvaluationFeature.manifest.kinds, database: host.database, world: host.world)
        try await erasure.erase(somebody.text, by: ground.standing("operator-1", ["operator"]))
    }

    @discardableResult
    func review(
        _ request: ReviewRequest, _ entry: EvaluationStore.Entry, by actor: Identifier = "therapist-1",
        _ roles: Set<RoleName> = ["therapist"]
    ) async throws -> EvaluationStore.Entry {
        try await feature.reviewing.review(request, of: entry, by: ground.standing(actor, roles))
    }

    func installationKey() async throws -> NoteVerifier { try await Staff.checkpoints(host).verifier }

    /// Asks a route as the gateway would.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, by standing: Standing?, body: String = "", fields: HTTPFields = [:],
        in language: Language = .spanish
    ) async throws -> Reply {
        for route in feature.routes where route.method == method {
            guard let captured = Self.captured(route.path, path) else { continue }
            let call = Call(
                method: method, path: path, query: .empty, fields: fields, captured: captured, body: Array(body.utf8), id: host.world.id(),
                trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil), standing: standing,
                language: language, deadline: .seconds(60),
                peer: "127.0.0.1", isSecure: true)
            return try await route.handle(call)
        }
        throw Unrouted()
    }

    struct Unrouted: Error {}

    private static func captured(_ route: RoutePath, _ path: String) -> [(name: String, value: String)]? {
        let (pattern, given) = ("\(route)".split(separator: "/"), path.split(separator: "/"))
        guard pattern.count == given.count else { return nil }
        var captured: [(name: String, value: String)] = []
        for (one, other) in zip(pattern, given) {
            if one.hasPrefix("{") {
                captured.append((String(one.dropFirst().dropLast()), String(other)))
            } else if one != other {
                return nil
            }
        }
        return captured
    }

    static func bytes(_ reply: Reply) -> [UInt8] {
        if case .bytes(let bytes) = reply.content { return bytes }
        return []
    }

    /// A file of an evaluation as the person gets it.
    func bytes(_ name: String, of entry: EvaluationStore.Entry) async throws -> [UInt8] {
        Self.bytes(try await ask(.get, "/api/v1/evaluations/\(entry.id)/\(name)", by: own))
    }

    func page(_ entry: EvaluationStore.Entry) async throws -> String {
        String(decoding: try await bytes("report", of: entry), as: UTF8.self)
    }
}
