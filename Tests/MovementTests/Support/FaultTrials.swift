import Base
import Foundation
import Movement
import MovementSimulation

/// Made-up movements whose faults are known, filmed by made-up cameras, measured as a recording is.
enum FaultTrials {
    struct Trial {
        var exercise: Exercise
        var code: FaultCode
        /// Of the person before the camera: −90 faces it, 0 faces the right edge of the picture.
        var yawDegrees: [Double]
        var amounts: [Double]
        var unit: String
        var knowsGravity = false
        var change: @Sendable (inout SimulatedMovement, Double) -> Void
    }

    /// What came of one recording.
    struct Result {
        var verdicts: [FaultVerdict]
        var repetitions: Int
        var refused: String?

        func found(_ code: FaultCode) -> Bool { verdicts.contains { $0.found?.code == code } }
        func ruledOut(_ code: FaultCode) -> Bool {
            let own = verdicts.filter { $0.rule.code == code }
            return !own.isEmpty
                && own.allSatisfy { if case .notFound = $0.outcome { true } else { false } }
        }
        func amount(_ code: FaultCode) -> FaultAmount? {
            verdicts.filter { $0.rule.code == code }.compactMap { verdict -> FaultAmount? in
                switch verdict.outcome {
                case .found(let fault): fault.amount
                case .notFound(let amount): amount
                case .undecided(_, let amount): amount
                }
            }.max { verdictExcess(code, $0) < verdictExcess(code, $1) }
        }
        private func verdictExcess(_ code: FaultCode, _ amount: FaultAmount) -> Double {
            verdicts.first { $0.rule.code == code }?.rule.excess(amount.value) ?? 0
        }
    }

    static let all: [Trial] = [
        Trial(exercise: .squat, code: .kneeValgus, yawDegrees: [-90, 90], amounts: [0.02, 0.05, 0.08], unit: "m each") {
            $0.fault.kneesInwardMetres = $1
        },
        Trial(exercise: .squat, code: .forwardLean, yawDegrees: [0, -45], amounts: [10, 20, 30], unit: "°") {
            $0.fault.forwardLeanDegrees = $1
        },
        Trial(exercise: .squat, code: .sidewaysLean, yawDegrees: [-90, -60, 90], amounts: [6, 12, 20], unit: "°") {
            $0.fault.sidewaysLeanDegrees = $1
        },
        Trial(exercise: .squat, code: .heelRise, yawDegrees: [0, -45, 135], amounts: [0.02, 0.05, 0.08], unit: "m") {
            $0.fault.heelRiseMetres = $1
        },
        Trial(exercise: .squat, code: .hipShift, yawDegrees: [-90, -60, 90], amounts: [0.03, 0.07, 0.10], unit: "m") {
            $0.fault.hipShiftMetres = $1
        },
        Trial(exercise: .squat, code: .shallow, yawDegrees: [0, -45, -90], amounts: [40, 55, 65], unit: "° deep") {
            $0.peakDegrees = $1
        },
        Trial(exercise: .squat, code: .lossOfBalance, yawDegrees: [-90, -45], amounts: [0.08, 0.15, 0.25], unit: "m") {
            $0.fault.stepMetres = $1
        },
        Trial(exercise: .squat, code: .asymmetry, yawDegrees: [-45, 0], amounts: [0.08, 0.16, 0.24], unit: "m stagger") {
            $0.staggerMetres = $1
        },
        Trial(exercise: .sitToStand, code: .incompleteRise, yawDegrees: [0, -45], amounts: [20, 30, 40], unit: "° left") {
            $0.person.kneeDegrees = $1
        },
        Trial(exercise: .lunge, code: .kneeValgus, yawDegrees: [-90], amounts: [0.04, 0.08, 0.12], unit: "m each") {
            $0.fault.kneesInwardMetres = $1
        },
        Trial(exercise: .singleLegStance, code: .shortHold, yawDegrees: [-90, 0], amounts: [3, 5], unit: "s of which 0.7 on one leg") {
            $0.periodSeconds = $1
        },
        Trial(exercise: .shoulderAbduction, code: .armDrop, yawDegrees: [-90, -75], amounts: [20, 45, 70], unit: "°") {
            $0.fault.armDropDegrees = $1
            $0.periodSeconds = 4
        },
        Trial(exercise: .shoulderAbduction, code: .sidewaysLean, yawDegrees: [-90, -75], amounts: [6, 12, 20], unit: "°") {
            $0.fault.sidewaysLeanDegrees = $1
        },
        Trial(exercise: .shoulderFlexion, code: .backwardLean, yawDegrees: [0, -30], amounts: [8, 16, 24], unit: "°") {
            $0.fault.backwardLeanDegrees = $1
        },
        Trial(exercise: .singleLegStance, code: .sidewaysLean, yawDegrees: [-90, -75], amounts: [6, 12, 20], unit: "°") {
            $0.fault.sidewaysLeanDegrees = $1
        },
    ]

    /// The textbook's movement, changed, of another person before another camera with every seed.
    static func run(
        _ exercise: Exercise, yawDegrees: Double, seed: Int, named: Bool = true, change: (inout SimulatedMovement) -> Void = { _ in }
    ) throws -> Result {
        var scene = SimulatedScene(yawDegrees: yawDegrees, seed: UInt64(4_000 + 37 * seed))
        scene.distanceMetres = exercise == .gait ? 4.5 : 3
        var movement = SimulatedMovement(exercise, seconds: exercise == .gait ? 4 : 10)
        var generator = SeededGenerator(seed: UInt64(9_000 + seed))
        movement.person = SimulatedPerson(using: &generator)
        movement.hipShare = 0.74
        change(&movement)
        var observations = scene.record(movement).observations
        observations.request.exercise = named ? exercise : nil
        let measured = try Movement.Measurement.measure(observations)
        return Result(verdicts: measured.faults, repetitions: measured.repetitions.count, refused: measured.capture.refused?.code)
    }
}
