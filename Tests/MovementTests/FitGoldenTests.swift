import Foundation
import Movement
import Testing

/// Each step of the port by itself: where one of these fails, the ones after it will.
@Suite("Body fit of the recorded squat, step by step", .enabled(if: FitGolden.isHere, "\(FitGolden.absence)"))
struct FitGoldenTests {
    @Test("the starting pose is the prototype's")
    func start() throws {
        let start = BodyFit.start(try FitGolden.track(), options: FitOptions(.bilateral))
        let wanted = try FitGolden.states("start")
        #expect(start.states.count == wanted.count)
        // The file has seven decimals.
        #expect(FitGolden.largestDifference(start.states, wanted) < 1e-7)
        #expect(abs(start.constants[BodyConstant.cameraHeight] - 1.4701805) < 1e-7)
    }

    @Test("contact weights are the prototype's")
    func contact() throws {
        let start = BodyFit.start(try FitGolden.track(), options: FitOptions(.bilateral))
        let wanted = try FitGolden.table("fit/contact.csv").rows.flatMap { $0.dropFirst() }
        let found = start.contact.flatMap { [$0[0], $0[1], $0[2], $0[3]] }
        // The file has five decimals.
        #expect(FitGolden.largestDifference(found, wanted) < 1e-5)
    }

    @Test("every term costs what it costs the prototype, at its start and at its optimum")
    func costs() throws {
        let track = try FitGolden.track()
        let clip = try FitGolden.clip()
        for (name, point) in [("start", clip.start), ("optimum", clip.optimum)] {
            let costs = BodyFit.costs(
                track, states: try FitGolden.states(name), constants: point.ordered, options: FitOptions(.bilateral),
                metresPerPixel: point.metresPerPixel)
            for term in BodyFitTerm.allCases {
                let wanted = point.cost(term)
                // The files' seven decimals of states that differ by millimetres leave 1.6e-6 in term 4.
                let tolerance = wanted * (term == .planted ? 3e-6 : 1e-6)
                #expect(abs(costs[term.rawValue] - wanted) <= tolerance, "\(name), \(term)")
            }
        }
    }

    @Test("from the normal start the solver reaches the prototype's optimum, never uphill")
    func optimum() throws {
        let solution = BodyFit.solve(try FitGolden.track(), family: .bilateral)
        let clip = try FitGolden.clip()
        let costs = solution.report.secondStageCosts
        #expect(zip(costs, costs.dropFirst()).allSatisfy { $0 > $1 })
        let first = solution.report.firstStageCosts
        #expect(zip(first, first.dropFirst()).allSatisfy { $0 > $1 })
        #expect(abs(solution.report.costs.reduce(0, +) / clip.optimum.cost["total", default: .nan] - 1) < 1e-6)
        let golden = try FitGolden.table("fit/angles.csv")
        let motion = solution.motion()
        for (angle, series) in motion.angles {
            // The solver stops at a ten-thousandth of the cost; the same path ends at the same place.
            #expect(FitGolden.largestDifference(series.degrees, golden.column(angle.column)) < 0.01, "\(angle)")
        }
        #expect(motion.angles.count == 7)
        #expect(abs(motion.quality.medianReprojectionMetres - 0.0065) < 0.0001)
    }

    @Test("uncertainties are the prototype's where it computed them")
    func uncertainty() throws {
        let motion = BodyFit.solve(try FitGolden.track(), family: .bilateral).motion()
        let golden = try FitGolden.table("fit/angles.csv")
        for (angle, series) in motion.angles {
            let wanted = golden.column(angle.column + "_sd")
            // Every sixth moment; the prototype draws lines between.
            let sixth = stride(from: 0, to: wanted.count, by: 6)
            #expect(
                FitGolden.largestDifference(
                    sixth.map { series.standardUncertaintyDegrees[$0] }, sixth.map { wanted[$0] })
                    < 0.01, "\(angle)")
        }
    }
}
