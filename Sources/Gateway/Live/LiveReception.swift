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

    /// The token that a request brings along; nil for none. A browser sends its cookie with whatever any page asks for, so the page must be
    /// one of ours: throws `.forbidden` otherwise, and `.notSignedIn` for an `Authorization` of another kind.
    func token(of call: Call, host: String?) throws(Problem) -> String? {
        let credentials = Credentials(call.fields)
        guard let token = credentials.token else { return nil }
        guard !token.isEmpty else { throw .notSignedIn }
        guard credentials.isCookie else { return token }
        guard let origin = call.fields[.origin], CrossOrigin.host(of: origin) == host?.lowercased() || origins.contains(origin) else {
            throw .foreignOrigin
        }
        return token
    }

    /// Throws `.notSignedIn`, and `.overloaded` where that cannot be told now.
    func session(for token: String) async throws(Problem) -> LiveSession {
        do throws(Failure) {
            return LiveSession(token: token, standing: try await feed.identity.standing(token))
        } catch {
            guard error.kind == .unauthenticated else { throw Problem(error) }
            throw Problem(.notSignedIn, error.code, error.message, fields: Problem.notSignedIn.fields)
        }
    }
}

extension Problem {
    fileprivate static let foreignOrigin = Problem(
        .forbidden, "origin",
        Text(
            es: "Esa página no es de este sitio y no puede usar su sesión: ábrala desde aquí.",
            en: "That page is none of this site's and may not use your session: open it from here."))
}
