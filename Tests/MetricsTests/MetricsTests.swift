import Base
import Metrics
import Testing

/// Counting, and how it is told.
@Suite("metrics")
struct MetricsTests {
    private func text(_ metrics: Metrics) -> String { String(decoding: metrics.exposition(), as: UTF8.self) }

    @Test("counts of many threads are all there")
    func threads() async {
        let metrics = Metrics()
        let counter = metrics.counter("things_total", "Things.")
        let level = metrics.level("things_open", "Open things.")
        let histogram = metrics.histograms("thing_seconds", "Times.", labels: [], atMost: 1)[]
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for step in 0..<10_000 {
                        counter.add()
                        level.add(step.isMultiple(of: 2) ? 2 : -1)
                        histogram.observe(.microseconds(step))
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(level.value == 40_000)
        #expect(histogram.count == 80_000)
    }

    @Test("is told in Prometheus' text format")
    func exposition() {
        let metrics = Metrics()
        metrics.counter("b_total", "Of \\ and\na line.").add(3)
        metrics.levels("a_open", "Open.", labels: ["kind", "place"], atMost: 5)["quote \" and \\", "line\nend"].set(-2)
        metrics.computed("c_count", "Read.", .untyped) { [MetricReading(2.5)] }
        let histogram = metrics.histograms(
            "d_seconds", "Times.", labels: ["route"], atMost: 2, bounds: .init([1_000, 2_000_000_000], unitsInOne: 1e9))["x"]
        histogram.observe(.nanoseconds(1_000))
        histogram.observe(.seconds(1))
        histogram.observe(.seconds(3))
        #expect(
            text(metrics) == """
                # HELP a_open Open.
                # TYPE a_open gauge
                a_open{kind="quote \\" and \\\\",place="line\\nend"} -2
                # HELP b_total Of \\\\ and\\na line.
                # TYPE b_total counter
                b_total 3
                # HELP c_count Read.
                # TYPE c_count untyped
                c_count 2.5
                # HELP d_seconds Times.
                # TYPE d_seconds histogram
                d_seconds_bucket{route="x",le="1e-06"} 1
                d_seconds_bucket{route="x",le="2"} 2
                d_seconds_bucket{route="x",le="+Inf"} 3
                d_seconds_sum{route="x"} 4.000001
                d_seconds_count{route="x"} 3

                """)
    }

    @Test("a family never has more series than it may")
    func bounded() {
        let metrics = Metrics()
        let series = metrics.counters("seen_total", "Seen.", labels: ["who", "what"], atMost: 10)
        for number in 0..<1_000 { series["\(number)", "x"].add() }
        #expect(series.all.count == 11)
        #expect(series["other", "other"].value == 990)
        #expect(series["3", "x"].value == 1)
        #expect(series["new", "x"] === series["other", "other"])
    }

    @Test("quantiles lie within the range that holds them")
    func quantiles() throws {
        let histogram = Histogram(.durations)
        #expect(histogram.quantile(0.5) == nil)
        for milliseconds in 1...1_000 { histogram.observe(.milliseconds(milliseconds)) }
        // Exact where values are spread evenly over each range, as these are.
        #expect(abs(try #require(histogram.quantile(0.5)) - 0.5) < 0.002)
        #expect(abs(try #require(histogram.quantile(0.95)) - 0.95) < 0.002)
        let slow = Histogram(.durations)
        slow.observe(.seconds(60))
        #expect(slow.quantile(0.99) == 10, "beyond the last bound only the bound is known")
        #expect(Histogram.quantile(1, over: [histogram, slow]) == 10)
    }

    @Test("what was observed on a bound counts below it; times that ran backwards count as none")
    func edges() {
        let histogram = Histogram(.init([10, 20], unitsInOne: 1))
        for units: UInt64 in [0, 10, 11, 20, 21, .max] { histogram.observe(units) }
        #expect(histogram.count == 6)
        histogram.observe(.seconds(-5))
        #expect(histogram.count == 7)
    }
}
