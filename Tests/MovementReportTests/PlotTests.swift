import Base
import Movement
import MovementReport
import Testing

@Suite("What a plot draws")
struct PlotTests {
    private func wave(_ count: Int) -> [Double] { (0..<count).map { Double(($0 * 37) % 101) } }

    @Test("is every value of a short series")
    func short() {
        #expect(Thinning.curve(wave(600)) == [Array(0..<600)])
        #expect(Thinning.curve([]) == [])
    }

    @Test("is 600 points at most of a long one, and no peak is lost")
    func long() {
        var values = wave(36_000)
        values[17_777] = 500
        values[23_456] = -500
        let drawn = Thinning.curve(values).flatMap(\.self)
        #expect(drawn.count <= Thinning.mostPoints)
        #expect(drawn == drawn.sorted())
        #expect(drawn.contains(17_777) && drawn.contains(23_456))
    }

    @Test("breaks where values are missing")
    func gaps() {
        let values: [Double] = [1, 2, .nan, .nan, 5, .nan, 7]
        #expect(Thinning.curve(values) == [[0, 1], [4], [6]])
        let series = AngleSeries(degrees: values, standardUncertaintyDegrees: .init(repeating: 1.5, count: 7))
        #expect(Thinning.band(series).map { $0.map(\.index) } == [[0, 1], [4], [6]])
        #expect(Thinning.band(series)[0][1].low == -1)
        #expect(Thinning.band(series)[0][1].high == 5)
    }

    @Test("has a band that is never narrower than it is")
    func bands() {
        let degrees = wave(5_000)
        let series = AngleSeries(degrees: degrees, standardUncertaintyDegrees: .init(repeating: 2, count: 5_000))
        let band = Thinning.band(series).flatMap(\.self)
        #expect(band.count <= 400)
        for (left, right) in zip(band, band.dropFirst()) where left.low == right.low && left.high == right.high {
            for index in left.index...right.index {
                #expect(left.low <= degrees[index] - 4 && left.high >= degrees[index] + 4)
            }
        }
    }

    @Test("shows a foot on the floor from contact to toe-off, and up to the edges of the recording")
    func stances() {
        func event(_ kind: Gait.Event.Kind, _ seconds: Double) -> Gait.Event {
            .init(kind: kind, side: .left, seconds: seconds)
        }
        let gait = Gait(
            events: [
                event(.toeOff, 0.4), event(.initialContact, 0.8), event(.toeOff, 1.4), event(.initialContact, 1.9),
            ],
            cadenceStepsPerMinute: nil, speedMetresPerSecond: nil, stepLengthMetres: [:], stanceFraction: [:])
        let stances = gait.stances(within: 0...2.5)
        #expect(stances.allSatisfy { $0.side == .left })
        #expect(stances.map(\.startSeconds) == [0, 0.8, 1.9])
        #expect(stances.map(\.endSeconds) == [0.4, 1.4, 2.5])
    }
}
