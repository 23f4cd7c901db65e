import Foundation
import TestKit
import Testing

/// What the description of the API says may be refused, provoked on the real program: a refusal that nobody can reach is not documented
/// but invented.
@Suite("Every documented refusal", .serialized, .timeLimit(.minutes(3)))
struct DocumentedRefusalTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("is reached on a route that names it, and says so in a problem document")
    func reached() async throws {
        let service = try await Service(
            scratch.path("data"), environment: ["ZANCADA_PACE_BASIC": "3", "ZANCADA_PACE_ANONYMOUS_BURST": "0"])
        try #require(try service.run("org", "create", "clinic").status == 0)
        let desk = try await RefusalDesk(service)
        let documented = try desk.documented()
        #expect(documented.count > 12)
        for status in documented.keys.sorted() {
            let attempt = try #require(RefusalDesk.attempts[status], "nobody knows how to provoke \(status)")
            let (operation, answers) = try await attempt(desk)
            #expect(documented[status]?.contains(operation) == true, "\(operation) does not name \(status)")
            let answer = try #require(answers.first { $0.status == status }, "\(status): \(answers.map(\.status))")
            let problem = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
            #expect(answer.fields["content-type"] == "application/problem+json" && problem["status"] as? Int == status)
            #expect((problem["code"] as? String)?.isEmpty == false && (problem["title"] as? String)?.isEmpty == false)
            #expect(!answer.body.contains(service.data), "\(status) tells where the data is: \(answer.body)")
        }
        #expect(Set(RefusalDesk.attempts.keys) == Set(documented.keys), "no attempt is left over")
        #expect(try service.stop().status == 0)
    }
}

/// How each refusal is provoked, with what that takes.
struct RefusalDesk: Sendable {
    /// The operation as the description names it (`get /healthz`), and what it answered.
    typealias Attempt = @Sendable (RefusalDesk) async throws -> (String, [Wire.Answer])

    let wire: Wire
    private let data: String
    private let staff: String
    private let operatorField: String
    private let eager: String
    private let record: String
    private let tag: String
    private let model: String

