import Access
import Base
import HTTPTypes
import Web

/// How often callers may ask: a port of the gateway.
package struct Pacing: Sendable {
    /// Header fields for the answer; `now` is `World.elapsed` at the request's head. Throws `Problem(.tooMany)`.
    package let admit: @Sendable (PaceAsk, _ now: Duration) async throws -> [(HTTPField.Name, String)]

    package init(admit: @escaping @Sendable (PaceAsk, _ now: Duration) async throws -> [(HTTPField.Name, String)]) {
        self.admit = admit
    }

    /// As often as they like.
    package static let none = Pacing { _, _ in [] }
}

/// Answers that were given before: a port of the gateway.
package struct ReplyCaching: Sendable {
    /// The route's answer, from its handler or kept from before.
    package let answer: @Sendable (Route, Call) async throws -> Reply

    package init(answer: @escaping @Sendable (Route, Call) async throws -> Reply) { self.answer = answer }

    /// None is kept.
    package static let none = ReplyCaching { route, call in try await route.handle(call) }
}
