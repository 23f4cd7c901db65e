import Access
import Base
import HTTPTypes
import Web

/// An answer whose head is on its way: what traffic, log and traces are told of it.
package struct Finished: Sendable {
    /// nil where nothing was found to answer.
    package let route: Route?
    package let status: Int
    /// `World.elapsed` at the request's head.
    package let begun: Duration
    /// nil where not even the head could be read.
    package let id: ID<Call>?
    package let trace: TraceContext?
    /// nil where nobody signed in.
    package let caller: Caller?
    /// Whether it had begun to be answered (`GatewayPorts.begun`); not so where it was refused on its way in.
    package let wasBegun: Bool

    package init(
        route: Route?, status: Int, begun: Duration, id: ID<Call>?, trace: TraceContext?, caller: Caller?, wasBegun: Bool = true
    ) {
        self.route = route
        self.status = status
        self.begun = begun
        self.id = id
        self.trace = trace
        self.caller = caller
        self.wasBegun = wasBegun
    }
}

extension Finished {
    /// Whether it is a fault of ours. `/readyz` saying that something is not ready is none.
    var isFault: Bool { status >= 500 && !(status == 503 && route?.pace == .unlimited) }
}
