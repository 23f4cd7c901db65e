import Foundation
import Movement
import Testing

private func squatRule() throws -> RepetitionRule { try #require(ExerciseProtocol.of(.squat).repetition) }

private func added(_ values: [Double], _ noise: [Double], times factor: Double) -> [Double] {
    zip(values, noise).map { $0 + factor * $1 }
}

@Test("five squats are five repetitions with their times, ranges and sides")
func fiveSquats() throws {
    let knee = excursions(count: 5, amplitude: 90)
    let motion = motion([.kneeRight: knee, .kneeLeft: knee.map { $0 + 4 }])
    let found = RepetitionDetection.repetitions(in: motion, rule: try squatRule())
    #expect(found.count == 5)
    for (number, repetition) in found.enumerated() {
        #expect(abs(repetition.peakSeconds - (2 + 3 * Double(number))) < 0.05)
        // A raised cosine of 2 s crosses a tenth of its height 0.205 s after its start.
        #expect(abs(repetition.startSeconds - (1.205 + 3 * Double(number))) < 0.06)
        #expect(abs(repetition.endSeconds - (2.795 + 3 * Double(number))) < 0.06)
        #expect(abs(repetition.peakDegrees - 97) < 1)
        #expect(abs(repetition.rangeDegrees - 90) < 1)
        #expect(abs((repetition.peakBySide[.right] ?? 0) - 95) < 1)
        #expect(abs((repetition.peakBySide[.left] ?? 0) - 99) < 1)
        #expect(repetition.peakUncertaintyDegrees == 4)
        #expect(try #require(repetition.smoothness) > -1.7)
    }
}

@Test("a movement that the recording cuts off is not counted")
func cutOff() throws {
    let knee = excursions(count: 3, amplitude: 90)
    // Begins in the first squat's depth and ends in the last one's.
    let cut = Array(knee[60..<(knee.count - 60)])
    let found = RepetitionDetection.repetitions(in: motion([.kneeRight: cut, .kneeLeft: cut]), rule: try squatRule())
    #expect(found.count == 1)
}

@Test("standing still and drifting slowly are no repetitions")
func noRepetitions() throws {
    let still = Array(repeating: 8.0, count: 600)
    let drift = (0..<600).map { Double($0) * 0.1 }
    let sway = (0..<1800).map { 25 + 20 * sin(2 * .pi * Double($0) / 1200) }
    for knee in [still, drift, sway] {
        let motion = motion([.kneeRight: knee, .kneeLeft: knee])
        #expect(RepetitionDetection.repetitions(in: motion, rule: try squatRule()).isEmpty)
    }
}

@Test("noise of the stated uncertainty makes no repetitions and hides none", arguments: 0..<40)
func noise(seed: Int) throws {
    var random = SeededNoise(seed: UInt64(seed))
    let deviation = [3.0, 5.0, 7.0, 9.0][seed % 4]
    let correlation = [0, 0.1, 0.3, 1][(seed / 4) % 4]
    let still = random.path(count: 1800, correlationSeconds: correlation).map { 10 + deviation * $0 }
    let standing = motion([.kneeRight: still, .kneeLeft: still], deviation: deviation)
    #expect(RepetitionDetection.repetitions(in: standing, rule: try squatRule()).isEmpty)

    let knee = excursions(count: 5, amplitude: 90, seconds: 2.5)
    let right = added(knee, random.path(count: knee.count, correlationSeconds: correlation), times: deviation)
    let left = added(knee, random.path(count: knee.count, correlationSeconds: correlation), times: deviation)
    let squatting = motion([.kneeRight: right, .kneeLeft: left], deviation: deviation)
    let found = RepetitionDetection.repetitions(in: squatting, rule: try squatRule())
    #expect(found.count == 5)
    #expect(found.allSatisfy { abs($0.peakDegrees - 95) < 4 * deviation })
}

@Test("rises from a chair are counted from seat to seat, and the last may end standing")
func chair() throws {
    let rule = try #require(ExerciseProtocol.of(.sitToStand).repetition)
    let knee = excursions(count: 3, amplitude: -85, rest: 92, seconds: 3)
    let found = RepetitionDetection.repetitions(in: motion([.kneeRight: knee, .kneeLeft: knee]), rule: rule)
    #expect(found.count == 3)
    #expect(found.allSatisfy { abs($0.peakDegrees - 7) < 1 && abs($0.rangeDegrees - 85) < 1 })
    // Cut in the middle of the third, when standing.
    let standing = Array(knee[..<(30 + 2 * 120 + 46)]) + Array(repeating: 7, count: 30)
    let ended = RepetitionDetection.repetitions(in: motion([.kneeRight: standing, .kneeLeft: standing]), rule: rule)
    #expect(ended.count == 3)
    #expect(ended.allSatisfy { $0.startSeconds < $0.peakSeconds && $0.peakSeconds <= $0.endSeconds })
}

@Test("arms that take turns are counted one by one, arms together once")
func arms() throws {
    let rule = try #require(ExerciseProtocol.of(.shoulderAbduction).repetition)
    let up = excursions(count: 1, amplitude: 120, rest: 12)
    let down = Array(repeating: 12.0, count: up.count)
    let turns = motion([.shoulderRight: up + down + up, .shoulderLeft: down + up + down])
    let found = RepetitionDetection.repetitions(in: turns, rule: rule)
    #expect(found.map { Array($0.peakBySide.keys) } == [[.right], [.left], [.right]])
    let together = motion([.shoulderRight: up + up, .shoulderLeft: up + up])
    #expect(RepetitionDetection.repetitions(in: together, rule: rule).map(\.peakBySide.count) == [2, 2])
    let one = motion([.shoulderRight: up + up, .shoulderLeft: down + down])
    #expect(
        RepetitionDetection.repetitions(in: one, rule: rule).map { Array($0.peakBySide.keys) } == [[.right], [.right]])
}

