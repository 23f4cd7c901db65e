import Access
import Base
import BenchmarkKit
import Foundation
import Gateway
import HTTPTypes
import Metrics
import Runtime
import Web

/// Figures of one run, each a line of JSON: what counting, limits, logs and caches cost a request, on one core.
///
///     WatchBenchmark [ROUNDS]
let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200_000
let world = World.live
let metrics = Metrics()
let counter = metrics.counter("benchmark_total", "Rounds.")
let histogram = metrics.histograms("benchmark_seconds", "Rounds.", labels: [], atMost: 1)[]

func route(_ name: String, _ caching: Caching = .never) -> Route {
    Route(
        .get, "/things", name, Text(verbatim: name), access: .anyone, answers: [.ok(.json(.anything))], pace: .metered, caching: caching
    ) { _ in .json(Array("{}".utf8)) }
}

let routes = (0..<100).map { route("thing.read\($0)") }
let traffic = Traffic(routes, metrics)
let caller = Caller(
    actor: "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", tenant: "017f22e2-79b0-7cc3-98c4-dc0c0c073990", roles: ["therapist"], tier: .premium)
let callers = ActiveCallers()
var settings = PaceSettings()
settings.tiers[.premium] = .window(quota: 1_000_000_000, window: .seconds(3_600))
settings.anonymous = .burst(most: 1_000_000_000, every: .nanoseconds(1))
let keeper = PaceKeeper(settings, world: world)
let log = RequestLog(
    Log(to: LogSink { _ in }, now: world.now), RequestLogSettings(share: 0, slow: .seconds(1)), random: world.random)
let finished = Finished(route: routes[7], status: 200, begun: .zero, id: nil, trace: nil, caller: caller)
let known = PaceAsk(route: routes[7], caller: caller, peer: "192.0.2.1")
let strangers = (0..<1_000).map { PaceAsk(route: routes[7], caller: nil, peer: "2001:db8:0:\(String($0, radix: 16))::1") }
let cache = ReplyCache(MemoryCache(bytes: 32 << 20, world: world), hits: counter, misses: counter)
let kept = route("thing.kept", .everyone(.seconds(3_600)))
let call = Call(
    method: .get, path: "/things", query: .empty, fields: [.accept: "*/*"], id: world.id(of: Call.self),
    trace: TraceContext(trace: world.random.bytes(16), span: world.random.bytes(8), parent: nil, isSampled: false, state: nil),
    standing: nil, language: .spanish, deadline: .seconds(10), peer: "192.0.2.1", isSecure: true)
_ = try await cache.answer(kept, call)

try await report("counter", rounds) { _ in counter.add() }
try await report("histogram", rounds) { histogram.observe(.microseconds($0)) }
try await report("traffic of a request", rounds) { _ in
    traffic.begin(routes[7])
    traffic.end(routes[7])
    traffic.count(routes[7], status: 200, took: .milliseconds(1))
}
try await report("active caller", rounds) { _ in callers.saw(caller, at: .seconds(60)) }
try await report("request that is not logged", rounds) { _ in log.note(finished, took: .milliseconds(1), at: .zero) }
try await report("pace of a caller", rounds) { _ in _ = try await keeper.admit(known, at: world.elapsed()) }
try await report("pace of a stranger", rounds) { _ = try await keeper.admit(strangers[$0 % strangers.count], at: world.elapsed()) }
try await report("kept answer", rounds) { _ in _ = try await cache.answer(kept, call) }
