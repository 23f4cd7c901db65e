import Access
import Base
import Gateway
import HTTPTypes
import Testing
import Web

/// How much may be asked: exactly so much, whoever asks at the same time, and nobody gains by filling tables.
@Suite("rate limits")
struct PaceTests {
    private let fixed = FixedWorld(seed: 3)

    private func keeper(capacity: Int = 65_536, _ change: (inout PaceSettings) -> Void = { _ in }) -> PaceKeeper {
        var settings = PaceSettings()
        change(&settings)
        return PaceKeeper(settings, capacity: capacity, world: fixed.world)
    }

    /// What the answer says, or the refusal.
    private func ask(
        _ keeper: PaceKeeper, _ caller: Caller? = nil, pace: Pace = .metered, from peer: String = "192.0.2.1", browser: Bool = false,
        route: String = "thing.read", length: Int? = nil, at now: Duration
    ) async -> Result<[String], Problem> {
        let ask = PaceAsk(
            route: Sample.route(route, pace: pace), caller: caller, peer: peer, isBrowserSession: browser, length: length)
        do {
            return .success(try await keeper.admit(ask, at: now).map { "\($0.0): \($0.1)" })
        } catch let problem as Problem { return .failure(problem) } catch { return .failure(.fault) }
    }

    private func isAdmitted(_ result: Result<[String], Problem>) -> Bool { if case .success = result { true } else { false } }

