import Base
import Movement
import MovementSimulation
import Testing

@Suite("The two sides of a walk")
struct SidesTests {
    @Test("a walk that is the same on both sides shows no real difference, from wherever it is seen", arguments: [35.0, 65, 90, -145])
    func even(_ yawDegrees: Double) throws {
        for seed in [1, 2] as [UInt64] {
            var observations = SimulatedScene(yawDegrees: yawDegrees, seed: seed).record(SimulatedMovement(.gait, seconds: 4)).observations
            observations.request.exercise = .gait
            let measurement = try Movement.Measurement.measure(observations)
            let real = (measurement.symmetry?.differences ?? []).filter(\.isReal)
            #expect(real.isEmpty, "\(seed): \(real)")
        }
    }
}
