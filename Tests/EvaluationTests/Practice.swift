import Access
import Base
import Evaluation
import FeatureKit
import Keys
import Movement
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Web

/// A clinic with several people and clinicians, and evaluations that stand there as if they had been measured.
struct Practice: Sendable {
    let ground: FeatureGround
    let feature: EvaluationFeature
    let clock: FixedWorld
    let seen: Studio.Seen
    let names: Known

    /// What people are called.
    final class Known: Sendable {
        private let state = Mutex<[Identifier: String]>([:])
        func name(_ person: Identifier, _ name: String) { state.withLock { $0[person] = name } }
        var port: Names { Names { [self] accounts, _ in state.withLock { all in all.filter { accounts.contains($0.key) } } } }
    }

    static func with(_ engine: EngineMatrix = .sqlite, _ body: (Practice) async throws -> Void) async throws {
        let clock = FixedWorld(seed: 5, at: try #require(Instant("2026-11-22T15:00:00Z")))
        let people = Manifest(
            "people", Text(es: "Personas", en: "People"), purpose: Text(es: "Para pruebas.", en: "For tests."),
            permissions: [PermissionShape(Relations.permission, Text(es: "relacionar", en: "relate"), to: ["organisation_admin"])])
        try await FeatureGround.with(engine, [EvaluationFeature.manifest, people], world: clock.world) { ground in
            let (seen, names) = (Studio.Seen(), Known())
            let ports = EvaluationPorts(
                videos: MemoryBlobs(), observer: seen.port, names: names.port,
                surroundings: Surroundings { call in Self.shell(call) })
            try await body(
                Practice(ground: ground, feature: EvaluationFeature(ground.host, ports), clock: clock, seen: seen, names: names))
        }
    }

    /// As the program's: who looks, and where they can go.
    private static func shell(_ call: Call) -> Shell {
        let isPatient = call.standing?.roles.contains("patient") == true
        let links = isPatient ? ["/evaluations", "/evaluations/new"] : ["/worklist", "/patients", "/clinic"]
        let shown = EvaluationFeature.manifest.destinations.filter { links.contains($0.path) }
        return Shell(
            navigation: shown.map(\.link),
            visitor: Visitor(name: isPatient ? "Ana Quispe" : "Luis Mamani", signOutPath: "/sign-out"))
    }

    var host: FeatureHost { ground.host }
    var store: EvaluationStore { feature.store }
    var admin: Standing { ground.standing("admin-1", ["organisation_admin"]) }
    var therapist: Standing { ground.standing("therapist-1", ["therapist"]) }
    var physician: Standing { ground.standing("physician-1", ["physician"]) }

    func own(_ person: Identifier) -> Standing { ground.standing(person, ["patient"]) }

    /// Somebody who agreed to be measured, in the care of a therapist.
    func person(_ name: String, of carer: Identifier? = "therapist-1", as role: RoleName = "therapist") async throws -> Identifier {
        let person = try await Subjects(host.database, host.keyring, world: host.world).create(by: admin)
        names.name(person, name)
        try await ground.rows.write { tx in _ = try ConsentTable.give(EvaluationFeature.consent, of: person, in: "clinic", tx) }
        if let carer { _ = try await relate(carer, as: role, to: person) }
        return person
    }

    func relate(_ carer: Identifier, as role: RoleName, to person: Identifier) async throws -> ID<Relation> {
        let relation = try Relation(
            id: host.world.id(), tenant: "clinic", subject: person, grantee: carer, role: role, from: host.world.now(), reason: .careTeam)
        try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(relation, by: admin)
        return relation.id
    }

    /// What an evaluation says that nobody measured.
    struct Made: Sendable {
        var state = MovementEvaluation.State.preAssessment
        var exercise = "squat"
        var points: Int? = 85
        var faults: [Seen] = []
        var refusal: String?
        var decision: MovementEvaluation.Review.Decision?
        var knee = 95.0

        /// A compensation.
        struct Seen: Sendable {
            let code: FaultCode
            let severity: Fault.Severity
            let side: BodySide?
        }

        static func fault(_ code: FaultCode, _ severity: Fault.Severity, _ side: BodySide? = nil) -> Seen {
            Seen(code: code, severity: severity, side: side)
        }

        func json(at now: Instant) -> [UInt8] {
            var json = JSONWriter()
            let isMeasured = [.preAssessment, .certified, .rejected].contains(state)
            json.object { json in
                json.member("state", state.rawValue)
                json.member("asked", exercise)
                json.member("language", "es")
                json.member("bytes", 1_000)
                json.member("video_kept", false)
                if isMeasured {
                    json.member("measured_at", now)
                    json.member("result", object: { json in write(to: &json) })
                }
                if let refusal {
                    json.member(
                        "refusal",
                        object: { json in
                            json.member("code", refusal)
                            json.member("spanish", "No se vieron los pies. Aleje el teléfono un paso y vuelva a grabar.")
                            json.member("english", "The feet were not seen. Move the phone a step away and film again.")
                        })
                }
                if let decision {
                    json.member(
                        "review",
                        object: { json in
                            json.member("decision", decision.rawValue)
                            json.member("reviewer", "therapist-1")
                            json.member("reviewer_name", "Luis Mamani")
                            json.member("reviewed_at", now)
                            json.member("amendments", array: { _ in })
                        })
                }
            }
            return json.bytes
        }

        private func write(to json: inout JSONWriter) {
            json.member("exercise", exercise)
            json.member("repetitions", 5)
            json.member(
                "angles",
                array: { json in
                    for angle in ["knee_r", "knee_l", "hip_r", "hip_l", "ankle_r", "ankle_l"] {
                        json.object { json in
                            json.member("angle", "\(angle)_deg")
                            json.member("least", 3.0, decimals: 1)
                            json.member("greatest", angle.hasSuffix("l") ? knee - 4 : knee, decimals: 1)
                            json.member("uncertainty", 3.1, decimals: 1)
                        }
                    }
                })
            json.member(
                "faults",
                array: { json in
                    for fault in faults {
                        json.object { json in
                            json.member("code", fault.code.rawValue)
                            if let side = fault.side { json.member("side", side.rawValue) }
                            json.member("amount", 14.0, decimals: 1)
                            json.member("uncertainty", 2.0, decimals: 1)
                            json.member("unit", "deg")
                            json.member("severity", fault.severity.rawValue)
                            json.member("moment", 3.2, decimals: 1)
                            json.member("times", 3)
                        }
                    }
                })
            if let points {
                json.member(
                    "score",
                    object: { json in
                        json.member("points", points)
                        json.member("low", Double(max(points - 7, 0)), decimals: 1)
                        json.member("high", Double(min(points + 7, 100)), decimals: 1)
                    })
            }
            json.member("warnings", array: { _ in })
            json.member("view", "front-oblique")
            json.member("observations_sha256", String(repeating: "a", count: 64))
            json.member("report_sha256", String(repeating: "b", count: 64))
            json.member("program", "zancada tests")
            json.member("method", "1")
        }
    }

    /// Puts one down as it would stand, and says its id.
    @discardableResult
    func evaluation(of person: Identifier, _ made: Made = Made()) async throws -> String {
        try await host.store.create(
            MovementEvaluation.kind.shape, made.json(at: host.world.now()), about: person, by: own(person)
        ).id
    }

    /// A recording of a made-up person, sent and measured by the program itself.
    func measured(_ observations: [UInt8], of person: Identifier) async throws -> String {
        seen.set(.success(observations))
        let video = Studio.video(4_000)
        let entry = try await store.begin(
            .init(request: MeasureRequest(exercise: nil, language: .spanish), bytes: video.count), of: person, by: own(person))
        try await store.take(video, digest: Studio.digest(video), number: 0, of: entry.id, by: own(person))
        _ = try await store.finish(entry.id, by: own(person))
        try await ground.perform(feature.jobs)
        try await ground.perform(feature.jobs)
        return entry.id
    }

    /// How often the clinic's journal tells this, once it does at least so often; reads are told a moment later.
    func told(_ verb: String, _ kind: String = "evaluation", atLeast least: Int) async throws -> Int {
        var count = 0
        for _ in 0..<200 {
            let found: Int64? = try await ground.rows.first(
                """
                SELECT count(*) AS many FROM journal_entries
                WHERE tenant = \("clinic") AND verb = \(verb) AND kind = \(kind)
                """
            ) { try $0["many"] }
            count = Int(found ?? 0)
            if count >= least { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        return count
    }

    func pass(days: Int) { clock.advance(by: .seconds(days * 86_400)) }
}
