import Base
import Foundation
import Movement
import MovementSimulation
import Testing

@Suite("The two sides compared")
struct SidesTests {
    @Test("scan", arguments: [20.0, 35, 50, 65, 90, -145])
    func scan(_ yaw: Double) throws {
        for seed in 1...4 {
            for seconds in [4.0, 8] {
                var observations = SimulatedScene(yawDegrees: yaw, seed: UInt64(seed)).record(SimulatedMovement(.gait, seconds: seconds)).observations
                observations.request.exercise = .gait
                let measurement = try Movement.Measurement.measure(observations)
                for one in measurement.symmetry?.differences ?? [] where one.isReal {
                    print("SCAN", yaw, seed, seconds, measurement.capture.view?.rawValue ?? "-", one.joint, one.rangeRightMinusLeftDegrees, one.standardUncertaintyDegrees)
                }
                print("SCAN", yaw, seed, seconds, measurement.capture.view?.rawValue ?? "-", measurement.capture.refused?.code ?? "ok")
            }
        }
    }
}
