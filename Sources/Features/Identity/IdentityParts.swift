import Access
import Base
import Factors
import HTTPTypes
import Keys
import Passwords
import Records
import Runtime
import Store
import Web

/// What identity is made of, put together once.
package struct IdentityParts: Sendable {
    package let host: FeatureHost
    package let accounts: AccountStore
    package let sessions: SessionStore
    package let signIn: SignIn
    package let registration: Registration
    package let stepUp: StepUp
    package let office: OrganisationOffice
    package let clients: MachineClients
    package let relations: Relations
    package let signer: TokenSigner
    package let grantable: Set<RoleName>
    package let factors: SecondFactors
    /// A text as a QR code; nil for one that is too long.
    let qr: @Sendable (String) -> QRMatrix?
    let keys: IdentityKeys
    let ended: EndedSessions
    let feed: RevocationFeed
    let letters: IdentityLetters

    package static let accountChange: Permission = "account.change"

    /// What identity needs from the root.
    package struct Ports: Sendable {
        package var signer: TokenSigner
        package var ended: EndedSessions
        package var gate: PasswordGate
        package var organisations: OrganisationPort
        /// Roles that administrators may give.
        package var grantable: Set<RoleName>
        /// For whose pages passkeys are made.
        package var relyingParty: RelyingParty
        /// nil where nobody sends text messages: then codes by them are not offered.
        package var sms: SMSSender?
        /// Draws a QR code.
        package var qr: @Sendable (String) -> QRMatrix?

        package init(
            signer: TokenSigner, ended: EndedSessions, gate: PasswordGate, organisations: OrganisationPort, grantable: Set<RoleName>,
            relyingParty: RelyingParty, sms: SMSSender? = nil, qr: @escaping @Sendable (String) -> QRMatrix? = { _ in nil }
        ) {
            self.signer = signer
            self.ended = ended
            self.gate = gate
            self.organisations = organisations
            self.grantable = grantable
            self.relyingParty = relyingParty
            self.sms = sms
            self.qr = qr
        }
    }

    package init(_ host: FeatureHost, _ ports: Ports) {
        self.host = host
        keys = IdentityKeys(host.keyring)
        ended = ports.ended
        signer = ports.signer
        grantable = ports.grantable
        accounts = AccountStore(host, keys)
        sessions = SessionStore(host, keys, ports.ended)
        feed = RevocationFeed(host, ports.ended)
        letters = IdentityLetters(host, place: ports.signer.issuer)
        let attempts = AttemptBudget(host)
        let (letters, accounts) = (letters, accounts)
        let telling = FactorTelling { news, account in
            guard letters.isConfigured, let account = try await accounts.account(account) else { return nil }
            return try await letters.news(news, to: account)
        }
        let second = SecondFactors(host, relyingParty: ports.relyingParty, sms: ports.sms, telling: telling)
        self.factors = second
        qr = ports.qr
        let factors = SecondFactorPort { account in try await second.state(of: account).asked.map(\.rawValue) }
        signIn = SignIn(
            host: host, accounts: accounts, sessions: sessions, keys: keys, gate: ports.gate, attempts: attempts, factors: factors)
        registration = Registration(
            host: host, accounts: accounts, sessions: sessions, gate: ports.gate, attempts: attempts, letters: letters,
            organisations: ports.organisations)
        stepUp = StepUp(
            accounts: accounts, sessions: sessions, gate: ports.gate, attempts: attempts, factors: factors,
            refusals: RefusalTelling(host), world: host.world)
        office = OrganisationOffice(host: host, accounts: accounts, sessions: sessions, letters: letters, grantable: ports.grantable)
        clients = MachineClients(host, sessions, grantable: ports.grantable)
        relations = Relations(host.database, host.keyring, book: host.roles, world: host.world)
    }

    /// What was ended, for whoever checks tokens.
    package var revocations: Revocations { ended.revocations }

    /// Hears what other processes ended.
    package var listening: Daemon { feed.daemon }

    /// Who asks: by `tokens`, or by a browser's cookie.
    package func authenticator(_ tokens: Authenticator) -> SessionAuthenticator {
        SessionAuthenticator(tokens, sessions, keys, feed, ended, world: host.world)
    }
}

extension IdentityParts {
    /// Goes on by a refresh token. Throws `Failure(.unauthenticated, "session_over")`.
    func renewed(_ text: String) async throws -> (Session, Caller) {
        guard let code = SessionCode(text, .refresh), try await code.isGenuine(keys) else { throw Failure.sessionOver }
        return try await sessions.renew(code)
    }

    /// A session of a browser's, shown both ways: by a token, and by its cookie. For whoever measures what either costs.
    package func credentials(of account: Identifier, in organisation: Identifier) async throws -> (token: String, cookie: String) {
        let now = host.world.now()
        let (session, caller) = try await signIn.open(
            .browser, account, in: organisation, .password, SessionDevice(name: "", peer: ""), on: .shown)
        return (try await signer.token(for: caller, asOf: now).text, try await SessionCode.write(.cookie, session.id, keys))
    }

