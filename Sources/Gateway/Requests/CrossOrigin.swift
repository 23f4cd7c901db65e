import Base
import HTTPTypes
import Web

/// Pages of other places: which may ask here (CORS, Fetch standard), and none in the name of whoever is signed in by a cookie (CSRF).
enum CrossOrigin {
    /// Refuses what a page of another place asks in the name of a browser's session: all but reading, by `Sec-Fetch-Site`, and by
    /// `Origin` where an old browser does not say. Throws `.forbidden`.
    static func check(_ exchange: Exchange, _ credentials: Credentials, _ terms: GatewayTerms) throws(Problem) {
        guard exchange.head.method != .get, exchange.head.method != .head, exchange.head.method != .options else { return }
        // A token is sent on purpose; a cookie, or the lack of one where a form would set it, is not.
        guard credentials.isCookie || credentials.token == nil else { return }
        let known = exchange.head.known
        switch known[.secFetchSite] {
        case "same-origin", "none": return
        case nil: break
        default: throw .crossOrigin
        }
        // Neither of the two fields: no browser, so nobody's session is misused.
        guard let origin = known[.origin] else { return }
        guard Self.host(of: origin) == exchange.head.host.lowercased() else { throw .crossOrigin }
    }

    /// The answer to a browser that asks what a page of another place may ask (`OPTIONS`); nil for what is no such question.
    static func preflight(_ exchange: Exchange, _ terms: GatewayTerms, _ table: RouteTable) -> Reply? {
        guard exchange.head.method == .options else { return nil }
        let methods: [String] =
            switch table.match(.options, exchange.head.path) {
            case .otherMethods(let methods): methods.map(\.rawValue)
            default: []
            }
        guard !methods.isEmpty || exchange.head.path == "*" else { return nil }
        var reply = Reply(.noContent, .none, fields: [.allow: (methods + ["OPTIONS"]).joined(separator: ", ")])
        let fields = exchange.head.fields
        guard let origin = exchange.head.known[.origin], terms.origins.contains(origin), fields[.accessControlRequestMethod] != nil else {
            return reply
        }
        reply.fields[.accessControlAllowMethods] = methods.joined(separator: ", ")
        reply.fields[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Accept-Language, traceparent"
        reply.fields[.accessControlMaxAge] = "600"
        return reply
    }

    /// What a page of an allowed place may read of an answer. Credentials never go along: no cookie works from there.
    static func expose(_ reply: inout Reply, _ exchange: Exchange, _ terms: GatewayTerms) {
        guard !terms.origins.isEmpty else { return }
        reply.fields.append(HTTPField(name: .vary, value: "Origin"))
        guard let origin = exchange.head.known[.origin], terms.origins.contains(origin) else { return }
        reply.fields[.accessControlAllowOrigin] = origin
        reply.fields[.accessControlExposeHeaders] = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
    }

    /// `https://clinic.example:8443` is of `clinic.example:8443`.
    static func host(of origin: String) -> String? {
        let parts = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && parts[1].isEmpty ? parts[2].lowercased() : nil
    }
}

extension HTTPField.Name {
    static let secFetchSite = known("Sec-Fetch-Site")
}
