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
        var faults: [MovementEvaluation.Fault] = []
        var refusal: String?
        var decision: MovementEvaluation.Review.Decision?
        var knee = 95.0

        static func fault(_ code: FaultCode, _ severity: Fault.Severity, _ side: BodySide? = nil) -> MovementEvaluation.Fault {
            .init(
                code: code.rawValue, side: side?.rawValue, amount: 14, uncertainty: 2, unit: "deg", severity: severity.rawValue,
                moment: 3.2, times: 3)
        }
    }

    /// Puts one down as it would stand, and says its id.
    @discardableResult
    func evaluation(of person: Identifier, _ made: Made = Made()) async throws -> String {
        let now = host.world.now()
        var evaluation = MovementEvaluation(
            state: made.state, asked: made.exercise, language: "es", bytes: 1_000, isVideoKept: false)
        let isMeasured = [.preAssessment, .certified, .rejected].contains(made.state)
        if isMeasured {
            evaluation.measuredAt = now
            evaluation.result = .init(
                exercise: made.exercise, confidence: nil, repetitions: 5,
                angles: ["knee", "hip", "ankle"].flatMap { joint in
                    ["r", "l"].map { side in
                        .init(angle: "\(joint)_\(side)_deg", least: 3, greatest: made.knee - (side == "l" ? 4 : 0), uncertainty: 3.1)
                    }
                },
                faults: made.faults,
                score: made.points.map { .init(points: $0, low: Double(max($0 - 7, 0)), high: Double(min($0 + 7, 100))) }, warnings: [],
                view: "front-oblique", observationsDigest: String(repeating: "a", count: 64), reportDigest: String(repeating: "b", count: 64),
                program: "zancada tests", method: "1")
        }
        if let code = made.refusal {
            evaluation.refusal = .init(
                code: code, spanish: "No se vieron los pies. Aleje el teléfono un paso y vuelva a grabar.",
                english: "The feet were not seen. Move the phone a step away and film again.")
        }
        if let decision = made.decision {
            evaluation.review = .init(
                decision: decision, reviewer: "therapist-1", reviewerName: "Luis Mamani", reviewedAt: now, words: nil, amendments: [],
                statementDigest: nil)
        }
        let kind = MovementEvaluation.kind
        let record = try await host.store.create(
            kind.shape, try kind.body(of: evaluation).bytes, about: person, by: own(person))
        return record.id
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

    /// Until the journal tells this exactly so often; reads are told a moment later.
    func waits(until told: String, _ count: Int) async throws -> Bool {
        for _ in 0..<200 {
            let now = try await ground.told().count { $0 == told }
            if now >= count { return now == count }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    func pass(days: Int) { clock.advance(by: .seconds(days * 86_400)) }
}
