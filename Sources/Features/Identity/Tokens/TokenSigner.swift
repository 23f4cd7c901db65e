import Access
import Base
import Keys
import Synchronization

/// Signs access tokens with the installation's key (`TokenKeys`), which it looks at again each second: a key that was rotated signs no more.
package final class TokenSigner: Sendable {
    private struct Held {
        let mint: TokenMint
        let key: PublishedTokenKey
        /// Of `World.elapsed`.
        let until: Duration
    }

    private let keys: TokenKeys
    private let terms: TokenTerms
    private let world: World
    private let held = Mutex<Held?>(nil)

    /// How long an access token is good.
    package static let life: Duration = .seconds(15 * 60)
    private static let look: Duration = .seconds(1)

    package init(_ keys: TokenKeys, _ terms: TokenTerms, world: World) {
        self.keys = keys
        self.terms = terms
        self.world = world
    }

    /// Who makes the tokens, as they say it: where this installation is reached.
    package var issuer: String { terms.issuer }

    /// Cost where the key is known: a signature, some 30 µs.
    ///
    /// `moment`: before what the caller may do was looked up. The token is made as of then: had it the later time of its signature, a
    /// change that was committed in between would not end it. `end`: after which it is good no longer, whatever is left of its life.
    /// Throws `Failure(.unauthenticated, "session_over")` where that is less than a second away.
    func token(for caller: Caller, asOf moment: Instant, until end: Instant = .latest) async throws -> (text: String, life: Duration) {
        let life = min(Self.life, end - moment)
        guard life >= .seconds(1) else { throw Failure.sessionOver }
        let then = World(now: { moment }, elapsed: world.elapsed, random: world.random)
        return (try await current().mint.token(for: caller, life: life, world: then), life)
    }

    /// The public keys as a JWK set (RFC 7517), those of former ones whose tokens may still be good among them.
    func published() async throws -> [UInt8] {
        _ = try await current()
        return try keys.published() ?? []
    }

    /// A new key signs from now on; tokens of the former stay good until they end.
    func rotate() async throws {
        _ = try await keys.rotate(isDiscarding: false, at: world.now())
        held.withLock { $0 = nil }
    }

    private func current() async throws -> Held {
        let elapsed = world.elapsed()
        if let held = held.withLock({ $0 }), elapsed < held.until { return held }
        let key = try await keys.signing(at: world.now())
        let new = Held(
            mint: TokenMint(key.key, named: try Identifier(key.published.id), terms), key: key.published, until: elapsed + Self.look)
        held.withLock { $0 = new }
        return new
    }
}
