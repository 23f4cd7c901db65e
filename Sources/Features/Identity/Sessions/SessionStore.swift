import Access
import Base
import Foundation
import Keys
import Records
import Runtime
import Store

/// Begins sessions, lets them go on, ends them. Whatever ends one is known to this process with the commit, and to the others within a
/// second (`RevocationFeed`).
package struct SessionStore: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let keys: IdentityKeys
    private let roles: RoleBook
    private let world: World
    private let ended: EndedSessions

    init(_ host: FeatureHost, _ keys: IdentityKeys, _ ended: EndedSessions) {
        database = host.database
        keyring = host.keyring
        self.keys = keys
        roles = host.roles
        world = host.world
        self.ended = ended
    }

    /// A session ready to be written, with the entry that tells of it; `organisation` nil for an operator of the installation.
    func opening(
        _ kind: Session.Kind, of account: Identifier, in organisation: Identifier?, _ assurance: Caller.Assurance, on device: SessionDevice,
        basis: SessionBasis, insteadOf former: Session? = nil
    ) async throws -> SessionOpening {
        let now = world.now()
        let session = Session(
            id: Identifier(world.id(of: Session.self)), account: account, organisation: organisation, kind: kind, assurance: assurance,
            at: now, insteadOf: former)
        let key = try await keys.sealingKey(of: account)
        let body = try key.seal(
            [UInt8](try JSONEncoder().encode(device)), as: Self.context(session.id), random: world.random)
        let caller = Caller(actor: account, tenant: organisation ?? IdentityFeature.organisation, assurance: assurance)
        let entry = try JournalEntry(
            .signedIn, "session", record: session.id.text, version: 1, about: [account.text],
            by: Standing(caller, by: roles, at: now), in: world, at: now)
        return SessionOpening(
            session: session, basis: basis, body: body, key: key, telling: JournalWriter(entry, database.dialect), roles: roles)
    }

    /// Writes it, and returns as whom they act. Throws `Failure(.forbidden)` where they do not belong to the organisation (any more), and
    /// `.unauthenticated` for an account that is disabled or gone, and as `SessionBasis.require`.
    func open(_ opening: SessionOpening) async throws -> Caller {
        try await database.within(organisation: opening.journal.text).write { tx in try opening.write(tx) }
    }

    /// As whom a session acts now; nil where it is over. Says that it was used, once a minute.
    func caller(of id: Identifier) async throws -> (session: Session, caller: Caller)? {
        let (now, roles) = (world.now(), roles)
        let found = try await database.read { tx in
            try tx.first("SELECT \(Session.columns) FROM identity_sessions WHERE id = \(id)") { try Session($0) }
                .flatMap { session in
                    session.stands(at: now) ? try SessionCaller.caller(of: session, by: roles, tx).map { (session, $0) } : nil
                }
        }
        guard let (session, caller) = found else { return nil }
        if now - session.seenAt >= .seconds(60) {
            try await database.under { $0.mayBeLost = true }.write { tx in
                try tx.execute("UPDATE identity_sessions SET seen_at = \(now) WHERE id = \(id) AND seen_at < \(now)")
            }
        }
        return (session.seen(at: now), caller)
    }

    /// Goes on by a refresh token, which is then used up. Throws `Failure(.unauthenticated)` where the session is over; a token that was
    /// used before ends the session: somebody else has a copy.
    func renew(_ code: SessionCode) async throws -> (session: Session, caller: Caller) {
        let (now, roles, idle) = (world.now(), roles, Session.Kind.program.idle)
        let renewed = try await database.write { tx in
            try tx.first(
                """
                UPDATE identity_sessions SET number = number + 1, seen_at = \(now)
                WHERE id = \(code.session) AND number = \(code.number) AND kind = 'program' AND ended_at IS NULL
                    AND ends_at > \(now) AND seen_at > \(now - idle)
                RETURNING \(Session.columns)
                """
            ) { try Session($0) }
            .flatMap { session in try SessionCaller.caller(of: session, by: roles, tx).map { (session, $0) } }
        }
        if let renewed { return renewed }
        try await endIfReused(code)
        throw Failure.sessionOver
    }

    private func endIfReused(_ code: SessionCode) async throws {
        let found = try await database.first("SELECT \(Session.columns) FROM identity_sessions WHERE id = \(code.session)") {
            try Session($0)
        }
        guard let session = found, session.endedAt == nil, session.number > code.number else { return }
        try await end(session, because: .denied, by: session.account)
    }

    /// Those of an account that go on, the latest first.
    package func sessions(of account: Identifier) async throws -> [(session: Session, device: String, peer: String)] {
        let now = world.now()
        let rows = try await database.rows(
            """
            SELECT \(Session.columns), body FROM identity_sessions
            WHERE account = \(account) AND ended_at IS NULL AND ends_at > \(now) ORDER BY created_at DESC LIMIT 200
            """
        ) { row in (session: try Session(row), body: try row["body"] as [UInt8]) }
        let keys = try await keyring.keys(of: account.text, in: IdentityFeature.organisation.text)
        return rows.filter { $0.session.stands(at: now) }.map { row in
            let device = (try? keys?.open(row.body, as: Self.context(row.session.id)))
                .flatMap { try? JSONDecoder().decode(SessionDevice.self, from: Data($0)) }
            return (row.session, device?.name ?? "", device?.peer ?? "")
        }
    }

    /// One of an account's that goes on; nil where there is none of that name.
    package func session(_ id: Identifier, of account: Identifier) async throws -> Session? {
        let now = world.now()
        return try await database.first(
            "SELECT \(Session.columns) FROM identity_sessions WHERE id = \(id) AND account = \(account)"
        ) { try Session($0) }.flatMap { $0.stands(at: now) ? $0 : nil }
    }

    /// Ends one at once. `verb`: signed out where they did it themselves, denied where it was taken from them.
    package func end(_ session: Session, because verb: JournalVerb = .signedOut, by actor: Identifier) async throws {
        let now = world.now()
        let tenant = session.organisation ?? IdentityFeature.organisation
        let entry = try JournalEntry(
            verb, "session", record: session.id.text, version: 2, about: [session.account.text],
            by: Standing(Caller(actor: actor, tenant: tenant), by: roles, at: now), in: world, at: now)
        let notice = EndNotice(id: world.id(), at: now, account: nil, session: session.id)
        try await database.within(organisation: tenant.text).write { tx in
            let changed = try tx.execute("UPDATE identity_sessions SET ended_at = \(now) WHERE id = \(session.id) AND ended_at IS NULL")
            guard changed == 1 else { return }
            try notice.write(tx)
            try JournalWriter.append(entry, tx)
        }
        ended.take(notice)
    }

    /// Under which an account's sessions begin, and end all at once, one after the other: none begins beside the end of all.
    static func hold(_ account: Identifier, _ tx: borrowing Transaction) throws { try tx.lock("identity sessions of \(account)") }

    /// Ends all of an account's but one, in the transaction of what it follows from, which has taken `hold`; `told` afterwards makes it
    /// known here.
    static func endAll(of account: Identifier, besides kept: Identifier? = nil, at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_sessions SET ended_at = \(now)
            WHERE account = \(account) AND ended_at IS NULL AND id <> \(kept?.text ?? "")
            """)
    }

    /// That every token of an account is to be asked for anew: their roles changed, or their sessions ended.
    func notice(of account: Identifier) -> EndNotice { EndNotice(id: world.id(), at: world.now(), account: account, session: nil) }

    /// Makes a notice known to this process, once it is written.
    func tell(_ notice: EndNotice) { ended.take(notice) }

    /// They proved who they are once more, in the middle of a session.
    func prove(_ id: Identifier, _ assurance: Caller.Assurance) async throws {
        let now = world.now()
        let notice = EndNotice(id: world.id(), at: now, account: nil, session: id, isRenewal: true)
        try await database.write { tx in
            try tx.execute(
                """
                UPDATE identity_sessions SET proved_at = \(now), assurance = \(assurance.rawValue)
                WHERE id = \(id) AND ended_at IS NULL
                """)
        }
        ended.take(notice)
    }

    private static func context(_ id: Identifier) -> EntryContext {
        EntryContext(tenant: IdentityFeature.organisation.text, kind: "session", record: id.text, version: 1)
    }
}

/// A session that is about to begin.
struct SessionOpening: Sendable {
    let session: Session
    fileprivate let basis: SessionBasis
    fileprivate let body: [UInt8]
    fileprivate let key: SubjectKey
    fileprivate let telling: JournalWriter
    fileprivate let roles: RoleBook

    /// In whose journal it is told.
    var journal: Identifier { session.organisation ?? IdentityFeature.organisation }

    /// In a transaction of `journal`.
    func write(_ tx: borrowing Transaction) throws -> Caller {
        try SessionStore.hold(session.account, tx)
        try IdentityKeys.requireStanding(key, tx)
        try basis.require(of: session.account, tx)
        guard let caller = try SessionCaller.caller(of: session, by: roles, tx) else { throw Failure.noMember }
        try tx.execute(
            """
            INSERT INTO identity_sessions (\(Session.columns), body)
            VALUES (\(session.id), \(session.account), \(session.organisation?.text ?? ""), \(session.kind.rawValue),
                \(session.assurance.rawValue), \(session.number), \(session.createdAt), \(session.provedAt), \(session.seenAt),
                \(session.endsAt), \(session.endedAt), \(body))
            """)
        try telling.append(tx)
        return caller
    }
}

/// As whom a session acts: what its account is in its organisation at this moment.
enum SessionCaller {
    /// nil where the account is disabled or gone, or belongs to the organisation no longer.
    static func caller(of session: Session, by book: RoleBook, _ tx: borrowing Transaction) throws -> Caller? {
        let stands = try tx.first(
            "SELECT 1 AS one FROM identity_accounts WHERE id = \(session.account) AND disabled_at IS NULL AND confirmed_at IS NOT NULL"
        ) { _ in true }
        guard stands == true else { return nil }
        // What somebody is in the installation, they are in each of its organisations.
        var roles = try MemberTable.member(session.account, of: IdentityFeature.organisation, tx)?.roles ?? []
        if let organisation = session.organisation {
            let member = try MemberTable.member(session.account, of: organisation, tx)
            guard member != nil || !roles.isEmpty else { return nil }
            roles.formUnion(member?.roles ?? [])
            let policy = try SignInPolicy.policy(of: organisation, tx)
            if policy.demandsMore(of: roles, than: session.assurance, by: book) { roles = ["guest"] }
        }
        return Caller(
            actor: session.account, tenant: session.organisation, roles: roles, tier: .basic, assurance: session.assurance,
            session: session.id)
    }
}

extension Failure {
    static let noMember = Failure(
        .forbidden, "no_member",
        Text(
            es: "Su cuenta no pertenece a esa organización: pida a quien la administra que le invite.",
            en: "Your account does not belong to that organisation: ask whoever administers it for an invitation."))
}
