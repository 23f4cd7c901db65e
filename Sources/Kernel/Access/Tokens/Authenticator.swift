import Base

/// Finds out who asks, from the token that came with the request: a port, which identity fills, and until then a list of keys
/// (`StaticJWKSAuthenticator`).
package struct Authenticator: Sendable {
    private let authenticate: @Sendable (String) async throws(Failure) -> Caller

    package init(_ authenticate: @escaping @Sendable (String) async throws(Failure) -> Caller) {
        self.authenticate = authenticate
    }

    /// Who the token speaks for. Throws `Failure(.unauthenticated)` where it is no good, whatever the reason, and
    /// `.unavailable` where that cannot be told now: then nobody is let in.
    package func caller(for token: String) async throws(Failure) -> Caller {
        try await authenticate(token)
    }
}

/// What is wrong with a token. Its name is the failure's code; the message tells no more than the bearer may know, and never
/// repeats any of the token.
package enum TokenFault: String, Error, Hashable, Sendable, CaseIterable {
    /// It is no token: another count of parts, bytes that are no base64url or no JSON, too long, too deep.
    case malformed
    /// Signed by another algorithm than ES256, or not at all.
    case algorithm
    /// Its header names what no token of ours needs: keys of its own, extensions.
    case header
    /// Signed by a key that is not among ours.
    case unknownKey = "unknown_key"
    case signature
    /// A claim that is needed is missing or not what it must be.
    case claims
    case issuer
    case audience
    case expired
    case notYetValid = "not_yet_valid"
    /// It would be good for longer than tokens may be.
    case tooLongLived = "too_long_lived"
    case revoked

    /// For the edge: always `.unauthenticated`.
    package var failure: Failure {
        let message =
            switch self {
            case .expired: Text(es: "Su sesión venció: inicie sesión de nuevo.", en: "Your session has expired: sign in again.")
            case .revoked: Text(es: "Su sesión fue cerrada: inicie sesión de nuevo.", en: "Your session was closed: sign in again.")
            case .notYetValid:
                Text(
                    es: "Su sesión aún no es válida: compruebe la hora de su equipo y del servidor.",
                    en: "Your session is not valid yet: check the clocks of your device and of the server.")
            default:
                Text(
                    es: "No se puede comprobar quién es usted: inicie sesión de nuevo.",
                    en: "Who you are cannot be verified: sign in again.")
            }
        return Failure(.unauthenticated, "token_\(rawValue)", message)
    }
}
