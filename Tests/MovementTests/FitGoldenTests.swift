import Foundation
import Movement
import Testing

@Suite("Body fit of the recorded squat", .enabled(if: FitGolden.isHere, "\(FitGolden.absence)"))
struct FitGoldenTests {
    @Test("the starting pose is the prototype's")
    func start() throws {
        let track = try FitGolden.track()
        let start = BodyFit.start(track, options: FitOptions(.bilateral))
        let wanted = try FitGolden.states("start")
        #expect(track.count == 404)
        let deviation = zip(start.states, wanted).map { abs($0 - $1) }.max() ?? .infinity
        print("start: largest deviation", deviation)
        #expect(deviation < 2e-4)
        #expect(abs(start.constants[BodyConstant.cameraHeight] - 1.4701805) < 1e-4)
    }

    @Test("contact weights are the prototype's")
    func contact() throws {
        let start = BodyFit.start(try FitGolden.track(), options: FitOptions(.bilateral))
        let table = try FitGolden.table("fit/contact.csv")
        var largest = 0.0
        for (row, contact) in zip(table.rows, start.contact) {
            for foot in 0..<4 { largest = max(largest, abs(row[1 + foot] - contact[foot])) }
        }
        print("contact: largest deviation", largest)
        #expect(largest < 2e-4)
    }

    @Test("every term costs what it costs the prototype, at the start and at its optimum")
    func costs() throws {
        let track = try FitGolden.track()
        let clip = try FitGolden.clip()
        for (name, point) in [("start", clip.start), ("optimum", clip.optimum)] {
            let costs = BodyFit.costs(
                track, states: try FitGolden.states(name), constants: point.ordered, options: FitOptions(.bilateral),
                metresPerPixel: point.metresPerPixel)
            for term in BodyFitTerm.allCases {
                let wanted = point.cost(term)
                let found = costs[term.rawValue]
                let relative = wanted == 0 ? abs(found) : abs(found / wanted - 1)
                print("cost", name, term, wanted, found, relative)
                #expect(relative < 1e-3, "\(name) \(term): \(found), wanted \(wanted)")
            }
        }
    }

    @Test("the optimum is the prototype's")
    func optimum() throws {
        let track = try FitGolden.track()
        let clock = ContinuousClock()
        let began = clock.now
        let solution = BodyFit.solve(track, family: .bilateral)
        let took = clock.now - began
        let report = solution.report
        print("fit: \(took) \(report.iterations) iterations", report.firstStageCosts.count, report.secondStageCosts)
        print("fit: cost", report.costs.reduce(0, +))
        let golden = try FitGolden.table("fit/angles.csv")
        let motion = solution.motion()
        print(motion.quality)
        for angle in JointAngle.allCases {
            guard let series = motion.angles[angle] else { continue }
            let wanted = golden.column(angle.column)
            let deviations = zip(series.degrees, wanted).map { abs($0 - $1) }
            let spread = zip(series.standardUncertaintyDegrees, golden.column(angle.column + "_sd"))
                .map { abs($0 - $1) }
            print(
                "angle", angle, "max", deviations.max() ?? .nan, "mean", deviations.reduce(0, +) / 404, "sd",
                spread.max() ?? .nan)
        }
    }
}
