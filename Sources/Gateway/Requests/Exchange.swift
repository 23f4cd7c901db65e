import Base
import HTTPTypes
import Web

/// One request on its way through the gateway: what is known of it from its head. A class, because it goes through many hands.
final class Exchange: Sendable {
    let head: RequestHead
    let id: ID<Call>
    let trace: TraceContext
    let language: Language
    /// `World.elapsed` at the head.
    let begun: Duration
    let peer: String
    let isSecure: Bool
    /// nil where no route was found, and `problem` says why.
    let route: Route?
    let captured: [(name: String, value: String)]
    /// Why it is refused without looking any further.
    let problem: Problem?

    init(
        head: RequestHead, id: ID<Call>, trace: TraceContext, language: Language, begun: Duration, peer: String, isSecure: Bool,
        route: Route?,
        captured: [(name: String, value: String)], problem: Problem?
    ) {
        self.head = head
        self.id = id
        self.trace = trace
        self.language = language
        self.begun = begun
        self.peer = peer
        self.isSecure = isSecure
        self.route = route
        self.captured = captured
        self.problem = problem
    }

    /// How many bytes of a body are taken; 0 where none is.
    var mostBytes: Int { problem == nil ? route?.body.mostBytes ?? 0 : 0 }

    /// Whether the handler reads the body as it comes.
    var isStreamed: Bool {
        guard problem == nil, case .stream? = route?.body else { return false }
        return true
    }

    /// As those see it who look at the head alone; nobody has signed in yet.
    var call: Call {
        Call(
            method: head.method, path: head.path, query: .empty, fields: head.fields, id: id, trace: trace, standing: nil,
            language: language, deadline: begun, peer: peer, isSecure: isSecure)
    }
}
