import Access
import Base
import HTTPTypes

/// One request, as a handler sees it: who asks what, and until when.
package struct Call: Sendable {
    package let method: HTTPRequest.Method
    /// As it was sent, without the query.
    package let path: String
    package let query: Query
    package let fields: HTTPFields
    /// What the names in the route's path stand for, percent-decoded.
    let captured: [(name: String, value: String)]
    /// The body where the route has it read whole; empty otherwise.
    package let body: [UInt8]
    /// The body where the handler reads it.
    package let stream: BodyStream?
    /// The number under which log and problem documents know this request.
    package let id: ID<Call>
    package let trace: TraceContext
    /// nil where nobody signed in; never nil for routes that demand it.
    package let standing: Standing?
    package let language: Language
    /// When the time for it is over, of `World.elapsed`.
    package let deadline: Duration
    /// The address from which it came.
    package let peer: String
    /// Whether it came through TLS.
    package let isSecure: Bool
    /// Whether the caller is known by a cookie, as browsers are, and not by a token that a program sent.
    package let isBrowserSession: Bool

    package init(
        method: HTTPRequest.Method, path: String, query: Query, fields: HTTPFields, captured: [(name: String, value: String)] = [],
        body: [UInt8] = [], stream: BodyStream? = nil, id: ID<Call>, trace: TraceContext, standing: Standing?, language: Language,
        deadline: Duration, peer: String, isSecure: Bool, isBrowserSession: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.captured = captured
        self.body = body
        self.stream = stream
        self.id = id
        self.trace = trace
        self.standing = standing
        self.language = language
        self.deadline = deadline
        self.peer = peer
        self.isSecure = isSecure
        self.isBrowserSession = isBrowserSession
    }
}

extension Call {
    /// Who asks. Throws `.notSignedIn`, which cannot be where the route demands a caller.
    package func signedIn() throws(Problem) -> Standing {
        guard let standing else { throw .notSignedIn }
        return standing
    }

    /// A parameter that is always there: in the path, or required. Throws `.notFound` for a segment of the path that cannot be one,
    /// `.badRequest` for the others.
    package func value<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value {
        guard let value = try optional(parameter) else { throw .parameter(parameter.shape, "required") }
        return value
    }

    /// A parameter that may be missing. Throws as `value`.
    package func optional<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value? {
        let shape = parameter.shape
        let text: String? =
            switch shape.place {
            case .path: captured.first { $0.name == shape.name }?.value
            case .query: try query.only(shape)
            case .header: HTTPField.Name(shape.name).flatMap { fields[$0] }
            }
        guard let text else { return nil }
        guard let value = parameter.read(text) else {
            throw shape.place == .path ? .nothingHere : .parameter(shape, "not_valid")
        }
        return value
    }

    /// The body as JSON, strictly read. Throws `.badRequest` where it is none, is too deep, or has a name twice.
    package func json(depth: Int = 32) throws(Problem) -> JSON {
        do throws(JSONError) {
            return try JSON.parse(body, limits: .init(bytes: body.count, depth: depth))
        } catch {
            throw Problem(
                .badRequest, "not_json",
                Text(es: "El cuerpo no es JSON válido (\(error)): corríjalo.", en: "The body is no valid JSON (\(error)): correct it."))
        }
    }

    /// The page of a list that `limit` and `after` ask for. Throws `.badRequest`.
    package func page() throws(Problem) -> PageRequest {
        let limit = try optional(Self.limit) ?? PageRequest.usualLimit
        let after = try optional(Self.after)
        do throws(Failure) {
            guard let after else { return try PageRequest(limit: limit) }
            return try PageRequest(limit: limit, after: try Cursor(text: after))
        } catch {
            throw Problem(.badRequest, error.code, error.message)
        }
    }

    package static let limit = Parameter.integer(
        "limit", in: .query, PageRequest.limits, Text(es: "Cuántos elementos, como mucho.", en: "How many items at most."))
    package static let after = Parameter.text(
        "after", in: .query, 1...(Cursor.mostBytes * 4 / 3),
        Text(es: "Dónde sigue la lista: «next» de la página anterior.", en: "Where the list goes on: “next” of the page before."))
}
