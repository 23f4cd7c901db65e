import Access
import Base
import Evaluation
import FeatureKit
import Keys
import Movement
import MovementSimulation
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing

/// The feature at work in a clinic: a person who agrees to be measured, their therapist, a stranger. Videos are bytes without meaning; what
/// is seen in them is a made-up person's movement.
struct Studio: Sendable {
    let ground: FeatureGround
    let feature: EvaluationFeature
    let clock: FixedWorld
    let videos: MemoryBlobs
    let seen: Seen
    let staff: Staff
    let ana: Identifier

    /// What the observer says, and what it was given.
    final class Seen: Sendable {
        struct State {
            var answer: Result<[UInt8], Failure> = .failure(Failure(.fault, "nothing_set", Text(verbatim: "nothing set")))
            var looks: [[UInt8]] = []
        }

        private let state = Mutex(State())
        var looks: [[UInt8]] { state.withLock { $0.looks } }
        func set(_ answer: Result<[UInt8], Failure>) { state.withLock { $0.answer = answer } }

        var port: VideoObserver {
            VideoObserver(program: ("zancada", "tests")) { [self] look, parts, progress in
                var bytes: [UInt8] = []
                while let part = try await parts() { bytes += part }
                #expect(bytes.count == look.length)
                progress(0.5)
                return try state.withLock { state in
                    state.looks.append(bytes)
                    return try state.answer.get()
                }
            }
        }
    }

    static func with(_ engine: EngineMatrix = .sqlite, agreeing: Bool = true, _ body: (Studio) async throws -> Void) async throws {
        let clock = FixedWorld(seed: 21)
        let people = Manifest(
            "people", Text(es: "Personas", en: "People"), purpose: Text(es: "Para pruebas.", en: "For tests."),
            permissions: [PermissionShape(Relations.permission, Text(es: "relacionar", en: "relate"), to: ["organisation_admin"])])
        try await FeatureGround.with(engine, [EvaluationFeature.manifest, people], world: clock.world) { ground in
            let (videos, seen, staff) = (MemoryBlobs(), Seen(), Staff())
            let feature = EvaluationFeature(
                ground.host,
                EvaluationPorts(videos: videos, observer: seen.port, names: staff.names, certifying: staff.port(ground.host)))
            let admin = ground.standing("admin-1", ["organisation_admin"])
            let ana = try await Subjects(ground.host.database, ground.host.keyring, world: ground.host.world).create(by: admin)
            let studio = Studio(ground: ground, feature: feature, clock: clock, videos: videos, seen: seen, staff: staff, ana: ana)
            if agreeing { try await studio.agree(to: EvaluationFeature.consent) }
            seen.set(.success(try observations()))
            try await body(studio)
        }
    }

    /// A squat of nobody, as it would be seen from the side.
    static func observations(_ exercise: Exercise = .squat, seconds: Double = 8) throws -> [UInt8] {
        try observations(of: SimulatedMovement(exercise, seconds: seconds))
    }

    /// The same of any movement of one exercise.
    static func observations(of movement: SimulatedMovement, yawDegrees: Double = -35) throws -> [UInt8] {
        let recording = SimulatedScene(yawDegrees: yawDegrees, seed: 3).record(movement)
        var writer = ObservationsWriter()
        var observations = recording.observations
        observations.capture.videoSHA256 = String(repeating: "0", count: 64)
        (observations.capture.videoBytes, observations.capture.codec, observations.capture.container) = (1_000, "h264", "mp4")
        observations.capture.program = "simulated"
        var bytes = writer.header(observations.capture, request: MeasureRequest(exercise: movement.exercise, language: .spanish))
        for frame in observations.frames {
            bytes += writer.frame(
                time: frame.time, light: frame.light, score: frame.score, found: frame.found,
                points: Landmark.allCases.map { observations.point($0, in: frame) })
        }
        return bytes + writer.end(remarks: [])
    }

    var host: FeatureHost { ground.host }
    var store: EvaluationStore { feature.store }
    var own: Standing { ground.standing(ana, ["patient"]) }
    var therapist: Standing { ground.standing("therapist-1", ["therapist"]) }

    func agree(to purpose: ConsentPurpose) async throws {
        try await ground.rows.write { tx in _ = try ConsentTable.give(purpose, of: ana, in: "clinic", tx) }
    }

    func disagree(with purpose: ConsentPurpose) async throws {
        try await ground.rows.write { tx in _ = try ConsentTable.withdraw(purpose, of: ana, in: "clinic", tx) }
    }

    func relate(_ grantee: Identifier, as role: RoleName) async throws {
        let relation = try Relation(
            id: host.world.id(), tenant: "clinic", subject: ana, grantee: grantee, role: role, from: host.world.now(), reason: .careTeam)
        try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(
            relation, by: ground.standing("admin-1", ["organisation_admin"]))
    }

    /// A video of so many bytes, the same each time.
    static func video(_ count: Int = 1_200_000) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) } }

    static let part = 512 << 10

    static func parts(_ video: [UInt8]) -> [[UInt8]] {
        stride(from: 0, to: video.count, by: part).map { Array(video[$0..<min($0 + part, video.count)]) }
    }

    static func digest(_ bytes: [UInt8]) -> String {
        var digest = Digest()
        digest.update(bytes)
        return digest.hexadecimal
    }

    func begin(_ video: [UInt8], by standing: Standing? = nil) async throws -> EvaluationStore.Entry {
        try await store.begin(
            .init(request: MeasureRequest(exercise: .squat, language: .spanish), bytes: video.count), of: ana, by: standing ?? own)
    }

    func send(_ part: [UInt8], _ number: Int, of entry: EvaluationStore.Entry, by standing: Standing? = nil) async throws {
        try await store.take(part, digest: Self.digest(part), number: number, of: entry.id, by: standing ?? own)
    }

    /// Announced, sent and finished; it waits to be measured.
    func sent(_ video: [UInt8] = Studio.video()) async throws -> EvaluationStore.Entry {
        let entry = try await begin(video)
        for (number, part) in Self.parts(video).enumerated() { try await send(part, number, of: entry) }
        return try await store.finish(entry.id, by: own)
    }

    func state(of entry: EvaluationStore.Entry) async throws -> MovementEvaluation {
        try await store.entry(entry.id, by: own).evaluation
    }

    /// As the clock would: the job of a schedule is done, and what it asks for.
    func tidy() async throws {
        let request = try #require(feature.schedules.first).request(host.world.now())
        try await host.database.write { tx in try request.enqueue(tx) }
        try await ground.perform(feature.jobs)
        try await ground.perform(feature.jobs)
    }
}