    /// Waits until the library has something.
    init(_ service: Service) async throws {
        let wire = try Wire(service)
        self.wire = wire
        data = service.data
        let staff = try service.bearer("ana", org: "clinic", roles: ["therapist"], tier: "enterprise")
        self.staff = staff
        operatorField = try service.bearer("root", roles: ["operator"])
        eager = try service.bearer("eva", org: "clinic", roles: ["therapist"], tier: "basic")
        try await eventually { try wire.get("/api/v1/exercises?limit=1", [staff]).body.contains(#""slug""#) }
        let list = try JSONSerialization.jsonObject(with: Data(try wire.get("/api/v1/exercises?limit=1", [staff]).body.utf8))
        let item = try #require(((list as? [String: Any])?["items"] as? [[String: Any]])?.first)
        var body = try #require(item["record"] as? [String: Any])
        body["progressions"] = [String]()
        body["regressions"] = [String]()
        body["slug"] = "SLUG"
        model = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let made = try Self.create(wire, staff, model, "refused")
        record = try #require(made.fields["location"])
        tag = try #require(made.fields["etag"])
    }

    /// By status, the operations whose description names it.
    func documented() throws -> [Int: Set<String>] {
        let json = try JSONSerialization.jsonObject(with: Data(try wire.get("/openapi.json").body.utf8))
        let paths = try #require((json as? [String: Any])?["paths"] as? [String: [String: Any]])
        var found: [Int: Set<String>] = [:]
        for (path, operations) in paths {
            for (method, operation) in operations {
                guard let responses = (operation as? [String: Any])?["responses"] as? [String: Any] else { continue }
                for status in responses.keys.compactMap({ Int($0) }) where status >= 400 {
                    found[status, default: []].insert("\(method) \(path)")
                }
            }
        }
        return found
    }

    private static let json = "Content-Type: application/json"

    @discardableResult
    private static func create(_ wire: Wire, _ staff: String, _ model: String, _ slug: String) throws -> Wire.Answer {
        let key = "Idempotency-Key: \(UUID().uuidString)"
        return try wire.ask("POST", "/api/v1/exercises", [staff, json, key], body: model.replacingOccurrences(of: "SLUG", with: slug))
    }

    static let attempts: [Int: Attempt] = [
        400: { desk in ("get /api/v1/exercises", [try desk.wire.get("/api/v1/exercises?limit=%zz", [desk.staff])]) },
        401: { desk in ("get /api/v1/exercises", [try desk.wire.get("/api/v1/exercises")]) },
        403: { desk in ("get /operator", [try desk.wire.get("/operator", [desk.staff])]) },
        404: { desk in
            ("get /api/v1/exercises/{id}", [try desk.wire.get("/api/v1/exercises/\(UUID().uuidString.lowercased())", [desk.staff])])
        },
        409: { desk in ("post /api/v1/exercises", [try create(desk.wire, desk.staff, desk.model, "refused")]) },
        410: { desk in
            let made = try create(desk.wire, desk.staff, desk.model, "gone")
            let place = made.fields["location"] ?? ""
            _ = try desk.wire.ask("DELETE", place, [desk.staff, "If-Match: \(made.fields["etag"] ?? "")"])
            return ("get /api/v1/exercises/{id}", [try desk.wire.get(place, [desk.staff])])
        },
        412: { desk in ("delete /api/v1/exercises/{id}", [try desk.wire.ask("DELETE", desk.record, [desk.staff, "If-Match: \"9.9\""])]) },
        413: { desk in
            let body = String(repeating: " ", count: 65 << 10)
            return ("post /api/v1/exercises", [try desk.wire.ask("POST", "/api/v1/exercises", [desk.staff, json], body: body)])
        },
        414: { desk in
            ("get /healthz", [try desk.wire.get("/healthz?" + String(repeating: "a", count: 9_000))])
        },
        415: { desk in
            (
                "post /api/v1/exercises",
                [try desk.wire.ask("POST", "/api/v1/exercises", [desk.staff, "Content-Type: text/plain"], body: "a")]
            )
        },
        422: { desk in
            let key = "Idempotency-Key: \(UUID().uuidString)"
            return ("post /api/v1/exercises", [try desk.wire.ask("POST", "/api/v1/exercises", [desk.staff, json, key], body: "{}")])
        },
        428: { desk in ("delete /api/v1/exercises/{id}", [try desk.wire.ask("DELETE", desk.record, [desk.staff])]) },
        429: { desk in ("get /api/v1/exercises", try (0..<5).map { _ in try desk.wire.get("/api/v1/exercises", [desk.eager]) }) },
        431: { desk in ("get /healthz", [try desk.wire.get("/healthz", ["X-Long: " + String(repeating: "a", count: 40_000)])]) },
        503: { desk in
            let key = desk.data + "/keys/root.key"
            try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
            defer { try? FileManager.default.moveItem(atPath: key + ".away", toPath: key) }
            return ("get /readyz", [try desk.wire.get("/readyz", ["X-Forwarded-For: 203.0.113.9"])])
        },
        504: { desk in ("post /api/v1/exercises", try await desk.whileLocked()) },
    ]

    /// Writes while another program has the database, each of which waits for the one before: too long for some.
    private func whileLocked() async throws -> [Wire.Answer] {
        let holder = try DatabaseHolder(data + "/zancada.db")
        defer { holder.letGo() }
        return try await withThrowingTaskGroup(of: Wire.Answer.self) { group in
            for number in 1...8 {
                group.addTask { [self] in
                    try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread {
                            continuation.resume(with: Result { try Self.create(wire, staff, model, "late-\(number)") })
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// Another program that has a SQLite database to itself, as somebody's backup might.
private struct DatabaseHolder {
    private let process = Process()
    private let input = Pipe()

    init(_ path: String) throws {
        let code = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
            database.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            sys.stdin.read()
            """
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "60", "python3", "-c", code, path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Whole: what is available may be a part of the line.
        try #require(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
    }

    func letGo() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
