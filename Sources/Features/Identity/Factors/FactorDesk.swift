import Access
import Base
import Records
import Runtime
import Store
import Web

/// What routes and pages do with second factors: sign in, prove anew, set up.
struct FactorDesk: Sendable {
    let parts: IdentityParts

    private var factors: SecondFactors { parts.factors }

    /// Whoever asks, in their session. Throws `.notFound` for who has no account: an operator's token, a program.
    func account(of caller: Caller) async throws -> Account { try await account(caller.actor) }

    /// Throws `.notFound` where there is none.
    func account(_ id: Identifier) async throws -> Account {
        guard let account = try await parts.accounts.account(id) else { throw Failure.nobodyHere }
        return account
    }

    /// A sign-in of which the password was right. Throws `Failure(.unauthenticated, "session_over")` for what is no such thing, or too old.
    func pending(_ text: String) async throws -> PendingSignIn {
        try await PendingSignIn.read(text, parts.keys, at: parts.host.world.now())
    }

    /// The account of a sign-in that has begun. One that was closed or changed meanwhile gets nothing any more, no mail and no message.
    func account(of pending: PendingSignIn) async throws -> Account {
        guard let account = try await parts.accounts.account(pending.account), account.disabledAt == nil,
            account.version == pending.version
        else { throw Failure.sessionOver }
        return account
    }

    /// Sends a code to sign in or to prove with. Throws `Failure.factorNotOffered` for methods of which nothing is sent, and as
    /// `SecondFactors.mailCode` and `textCode`.
    func send(_ method: SecondFactorMethod, to account: Account) async throws {
        switch method {
        case .mail: try await factors.mailCode(to: account.profile.address, in: account.language, for: account.id)
        case .sms: try await factors.textCode(in: account.language, for: account.id)
        case .passkey, .totp, .recovery: throw Failure.factorNotOffered
        }
    }

    /// The second half of signing in.
    func finish(_ pending: PendingSignIn, _ answer: SecondFactorAnswer, device: String, _ call: Call) async throws -> (Session, Caller) {
        let account = try await account(of: pending)
        let assurance = try await factors.verify(account.id, answer)
        return try await parts.signIn.finish(pending, assurance, device: device, peer: call.peer)
    }

    /// A passkey alone: it knew who was before it, which makes it two factors. The ceremony was begun by the same browser.
    func signIn(
        _ ceremony: ID<PasskeyCeremony>, _ credential: JSON, as kind: Session.Kind, in organisation: Identifier?, device: String,
        _ call: Call
    ) async throws -> (Session, Caller) {
        guard try await CeremonyTie.holds(ceremony, call, parts.keys) else { throw Failure.secondFactorWrong }
        let found = try await factors.finishSignIn(ceremony, response: credential)
        guard found.isUserVerified else { throw Failure.secondFactorWrong }
        return try await parts.signIn.open(
            kind, found.account, in: organisation, .passkey, SessionDevice(name: device, peer: call.peer), on: .shown)
    }

    /// Which methods prove anew who somebody is: their second factors; `password` where nothing is set up.
    func proofs(of account: Identifier) async throws -> [String] {
        let state = try await factors.state(of: account)
        return state.isEnrolled ? state.asked.map(\.rawValue) : state.methods.map(\.rawValue) + ["password"]
    }

    /// They prove in the middle of a session who they are: it counts as fresh, and as sure as what they gave. Throws as
    /// `SecondFactors.verify`.
    func prove(_ caller: Caller, _ answer: SecondFactorAnswer) async throws -> (Session, Caller) {
        let session = try await session(of: caller)
        do {
            return try await lift(session, to: try await factors.verify(caller.actor, answer))
        } catch let failure as Failure where failure.kind == .unauthenticated && failure.code != Failure.sessionOver.code {
            // Of somebody who is signed in: no reason to sign in again.
            throw Problem(.invalid, failure.code, failure.message)
        }
    }

    /// What was set up just now was shown just now as well.
    func lift(_ caller: Caller, to assurance: Caller.Assurance) async throws {
        guard caller.session != nil else { return }
        _ = try await lift(try await session(of: caller), to: assurance)
    }

    /// New codes on paper. They stand in for something: throws `Failure.factorNotOffered` where nothing is set up.
    func makeRecoveryCodes(for account: Identifier) async throws -> [String] {
        guard try await factors.isEnrolled(account) else { throw Failure.factorNotOffered }
        return try await factors.makeRecoveryCodes(for: account).map { $0.withExposedText { $0 } }
    }

    private func session(of caller: Caller) async throws -> Session {
        guard let id = caller.session, let session = try await parts.sessions.session(id, of: caller.actor) else {
            throw Failure.sessionOver
        }
        return session
    }

    private func lift(_ session: Session, to assurance: Caller.Assurance) async throws -> (Session, Caller) {
        try await parts.sessions.prove(session.id, max(session.assurance, assurance))
        guard let lifted = try await parts.sessions.caller(of: session.id) else { throw Failure.sessionOver }
        return lifted
    }
}

extension FactorDesk {
    /// What somebody who lost them all is freed of by an administrator of their organisation, and their sessions end: whoever found the
    /// telephone is in one of them, perhaps.
    ///
    /// Throws `.notFound` for who does not belong to the organisation; `Failure(.forbidden, "belongs_elsewhere")` for who belongs to others
    /// too, whose protection is not this organisation's to take away.
    func removeAll(of account: Identifier, by standing: Standing) async throws {
        try standing.require(OrganisationOffice.change)
        let (organisation, now) = (try standing.organisation(), parts.host.world.now())
        let memberships = try await parts.host.database.read { tx in try MemberTable.memberships(of: account, tx) }
        guard memberships.contains(where: { $0.organisation == organisation }) else { throw Failure.nobodyHere }
        let isTheirs = memberships.allSatisfy { $0.organisation == organisation }
        guard isTheirs || standing.permissions.contains(IdentityParts.accountChange) else { throw Failure.belongsElsewhere }
        let entry = try JournalEntry(
            .deleted, "second_factors", about: [account.text], by: standing, in: parts.host.world, at: now)
        let notice = parts.sessions.notice(of: account)
        try await factors.removeAll(of: account, by: standing.caller.actor) { tx in
            try SessionStore.hold(account, tx)
            try SessionStore.endAll(of: account, at: now, tx)
            try notice.write(tx)
        }
        parts.sessions.tell(notice)
        try await parts.host.database.within(organisation: organisation.text).write { tx in try JournalWriter.append(entry, tx) }
    }
}

extension Failure {
    static let belongsElsewhere = Failure(
        .forbidden, "belongs_elsewhere",
        Text(
            es: "Esta persona pertenece también a otra organización: solo quien opera la instalación puede quitarle sus segundos factores.",
            en:
                "This person belongs to another organisation as well: only whoever operates the installation can take their second factors away."
        ))
}
