import Base
import Crypto

/// Tokens checked by a list of keys that was given at start: for an installation whose accounts are elsewhere, for tests, and
/// between roles.
///
/// Cost (benchmarks/AccessBenchmark): 1 µs of CPU for a token that was seen before, 70 to 120 µs for a new one.
package final class StaticJWKSAuthenticator: Sendable {
    private let issuers: [TokenIssuer]
    private let revocations: Revocations
    private let world: World
    private let cache: TokenCache

    /// Remembers at most `mostCachedTokens`, some 500 bytes each; 12 kB each where an issuer fills its tokens to the bound.
    ///
    /// A token is held against the terms of the first issuer that has a key of its name, and no other.
    package init(_ issuers: [TokenIssuer], revocations: Revocations, world: World, mostCachedTokens: Int = 10_000) {
        self.issuers = issuers
        self.revocations = revocations
        self.world = world
        cache = TokenCache(capacity: mostCachedTokens)
    }

    /// Of one issuer.
    package convenience init(
        _ keys: JSONWebKeySet, _ terms: TokenTerms, revocations: Revocations, world: World, mostCachedTokens: Int = 10_000
    ) {
        self.init(
            [TokenIssuer(keys: keys, terms: terms)], revocations: revocations, world: world, mostCachedTokens: mostCachedTokens)
    }

    /// As the port.
    package var authenticator: Authenticator {
        Authenticator { [self] (token: String) async throws(Failure) in try await caller(for: token) }
    }

    /// How many tokens it remembers now.
    package var cachedTokens: Int { cache.count }

    /// Who the token speaks for. Its times and its revocation are asked each time; its signature, once. Throws
    /// `Failure(.unauthenticated)`, or whatever kept the revocations from answering.
    package func caller(for token: String) async throws(Failure) -> Caller {
        // Before anything is done with its bytes.
        guard token.utf8.count <= JSONWebToken.mostBytes else { throw TokenFault.malformed.failure }
        let key = TokenCache.Key(token)
        let verified: VerifiedToken
        let isKnown: Bool
        do throws(TokenFault) {
            if let known = cache[key] {
                (verified, isKnown) = (known, true)
            } else {
                (verified, isKnown) = (try verify(token), false)
            }
            try verified.check(at: world.now())
        } catch {
            if error == .expired { cache.remove(key) }
            throw error.failure
        }
        guard try await !revocations.isRevoked(verified) else {
            cache.remove(key)
            throw TokenFault.revoked.failure
        }
        if !isKnown { cache.insert(verified, for: key) }
        return verified.caller
    }

    /// Nothing of the claims is looked at before the signature is good.
    private func verify(_ text: String) throws(TokenFault) -> VerifiedToken {
        let token = try JSONWebToken(text)
        guard let issuer = issuers.first(where: { $0.keys.key(token.keyID) != nil }), let key = issuer.keys.key(token.keyID) else {
            throw .unknownKey
        }
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: token.signature),
            key.isValidSignature(signature, for: token.signed)
        else { throw .signature }
        return try VerifiedToken(token, under: issuer.terms)
    }
}

/// Somebody whose tokens are taken: the keys by which they sign, and what their tokens must say.
package struct TokenIssuer: Sendable {
    package let keys: JSONWebKeySet
    package let terms: TokenTerms

    package init(keys: JSONWebKeySet, terms: TokenTerms) {
        self.keys = keys
        self.terms = terms
    }
}
