import Base
import Foundation
import Movement
import MovementSimulation
import Testing

/// Bodies of other proportions before other cameras, with errors like the network's.
@Suite("Body fit of simulated movements")
struct FitSimulationTests {
    @Test("a generic body seen without errors is found again")
    func exact() throws {
        let scene = quiet(SimulatedScene(yawDegrees: -40, seed: 1, isGeneric: true))
        let errors = try meanErrors(scene, SimulatedMovement(.squat, seconds: 6), .bilateral)
        #expect((errors.values.max() ?? .infinity) < 1.5)
    }

    @Test(
        "angles of two-legged tasks are found from in front and from the side",
        arguments: [Exercise.squat, .sitToStand], [-60.0, -30, 0, 150])
    func twoLegged(exercise: Exercise, yaw: Double) throws {
        let scene = SimulatedScene(yawDegrees: yaw, seed: 11)
        let errors = try meanErrors(scene, SimulatedMovement(exercise, seconds: 8), .bilateral)
        for (joint, error) in errors { #expect(error < 6, "\(joint)") }
    }

    @Test("angles of walking are found", arguments: [0.0, -45, 180])
    func gait(yaw: Double) throws {
        var scene = SimulatedScene(yawDegrees: yaw, seed: 4)
        scene.distanceMetres = 4.5
        let errors = try meanErrors(scene, SimulatedMovement(.gait, seconds: 4), .gait)
        for (joint, error) in errors { #expect(error < 7, "\(joint)") }
    }

    @Test(
        "the family is recognised",
        arguments: [
            (Exercise.squat, ExerciseFamily.bilateral), (.sitToStand, .bilateral), (.gait, .gait),
            (.shoulderAbduction, .generic),
        ])
    func family(exercise: Exercise, family: ExerciseFamily) throws {
        var scene = SimulatedScene(yawDegrees: -20, seed: 6)
        scene.distanceMetres = 4
        let track = try LandmarkTrack(scene.record(SimulatedMovement(exercise, seconds: 6)).observations)
        let choice = FamilyChoice(BodyFit.solve(track, family: .generic))
        #expect(choice.family == family, "\(choice)")
    }

    @Test("without the left-right term a difference between the legs stays")
    func asymmetry() throws {
        var movement = SimulatedMovement(.squat, seconds: 8)
        movement.staggerMetres = 0.12
        let recording = quiet(SimulatedScene(yawDegrees: -50, seed: 2, isGeneric: true)).record(movement)
        let track = try LandmarkTrack(recording.observations)
        func difference(_ right: [Double], _ left: [Double]) -> Double { (left.max() ?? 0) - (right.max() ?? 0) }
        func found(_ options: FitOptions) -> Double {
            let solution = BodyFit.solve(track, family: .bilateral, options: options)
            return difference(solution.degrees(.kneeRight), solution.degrees(.kneeLeft))
        }
        let truth = difference(recording.degrees(.kneeRight), recording.degrees(.kneeLeft))
        #expect(truth > 6)
        let without = found(FitOptions(.bilateral, leftRightTerm: false))
        #expect(abs(without - truth) < 2.5)
        #expect(found(FitOptions(.bilateral)) < without)
    }

    @Test("a long gap is not measured, a short one is bridged")
    func gaps() throws {
        var scene = SimulatedScene(yawDegrees: -40, seed: 8)
        scene.gaps = [2.0...2.2, 4.0...5.5]
        let recording = scene.record(SimulatedMovement(.squat, seconds: 8))
        let motion = BodyFit.solve(try LandmarkTrack(recording.observations), family: .bilateral).motion()
        let knee = try #require(motion.angles[.kneeLeft])
        for (index, time) in motion.times.enumerated() {
            let isInside = time > 4.25 && time < 5.25
            if isInside { #expect(!motion.isMeasured[index] && knee.degrees[index].isNaN) }
            if time < 3.9 || time > 5.6 { #expect(motion.isMeasured[index] && knee.degrees[index].isFinite) }
        }
        let truth = recording.degrees(.kneeLeft)
        let bridge = motion.times.indices.filter { motion.times[$0] > 2 && motion.times[$0] < 2.2 }
        for index in bridge { #expect(abs(knee.degrees[index] - truth[index]) < 12) }
    }

    @Test("a long clip is fitted in windows as well as a short one")
    func long() throws {
        let scene = SimulatedScene(yawDegrees: -40, seed: 13)
        let recording = scene.record(SimulatedMovement(.squat, seconds: 50))
        let track = try LandmarkTrack(recording.observations)
        let solution = BodyFit.solve(track, family: .bilateral)
        #expect(solution.report.windows == 3)
        let errors = errors(solution, recording)
        for (joint, error) in errors { #expect(error < 5, "\(joint)") }
        let knee = solution.degrees(.kneeRight)
        // A seam would show as a jump.
        #expect(zip(knee, knee.dropFirst()).allSatisfy { abs($0 - $1) < 12 })
        let (first, second) = (recording.degrees(.kneeRight), solution.motion())
        let deviation = second.angles[.kneeRight]?.standardUncertaintyDegrees ?? []
        let within = knee.indices.filter { abs(knee[$0] - first[$0]) < 2 * deviation[$0] }
        #expect(Double(within.count) > 0.9 * Double(knee.count))
    }

    @Test("too few pictures with a person are refused")
    func tooFew() throws {
        let recording = SimulatedScene(yawDegrees: 0, seed: 1).record(SimulatedMovement(.squat, seconds: 0.4))
        #expect(throws: Failure.self) { try LandmarkTrack(recording.observations) }
    }

    @Test("landmarks that belong to nobody are refused")
    func nobody() throws {
        var generator = SeededGenerator(seed: 1)
        let positions = (0..<(60 * 12)).map { _ in
            (Double.random(in: 0...720, using: &generator), Double.random(in: 0...1280, using: &generator))
        }
        let track = try LandmarkTrack(times: (0..<60).map { Double($0) / 30 }, width: 720, height: 1280) {
            let place = positions[$0 * 12 + $1]
            return LandmarkTrack.Sample(
                x: place.0, y: place.1, visibility: 0.9,
                world: SIMD3(place.0 / 720 - 0.5, place.1 / 1280 - 0.5, place.0 / 720 - 0.4))
        }
        let motion = BodyFit.solve(track, family: .generic).motion()
        #expect(CaptureGate.afterFit(motion, view: nil, exercise: nil, hasGravity: true).refused?.code == "does_not_fit")
    }

    private func quiet(_ scene: SimulatedScene) -> SimulatedScene {
        var scene = scene
        scene.noise = 0
        return scene
    }

    private func meanErrors(
        _ scene: SimulatedScene, _ movement: SimulatedMovement, _ family: ExerciseFamily
    ) throws -> [JointAngle: Double] {
        let recording = scene.record(movement)
        var options = FitOptions(family)
        options.plantedAnkleGain = 0
        return errors(
            BodyFit.solve(try LandmarkTrack(recording.observations), family: family, options: options), recording)
    }

    private func errors(_ solution: BodySolution, _ recording: SimulatedRecording) -> [JointAngle: Double] {
        JointAngle.allCases.filter { $0.joint != .shoulder && $0.joint != .elbow }.reduce(into: [:]) { result, angle in
            let truth = SignalSmoothing.interpolate(
                recording.degrees(angle), knots: recording.times, at: solution.track.times)
            let found = solution.degrees(angle)
            result[angle] = zip(found, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(found.count)
        }
    }
}
