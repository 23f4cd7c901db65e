import Access
import Base

/// By what a connection says who it is. Kept as long as the connection, because it is asked about again: a session ends, a token
/// expires, an account is closed.
package enum LiveCredential: Sendable, Hashable {
    /// A bearer token.
    case token(String)
    /// The value of the cookie of a browser's session.
    case session(String)
}

/// Finds out who stands behind a credential: a port.
package struct LiveIdentity: Sendable {
    private let find: @Sendable (LiveCredential) async throws(Failure) -> Standing
    /// The cookie of browsers' sessions; nil where there are none.
    package let cookie: String?

    package init(cookie: String?, _ find: @escaping @Sendable (LiveCredential) async throws(Failure) -> Standing) {
        self.cookie = cookie
        self.find = find
    }

    /// Tokens alone.
    package init(_ authenticator: Authenticator, roles: RoleBook, world: World) {
        self.init(cookie: nil) { (credential: LiveCredential) async throws(Failure) in
            guard case .token(let token) = credential else { throw TokenFault.malformed.failure }
            return Standing(try await authenticator.caller(for: token), by: roles, at: world.now())
        }
    }

    /// Throws `Failure(.unauthenticated)` where it is no good, and `.unavailable` where that cannot be told now.
    package func standing(_ credential: LiveCredential) async throws(Failure) -> Standing { try await find(credential) }
}

/// Who a connection is.
struct LiveSession: Sendable {
    /// nil where it is not asked about again.
    let credential: LiveCredential?
    let standing: Standing
}
