import Access
import Base
import Gateway
import HTTPTypes
import Metrics
import Synchronization
import Testing
import Web

/// What operators are told, without a program around it.
@Suite("watching")
struct WatchTests {
    private let fixed = FixedWorld(seed: 8)

    /// Everything that a log wrote.
    private final class Lines: Sendable {
        private let text = Mutex("")
        var sink: LogSink { LogSink { [self] line in text.withLock { $0 += String(decoding: line, as: UTF8.self) } } }
        var all: [Substring] { text.withLock { $0.split(separator: "\n") } }
    }

    private func finished(_ status: Int, _ caller: Caller? = nil, _ route: Route? = Sample.route()) -> Finished {
        Finished(
            route: route, status: status, begun: fixed.world.elapsed(), id: fixed.world.id(of: Call.self),
            trace: TraceContext(trace: Array(1...16), span: Array(1...8), parent: nil, isSampled: false, state: nil), caller: caller)
    }

    private func log(_ lines: Lines, share: Int) -> RequestLog {
        RequestLog(
            Log(to: lines.sink, now: fixed.world.now), RequestLogSettings(share: share, slow: .seconds(1)), random: fixed.world.random)
    }

    @Test("errors and slow requests are always logged, and of the others as many as were asked for", arguments: [0, 5, 33, 50, 100])
    func sampling(_ share: Int) {
        let lines = Lines()
        let log = log(lines, share: share)
        for _ in 0..<1_000 { log.note(finished(200), took: .milliseconds(1), at: .zero) }
        #expect(lines.all.count == share * 10)
        for _ in 0..<7 { log.note(finished(500), took: .milliseconds(1), at: .zero) }
        for _ in 0..<3 { log.note(finished(200), took: .seconds(2), at: .zero) }
        #expect(lines.all.count == share * 10 + 10)
        #expect(lines.all.count { $0.contains(#""level":"error""#) } == 7)
    }

    @Test("strangers' refusals do not flood it, and it says how many were left out")
    func flood() {
        let lines = Lines()
        let log = log(lines, share: 0)
        for _ in 0..<10_000 { log.note(finished(404, nil, nil), took: .zero, at: .zero) }
        #expect(lines.all.count == 100)
        log.note(finished(500), took: .zero, at: .zero)
        #expect(lines.all.last?.contains(#""not_logged":9900"#) == true)
    }

    @Test("a line tells route, status, numbers and a pseudonym, and no name")
    func line() throws {
        let lines = Lines()
        let log = log(lines, share: 100)
        let ana = try Sample.caller("ana.quispe@example.org", in: "clinica-sur")
        log.note(finished(200, ana), took: .milliseconds(12), at: .zero)
        log.note(finished(200, ana), took: .milliseconds(12), at: .zero)
        log.note(finished(200, try Sample.caller("eva")), took: .milliseconds(12), at: .zero)
        let text = try #require(lines.all.first)
        let first = try JSON.parse(Array(text.utf8))
        let fields = try #require(first["fields"])
        #expect(fields["route"]?.string == "thing.read" && fields["status"]?.integer == 200 && fields["took"]?.number == 0.012)
        #expect(fields["trace"]?.string == "0102030405060708090a0b0c0d0e0f10")
        #expect(first["correlation"]?.string?.count == 36)
        let pseudonyms = try lines.all.map { try JSON.parse(Array($0.utf8))["fields"]?["caller"]?.string }
        #expect(pseudonyms[0] == pseudonyms[1] && pseudonyms[0] != pseudonyms[2] && pseudonyms[0]?.count == 12)
        for word in ["ana", "quispe", "example", "clinica", "eva"] { #expect(!lines.all.contains { $0.contains(word) }) }
    }

    @Test("traffic is counted by route, method and status, and what is under way by route")
    func traffic() {
        let metrics = Metrics()
        let route = Sample.route()
        let traffic = Traffic([route], metrics)
        traffic.begin(route)
        traffic.begin(route)
        traffic.end(route)
        traffic.count(route, status: 200, took: .milliseconds(3))
        traffic.count(route, status: 418, took: .milliseconds(3))
        traffic.count(nil, status: 404, took: .milliseconds(1))
        let text = String(decoding: metrics.exposition(), as: UTF8.self)
        #expect(text.contains(#"http_requests_total{route="thing.read",method="GET",status="200"} 1"#))
        #expect(text.contains(#"http_requests_total{route="thing.read",method="GET",status="418"} 1"#))
        #expect(text.contains(#"http_requests_total{route="none",method="other",status="404"} 1"#))
        #expect(text.contains(#"http_requests_in_flight{route="thing.read"} 1"#))
        #expect(text.contains(#"http_request_duration_seconds_count{route="thing.read"} 2"#))
        let summary = traffic.summaries.first { $0.route == "thing.read" }
        #expect(summary?.requests == 2 && summary?.refused == 1 && summary?.failed == 0)
    }

    @Test("active callers are those of the last five minutes, each once, and no more than there is room for")
    func active() throws {
        let callers = ActiveCallers(capacity: 1_600)
        for _ in 0..<3 { callers.saw(try Sample.caller(), at: .seconds(60)) }
        callers.saw(try Sample.caller(in: "other"), at: .seconds(60))
        #expect(callers.count(at: .seconds(60)) == 2)
        #expect(callers.count(at: .seconds(359)) == 2)
        #expect(callers.count(at: .seconds(360)) == 0)
        for number in 0..<20_000 { callers.saw(try Sample.caller("c\(number)"), at: .seconds(600)) }
        #expect(callers.count(at: .seconds(600)) <= 1_600)
        callers.saw(try Sample.caller("later"), at: .seconds(1_200))
        #expect(callers.count(at: .seconds(1_200)) == 1, "room is made of those who left")
    }

    @Test("the process knows its own memory and descriptors")
    func process() {
        let figures = ProcessFigures.now()
        #expect(figures.residentBytes > 1 << 20 && figures.openDescriptors >= 3 && figures.mostDescriptors > figures.openDescriptors)
        #expect(figures.threads >= 1 && figures.cpuSeconds > 0)
    }
}
