import Base
import Foundation
import Movement
import MovementSimulation
import Testing

@Suite("Faults of simulated movements")
struct FaultTests {
    @Test(
        "a large fault is found from where it shows",
        arguments: [
            (Exercise.squat, FaultCode.kneeValgus, -90.0, 0.08), (.squat, .forwardLean, 0, 40),
            (.squat, .sidewaysLean, -90, 22), (.squat, .heelRise, 0, 0.11), (.squat, .hipShift, -90, 0.12),
            (.squat, .shallow, 0, 40), (.squat, .lossOfBalance, -90, 0.25), (.shoulderAbduction, .armDrop, -90, 75),
            (.singleLegStance, .sidewaysLean, -90, 22), (.shoulderFlexion, .backwardLean, 0, 26),
        ])
    func found(exercise: Exercise, code: FaultCode, yaw: Double, amount: Double) throws {
        let trial = try #require(FaultTrials.all.first { $0.exercise == exercise && $0.code == code })
        let result = try FaultTrials.run(exercise, yawDegrees: yaw, seed: 3) { trial.change(&$0, amount) }
        #expect(result.refused == nil)
        let fault = try #require(result.verdicts.compactMap(\.found).first { $0.code == code })
        let rule = try #require(result.verdicts.first { $0.rule.code == code }?.rule)
        #expect(rule.excess(fault.amount.value) > 2 * fault.amount.standardUncertainty)
        #expect(!fault.occurrences.isEmpty)
        for occurrence in fault.occurrences {
            #expect(occurrence.startSeconds...occurrence.endSeconds ~= occurrence.momentSeconds)
            #expect(!occurrence.pictures.isEmpty && occurrence.pictures.upperBound <= 300)
            // Thirty pictures a second from time zero.
            #expect(abs(Double(occurrence.pictures.lowerBound) / 30 - occurrence.startSeconds) < 0.05)
            if let repetition = occurrence.repetition { #expect((1...result.repetitions).contains(repetition)) }
        }
    }

    @Test(
        "the textbook's movement has none",
        arguments: [
            (Exercise.squat, -90.0), (.squat, 0), (.sitToStand, -45), (.lunge, 0), (.singleLegStance, -90),
            (.shoulderAbduction, -90), (.shoulderFlexion, 0), (.heelRaise, 0), (.gait, 0),
        ])
    func none(exercise: Exercise, yaw: Double) throws {
        let result = try FaultTrials.run(exercise, yawDegrees: yaw, seed: 21)
        #expect(result.refused == nil)
        #expect(result.verdicts.compactMap(\.found).map(\.code) == [])
        #expect(!result.verdicts.isEmpty)
    }

    @Test("what a view hides is neither claimed nor ruled out, however large")
    func hidden() throws {
        let heels = try FaultTrials.run(.squat, yawDegrees: -90, seed: 3) { $0.fault.heelRiseMetres = 0.10 }
        let verdict = try #require(heels.verdicts.first { $0.rule.code == .heelRise })
        #expect(verdict.outcome == .undecided(.hiddenByView, nil))
        let knees = try FaultTrials.run(.squat, yawDegrees: 0, seed: 3) { $0.fault.kneesInwardMetres = 0.08 }
        #expect(knees.verdicts.first { $0.rule.code == .kneeValgus }?.outcome == .undecided(.hiddenByView, nil))
    }

    @Test("an amount within two standard uncertainties of the threshold is not told")
    func nearThreshold() throws {
        let result = try FaultTrials.run(.squat, yawDegrees: 0, seed: 3) { $0.peakDegrees = 67 }
        let depth = try #require(result.verdicts.first { $0.rule.code == .shallow })
        guard case .undecided(.uncertain, let amount?) = depth.outcome else {
            Issue.record("\(depth.outcome)")
            return
        }
        #expect(abs(depth.rule.excess(amount.value)) <= 2 * amount.standardUncertainty + 1)
    }

    @Test("every exercise has rules with a threshold, a graver one beyond it, and its source", arguments: Exercise.allCases)
    func rules(exercise: Exercise) {
        let rules = FaultRule.rules(for: exercise)
        #expect(rules.count >= 3)
        for rule in rules {
            #expect(rule.excess(rule.marked) > 0, "\(rule.code)")
            #expect(!rule.views.isEmpty)
            if case .published(let source) = rule.basis {
                // Author, journal and year.
                #expect(source.contains("19") || source.contains("20"))
            }
            #expect(!rule.code.name.spanish.isEmpty && rule.code.name.spanish != rule.code.name.english)
        }
    }
}

@Suite("Protocols of the newer exercises")
struct NewerProtocolTests {
    @Test(
        "repetitions are counted, and the exercise is recognised",
        arguments: [(Exercise.lunge, 0.0, 4), (.shoulderFlexion, 0, 4), (.heelRaise, 0, 4)])
    func counted(exercise: Exercise, yaw: Double, repetitions: Int) throws {
        let result = try measured(exercise, yaw: yaw, named: true)
        #expect(result.capture.refused == nil)
        #expect(abs(result.repetitions.count - repetitions) <= 1)
        let recognised = try measured(exercise, yaw: yaw, named: false)
        #expect(recognised.recognition.exercise == exercise)
        #expect(recognised.repetitions.count == result.repetitions.count)
    }

    @Test("a stand on one leg is timed and filed under the lifted leg", arguments: [-90.0, 0])
    func hold(yaw: Double) throws {
        let result = try measured(.singleLegStance, yaw: yaw, named: false)
        #expect(result.recognition.exercise == .singleLegStance)
        let hold = try #require(result.repetitions.first)
        #expect(result.repetitions.count == 1)
        // Lifted from 15–22 % to 85–92 % of ten seconds.
        #expect(abs(hold.tempoSeconds - 7) < 0.7)
        #expect(Array(hold.peakBySide.keys) == [.left])
    }

    @Test("arms raised forward are not measured from the front")
    func wrongView() throws {
        #expect(try measured(.shoulderFlexion, yaw: -90, named: true).capture.refused?.code == "wrong_view")
    }

    private func measured(_ exercise: Exercise, yaw: Double, named: Bool) throws -> Movement.Measurement {
        let scene = SimulatedScene(yawDegrees: yaw, seed: 77)
        var observations = scene.record(SimulatedMovement(exercise, seconds: 10)).observations
        observations.request.exercise = named ? exercise : nil
        return try Movement.Measurement.measure(observations)
    }
}
