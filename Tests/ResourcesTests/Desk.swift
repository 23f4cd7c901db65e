import Access
import Base
import ExerciseLibrary
import FeatureKit
import HTTPTypes
import Records
import Resources
import Runtime
import Store
import TestKit
import Web

/// Routes without a network: a call goes to the route that its path names, and what is thrown comes back as a problem.
struct Desk: Sendable {
    let ground: FeatureGround
    let routes: [Route]

    /// The exercise library, notes, and a kind with a field that is found by its hash.
    static func with(_ engine: EngineMatrix = .sqlite, world: World = .live, _ body: (Desk) async throws -> Void) async throws {
        try await FeatureGround.with(engine, [ExerciseLibraryFeature.manifest, SampleKinds.manifest], world: world) { ground in
            let library = ExerciseLibraryFeature(ground.host, protocols: Protocols { $0 == "squat" ? Text(verbatim: $0) : nil })
            let notes = RecordResource(Note.kind.shape, at: "/api/v1/notes", Text(es: "nota", en: "note"), ground.host)
            let charts = RecordResource(SampleKinds.chart, at: "/api/v1/charts", Text(es: "ficha", en: "chart"), ground.host)
            try await body(Desk(ground: ground, routes: library.routes + notes.routes + charts.routes))
        }
    }

    struct Answer: Sendable {
        let status: Int
        let fields: HTTPFields
        let bytes: [UInt8]
        let problem: Problem?

        var json: JSON { (try? JSON.parse(bytes)) ?? .null }
        var code: String? { problem?.code }
        var tag: String { fields[.eTag] ?? "" }
        var id: String { json["id"]?.string ?? "" }
    }

    var therapist: Standing { ground.standing("therapist-1", ["therapist", "organisation_admin"]) }
    var reviewer: Standing { ground.standing("reviewer-1", ["exercise_reviewer"]) }
    /// Of the same organisation, without a role.
    var visitor: Standing { ground.standing("visitor-1") }
    /// Of another organisation, with every right there.
    var stranger: Standing { ground.standing("therapist-2", ["therapist", "organisation_admin", "operator"], in: "hospital") }

    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", _ fields: HTTPFields = [:], as standing: Standing? = nil
    ) async -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        guard let (route, captured) = route(method, parts[0]) else { return Answer(status: 405, fields: [:], bytes: [], problem: nil) }
        do {
            let call = Call(
                method: method, path: parts[0], query: parts.count > 1 ? try Query(parts[1]) : .empty, fields: fields, captured: captured,
                body: Array(body.utf8), id: ground.host.world.id(of: Call.self),
                trace: TraceContext(trace: [1], span: [1], parent: nil, isSampled: false, state: nil), standing: standing ?? therapist,
                language: .english, deadline: .seconds(10), peer: "127.0.0.1", isSecure: false)
            let reply = try await route.handle(call)
            guard case .bytes(let bytes) = reply.content else {
                return Answer(status: reply.status.code, fields: reply.fields, bytes: [], problem: nil)
            }
            return Answer(status: reply.status.code, fields: reply.fields, bytes: bytes, problem: nil)
        } catch {
            guard let problem = Problem(error) else { return Answer(status: 500, fields: [:], bytes: [], problem: nil) }
            var fields: HTTPFields = [:]
            for field in problem.fields { if let name = HTTPField.Name(field.name) { fields[name] = field.value } }
            return Answer(status: problem.refusal.status, fields: fields, bytes: [], problem: problem)
        }
    }

    /// Creates with a key of its own.
    func create(_ path: String, _ body: String, key: String? = nil, as standing: Standing? = nil) async -> Answer {
        await ask(.post, path, body, Self.keyed(key ?? ground.host.world.id(of: Desk.self).description), as: standing)
    }

    static func keyed(_ key: String) -> HTTPFields {
        var fields: HTTPFields = [:]
        if let name = HTTPField.Name("Idempotency-Key") { fields[name] = key }
        return fields
    }

    /// Texts go before names, as in the gateway.
    private func route(_ method: HTTPRequest.Method, _ path: String) -> (Route, [(name: String, value: String)])? {
        let parts = path.split(separator: "/").map(String.init)
        var found: (Route, [(name: String, value: String)])?
        for route in routes where route.method == method && route.path.segments.count == parts.count {
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

enum SampleKinds {
    private static let anybody = AccessRule(
        .grant(to: .related(as: ["therapist"]), upTo: .internal),
        .grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret))

    /// Whose field is found by its hash, and hidden from most.
    static let chart = KindShape(
        "chart", about: .given, access: RecordAccess(read: anybody, create: anybody, change: anybody),
        fields: [
            FieldShape("stage", .integer(0...9), isRequired: true, .internal, search: .order),
            FieldShape("document", .text(3...40), .secret, search: .exact),
            FieldShape("notes", .object([FieldShape("one", .text(0...20)), FieldShape("two", .list(.text(1...5), atMost: 3))]), .internal),
        ], indexes: [RecordIndex(by: "stage")])

    static let manifest = Manifest(
        "samples", Text(es: "Muestras", en: "Samples"), purpose: Text(es: "Para pruebas.", en: "For tests."),
        permissions: [
            PermissionShape("note.read", Text(es: "leer", en: "read"), to: ["organisation_admin"]),
            PermissionShape("note.write", Text(es: "escribir", en: "write"), to: ["organisation_admin"]),
            PermissionShape(Relations.permission, Text(es: "relacionar", en: "relate"), to: ["organisation_admin"]),
        ], kinds: [Note.kind.shape, chart],
        migrations: [
            Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) },
            Migration(2, "charts") { RecordTable(chart).creation($0) },
        ])

    static func exercise(_ slug: String, _ change: (String, String)...) -> String {
        var body = """
            {"slug":"\(slug)","name_es":"Caminar de puntas","name_en":"Walking on toes","muscles":["gastrocnemius"],\
            "dose":{"sets":2,"repetitions":10,"rest_seconds":45,"times_per_week":5},\
            "spanish":{"purpose":"Fuerza.","instructions":["Camine."],"contraindications":[],"pain_rule":"Hasta 3.","red_flags":[]},\
            "english":{"purpose":"Strength.","instructions":["Walk."],"contraindications":[],"pain_rule":"Up to 3.","red_flags":[]},\
            "progressions":[],"regressions":[],"source":{"kind":"textbook","title":"A","publisher":"B","year":2001}}
            """
        for (old, new) in change { body = body.replacing(old, with: new) }
        return body
    }
}
