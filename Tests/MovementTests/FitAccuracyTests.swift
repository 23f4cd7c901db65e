import Foundation
import Movement
import MovementSimulation
import Testing

@Suite("Body fit of the recorded squat, as a whole", .enabled(if: FitGolden.isHere, "\(FitGolden.absence)"))
struct FitAccuracyTests {
    /// Mean absolute errors of the method as published with it, degrees.
    private static let published: [JointAngle: Double] = [
        .kneeLeft: 2.3, .kneeRight: 2.7, .hipLeft: 6.0, .hipRight: 5.1, .ankleLeft: 2.4, .ankleRight: 1.7,
        .trunk: 2.3,
    ]

    @Test("angles are as near to motion capture as published")
    func truth() throws {
        let motion = BodyFit.solve(try FitGolden.track(), family: .bilateral).motion()
        let errors = try FitGolden.errorsAgainstTruth(motion)
        for angle in JointAngle.allCases {
            guard let wanted = Self.published[angle], let error = errors[angle] else { continue }
            #expect(error.mean < wanted + 0.1, "\(angle)")
            #expect(error.withinTwo == 1)
        }
    }

    @Test("it is recognised as a two-legged task, and fitted as well as if that had been said")
    func family() throws {
        let track = try FitGolden.track()
        let (solution, choice) = BodyFit.solve(track)
        let told = BodyFit.solve(track, family: .bilateral)
        for angle in Self.published.keys {
            let difference = FitGolden.largestDifference(solution.degrees(angle), told.degrees(angle))
            #expect(difference < 0.5, "\(angle)")
        }
        #expect(choice.family == .bilateral)
        #expect(choice.kneeCorrelation > 0.95)
    }

    @Test("started elsewhere, the solver returns to the optimum")
    func perturbed() throws {
        let track = try FitGolden.track()
        let solution = BodyFit.solve(track, family: .bilateral)
        var generator = SeededGenerator(seed: 5)
        var states = solution.states
        // One offset per unknown for the whole clip: the shape of error that the start makes.
        for state in 0..<BodyState.count {
            let shift = Double.random(in: -0.1...0.1, using: &generator)
            for index in 0..<solution.count { states[index * BodyState.count + state] += shift }
        }
        var constants = solution.constants
        for index in BodyConstant.logThigh...BodyConstant.logShoulderWidth {
            constants[index] += Double.random(in: -0.05...0.05, using: &generator)
        }
        let back = BodyFit.solve(track, family: .bilateral, from: (states, constants, solution.report.metresPerPixel))
        for angle in Self.published.keys {
            // The optimum is flat: 0.1 % of the cost is up to half a degree.
            let difference = FitGolden.largestDifference(back.degrees(angle), solution.degrees(angle))
            #expect(difference < 0.5, "\(angle)")
        }
    }

    @Test("the same clip gives the same numbers to the last bit")
    func deterministic() throws {
        let first = BodyFit.solve(try FitGolden.track(), family: .gait)
        let second = BodyFit.solve(try FitGolden.track(), family: .gait)
        #expect(first.states == second.states)
        #expect(first.constants == second.constants)
        #expect(first.variances == second.variances)
    }

    @Test("windows with shared constants agree with the fit of the whole")
    func windows() throws {
        let track = try FitGolden.track()
        let whole = BodyFit.solve(track, family: .bilateral)
        let parts = BodyFit.solve(track, family: .bilateral, longestWhole: 300)
        #expect(parts.report.windows > 1)
        for angle in Self.published.keys {
            let (a, b) = (whole.degrees(angle), parts.degrees(angle))
            let mean = zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
            #expect(mean < 1.2, "\(angle)")
        }
    }
}