@Test("a repetition across a long gap is not counted, a short gap is bridged")
func gaps() throws {
    var knee = excursions(count: 3, amplitude: 90)
    for index in 145..<150 { knee[index] = .nan }
    #expect(
        RepetitionDetection.repetitions(in: motion([.kneeRight: knee, .kneeLeft: knee]), rule: try squatRule()).count
            == 3)
    for index in 140..<175 { knee[index] = .nan }
    #expect(
        RepetitionDetection.repetitions(in: motion([.kneeRight: knee, .kneeLeft: knee]), rule: try squatRule()).count
            == 2)
}

@Test(
    "the golden squat fit has five repetitions with the peaks of motion capture",
    .enabled(
        if: sharedSquatFolder != nil, "The squat recording is not here; set ZANCADA_SHARED to the folder that has it."))
func goldenSquat() throws {
    let file = try #require(sharedSquatFolder).appending(path: "fit/angles.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",")
    }
    func column(_ name: String) throws -> [Double] {
        let at = try #require(rows[0].firstIndex { $0 == name })
        return rows.dropFirst().map { Double($0[at]) ?? .nan }
    }
    var golden = motion([.kneeRight: try column("knee_r_deg"), .kneeLeft: try column("knee_l_deg")])
    golden.angles[.kneeRight]?.standardUncertaintyDegrees = try column("knee_r_deg_sd")
    golden.angles[.kneeLeft]?.standardUncertaintyDegrees = try column("knee_l_deg_sd")
    let found = RepetitionDetection.repetitions(in: golden, rule: try squatRule())
    #expect(found.count == 5)
    for (repetition, truth) in zip(found, [104.2, 100.5, 98.0, 95.3, 97.3]) {
        #expect(abs(repetition.peakDegrees - truth) < 5)
    }
}

@Test("the spectral arc length is that of an independent implementation")
func spectralArcLength() throws {
    // Expected values: numpy.fft with the published parameters.
    func jerkFree(_ count: Int) -> [Double] {
        (0..<count).map { pow(Double($0) / Double(count), 2) * pow(1 - Double($0) / Double(count), 2) * 30 }
    }
    let slow = try #require(SpectralArcLength.of(speed: jerkFree(60), sampleRateHertz: 30))
    let fast = try #require(SpectralArcLength.of(speed: jerkFree(150), sampleRateHertz: 100))
    #expect(abs(slow - -1.400_407_742_537_777) < 1e-9)
    #expect(abs(fast - -1.402_541_088_266_855) < 1e-9)
    let seconds = (0..<90).map { Double($0) / 30 }
    let rough = seconds.map { abs(sin(2 * .pi * $0 / 3) * (1 + 0.4 * sin(2 * .pi * 2.3 * $0))) }
    let found = try #require(SpectralArcLength.of(speed: rough, sampleRateHertz: 30))
    #expect(abs(found - -2.851_572_605_356_544) < 1e-9)
    #expect(SpectralArcLength.of(speed: Array(repeating: 0, count: 60), sampleRateHertz: 30) == nil)
}
