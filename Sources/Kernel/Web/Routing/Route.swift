import Access
import Base
import HTTPTypes

/// One thing that can be asked over HTTP, as a value: where, by whom, how much of it, what comes back, and what does it.
///
/// The gateway keeps what a route says, tests walk it, `zancada routes` prints it, and OpenAPI is made of it. Nothing has a default
/// that would let somebody in: the access is always said. A class only because one is large and goes through many hands.
///
/// ```swift
/// Route(.get, "/api/v1/exercises/{id}", "exercise.read", Text(es: "Leer un ejercicio.", en: "Read an exercise."), access: .signedIn,
///     answers: [.ok(.json(Exercise.schema))]) { call in … }
/// ```
package final class Route: Sendable {
    /// What answers a call. Whatever it throws becomes a problem document.
    package typealias Handler = @Sendable (Call) async throws -> Reply

    package let method: HTTPRequest.Method
    package let path: RoutePath
    /// `exercise.read`: unique, for operators, metrics, traces and OpenAPI's `operationId`.
    package let name: String
    /// What it does, in a sentence.
    package let summary: Text
    package let access: RouteAccess
    /// What stands in the path, the query and the header fields.
    package let parameters: [ParameterShape]
    package let body: BodyRule
    /// What comes back when all is well; at least one.
    package let answers: [AnswerShape]
    /// Why it may be refused, beyond what follows from the rest (`documentedRefusals`).
    package let refusals: Set<Refusal>
    package let pace: Pace
    package let caching: Caching
    package let repeating: Repeating
    /// From the last byte of the request (where the body is read by the handler: from its head) to the first byte of the answer.
    package let time: Duration
    /// Runs on the connection's event loop: it awaits, and never blocks or computes for longer than a millisecond.
    package let handle: Handler

    /// Names and paths are a programmer's, so whatever is wrong with them ends the program at start.
    package init(
        _ method: HTTPRequest.Method, _ path: RoutePath, _ name: String, _ summary: Text, access: RouteAccess,
        parameters: [ParameterShape] = [], body: BodyRule = .none, answers: [AnswerShape], refusals: Set<Refusal> = [],
        pace: Pace = .metered,
        caching: Caching = .never, repeating: Repeating? = nil, time: Duration = .seconds(10), handle: @escaping Handler
    ) {
        precondition(!answers.isEmpty, "\(name) answers nothing")
        precondition(
            Set(path.names) == Set(parameters.filter { $0.place == .path }.map(\.name)),
            "the parameters of \(name) in its path are those of \(path)")
        precondition(method != .get || !body.isAny, "\(name) reads with a body")
        self.method = method
        self.path = path
        self.name = name
        self.summary = summary
        self.access = access
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.refusals = refusals
        self.pace = pace
        self.caching = caching
        self.repeating = repeating ?? (method == .post ? .refusedWithoutKey : .harmless)
        self.time = time
        self.handle = handle
    }

    /// `Cache-Control` of its answers. What is the same for all who may ask is kept on the way only where anybody may.
    package var cacheControl: String {
        guard case .everyone(let age) = caching, access != .anyone else { return caching.field }
        return Caching.ownDevice(age).field
    }

    /// Every refusal that may come back: what was declared, and what follows from access, body, parameters, pace and repeating.
    package var documentedRefusals: Set<Refusal> {
        // Of any: percent signs in the query that mean nothing, a body that nobody expects.
        var all = refusals.union([.targetTooLong, .fieldsTooLarge, .overloaded, .outOfTime, .badRequest, .tooLarge])
        if access != .anyone { all.formUnion([.notSignedIn, .forbidden]) }
        if access.isAnyoneOrSignedIn { all.insert(.notSignedIn) }
        if pace != .unlimited { all.insert(.tooMany) }
        if parameters.contains(where: { $0.place == .path }) { all.insert(.notFound) }
        if body.isAny { all.formUnion([.wrongType, .invalid]) }
        if repeating == .refusedWithoutKey { all.formUnion([.conflict, .invalid]) }
        return all
    }
}

/// Who may ask for a route at all. What they may see of what is behind it is for access rules.
package enum RouteAccess: Sendable, Hashable {
    /// Whoever reaches the server. Credentials are not looked at.
    case anyone
    /// Whoever reaches the server; those who sign in are known to it, and bad credentials are refused.
    case anyoneKnown
    /// Whoever has signed in.
    case signedIn
    /// Whoever has a role that allows this.
    case permission(Permission)

    var isAnyoneOrSignedIn: Bool { self == .anyoneKnown }
}

/// How often a caller may ask.
package enum Pace: String, Sendable, Hashable, CaseIterable {
    /// Clients of the API by their tier an hour; browser sessions and those who are not known by bursts.
    case metered
    /// Attempts to sign in: few, by account, device and address.
    case signIn = "sign_in"
    /// Pages and their assets: bursts by session or address.
    case page
    /// Uploads: by bytes.
    case upload
    /// What watches over the program itself.
    case unlimited
}

/// What the asker, and what stands between, may keep of an answer; and what the gateway keeps (`Cache-Control`, RFC 9111).
package enum Caching: Sendable, Hashable {
    /// `no-store`.
    case never
    /// The asker's own device may keep it and asks each time whether it is still so (`private, no-cache`, with an `ETag`).
    case revalidated
    /// The asker's own device keeps it so long.
    case ownDevice(Duration)
    /// The same for all who may ask: anyone keeps it, the gateway too, so long.
    case everyone(Duration)
    /// As its name holds a digest of its content, anyone keeps it for a year.
    case forever

    /// As the header field says it.
    package var field: String {
        switch self {
        case .never: "no-store"
        case .revalidated: "private, no-cache"
        case .ownDevice(let age): "private, max-age=\(age.components.seconds)"
        case .everyone(let age): "public, max-age=\(age.components.seconds)"
        case .forever: "public, max-age=31536000, immutable"
        }
    }
}

/// What asking a second time does, after an answer was lost.
package enum Repeating: String, Sendable, Hashable, CaseIterable {
    /// The same as asking once.
    case harmless
    /// It would be done twice, so that a key (`Idempotency-Key`) is demanded, by which the first answer is given again.
    case refusedWithoutKey = "key"
    /// It would be done twice, and that is meant so: asking for a token, signing out.
    case another
}
