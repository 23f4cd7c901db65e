import Foundation
import TestKit
import Testing

/// An installation that is killed again and again: on SQLite one program, on PostgreSQL two.
final class KillGround {
    let engine: ErasureScene.Engine
    private let scratch: Scratch
    private let server: ScratchServer?
    private let person: String
    private(set) var started: [Service] = []

    init(_ engine: ErasureScene.Engine) throws {
        self.engine = engine
        scratch = try Scratch()
        server = engine == .postgres ? try ScratchServer() : nil
        let data = scratch.path("data")
        let environment = server.map { ["ZANCADA_DATABASE_URL": $0.app] } ?? [:]
        func run(_ arguments: [String], _ environment: [String: String]) throws -> String {
            let outcome = try Zancada.run(arguments + ["--data", data], environment: environment)
            try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
            return outcome.output.trimmingCharacters(in: .newlines)
        }
        let owner = server.map { ["ZANCADA_DATABASE_URL": $0.owner] } ?? [:]
        _ = try run(["migrate"] + (server == nil ? [] : ["--grant-to", "zancada_app"]), owner)
        _ = try run(["org", "create", "clinic"], environment)
        person = try run(["subject", "create", "--org", "clinic"], environment)
    }

    private var data: String { scratch.path("data") }
    // A worker that was killed is taken for lost after a second.
    private var environment: [String: String] {
        ["ZANCADA_JOBS_CLAIM": "1s"].merging(server.map { ["ZANCADA_DATABASE_URL": $0.app] } ?? [:]) { $1 }
    }

    func start() async throws -> [Service] {
        var services = [try await Service(data, environment: environment)]
        if engine == .postgres { services.append(try await Service(data, role: "worker", environment: environment)) }
        started += services
        return services
    }

    var running: [Service] { started.filter { $0.running.process.isRunning } }

    func run(_ arguments: String...) throws -> Zancada.Outcome { try Zancada.run(arguments + ["--data", data], environment: environment) }

    private func json(_ arguments: String...) throws -> Any {
        let outcome = try Zancada.run(arguments + ["--json", "--data", data], environment: environment)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    }

    func converse() throws -> Conversation {
        try Conversation(
            ["record", "put", "note", "--lines", "--org", "clinic", "--subject", person, "--data", data], environment: environment)
    }

    /// An organisation that is being made.
    func making(_ name: String) throws -> (String, Zancada.Running) {
        (name, try Zancada.start(["org", "create", name, "--data", data], environment: environment))
    }

    static func id(_ line: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?["id"] as? String
    }

    /// Until no job is left to do and every subscription has heard everything.
    func awaitQuiet() async throws {
        try await eventually(seconds: 90) {
            let counts = try #require(try json("jobs", "count") as? [String: Double])
            let isIdle = counts.allSatisfy { name, count in name.hasSuffix("_seconds") || name == "jobs_dead" || count == 0 }
            let lags = try #require(try json("subscriptions", "list") as? [[String: Any]])
            return isIdle && !lags.isEmpty && lags.allSatisfy { ($0["entries_behind"] as? Int) == 0 }
        }
    }

    /// All records of a kind, page by page.
    private func records(_ kind: String, of organisation: String) throws -> [(id: String, body: [String: Any])] {
        var found: [(String, [String: Any])] = []
        var after: [String] = []
        while true {
            let outcome = try Zancada.run(
                ["record", "list", kind, "--org", organisation, "--limit", "200", "--json", "--data", data] + after,
                environment: environment)
            try #require(outcome.status == 0, "\(outcome.errors)")
            let page = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            for record in try #require(page["records"] as? [[String: Any]]) {
                found.append((try #require(record["id"] as? String), try #require(record["body"] as? [String: Any])))
            }
            guard let next = page["next"] as? String else { return found }
            after = ["--after", next]
        }
    }

    func check(acknowledged: [String], organisations: [String], _ seed: String) throws {
        let notes = try records("note", of: "clinic")
        let ids = notes.map(\.id)
        #expect(Set(ids).count == ids.count, "\(seed): a record stands twice")
        #expect(Set(acknowledged).count == acknowledged.count, "\(seed): something was acknowledged twice")
        #expect(Set(acknowledged).subtracting(ids).isEmpty, "\(seed): acknowledged and not there")
        let texts = notes.compactMap { $0.body["text"] as? String }
        #expect(Set(texts).count == texts.count, "\(seed): one line was kept twice")
        #expect(acknowledged.count > 1_000, "\(seed): there was no load to speak of")
        for organisation in organisations {
            let exercises = try records("exercise", of: organisation)
            let slugs = exercises.compactMap { $0.body["slug"] as? String }
            #expect(slugs.count >= 20 && Set(slugs).count == slugs.count, "\(seed): \(organisation) has \(slugs.count)")
        }
        let page = try #require(try json("jobs", "list", "--kind", "exercise_library.seed", "--limit", "200") as? [String: Any])
        let jobs = try #require(page["jobs"] as? [[String: Any]])
        let seeded = jobs.compactMap { $0["organisation"] as? String }
        #expect(Set(seeded).isSuperset(of: organisations) && Set(seeded).count == seeded.count, "\(seed): \(seeded)")
        #expect(jobs.allSatisfy { $0["state"] as? String == "done" }, "\(seed): \(jobs)")
        #expect(try (json("subscriptions", "parked") as? [Any])?.isEmpty == true, "\(seed)")
    }

    func clear() {
        for service in running { try? service.strike() }
        try? server?.drop()
    }
}
