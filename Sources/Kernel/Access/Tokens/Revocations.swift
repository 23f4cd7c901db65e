import Base
import Synchronization

/// Whether a token that was good is good no longer: a port, asked each time a token comes.
package struct Revocations: Sendable {
    private let ask: @Sendable (VerifiedToken) async throws(Failure) -> Bool

    /// `isRevoked` must be quick, since every request waits for it. Where it throws, nobody is let in.
    package init(isRevoked: @escaping @Sendable (VerifiedToken) async throws(Failure) -> Bool) {
        ask = isRevoked
    }

    func isRevoked(_ token: VerifiedToken) async throws(Failure) -> Bool { try await ask(token) }

    /// Tokens are good until they expire.
    package static let none = Revocations { _ in false }
}

/// Revocations in memory, for one process. Bounded: what is no longer needed, because every token it could mean has expired,
/// is forgotten when room is short, and where none can be forgotten, revoking throws and says so.
package final class RevocationList: Sendable {
    private struct State {
        var tokens: [Identifier: Instant] = [:]
        var subjects: [Identifier: Instant] = [:]
        var keys: Set<Identifier> = []
    }

    private let state = Mutex(State())
    private let world: World
    /// How long a token can be good, leeway included.
    private let longestLife: Duration
    private let mostEntries: Int

    package init(world: World, terms: TokenTerms, mostEntries: Int = 100_000) {
        self.world = world
        longestLife = terms.longestLife + terms.leeway + terms.leeway
        self.mostEntries = mostEntries
    }

    /// One token, by its `jti`.
    package func revoke(token id: Identifier) throws(Failure) {
        let end = world.now() + longestLife
        try makeRoom { $0.tokens[id] = end }
    }

    /// Every token of an account that was issued until `moment`, by the issuer's clock; until now where nothing is said.
    /// Tokens name whole seconds, so one issued later in the same second is refused too. It is never taken back.
    package func revoke(tokensOf actor: Identifier, issuedUntil moment: Instant? = nil) throws(Failure) {
        let moment = moment ?? world.now()
        try makeRoom { $0.subjects[actor] = max(moment, $0.subjects[actor] ?? .earliest) }
    }

    /// Every token that a key signed, for ever.
    package func revoke(key id: Identifier) throws(Failure) {
        try makeRoom { $0.keys.insert(id) }
    }

    /// Whether its key, its account or the token itself was revoked. Cost: three look-ups.
    package func isRevoked(_ token: VerifiedToken) -> Bool {
        state.withLock { state in
            state.keys.contains(token.keyID) || state.tokens[token.id] != nil
                || state.subjects[token.caller.actor].map { token.issuedAt <= $0 } ?? false
        }
    }

    /// As the port.
    package var revocations: Revocations { Revocations { [self] token in isRevoked(token) } }

    private func makeRoom(_ change: (inout State) -> Void) throws(Failure) {
        let now = world.now()
        let hasRoom = state.withLock { state in
            if count(state) >= mostEntries {
                state.tokens = state.tokens.filter { $0.value > now }
                state.subjects = state.subjects.filter { $0.value + longestLife > now }
            }
            guard count(state) < mostEntries else { return false }
            change(&state)
            return true
        }
        guard hasRoom else {
            throw Failure(
                .overloaded, "revocations_full",
                Text(
                    es: "La lista de sesiones cerradas está llena y no se cerró esta: revoque la clave con que se firman las sesiones.",
                    en: "The list of closed sessions is full and this one was not closed: revoke the key that signs sessions."))
        }
    }

    private func count(_ state: borrowing State) -> Int { state.tokens.count + state.subjects.count + state.keys.count }
}
