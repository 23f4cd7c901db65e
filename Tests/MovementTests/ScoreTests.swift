import Base
import Foundation
import Movement
import MovementSimulation
import Testing

private func squat(seed: Int = 5, change: (inout SimulatedMovement) -> Void = { _ in }) throws -> Movement.Measurement {
    var movement = SimulatedMovement(.squat, seconds: 10)
    movement.hipShare = 0.74
    change(&movement)
    var observations = SimulatedScene(yawDegrees: -90, seed: UInt64(seed)).record(movement).observations
    observations.request.exercise = .squat
    return try Movement.Measurement.measure(observations)
}

@Suite("The score and the comparison of two recordings")
struct ScoreTests {
    @Test("is the sum of its parts, of a hundred, within its interval")
    func sum() throws {
        for change in [{ (_: inout SimulatedMovement) in }, { $0.fault.kneesInwardMetres = 0.07 }, { $0.peakDegrees = 50 }] {
            let score = try #require(try squat(change: change).score)
            #expect(score.parts.reduce(0) { $0 + $1.points } == score.points)
            #expect(score.parts.reduce(0) { $0 + $1.most } == 100)
            #expect(score.low...score.high ~= Double(score.points))
            #expect(score.low >= 0 && score.high <= 100)
            for part in score.parts { #expect((0...part.most).contains(part.points)) }
        }
    }

    @Test("falls with a fault, in the part that names it")
    func falls() throws {
        let good = try #require(try squat().score)
        let bad = try #require(try squat { $0.fault.kneesInwardMetres = 0.07 }.score)
        let shallow = try #require(try squat { $0.peakDegrees = 45 }.score)
        func points(_ score: MovementScore, _ name: MovementScore.Part.Name) -> Int {
            score.parts.first { $0.name == name }?.points ?? -1
        }
        #expect(bad.points < good.points)
        #expect(points(bad, .compensations) < points(good, .compensations))
        #expect(points(shallow, .range) < points(good, .range))
    }

    @Test("is not given where nothing was measured, or too little")
    func withheld() throws {
        var one = try squat()
        one.repetitions = Array(one.repetitions.prefix(1))
        #expect(one.score == nil)
        var refused = try squat()
        refused.capture.refused = .init("too_dark", Text(es: "x", en: "x"))
        #expect(refused.score == nil)
        var unknown = try squat()
        unknown.recognition.exercise = nil
        #expect(unknown.score == nil)
    }

    @Test("the same movement filmed again shows no real change in how deep it goes")
    func noChange() throws {
        let comparison = try MeasurementComparison(before: try squat(seed: 5), after: try squat(seed: 6))
        let peak = try #require(comparison.figures.first { $0.code == "peak" })
        #expect(peak.verdict == .noRealChange)
        #expect(comparison.remarks.isEmpty)
        #expect(comparison.figures.contains { $0.code == "score" })
    }

    @Test("a much shallower movement is a real change, by the minimal detectable change")
    func change() throws {
        let (before, after) = (try squat(seed: 5), try squat(seed: 6) { $0.peakDegrees = 45 })
        let comparison = try MeasurementComparison(before: before, after: after)
        let peak = try #require(comparison.figures.first { $0.code == "peak" })
        #expect(peak.verdict == .decreased)
        #expect(peak.change < -35)
        #expect(comparison.appeared.contains(.shallow) && comparison.gone.isEmpty)
        // No smaller than by the level's uncertainty alone: 1.96 · √(u² + u²).
        let levels = [before, after].map { $0.repetitions.map(\.peakUncertaintyDegrees).sorted()[$0.repetitions.count / 2] }
        #expect(peak.minimalDetectableChange >= 1.9 * (levels[0] * levels[0] + levels[1] * levels[1]).squareRoot())
    }

    @Test("only valid measurements of one exercise are compared")
    func notComparable() throws {
        let before = try squat()
        var other = before
        other.recognition.exercise = .gait
        #expect(throws: Failure.self) { try MeasurementComparison(before: before, after: other) }
        var refused = before
        refused.capture.refused = .init("too_dark", Text(es: "x", en: "x"))
        #expect(throws: Failure.self) { try MeasurementComparison(before: refused, after: before) }
        var turned = before
        turned.capture.view = .side
        #expect(try MeasurementComparison(before: before, after: turned).remarks.map(\.code) == ["view_differs"])
    }
}
