import Base
import Movement
import MovementSimulation

/// Two months of a made-up clinic: the same on every machine but for the day on which they end.
struct DemoHistory: Sendable {
    /// One recording, and what became of it.
    struct Visit: Sendable {
        /// From the beginning, in days.
        var day: Double
        /// Which of the patients.
        var patient: Int
        var movement: DemoMovement
        /// What the physician says of it a day later; nil: it still waits.
        var verdict: Verdict?
    }

    /// A review.
    enum Verdict: Sendable {
        case certify
        /// The first compensation is taken back.
        case amend
        case reject
    }

    static let days = 62.0
    static let patients = 3
    /// What came later waits for its review.
    private static let reviewedUntil = 55.0
    /// By the day.
    let visits: [Visit]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var visits = Self.recovery(using: &generator) + Self.others(using: &generator)
        visits.sort { $0.day < $1.day }
        let squats = visits.indices.filter { visits[$0].patient == 0 && visits[$0].movement.exercise == .squat }
        for number in visits.indices where visits[number].day < Self.reviewedUntil {
            visits[number].verdict = visits[number].patient == 2 ? nil : .certify
        }
        // Of the squats of the first patient one is put right, and one was not to be relied on.
        if squats.count > 8 { (visits[squats[7]].verdict, visits[squats[2]].verdict) = (.amend, .reject) }
        self.visits = visits
    }

    /// A knee that gets better: deeper squats, and knees that stay over the feet.
    private static func recovery(using generator: inout SeededGenerator) -> [Visit] {
        var visits: [Visit] = []
        for (number, day) in stride(from: 1.0, through: 61, by: 5).enumerated() {
            let healed = min(Double(number) / 10, 1)
            var squat = movement(.squat, peakDegrees: 60 + 34 * healed + generator.normal(), using: &generator)
            squat.kneesInwardMetres = 0.09 * (1 - healed)
            visits.append(visit(day, 0, squat, using: &generator))
        }
        var dark = movement(.squat, peakDegrees: 75, using: &generator)
        dark.light = 0.04
        visits.append(visit(3, 0, dark, using: &generator))
        for day in [2.0, 21, 40, 59] {
            let rising = movement(.sitToStand, yawDegrees: -40, using: &generator)
            visits.append(visit(day, 0, rising, using: &generator))
        }
        for (number, day) in [7.0, 28, 56].enumerated() {
            let arms = movement(.shoulderFlexion, peakDegrees: 112 + 16 * Double(number), yawDegrees: -20, using: &generator)
            visits.append(visit(day, 0, arms, using: &generator))
        }
        return visits
    }

    /// Those for whom something waits.
    private static func others(using generator: inout SeededGenerator) -> [Visit] {
        var visits: [Visit] = []
        for (number, day) in [38.0, 45, 52, 60].enumerated() {
            var squat = movement(.squat, yawDegrees: -20, using: &generator)
            squat.heelRiseMetres = 0.02 * Double(number + 1)
            squat.forwardLeanDegrees = 10 * Double(number)
            visits.append(visit(day, 1, squat, using: &generator))
        }
        for day in [50.0, 61] { visits.append(visit(day, 2, movement(.heelRaise, yawDegrees: 0, using: &generator), using: &generator)) }
        var dark = movement(.heelRaise, yawDegrees: 0, using: &generator)
        dark.light = 0.03
        visits.append(visit(61.2, 2, dark, using: &generator))
        return visits
    }

    private static func movement(
        _ exercise: Exercise, peakDegrees: Double? = nil, yawDegrees: Double = -85, using generator: inout SeededGenerator
    ) -> DemoMovement {
        DemoMovement(exercise, peakDegrees: peakDegrees, yawDegrees: yawDegrees + 3 * generator.normal(), seed: generator.next())
    }

    /// Some time within two hours of the morning.
    private static func visit(_ day: Double, _ patient: Int, _ movement: DemoMovement, using generator: inout SeededGenerator) -> Visit {
        Visit(day: day + Double.random(in: 0...0.08, using: &generator), patient: patient, movement: movement)
    }
}
