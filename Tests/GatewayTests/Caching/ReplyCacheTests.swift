import Access
import Base
import Gateway
import HTTPTypes
import Metrics
import Runtime
import Synchronization
import Testing
import Web

/// Answers that are kept: each for whom it was made, made once, and anew before they are old.
@Suite("kept answers", .timeLimit(.minutes(1)))
struct ReplyCacheTests {
    private let fixed = FixedWorld(seed: 5)
    private let hits = Counter()
    private let misses = Counter()

    private func cache(bytes: Int = 4 << 20) -> ReplyCache {
        ReplyCache(MemoryCache(bytes: bytes, world: fixed.world), hits: hits, misses: misses)
    }

    private func text(_ reply: Reply) -> String {
        guard case .bytes(let bytes) = reply.content else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All that a handler may know of who asks and what, in words.
    private static func everything(_ call: Call) -> String {
        let caller = call.standing?.caller
        let parts: [String] = [
            call.path, "\(call.query.items)", call.language.rawValue, "\(call.isSecure)", "\(call.isBrowserSession)",
            caller?.actor.text ?? "-", caller?.tenant?.text ?? "-", caller?.onBehalfOf?.text ?? "-",
            "\(caller?.roles.sorted().map(\.text) ?? [])", caller?.tier.rawValue ?? "-", caller?.assurance.rawValue ?? "-",
            "\(call.standing?.selves.sorted().map(\.text) ?? [])",
            "\(call.standing?.permissions.map(\.text).sorted() ?? [])",
        ]
        return parts.joined(separator: "|")
    }

    @Test("nobody is given what was made for another", arguments: 1...12)
    func never(_ seed: UInt64) async throws {
        let cache = cache()
        let random = FixedWorld(seed: seed).world.random
        let book = try RoleBook(extending: [RoleExtension("therapist", permissions: ["thing.read"])])
        let routes = [
            Sample.route("thing.read", "/things/{rest...}", caching: .everyone(.seconds(60))) { .text(Self.everything($0)) },
            Sample.route("other.read", "/things/{rest...}", access: .signedIn, caching: .everyone(.seconds(60))) {
                .text(Self.everything($0) + "|other")
            },
        ]
        func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }
        for _ in 0..<2_000 {
            let route = pick(routes)
            let actors = ["ana", "eva", "an", "a"]
            let caller = try Sample.caller(
                pick(actors), in: pick(["clinic", "na", nil]), roles: pick([[], ["therapist"], ["patient"], ["therapist", "auditor"]]),
                tier: pick([.free, .premium]), for: pick([nil, "luz"]), assurance: pick([.password, .passkey]))
            let isSignedIn = route.access == .signedIn || pick([true, false])
            let standing = Standing(caller, by: book, at: fixed.world.now(), aliases: pick([[], ["old-1"]]))
            let call = Sample.call(
                pick(["/things/1", "/things/12", "/things/1/2"]),
                query: Query(
                    items: pick([
                        [], [.init("a", "1")], [.init("a", "1"), .init("a", "2")], [.init("a", "2"), .init("a", "1")], [.init("a1", "")],
                    ])),
                standing: isSignedIn ? standing : nil, language: pick([.spanish, .english]), isSecure: pick([true, false]),
                isBrowserSession: pick([true, false]), world: fixed.world)
            let reply = try await cache.answer(route, call)
            let expected = Self.everything(call) + (route.name == "other.read" ? "|other" : "")
            #expect(text(reply) == expected)
        }
        #expect(hits.value > 50, "it keeps something")
    }