    @Test(
        "each tier has its quota an hour, to the last request, under any number of threads",
        arguments: [(Caller.Tier.free, 100), (.basic, 1_000), (.premium, 10_000)])
    func quotas(_ tier: Caller.Tier, _ quota: Int) async throws {
        let keeper = keeper()
        let caller = try Sample.caller(tier: tier)
        let admitted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var count = 0
                    for _ in 0..<quota / 4 where isAdmitted(await ask(keeper, caller, at: .seconds(7_000))) { count += 1 }
                    return count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == quota)
        #expect(isAdmitted(await ask(keeper, try Sample.caller("eva", tier: tier), at: .seconds(7_000))), "another's is another's")
        #expect(isAdmitted(await ask(keeper, try Sample.caller(in: "other", tier: tier), at: .seconds(7_000))))
    }

    @Test("enterprise is unlimited, and says nothing of limits")
    func enterprise() async throws {
        let keeper = keeper()
        let caller = try Sample.caller(tier: .enterprise)
        for _ in 0..<20_000 { #expect(isAdmitted(await ask(keeper, caller, at: .zero))) }
        #expect(try await ask(keeper, caller, at: .zero).get().isEmpty)
    }

    @Test("no hour holds more than the quota, at whatever moments they ask", arguments: 1...20)
    func anyHour(_ seed: UInt64) async throws {
        let keeper = keeper { $0.tiers[.free] = .window(quota: 20, window: .seconds(3_600)) }
        let random = FixedWorld(seed: seed).world.random
        let caller = try Sample.caller()
        var now = Duration.seconds(Int64(random.next() % 10_000))
        var admitted: [Duration] = []
        for _ in 0..<1_500 {
            now += .seconds(Int64(random.next() % 120))
            if isAdmitted(await ask(keeper, caller, at: now)) { admitted.append(now) }
        }
        for (index, moment) in admitted.enumerated() {
            #expect(admitted[index...].prefix { $0 - moment < .seconds(3_600) }.count <= 20)
        }
        // And it comes back: some 25 hours' worth of quota, each a twelfth late at most.
        #expect(admitted.count > 20 * Int(now / .seconds(3_900)) / 2)
    }

    @Test("a refusal says when to come back, and then it is admitted")
    func retry() async throws {
        let keeper = keeper { $0.tiers[.free] = .window(quota: 2, window: .seconds(3_600)) }
        let caller = try Sample.caller()
        let start = Duration.seconds(100_000)
        #expect(
            try await ask(keeper, caller, at: start).get() == ["RateLimit: \"free\";r=1;t=3800", "RateLimit-Policy: \"free\";q=2;w=3600"])
        _ = await ask(keeper, caller, at: start)
        guard case .failure(let problem) = await ask(keeper, caller, at: start) else { Issue.record("admitted"); return }
        #expect(problem.refusal == .tooMany && problem.code == "too_many")
        #expect(problem.fields.map(\.name) == ["RateLimit", "RateLimit-Policy"])
        let wait = try #require(problem.retryAfter)
        #expect(!isAdmitted(await ask(keeper, caller, at: start + wait - .milliseconds(1))))
        #expect(isAdmitted(await ask(keeper, caller, at: start + wait)))
    }

    @Test("who is not known is held to bursts, by address; an IPv6 network of 64 bits is one")
    func anonymous() async {
        let keeper = keeper { $0.anonymous = .burst(most: 3, every: .seconds(1)) }
        for number in 0..<3 { #expect(isAdmitted(await ask(keeper, from: "2001:db8::\(number + 1)", at: .zero))) }
        #expect(!isAdmitted(await ask(keeper, from: "2001:db8::ffff", at: .zero)))
        #expect(isAdmitted(await ask(keeper, from: "2001:db8:0:1::1", at: .zero)))
        for _ in 0..<3 { #expect(isAdmitted(await ask(keeper, from: "192.0.2.7", at: .zero))) }
        #expect(!isAdmitted(await ask(keeper, from: "::ffff:192.0.2.7", at: .zero)), "the same address in its other form")
        #expect(isAdmitted(await ask(keeper, from: "192.0.2.7", at: .seconds(1))))
        #expect(!isAdmitted(await ask(keeper, from: "192.0.2.7", at: .seconds(1))))
    }

    @Test("browser sessions have bursts for each route, and no hourly quota")
    func sessions() async throws {
        let keeper = keeper { $0.session = .burst(most: 5, every: .seconds(1)) }
        let caller = try Sample.caller()
        for _ in 0..<5 { #expect(isAdmitted(await ask(keeper, caller, browser: true, at: .zero))) }
        #expect(!isAdmitted(await ask(keeper, caller, browser: true, at: .zero)))
        #expect(isAdmitted(await ask(keeper, caller, browser: true, route: "other.read", at: .zero)))
        #expect(isAdmitted(await ask(keeper, caller, at: .zero)), "a program of the same account has its tier")
    }

    @Test("uploads count their bytes, those that come without a length too")
    func uploads() async throws {
        let keeper = keeper { $0.uploadBytes = .window(quota: 10, window: .seconds(3_600)) }
        let caller = try Sample.caller()
        let told = try await ask(keeper, caller, pace: .upload, length: 4_096, at: .zero).get()
        #expect(told.contains("RateLimit-Policy: \"upload\";q=10240;qu=\"content-bytes\";w=3600"))
        let streamed = PaceAsk(route: Sample.route(pace: .upload), caller: caller, peer: "192.0.2.1")
        for _ in 0..<6 { try keeper.spend(1_000, of: streamed, at: .zero) }
        #expect(throws: Problem.self) { try keeper.spend(1, of: streamed, at: .zero) }
        #expect(!isAdmitted(await ask(keeper, caller, pace: .upload, length: 1, at: .zero)))
    }

    @Test("attempts on one account are few, from wherever they come")
    func accounts() throws {
        let keeper = keeper()
        for _ in 0..<5 { try keeper.attempt(account: "ana", at: .zero) }
        #expect(throws: Problem.self) { try keeper.attempt(account: "ana", at: .seconds(179)) }
        try keeper.attempt(account: "ana", at: .seconds(180))
        try keeper.attempt(account: "eva", at: .zero)
    }

    @Test("an address that signs in often is refused only where its queue is long")
    func addressQueue() async {
        let keeper = keeper {
            $0.signInAddress = .burst(most: 2, every: .milliseconds(1))
            $0.longestWait = .milliseconds(3)
        }
        var results: [Bool] = []
        for _ in 0..<7 { results.append(isAdmitted(await ask(keeper, pace: .signIn, at: .zero))) }
        #expect(results == [true, true, true, true, true, false, false])
    }

    @Test("strangers' addresses fill no memory, push out nobody who is limited, and gain nothing")
    func attack() async {
        let keeper = keeper(capacity: 640) { $0.anonymous = .burst(most: 2, every: .seconds(100)) }
        for _ in 0..<2 { _ = await ask(keeper, from: "198.51.100.1", at: .zero) }
        var admitted = 0
        for number in 0..<20_000 {
            let peer = "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
            if isAdmitted(await ask(keeper, from: peer, at: .seconds(1))) { admitted += 1 }
        }
        #expect(keeper.remembered <= 640)
        #expect(admitted <= 640 + 2 * 32, "one for each there is room for, and what those without room share")
        #expect(!isAdmitted(await ask(keeper, from: "198.51.100.1", at: .seconds(2))), "still remembered")
        // Once they are idle, they make room.
        #expect(isAdmitted(await ask(keeper, from: "203.0.113.9", at: .seconds(1_000))))
        #expect(keeper.remembered <= 640)
    }

    @Test("what watches over the program is not counted")
    func unlimited() async {
        let keeper = keeper { $0.anonymous = .burst(most: 1, every: .seconds(1)) }
        for _ in 0..<100 { #expect(isAdmitted(await ask(keeper, pace: .unlimited, at: .zero))) }
        #expect(keeper.remembered == 0)
    }
}
