import Foundation
import Movement
import MovementSimulation
import Testing

@Suite("Anchor of the body fit on quiet standing")
struct FitStandingTests {
    private let standing = SimulatedMovement(.shoulderAbduction, seconds: 2)
    private let scene: SimulatedScene = {
        var scene = SimulatedScene(yawDegrees: -50, seed: 3)
        scene.noise = 0
        return scene
    }()

    private func anchored(_ family: ExerciseFamily = .bilateral) -> FitOptions {
        var options = FitOptions(family)
        options.standing = StandingAnchor()
        return options
    }

    @Test("its gradient is that of differences")
    func gradient() throws {
        let track = try LandmarkTrack(scene.record(standing).observations)
        var (with, without) = (anchored(), FitOptions(.bilateral))
        // So strong that it is seen beside the other terms.
        with.standing?.kneeDeviationDegrees = 0.01
        with.standing?.hipDeviationDegrees = 0.01
        with.standing?.trunkDeviationDegrees = 0.01
        without.standing = nil
        let start = BodyFit.start(track, options: with)
        var generator = SeededGenerator(seed: 9)
        var states = start.states.map { $0 + 0.05 * generator.normal() }
        func gradient(_ options: FitOptions) -> [Double] {
            BodyFit.gradient(
                track, states: states, constants: start.constants, options: options, metresPerPixel: 0.003)
        }
        func cost() -> Double {
            BodyFit.costs(
                track, states: states, constants: start.constants, options: with, metresPerPixel: 0.003)[
                    BodyFitTerm.standing.rawValue]
        }
        #expect(cost() > 1000)
        let difference = zip(gradient(with), gradient(without)).map { $0 - $1 }
        for unknown in (30 * BodyState.count)..<(31 * BodyState.count) {
            let value = states[unknown]
            states[unknown] = value + 1e-4
            let high = cost()
            states[unknown] = value - 1e-4
            let wanted = (high - cost()) / 4e-4
            states[unknown] = value
            #expect(abs(difference[unknown] - wanted) < 1e-6 * max(abs(wanted), 1e3), "unknown \(unknown)")
        }
    }

    @Test("standing counts, bending, moving and lifted feet do not")
    func weights() {
        func weight(knee: Double, contact: SIMD4<Double>, speed: Double = 0) -> Double {
            let states = (0..<30).flatMap { index -> [Double] in
                var state = [Double](repeating: 0, count: BodyState.count)
                for side in BodySide.allCases {
                    state[BodyState.leg(side) + BodyState.knee] =
                        (knee + speed * Double(index - 15) * LandmarkTrack.stepSeconds) * .pi / 180
                }
                return state
            }
            return StandingAnchor.weights(states, contact: Array(repeating: contact, count: 30)[...])[15]
        }
        #expect(weight(knee: 4, contact: .one) > 0.9)
        #expect(weight(knee: 40, contact: .one) < 0.01)
        #expect(weight(knee: 4, contact: .one, speed: 60) < 0.01)
        #expect(weight(knee: 4, contact: SIMD4(1, 0, 1, 0)) == 0)
    }

    @Test("ten seconds of standing are one look, as one second is")
    func oneLook() throws {
        func cost(_ seconds: Double) throws -> Double {
            let track = try LandmarkTrack(
                scene.record(SimulatedMovement(.shoulderAbduction, seconds: seconds, peakDegrees: 10)).observations)
            let options = anchored()
            let start = BodyFit.start(track, options: options)
            return BodyFit.costs(
                track, states: start.states, constants: start.constants, options: options, metresPerPixel: 0.003)[
                    BodyFitTerm.standing.rawValue]
        }
        let (short, long) = (try cost(1), try cost(10))
        #expect(short > 0.1)
        #expect(abs(long / short - 1) < 0.1)
    }

    @Test("it is off unless asked for, and then leaves deep bends and walking alone", arguments: [Exercise.gait])
    func walking(exercise: Exercise) throws {
        for family in ExerciseFamily.allCases { #expect(FitOptions(family).standing == nil) }
        var scene = SimulatedScene(yawDegrees: -45, seed: 4)
        scene.distanceMetres = 4.5
        let track = try LandmarkTrack(scene.record(SimulatedMovement(exercise, seconds: 3)).observations)
        let (without, with) = (
            BodyFit.solve(track, family: .gait), BodyFit.solve(track, family: .gait, options: anchored(.gait))
        )
        let (a, b) = (without.degrees(.kneeLeft), with.degrees(.kneeLeft))
        #expect(FitGolden.largestDifference(a, b) < 0.3)
    }
}