    @Test("who asks for the same at the same time has it made once")
    func singleFlight() async throws {
        let cache = cache()
        let gate = AsyncStream<Void>.makeStream()
        let begun = AsyncStream<Void>.makeStream()
        let counts = Counted()
        let route = Sample.route(access: .anyone, caching: .everyone(.seconds(60))) { _ in
            counts.add()
            begun.continuation.yield()
            for await _ in gate.stream { break }
            return .text("once")
        }
        let world = fixed.world
        let replies = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { text(try await cache.answer(route, Sample.call(world: world))) } }
            for await _ in begun.stream { break }
            gate.continuation.finish()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies == Array(repeating: "once", count: 50))
        #expect(counts.value == 1)
    }

    private final class Counted: Sendable {
        private let count = Mutex(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    @Test("when four fifths of its age are over it is made anew in the background, and meanwhile the kept one is given")
    func refreshAhead() async throws {
        let cache = cache()
        let made = Counted()
        let done = AsyncStream<Void>.makeStream()
        let route = Sample.route(access: .anyone, caching: .everyone(.seconds(100))) { _ in
            made.add()
            let number = made.value
            done.continuation.yield()
            return .text("\(number)")
        }
        var seen = done.stream.makeAsyncIterator()
        #expect(text(try await cache.answer(route, Sample.call(world: fixed.world))) == "1")
        await seen.next()
        fixed.advance(by: .seconds(79))
        let young = try await cache.answer(route, Sample.call(world: fixed.world))
        #expect(text(young) == "1" && young.fields[.age] == "79" && made.value == 1)
        fixed.advance(by: .seconds(1))
        #expect(text(try await cache.answer(route, Sample.call(world: fixed.world))) == "1")
        await seen.next()
        // The new one is kept a moment after it was made.
        var latest = "1"
        while latest == "1" { latest = text(try await cache.answer(route, Sample.call(world: fixed.world))) }
        #expect(latest == "2")
        fixed.advance(by: .seconds(100))
        #expect(text(try await cache.answer(route, Sample.call(world: fixed.world))) == "3", "what is too old is not given")
    }

    @Test("what is written as it goes, sets a cookie, or failed is not kept, nor given to another who asked at the same time")
    func notKept() async throws {
        let cache = cache()
        let made = Counted()
        let answers: [@Sendable () throws -> Reply] = [
            { Reply(.ok, .stream(length: nil) { _ in }) }, { Reply.text("mine").with(.setCookie, "a=b") }, { Reply(.noContent, .none) },
            { throw Problem.nothingHere },
        ]
        for (index, answer) in answers.enumerated() {
            let before = made.value
            let route = Sample.route("thing.n\(index)", access: .anyone, caching: .everyone(.seconds(60))) { _ in
                made.add()
                return try answer()
            }
            for _ in 0..<3 { _ = try? await cache.answer(route, Sample.call(world: fixed.world)) }
            #expect(made.value == before + 3, "\(index)")
        }
    }

    @Test("routes that say nothing of it are not kept")
    func otherCaching() async throws {
        let cache = cache()
        let made = Counted()
        for caching in [Caching.never, .revalidated, .ownDevice(.seconds(60)), .forever] {
            let route = Sample.route(access: .anyone, caching: caching) { _ in
                made.add()
                return .text("x")
            }
            for _ in 0..<2 { _ = try await cache.answer(route, Sample.call(world: fixed.world)) }
        }
        #expect(made.value == 8 && hits.value == 0)
    }

    @Test("what is kept for those who sign in is not kept on the way")
    func onTheWay() {
        #expect(Sample.route(access: .anyone, caching: .everyone(.seconds(9))).cacheControl == "public, max-age=9")
        #expect(Sample.route(access: .signedIn, caching: .everyone(.seconds(9))).cacheControl == "private, max-age=9")
    }

    @Test("an answer comes back as it was")
    func whole() async throws {
        let cache = cache()
        let route = Sample.route(access: .anyone, caching: .everyone(.seconds(60))) { _ in
            Reply(.ok, type: "text/x", .bytes([0, 255, 10]), fields: [.eTag: "\"1\"", .vary: "Accept"])
        }
        let first = try await cache.answer(route, Sample.call(world: fixed.world))
        var second = try await cache.answer(route, Sample.call(world: fixed.world))
        second.fields[.age] = nil
        #expect(first.fields == second.fields && first.status == second.status)
        guard case .bytes(let bytes) = second.content else { Issue.record("no bytes"); return }
        #expect(bytes == [0, 255, 10] && hits.value == 1)
    }

    @Test("its memory is bounded, and what is asked for stays")
    func bounded() {
        let cache = MemoryCache(bytes: 1 << 20, world: fixed.world)
        func key(_ number: Int) -> CacheKey {
            var frame = FramedFields()
            frame.append(Int64(number))
            return CacheKey(frame)
        }
        let hot = key(-1)
        cache.keep(Array(repeating: 7, count: 100), hot, age: .seconds(60))
        for number in 0..<10_000 {
            cache.keep(Array(repeating: 1, count: 1_000), key(number), age: .seconds(60))
            #expect(cache.kept(hot) != nil)
        }
        #expect(cache.byteCount <= 1 << 20)
        cache.keep(Array(repeating: 1, count: 1 << 20), key(0), age: .seconds(60))
        #expect(cache.kept(key(0)) == nil, "what is larger than its share is not kept, nor what it replaced")
        cache.drop(hot)
        #expect(cache.kept(hot) == nil)
    }
}
