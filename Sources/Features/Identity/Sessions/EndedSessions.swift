import Access
import Base
import Store
import Synchronization

/// That sessions are over, or tokens are to be asked for anew: a row that other processes read, and what this one remembers.
package struct EndNotice: Sendable {
    let id: ID<EndNotice>
    let at: Instant
    /// All that the account was given until then; nil where one session is meant.
    let account: Identifier?
    let session: Identifier?
    /// The session goes on; what is remembered of it is to be looked up again.
    var isRenewal = false

    init(id: ID<EndNotice>, at: Instant, account: Identifier?, session: Identifier?, isRenewal: Bool = false) {
        self.id = id
        self.at = at
        self.account = account
        self.session = session
        self.isRenewal = isRenewal
    }

    init(_ row: borrowing Row) throws {
        let (account, session): (String, String) = (try row["account"], try row["session"])
        id = try row["id"]
        at = try row["at"]
        self.account = account.isEmpty ? nil : try Identifier(account)
        self.session = session.isEmpty ? nil : try Identifier(session)
    }

    package func write(_ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_revocations (id, at, account, session) VALUES (\(id), \(at), \(account?.text ?? ""), \(session?.text ?? ""))
            """)
    }
}

/// What this process remembers of ended sessions, so that asking costs a look-up: as long as a token made before may still be good.
package final class EndedSessions: Sendable {
    private struct State {
        var sessions: [Identifier: Instant] = [:]
        var accounts: [Identifier: Instant] = [:]
        var cleared: Duration = .zero
    }

    private let state = Mutex(State())
    private let world: World
    private let forget: Mutex<@Sendable (EndNotice) -> Void>
    /// A session's token's life, its leeway, and some more.
    package static let memory: Duration = .seconds(20 * 60)
    /// The same of the longest token that an operator's command makes (`TokenTerms.longestLife`): no session is named in it.
    static let accountMemory: Duration = .seconds(24 * 3_600 + 300)
    /// How much later than its time a notice may be committed, or heard: a transaction has waited, or clocks differ.
    static let slack: Duration = .seconds(30)

    package init(world: World) {
        self.world = world
        forget = Mutex { _ in }
    }

    /// Who else is to hear of each notice.
    func onNotice(_ action: @escaping @Sendable (EndNotice) -> Void) { forget.withLock { $0 = action } }

    func take(_ notice: EndNotice) {
        let now = world.now()
        let elapsed = world.elapsed()
        // A notice has the time at which its transaction was prepared. Tokens that were made from then until its commit tell of what was
        // before it, and are over as well.
        let floor = max(notice.at, min(now, notice.at + Self.slack))
        if !notice.isRenewal {
            state.withLock { state in
                if let session = notice.session { state.sessions[session] = notice.at }
                if let account = notice.account { state.accounts[account] = max(floor, state.accounts[account] ?? .earliest) }
                guard elapsed - state.cleared > .seconds(60) else { return }
                state.cleared = elapsed
                state.sessions = state.sessions.filter { $0.value + Self.memory > now }
                state.accounts = state.accounts.filter { $0.value + Self.accountMemory > now }
            }
        }
        forget.withLock { $0 }(notice)
    }

    /// Whether a token that was good is good no longer: its session ended, or something changed about its account after it was made. Cost:
    /// a lock and two look-ups.
    package func isOver(_ token: VerifiedToken) -> Bool {
        state.withLock { state in
            if let session = token.caller.session, state.sessions[session] != nil { return true }
            guard let floor = state.accounts[token.caller.actor] else { return false }
            // A token names whole seconds; its id, made from the clock, tells milliseconds.
            let made = ID<JSONWebToken>(token.id.text)?.madeAt ?? token.issuedAt
            return made <= Instant(milliseconds: floor.microseconds / 1_000)
        }
    }

    /// As the port of the authenticator.
    package var revocations: Revocations {
        Revocations { [self] (token: VerifiedToken) async throws(Failure) in isOver(token) }
    }
}