    /// The organisations in which an account works.
    package func memberships(of account: Identifier) async throws -> [Member] {
        try await host.database.read { tx in try MemberTable.memberships(of: account, tx) }
            .filter { $0.organisation != IdentityFeature.organisation }
    }

    /// A session in another organisation instead of the caller's: it ends when that one would have, and who they are was proved when it
    /// was. Throws `Failure(.forbidden)` for a device, whose credential is of one organisation.
    func switched(_ caller: Caller, to organisation: Identifier, _ call: Call) async throws -> (Session, Caller) {
        guard let id = caller.session, let old = try await sessions.session(id, of: caller.actor) else { throw Failure.sessionOver }
        guard old.kind != .device else { throw Failure.deviceStays }
        let (session, new) = try await signIn.open(
            old.kind, caller.actor, in: organisation, old.assurance,
            SessionDevice(name: call.fields[.userAgent] ?? "", peer: call.peer), on: .session(id), insteadOf: old)
        try await sessions.end(old, by: caller.actor)
        return (session, new)
    }

    /// Throws `InvalidInput` for a name that will not do.
    package func changeProfile(of id: Identifier, name: String?, language: String?) async throws {
        guard var account = try await accounts.account(id) else { throw Failure.nobodyHere }
        var faults: [FieldFault] = []
        if let name {
            if let read = PersonName.read(name) {
                account.profile.name = read
            } else {
                faults.append(
                    FieldFault(
                        "/name", "name", Text(es: "Escriba un nombre de 1 a 100 caracteres.", en: "Write a name of 1 to 100 characters.")))
            }
        }
        if let language {
            if let known = Language(rawValue: language) {
                account.profile.language = known.rawValue
            } else {
                faults.append(FieldFault("/language", "language", Text(es: "Elija «es» o «en».", en: "Choose “es” or “en”.")))
            }
        }
        guard faults.isEmpty else { throw InvalidInput(faults: faults) }
        let sealed = try await accounts.sealed(account)
        try await host.database.write { tx in try sealed.update(tx) }
    }

    /// Closes an account or opens it again: the installation's operator. Throws `.notFound`, and `.conflict, "last_admin"` where an
    /// organisation would have nobody left to administer it.
    package func setDisabled(_ isDisabled: Bool, _ id: Identifier, by standing: Standing) async throws {
        try standing.require(Self.accountChange)
        guard var account = try await accounts.account(id) else { throw Failure.nobodyHere }
        let (now, book) = (host.world.now(), host.roles)
        account.disabledAt = isDisabled ? account.disabledAt ?? now : nil
        let sealed = try await accounts.sealed(account)
        let notice = sessions.notice(of: id)
        let actor = Caller(actor: standing.caller.actor, tenant: IdentityFeature.organisation)
        let entry = try JournalEntry(
            isDisabled ? .ended : .restored, "account", record: id.text, about: [id.text], by: Standing(actor, by: book, at: now),
            in: host.world, at: now)
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
            try SessionStore.hold(id, tx)
            if isDisabled {
                // In one order, so that two who close accounts at once do not wait for each other.
                let places = try MemberTable.memberships(of: id, tx).sorted { $0.organisation < $1.organisation }
                for member in places where member.organisation != IdentityFeature.organisation {
                    try MemberTable.lock(member.organisation, tx)
                    try MemberTable.requireAdministrator(besides: id, of: member.organisation, by: book, tx)
                }
                try SessionStore.endAll(of: id, at: now, tx)
            }
            try sealed.update(tx)
            try notice.write(tx)
            try JournalWriter.append(entry, tx)
        }
        sessions.tell(notice)
    }

    /// Lets a member of the organisation in to somebody's data. Throws `InvalidInput` where the grantee is none.
    func relate(
        _ person: Identifier, to grantee: Identifier, as role: RoleName, from: Instant?, until: Instant?, because reason: Relation.Reason,
        by standing: Standing
    ) async throws -> Relation {
        let organisation = try standing.organisation()
        try standing.require(Relations.permission)
        guard try await host.database.read({ tx in try MemberTable.member(grantee, of: organisation, tx) }) != nil else {
            throw InvalidInput(faults: [
                FieldFault(
                    "/grantee", "no_member",
                    Text(
                        es: "Esa cuenta no pertenece a la organización: invítela primero.",
                        en: "That account does not belong to the organisation: invite it first."))
            ])
        }
        let relation = try Relation(
            id: host.world.id(), tenant: organisation, subject: person, grantee: grantee, role: role, from: from ?? host.world.now(),
            until: until, reason: reason)
        try await relations.grant(relation, by: standing)
        return relation
    }
}

extension Failure {
    fileprivate static let deviceStays = Failure(
        .forbidden, "device_stays",
        Text(
            es: "La credencial de un dispositivo vale en una sola organización: entre con su contraseña y dele otra en la nueva.",
            en: "A device's credential is of one organisation: sign in with your password and give it another in the new one."))
}
