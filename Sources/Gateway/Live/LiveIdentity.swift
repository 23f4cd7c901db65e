import Access
import Base

/// Finds out who stands behind a token, whether it came as `Authorization`, as a browser's cookie or in a message: a port. It is asked
/// again and again as long as a connection lasts, because tokens expire, sessions end and accounts are closed.
package struct LiveIdentity: Sendable {
    private let find: @Sendable (String) async throws(Failure) -> Standing

    package init(_ find: @escaping @Sendable (String) async throws(Failure) -> Standing) {
        self.find = find
    }

    /// `aliases`: who was found to be the same person as the caller.
    package init(
        _ authenticator: Authenticator, roles: RoleBook, world: World,
        aliases: @escaping @Sendable (Caller) async throws -> Set<Identifier> = { _ in [] }
    ) {
        self.init { (token: String) async throws(Failure) in
            let caller = try await authenticator.caller(for: token)
            let others: Set<Identifier>
            do { others = try await aliases(caller) } catch { throw error as? Failure ?? .aliasesUnknown }
            return Standing(caller, by: roles, at: world.now(), aliases: others)
        }
    }

    /// Throws `Failure(.unauthenticated)` where it is no good, and others where that cannot be told now.
    package func standing(_ token: String) async throws(Failure) -> Standing { try await find(token) }
}

/// Who a connection is.
struct LiveSession: Sendable {
    let token: String
    let standing: Standing
}

extension Failure {
    fileprivate static let aliasesUnknown = Failure(
        .unavailable, "aliases_unknown",
        Text(es: "Ahora no se puede comprobar quién es usted: vuelva a intentarlo.", en: "Who you are cannot be verified now: try again."))
}
