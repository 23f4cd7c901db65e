import Base
import Foundation
import PowerCut
import Testing

@Suite("The SQLite engine under power cuts")
struct EngineHistoryTests {
    /// `ZANCADA_POWERCUT_SEED=17` runs that history alone.
    private static let chosen = ProcessInfo.processInfo.environment["ZANCADA_POWERCUT_SEED"].flatMap(UInt64.init)

    private func run(_ seeds: ClosedRange<UInt64>, _ settings: EngineHistory.Settings) throws -> EngineHistory.Outcome {
        var sum = EngineHistory.Outcome()
        for seed in Self.chosen.map({ $0...$0 }) ?? seeds {
            let outcome = try EngineHistory.run(seed: seed, settings)
            #expect(outcome.faults == [], "ZANCADA_POWERCUT_SEED=\(seed)")
            sum.acknowledged += outcome.acknowledged
            sum.refused += outcome.refused
            sum.unknown += outcome.unknown
            sum.boots += outcome.boots
            sum.operations += outcome.operations
            sum.strikes += outcome.strikes
        }
        print("power cuts: \(sum)")
        return sum
    }

    @Test("what was acknowledged is whole and there, what was refused is not, and nothing is half there")
    func cuts() throws {
        let sum = try run(1...2_000, .init())
        #expect(sum.acknowledged > 0 && sum.refused > 0 && sum.unknown > 0, "every answer was to be seen")
    }

    @Test("nor do failed syncs, a full disk and failed reads take anything away")
    func faults() throws {
        let sum = try run(1...1_500, .init(hasFaults: true, promise: .powersafeOverwrite))
        #expect(sum.strikes > 0)
    }

    @Test("the same seed gives the same operations, the same answers and the same end")
    func replay() throws {
        for seed in UInt64(1)...30 {
            let settings = EngineHistory.Settings(hasFaults: seed.isMultiple(of: 2))
            #expect(try EngineHistory.run(seed: seed, settings) == EngineHistory.run(seed: seed, settings))
        }
    }

    @Test("an engine that answers before the commit is found out")
    func earlyAnswers() throws {
        let faults = try (UInt64(1)...60).flatMap { try EngineHistory.run(seed: $0, .init(acknowledgesEarly: true)).faults }
        #expect(faults.contains { $0.hasSuffix("was acknowledged and is lost") })
    }

    @Test("an engine that does not synchronise is found out")
    func ignoredSyncs() throws {
        let faults = try (UInt64(1)...60).flatMap { try EngineHistory.run(seed: $0, .init(ignoresSyncs: true)).faults }
        #expect(faults.contains { $0.hasSuffix("was acknowledged and is lost") })
    }
}
