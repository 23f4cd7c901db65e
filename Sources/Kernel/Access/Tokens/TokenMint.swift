import Base
import Crypto

/// Makes access tokens that an authenticator under the same terms takes: for operators, for tests, and between roles.
package struct TokenMint: Sendable {
    private let key: P256.Signing.PrivateKey
    private let keyID: Identifier
    private let terms: TokenTerms

    /// `keyID`: under which the authenticator knows the public part.
    package init(_ key: P256.Signing.PrivateKey, named keyID: Identifier, _ terms: TokenTerms) {
        self.key = key
        self.keyID = keyID
        self.terms = terms
    }

    /// A token that speaks for `caller` from now on, for `life`; whole seconds count. Throws `Failure(.invalid)` for a life of less
    /// than a second or more than the terms allow, and for a caller who has more roles than a token takes.
    package func token(for caller: Caller, life: Duration, world: World) throws(Failure) -> String {
        let seconds = life.components.seconds
        guard seconds >= 1, life <= terms.longestLife else { throw .tokenLife(terms.longestLife) }
        guard caller.roles.count <= VerifiedToken.mostRoles else { throw .tokenRoles }
        let issued = Int(world.now().microseconds / 1_000_000)
        var header = JSONWriter()
        header.object { json in
            json.member("alg", "ES256")
            json.member("kid", keyID.text)
            json.member("typ", "at+jwt")
        }
        var claims = JSONWriter()
        claims.object { json in
            json.member("iss", terms.issuer)
            json.member("aud", terms.audience)
            json.member("sub", caller.actor.text)
            json.member("iat", issued)
            json.member("exp", issued + Int(seconds))
            json.member("jti", world.id(of: JSONWebToken.self))
            write(caller, to: &json)
        }
        let signed = Base64URL.string(header.bytes) + "." + Base64URL.string(claims.bytes)
        do {
            return signed + "." + Base64URL.string(Array(try key.signature(for: Array(signed.utf8)).rawRepresentation))
        } catch {
            throw Failure(
                .fault, "token_signing",
                Text(es: "La clave no firma: avise a quien mantiene el programa.", en: "The key does not sign: tell the maintainers."))
        }
    }

    private func write(_ caller: Caller, to json: inout JSONWriter) {
        let names = terms.claims
        if let tenant = caller.tenant { json.member(names.tenant, tenant.text) }
        if let other = caller.onBehalfOf { json.member(names.onBehalfOf, other.text) }
        if let session = caller.session { json.member(names.session, session.text) }
        if !caller.roles.isEmpty {
            json.member(names.roles, array: { json in for role in caller.roles.sorted() { json.string(role.text) } })
        }
        json.member(names.tier, caller.tier.rawValue)
        // Whatever word of the issuer's proves as much; where there is none, it proves the least.
        if let word = names.assurances.filter({ $0.value == caller.assurance }).keys.min() { json.member(names.assurance, word) }
    }
}

extension Failure {
    fileprivate static func tokenLife(_ longest: Duration) -> Failure {
        let most = DurationText.write(longest)
        return Failure(
            .invalid, "token_life",
            Text(es: "Un pase vale de 1s a \(most): elija otra duración.", en: "A token is good for 1s to \(most): choose another time."))
    }

    fileprivate static let tokenRoles = Failure(
        .invalid, "token_roles",
        Text(
            es: "Un pase lleva como mucho \(VerifiedToken.mostRoles) roles: quite algunos.",
            en: "A token holds at most \(VerifiedToken.mostRoles) roles: leave some out."))
}
