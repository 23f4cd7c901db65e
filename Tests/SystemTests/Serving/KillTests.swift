import Foundation
import Synchronization
import TestKit
import Testing

/// The real program, killed at random while records, organisations, jobs and subscriptions are at work, and started again.
@Suite("killed under load", .timeLimit(.minutes(10)))
struct KillTests {
    /// Kills of one run.
    private static let rounds = 8
    private static let linesEachRound = 3_000

    @Test(
        "what was acknowledged is there once, every job took effect once, subscriptions are exact, the journal verifies",
        arguments: ErasureScene.Engine.allCases)
    func killed(_ engine: ErasureScene.Engine) async throws {
        signal(SIGPIPE, SIG_IGN)
        let seed = Zancada.environment("ZANCADA_TEST_KILL_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000)
        var random = Steps(seed)
        let ground = try KillGround(engine)
        defer { ground.clear() }
        var acknowledged: [String] = []
        var organisations = ["clinic"]
        for round in 1...Self.rounds {
            let services = try await ground.start()
            let lines = try ground.converse()
            let sent = Task.detached {
                for number in 1...Self.linesEachRound where !lines.say("{\"text\": \"round \(round) line \(number)\"}") { return }
            }
            let making = try (1...2).map { try ground.making("c\(round)-\($0)") }
            let enough = Int.random(in: 1...900, using: &random)
            try await eventually(seconds: 60) { try lines.heard().count >= enough || !lines.process.isRunning }
            let struck = services[Int.random(in: 0..<services.count, using: &random)]
            if engine == .postgres, Bool.random(using: &random) { kill(lines.process.processIdentifier, SIGKILL) }
            try struck.strike()
            if engine == .postgres { lines.hangUp() }
            _ = await sent.value
            _ = lines.end()
            acknowledged += try lines.heard().compactMap(KillGround.id)
            for (name, process) in making where try process.wait().status == 0 { organisations.append(name) }
            for service in services where service.running.process.isRunning { try service.strike() }
        }
        let service = try await ground.start().first
        try await ground.awaitQuiet()
        try ground.check(acknowledged: acknowledged, organisations: organisations, "seed \(seed)")
        _ = try service?.stop()
        for other in ground.running { try other.strike() }
        let verified = try ground.run("journal", "verify", "--records")
        #expect(verified.status == 0, "seed \(seed): \(verified.output)\(verified.errors)")
    }
}

/// Numbers that follow from a seed: splitmix64.
private struct Steps: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
