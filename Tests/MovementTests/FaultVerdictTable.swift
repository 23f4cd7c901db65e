import Foundation
import Movement
import MovementSimulation
import Testing

/// Makes the tables of `docs/movement.md`, "Faults". Takes minutes; run with `ZANCADA_FAULTS=8` for eight people a row.
@Suite("How often known faults are found", .enabled(if: FaultTable.people > 0, "needs ZANCADA_FAULTS"))
struct FaultVerdictTable {
    @Test("faults of stated amounts", arguments: FaultTrials.all.indices)
    func sensitivity(index: Int) throws {
        let trial = FaultTrials.all[index]
        for amount in [0] + trial.amounts {
            for yaw in trial.yawDegrees {
                let results = try (0..<FaultTable.people).map { seed in
                    try FaultTrials.run(trial.exercise, yawDegrees: yaw, seed: seed) { movement in
                        if amount > 0 { trial.change(&movement, amount) }
                    }
                }
                let values = results.compactMap { $0.amount(trial.code)?.value }
                let deviations = results.compactMap { $0.amount(trial.code)?.standardUncertainty }
                print(
                    "| \(trial.exercise.rawValue) | \(trial.code.rawValue) | \(amount) \(trial.unit) | \(yaw) |",
                    "found \(results.count { $0.found(trial.code) }), ruled out \(results.count { $0.ruledOut(trial.code) })",
                    "of \(results.count), refused \(results.count { $0.refused != nil }), reps \(results.map(\.repetitions)) |",
                    String(
                        format: "%.1f ± %.1f (sd stated %.1f)", Self.mean(values), Self.deviation(values), Self.mean(deviations)))
            }
        }
    }

    @Test("false alarms", arguments: Exercise.allCases)
    func falseAlarms(exercise: Exercise) throws {
        var claimed: [FaultCode: Int] = [:]
        var asked: [FaultCode: Int] = [:]
        var total = 0
        for yaw in [-90.0, -60, -30, 0, 45, 90, 135, 180] {
            for seed in 0..<FaultTable.people {
                let result = try FaultTrials.run(exercise, yawDegrees: yaw, seed: 500 + seed)
                guard result.refused == nil else { continue }
                total += 1
                for code in FaultCode.allCases {
                    let own = result.verdicts.filter { $0.rule.code == code }
                    if own.contains(where: { if case .undecided = $0.outcome { false } else { true } }) { asked[code, default: 0] += 1 }
                    if result.found(code) { claimed[code, default: 0] += 1 }
                }
            }
        }
        let rows = FaultCode.allCases.filter { asked[$0] != nil }.map { "\($0.rawValue) \(claimed[$0] ?? 0)/\(asked[$0] ?? 0)" }
        print("| \(exercise.rawValue) | \(total) recordings | \(rows.joined(separator: ", ")) |")
    }

    @Test("recognition", arguments: Exercise.allCases)
    func recognition(exercise: Exercise) throws {
        var names: [String: Int] = [:]
        for yaw in [-75.0, -45, 0, 135] {
            for seed in 0..<FaultTable.people {
                var scene = SimulatedScene(yawDegrees: yaw, seed: UInt64(6_000 + seed))
                scene.distanceMetres = exercise == .gait ? 4.5 : 3
                var generator = SeededGenerator(seed: UInt64(60 + seed))
                var movement = SimulatedMovement(exercise, seconds: exercise == .gait ? 4 : 10)
                movement.person = SimulatedPerson(using: &generator)
                movement.hipShare = 0.74
                let measured = try Movement.Measurement.measure(scene.record(movement).observations)
                let name = measured.capture.refused.map { "refused \($0.code)" } ?? measured.recognition.exercise?.rawValue ?? "none"
                names[name, default: 0] += 1
            }
        }
        print("| auto: \(exercise.rawValue) |", names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

    private static func deviation(_ values: [Double]) -> Double {
        let middle = mean(values)
        return (values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(max(values.count - 1, 1))).squareRoot()
    }
}

private enum FaultTable {
    static let people = Int(ProcessInfo.processInfo.environment["ZANCADA_FAULTS"] ?? "") ?? 0
}
