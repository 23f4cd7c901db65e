import Access
import Base
import HTTPTypes
import NIOCore
import Web

/// What WebSockets and streams of events have in common: who may come in, and how many.
package struct LiveReception: Sendable {
    let feed: LiveFeed
    let seats: LiveSeats
    /// Origins whose pages may use the session of a browser beside our own: `https://app.example`.
    private let origins: Set<String>

    package init(_ feed: LiveFeed, origins: Set<String> = []) {
        self.feed = feed
        self.origins = origins
        seats = LiveSeats(feed.limits)
    }

    var limits: LiveLimits { feed.limits }

    /// Figures of the moment: `live_connections`, `live_subscriptions`.
    package var gauges: [(name: String, value: Double)] {
        [("live_connections", Double(seats.count)), ("live_subscriptions", Double(feed.interest.subscriptions))]
    }

    /// By what a request says who asks; nil for nothing. A browser sends its cookie along with whatever any page asks for, so the page
    /// must be one of ours: throws `.forbidden` otherwise, and `.notSignedIn` for an `Authorization` of another kind.
    func credential(of call: Call, host: String?) throws(Problem) -> LiveCredential? {
        let credential = call.credential(cookie: feed.identity.cookie)
        guard case .session = credential else {
            if credential == nil, call.fields[.authorization] != nil { throw .notSignedIn }
            return credential
        }
        guard let origin = call.fields[.origin] else { throw .foreignOrigin }
        let own = host.map { "\(call.isSecure ? "https" : "http")://\($0.lowercased())" }
        guard origin.lowercased() == own || origins.contains(origin) else { throw .foreignOrigin }
        return credential
    }


    /// Throws `.notSignedIn`, and `.overloaded` where that cannot be told now.
    func session(for credential: LiveCredential) async throws(Problem) -> LiveSession {
        do throws(Failure) {
            return LiveSession(credential: credential, standing: try await feed.identity.standing(credential))
        } catch {
            throw error.kind == .unauthenticated ? Problem(.notSignedIn, error.code, error.message, fields: Problem.notSignedIn.fields) : Problem(error)
        }
    }

}

extension Call {
    /// The bearer token, or the session's cookie; nil for neither.
    func credential(cookie name: String?) -> LiveCredential? {
        if let field = fields[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            return parts.count == 2 && parts[0].lowercased() == "bearer" ? .token(String(parts[1])) : nil
        }
        guard let name else { return nil }
        for pair in fields[values: .cookie].flatMap({ $0.split(separator: ";") }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].drop(while: { $0 == " " }) == name { return .session(String(parts[1])) }
        }
        return nil
    }
}

extension Problem {
    fileprivate static let foreignOrigin = Problem(
        .forbidden, "origin",
        Text(
            es: "Esa página no es de este sitio y no puede usar su sesión: ábrala desde aquí.",
            en: "That page is none of this site's and may not use your session: open it from here."))
}
