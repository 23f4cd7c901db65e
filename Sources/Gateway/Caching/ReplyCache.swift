import Base
import HTTPTypes
import Metrics
import Runtime
import Web

/// Keeps the answers of routes that say so (`Caching.everyone`), each for whom it was made.
///
/// Those who ask for the same at the same time have it made once. When four fifths of its age are over, the first who asks has it made
/// anew in the background, and everybody goes on being given the one that is kept. A cache that fails is none: the handler answers.
package final class ReplyCache: Sendable {
    private let cache: any Cache
    private let flights = SingleFlight<Reply>()
    private let hits: Counter
    private let misses: Counter

    package init(_ cache: any Cache, hits: Counter, misses: Counter) {
        self.cache = cache
        self.hits = hits
        self.misses = misses
    }

    /// As the port.
    package var caching: ReplyCaching { ReplyCaching { [self] route, call in try await answer(route, call) } }

    /// The route's answer, from its handler or kept from before.
    package func answer(_ route: Route, _ call: Call) async throws -> Reply {
        guard case .everyone(let age) = route.caching, route.method == .get || route.method == .head, age > .zero else {
            return try await route.handle(call)
        }
        let key = CacheKey(ReplyScope.key(route, call))
        if let kept = try? await cache.kept(key), let reply = ReplyFile.reply(kept.bytes) {
            hits.add()
            if kept.age >= age * 4 / 5 { flights.begin(key) { [self] in try await make(route, call, key, age) } }
            return Self.aged(reply, kept.age)
        }
        misses.add()
        let made = try await flights.value(of: key) { [self] in try await make(route, call, key, age) }
        // What is not to be kept is nobody else's.
        guard made.isOwn || ReplyFile.isKept(made.value) else { return try await route.handle(call) }
        return made.value
    }

    private func make(_ route: Route, _ call: Call, _ key: CacheKey, _ age: Duration) async throws -> Reply {
        let reply = try await Self.within(route.time) { try await route.handle(call) }
        // A failure to keep is no failure to answer.
        if let bytes = ReplyFile.bytes(reply) { try? await cache.keep(bytes, key, age: age) }
        return reply
    }

    /// It runs on when whoever asked has left, so it has a time of its own.
    private static func within(_ time: Duration, _ work: @escaping @Sendable () async throws -> Reply) async throws -> Reply {
        try await withThrowingTaskGroup(of: Reply.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: time)
                throw CancellationError()
            }
            guard let reply = try await group.next() else { throw CancellationError() }
            return reply
        }
    }

    /// `Age` (RFC 9111, section 5.1): whoever keeps it further knows how old it is already.
    private static func aged(_ reply: Reply, _ age: Duration) -> Reply { reply.with(.age, "\(age.components.seconds)") }
}
