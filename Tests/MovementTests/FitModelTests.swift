import Foundation
import Movement
import MovementSimulation
import Testing

@Suite("Body and camera of the fit")
struct FitModelTests {
    @Test("the generic body at zero stands as its source says")
    func zero() {
        let body = BodyDimensions([Double](repeating: 0, count: BodyConstant.count))
        let points = BodyPoints()
        points.place(BodyPose([Double](repeating: 0, count: BodyState.count), body), body)
        let wanted: [SIMD3<Double>] = [
            SIMD3(-0.0412, 0.5315, 0.170), SIMD3(0, 0, 0.0773), SIMD3(-0.0045, -0.4096, 0.0773),
            SIMD3(-0.0065, -0.8061, 0.0773), SIMD3(-0.0553, -0.8581, 0.0852), SIMD3(0.1547, -0.8781, 0.0852),
        ]
        for (index, position) in wanted.enumerated() {
            let (left, right) = (points.positions[2 * index], points.positions[2 * index + 1])
            #expect(length(right - position) < 1e-4)
            #expect(length(left - position * SIMD3(1, 1, -1)) < 1e-4)
        }
    }

    @Test("every derivative of the sixteen points is that of differences", arguments: [1, 2, 3])
    func derivatives(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var state = (0..<BodyState.count).map { _ in Double.random(in: -1...1, using: &generator) }
        var constants = (0..<BodyConstant.count).map { _ in Double.random(in: -0.3...0.3, using: &generator) }
        let points = BodyPoints()
        func place() -> [SIMD3<Double>] {
            let body = BodyDimensions(constants)
            let places = BodyPoints()
            places.place(BodyPose(state, body), body)
            return (0..<BodyPoints.count).map { places.positions[$0] }
        }
        let body = BodyDimensions(constants)
        points.differentiate(BodyPose(state, body), body)
        let step = 1e-6
        func check(_ unknown: Int, _ high: [SIMD3<Double>], _ low: [SIMD3<Double>], isState: Bool) {
            for point in 0..<BodyPoints.count {
                let (width, count, indices, values) =
                    isState
                    ? (BodyPoints.statesPerPoint, points.stateCounts[point], points.stateIndices, points.byState)
                    : (
                        BodyPoints.constantsPerPoint, points.constantCounts[point], points.constantIndices,
                        points.byConstant
                    )
                let at = (0..<count).first { indices[point * width + $0] == unknown }
                let found = at.map { values[point * width + $0] } ?? .zero
                #expect(length((high[point] - low[point]) / (2 * step) - found) < 1e-8)
            }
        }
        for unknown in state.indices {
            let value = state[unknown]
            state[unknown] = value + step
            let high = place()
            state[unknown] = value - step
            check(unknown, high, place(), isState: true)
            state[unknown] = value
        }
        for unknown in BodyConstant.logSize..<BodyConstant.rhythm {
            let value = constants[unknown]
            constants[unknown] = value + step
            let high = place()
            constants[unknown] = value - step
            check(unknown, high, place(), isState: false)
            constants[unknown] = value
        }
    }

    @Test("the gradient of all terms together is that of differences", arguments: ExerciseFamily.allCases)
    func gradient(family: ExerciseFamily) throws {
        let movement = SimulatedMovement(family == .gait ? .gait : .squat, seconds: 0.6)
        let track = try LandmarkTrack(SimulatedScene(yawDegrees: -50, seed: 3).record(movement).observations)
        let options = FitOptions(family)
        let start = BodyFit.start(track, options: options)
        var generator = SeededGenerator(seed: 9)
        var states = start.states.map { $0 + 0.05 * generator.normal() }
        var constants = start.constants
        let active: Int = [.bilateral: 31, .generic: 43, .gait: 44][family] ?? 0
        // The others are held to a micrometre.
        for index in 0..<active { constants[index] += 0.02 * generator.normal() }
        let gradient = BodyFit.gradient(
            track, states: states, constants: constants, options: options, metresPerPixel: 0.003)
        #expect(gradient.count == states.count + active)
        func cost() -> Double {
            BodyFit.costs(track, states: states, constants: constants, options: options, metresPerPixel: 0.003)
                .reduce(0, +)
        }
        let step = 1e-6
        func check(_ unknown: Int, _ change: (Double) -> Void) {
            change(step)
            let high = cost()
            change(-2 * step)
            let low = cost()
            change(step)
            let wanted = (high - low) / (4 * step)
            #expect(abs(gradient[unknown] - wanted) < 1e-6 * max(abs(wanted), 1e3), "unknown \(unknown)")
        }
        for unknown in (5 * BodyState.count)..<(7 * BodyState.count) { check(unknown) { states[unknown] += $0 } }
        for unknown in 0..<active { check(states.count + unknown) { constants[unknown] += $0 } }
    }

    @Test("pitch and roll come back from gravity in camera axes")
    func gravity() throws {
        var constants = [Double](repeating: 0, count: BodyConstant.count)
        constants[BodyConstant.pitch] = 0.3
        constants[BodyConstant.roll] = -0.2
        var known = KnownCapture()
        known.setOrientation(gravity: BodyCamera(constants).rotation * SIMD3(0, -9.81, 0))
        #expect(abs(try #require(known.pitchRadians) - 0.3) < 1e-12)
        #expect(abs(try #require(known.rollRadians) + 0.2) < 1e-12)
    }

    @Test("a camera that looks down sees the floor's far end higher in the picture")
    func camera() {
        var constants = [Double](repeating: 0, count: BodyConstant.count)
        constants[BodyConstant.logFocalLength] = log(1000)
        constants[BodyConstant.cameraHeight] = 1.2
        constants[BodyConstant.pitch] = 0.1
        let camera = BodyCamera(constants)
        let axis = camera.project(SIMD3(0, 1.2 - 3 * tan(0.1), -3))
        #expect(abs(axis.x) < 1e-9 && abs(axis.y) < 1e-9)
        #expect(camera.project(SIMD3(0, 0, -6)).y < camera.project(SIMD3(0, 0, -3)).y)
        #expect(camera.project(SIMD3(0.5, 0, -3)).x > 0)
    }
}
