import Access
import Base
import Passwords
import Runtime
import Store
import Web

/// That whoever does something delicate has just proved who they are: a quarter of an hour ago at the most.
package struct StepUp: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let gate: PasswordGate
    let attempts: AttemptBudget
    let factors: SecondFactorPort
    let refusals: RefusalTelling
    let world: World

    package static let age: Duration = .seconds(15 * 60)

    /// Throws `Problem(.forbidden, "step_up_needed")`. Whoever has no session (an operator's token, a machine) proved it when the token was
    /// made.
    package func require(_ caller: Caller) async throws { try await FreshProof(sessions, world).require(caller) }

    /// They gave their password once more. Whoever has a second factor gives that as well, which is not this.
    func prove(by password: Secret, _ caller: Caller) async throws {
        guard let id = caller.session, let session = try await sessions.session(id, of: caller.actor),
            let account = try await accounts.account(caller.actor)
        else { throw Failure.sessionOver }
        guard try await factors.methods(caller.actor).isEmpty else { throw Problem.stepUpNeeded }
        let budget = AttemptBudget.key("step up", caller.actor.text)
        try await attempts.take(budget)
        guard try await gate.check(password, against: account.profile.password) != .wrong else {
            await refusals.tell("proof", of: account.id)
            throw Problem.wrongPassword
        }
        try await attempts.clear(budget)
        try await sessions.prove(id, session.assurance)
    }
}

/// The same for other capabilities, which know nothing of sessions.
package struct FreshProof: Sendable {
    private let sessions: SessionStore
    private let world: World

    package init(_ host: FeatureHost) {
        self.init(SessionStore(host, IdentityKeys(host.keyring), EndedSessions(world: host.world)), host.world)
    }

    init(_ sessions: SessionStore, _ world: World) {
        self.sessions = sessions
        self.world = world
    }

    /// As `StepUp.require`.
    package func require(_ caller: Caller) async throws {
        guard let id = caller.session else { return }
        guard let session = try await sessions.session(id, of: caller.actor) else { throw Failure.sessionOver }
        guard world.now() - session.provedAt < StepUp.age else { throw Problem.stepUpNeeded }
    }
}

extension Problem {
    package static let stepUpNeeded = Problem(
        .forbidden, "step_up_needed",
        Text(
            es: "Antes de esto, confirme otra vez quién es.", en: "Before this, show once more who you are."))

    /// Of somebody who is signed in: no reason to sign in again.
    static let wrongPassword = Problem(
        .invalid, "wrong_password", Failure.wrongPassword.message,
        faults: [FieldFault("/password", "wrong_password", Failure.wrongPassword.message)])
}
