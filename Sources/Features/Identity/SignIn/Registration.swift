import Access
import Base
import Keys
import Passwords
import Records
import Runtime
import Store
import Web

/// How accounts come to be and how their passwords change. What is sent to an address is the only answer that tells whether it has an
/// account.
package struct Registration: Sendable {
    let host: FeatureHost
    let accounts: AccountStore
    let sessions: SessionStore
    let gate: PasswordGate
    let attempts: AttemptBudget
    let letters: IdentityLetters
    let organisations: OrganisationPort
    private let rule = PasswordRule()

    init(
        host: FeatureHost, accounts: AccountStore, sessions: SessionStore, gate: PasswordGate, attempts: AttemptBudget,
        letters: IdentityLetters, organisations: OrganisationPort
    ) {
        self.host = host
        self.accounts = accounts
        self.sessions = sessions
        self.gate = gate
        self.attempts = attempts
        self.letters = letters
        self.organisations = organisations
    }

    /// What somebody says of themselves.
    package struct Person: Sendable {
        package var address: String
        package var name: String
        package var password: Secret
        package var language: Language

        package init(address: String, name: String, password: Secret, language: Language) {
            self.address = address
            self.name = name
            self.password = password
            self.language = language
        }
    }

    /// Somebody registers in an organisation that lets them. They get a mail, whoever they are. Throws `InvalidInput`, and
    /// `Failure(.forbidden)` where the organisation lets nobody register, or is none.
    package func register(_ person: Person, in organisation: Identifier) async throws {
        try await EvenTime.of(host.world) { try await begin(person, in: organisation) }
    }

    private func begin(_ person: Person, in organisation: Identifier) async throws {
        let role = try await openRole(in: organisation)
        let (address, profile) = try await profile(of: person, in: organisation)
        // No more than a few mails an hour to one address.
        try await attempts.take(AttemptBudget.key("register", address.text.lowercased()))
        let known = try await accounts.account(at: address)
        if let known, known.confirmedAt != nil {
            try await letters.tellAlreadyRegistered(known)
            return
        }
        let now = host.world.now()
        var account =
            known
            ?? Account(
                id: Identifier(host.world.id(of: Account.self)), version: 0, createdAt: now, confirmedAt: nil, disabledAt: nil,
                profile: profile)
        account.profile = profile
        let sealed = try await accounts.sealed(account, isNew: known == nil)
        let (link, code) = Link.make(.confirm, account: account.id, organisation: organisation, roles: [role], host.world)
        let letter = try await letters.confirmation(account, code)
        let id = account.id
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
            if known == nil {
                guard try sealed.insert(tx) else { throw Failure.accountMoved }
            } else {
                try sealed.update(tx)
            }
            // Whoever registered before them no longer has a way in.
            try Link.end(.confirm, of: id, at: now, tx)
            try link.insert(code, tx)
            try letter.post(tx)
        }
    }

    /// What whoever registers in an organisation becomes. Throws `Failure(.forbidden)` where nobody can register.
    func openRole(in organisation: Identifier) async throws -> RoleName {
        guard letters.isConfigured else { throw Failure.registrationNeedsMail }
        let policy = try await host.database.read { tx in try SignInPolicy.policy(of: organisation, tx) }
        guard let role = policy.registration, try await Organisations.exists(organisation, in: host.database) else {
            throw Failure.registrationClosed
        }
        return role
    }

    /// A link that is still good, not used up by looking; nil for every other code.
    func link(_ code: String, _ purpose: Link.Purpose) async throws -> Link? {
        let now = host.world.now()
        do {
            return try await host.database.read { tx in try Link.standing(code, [purpose], at: now, tx) }
        } catch let failure as Failure where failure.code == Failure.linkOver.code {
            return nil
        }
    }

    /// The link of the mail, and the password once more: a link alone would confirm what somebody else typed for this address. Throws
    /// `Failure(.invalid, "link_over")`, `Failure(.unauthenticated)` for the wrong password.
    package func confirm(_ code: String, password: Secret) async throws -> Account {
        let now = host.world.now()
        let link = try await host.database.read { tx in try Link.standing(code, [.confirm], at: now, tx) }
        guard let id = link.account, let account = try await accounts.account(id) else { throw Failure.linkOver }
        let budget = AttemptBudget.key("confirm", id.text)
        try await attempts.take(budget)
        guard try await gate.check(password, against: account.profile.password) != .wrong else {
            await RefusalTelling(host).tell("confirmation", of: account.id)
            throw Problem.wrongPassword
        }
        try await attempts.clear(budget)
        return try await admit(account, by: link, at: now)
    }

    /// The account is theirs, and they become a member of where the link leads. Whoever is one already keeps the roles that they have: a
    /// link gives, it takes nothing away.
    private func admit(_ account: Account, by link: Link, at now: Instant) async throws -> Account {
        var account = account
        account.confirmedAt = account.confirmedAt ?? now
        let (sealed, id) = (try await accounts.sealed(account, isNew: account.version == 0), account.id)
        let known: Member? =
            if let organisation = link.organisation {
                try await host.database.read { tx in try MemberTable.member(id, of: organisation, tx) }
            } else { nil }
        let telling = try await MemberTelling(host).joined(
            id, in: link.organisation, roles: link.roles.union(known?.roles ?? []), by: id)
        try await host.database.within(organisation: link.organisation?.text ?? IdentityFeature.organisation.text).write { tx in
            if let organisation = link.organisation {
                try MemberTable.lock(organisation, tx)
                try MemberTable.requireUnchanged(known, id, of: organisation, tx)
            }
            try link.use(at: now, tx)
            if sealed.version == 1 {
                guard try sealed.insert(tx) else { throw Failure.accountMoved }
            } else {
                try sealed.update(tx)
            }
            try telling?.write(tx)
        }
        telling?.tell(sessions)
        return account
    }

    /// Somebody forgot their password: a mail, if there is such an account. The answer is the same where there is none.
    package func forgot(_ text: String) async throws {
        try await EvenTime.of(host.world) { try await sendReset(to: text) }
    }

    private func sendReset(to text: String) async throws {
        guard letters.isConfigured else { throw Failure.resetNeedsMail }
        let address: MailAddress
        do throws(MailAddressFault) { address = try MailAddress(text) } catch { throw error.failure }
        try await attempts.take(AttemptBudget.key("forgot", address.text.lowercased()))
        guard let account = try await accounts.account(at: address), account.disabledAt == nil, account.confirmedAt != nil else { return }
        let now = host.world.now()
        let (link, code) = Link.make(.reset, account: account.id, host.world)
        let letter = try await letters.reset(account, code)
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
            try Link.end(.reset, of: account.id, at: now, tx)
            try link.insert(code, tx)
            try letter.post(tx)
        }
    }

    /// A new password by the link of a mail, or of an operator: every session ends. Throws `Failure(.invalid, "link_over")`, and what is
    /// wrong with the password.
    package func reset(_ code: String, password: Secret) async throws {
        let now = host.world.now()
        let link = try await host.database.read { tx in try Link.standing(code, [.reset], at: now, tx) }
        guard let id = link.account, let account = try await accounts.account(id), account.disabledAt == nil else { throw Failure.linkOver }
        try await setPassword(password, of: account, keeping: nil, using: link)
    }

    /// A new password by whoever knows the old one: every other session ends.
    package func changePassword(from old: Secret, to new: Secret, of id: Identifier, in session: Identifier?) async throws {
        guard let account = try await accounts.account(id) else { throw Failure.sessionOver }
        let budget = AttemptBudget.key("password change", id.text)
        try await attempts.take(budget)
        guard try await gate.check(old, against: account.profile.password) != .wrong else {
            await RefusalTelling(host).tell("password", of: account.id)
            throw Problem.wrongPassword
        }
        try await attempts.clear(budget)
        try await setPassword(new, of: account, keeping: session, using: nil)
    }

    private func setPassword(_ password: Secret, of account: Account, keeping session: Identifier?, using link: Link?) async throws {
        try check(password, account.profile.address.text, account.profile.name, organisation: "")
        var account = account
        let hadPassword = account.profile.password != nil
        account.profile.password = try await gate.hash(password)
        // The link came to their address.
        if link != nil { account.confirmedAt = account.confirmedAt ?? host.world.now() }
        let (sealed, now, id) = (try await accounts.sealed(account), host.world.now(), account.id)
        let notice = sessions.notice(of: id)
        let entry = try JournalEntry(
            .updated, "password", about: [id.text],
            by: Standing(Caller(actor: id, tenant: IdentityFeature.organisation), by: host.roles, at: now), in: host.world, at: now)
        // A first one is no change.
        let letter = hadPassword ? try await letters.passwordChanged(account) : nil
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
            try SessionStore.hold(id, tx)
            try link?.use(at: now, tx)
            try sealed.update(tx)
            try Link.end(.reset, of: id, at: now, tx)
            try SessionStore.endAll(of: id, besides: session, at: now, tx)
            try notice.write(tx)
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
        }
        sessions.tell(notice)
    }

    /// Whoever was invited takes it up: with a new account, or with the one that they have at that address, whose password they then give.
    package func accept(_ code: String, _ person: Person) async throws -> Account {
        let now = host.world.now()
        let link = try await host.database.read { tx in try Link.standing(code, [.invitation], at: now, tx) }
        guard let organisation = link.organisation else { throw Failure.linkOver }
        let address = try await letters.addressee(of: link, in: organisation)
        if let account = try await accounts.account(at: address), account.confirmedAt != nil {
            guard account.disabledAt == nil else { throw Failure.linkOver }
            let budget = AttemptBudget.key("invitation", account.id.text)
            try await attempts.take(budget)
            guard try await gate.check(person.password, against: account.profile.password) != .wrong else {
                await RefusalTelling(host).tell("invitation", of: account.id)
                throw Problem.wrongPassword
            }
            try await attempts.clear(budget)
            return try await admit(account, by: link, at: now)
        }
        var person = person
        person.address = address.text
        let (_, profile) = try await profile(of: person, in: organisation)
        let known = try await accounts.account(at: address)
        var account =
            known
            ?? Account(
                id: Identifier(host.world.id(of: Account.self)), version: 0, createdAt: now, confirmedAt: nil, disabledAt: nil,
                profile: profile)
        account.profile = profile
        return try await admit(account, by: link, at: now)
    }

    /// The first account of an installation, by the link that its first start printed: it administers a new organisation, and the
    /// installation. Of two who use the link at once one is refused.
    package func setUp(_ code: String, _ person: Person, organisation: Identifier) async throws -> Account {
        let now = host.world.now()
        let link = try await host.database.read { tx in try Link.standing(code, [.setup], at: now, tx) }
        guard try await accounts.isEmpty() else { throw Failure.linkOver }
        let (_, profile) = try await profile(of: person, in: organisation)
        // Used before anything is made: of two at once, the second leaves no organisation behind that nobody administers.
        try await host.database.write { tx in try link.use(at: now, tx) }
        do {
            return try await begin(organisation, profile, at: now)
        } catch {
            // What could not be made may be tried again under another name.
            try await host.database.write { tx in try link.putBack(tx) }
            throw error
        }
    }

    private func begin(_ organisation: Identifier, _ profile: Account.Profile, at now: Instant) async throws -> Account {
        try await organisations.make(organisation)
        let account = Account(
            id: Identifier(host.world.id(of: Account.self)), version: 0, createdAt: now, confirmedAt: now, disabledAt: nil, profile: profile
        )
        let sealed = try await accounts.sealed(account, isNew: true)
        let telling = MemberTelling(host)
        let joining = try await telling.joined(account.id, in: organisation, roles: ["organisation_admin"], by: account.id)
        let operating = try await telling.joined(account.id, in: IdentityFeature.organisation, roles: ["operator"], by: account.id)
        try await host.database.within(organisation: organisation.text).write { tx in
            guard try sealed.insert(tx) else { throw Failure.accountMoved }
            try joining?.write(tx)
            try tx.within(organisation: IdentityFeature.organisation.text) { tx in try operating?.write(tx) }
        }
        // Heard at once: whoever signs in now is not asked again when the notice comes back from the table.
        joining?.tell(sessions)
        operating?.tell(sessions)
        return account
    }

    private func profile(of person: Person, in organisation: Identifier) async throws -> (MailAddress, Account.Profile) {
        let (address, name) = try examined(person, in: organisation)
        let profile = Account.Profile(
            address: address, name: name, language: person.language.rawValue, password: try await gate.hash(person.password))
        return (address, profile)
    }

    /// Throws what is wrong with what somebody says of themselves, all of it at once.
    private func examined(_ person: Person, in organisation: Identifier) throws -> (MailAddress, name: String) {
        var faults: [FieldFault] = []
        var address: MailAddress?
        do throws(MailAddressFault) { address = try MailAddress(person.address) } catch {
            faults.append(FieldFault("/email", error.failure.code, error.failure.message))
        }
        let name = PersonName.read(person.name)
        if name == nil { faults.append(FieldFault("/name", "name", Self.nameText)) }
        do throws(PasswordFault) {
            try rule.check(
                person.password, of: .init(address: person.address, name: person.name, organisation: organisation.text))
        } catch {
            faults.append(FieldFault("/password", error.code, error.message))
        }
        guard faults.isEmpty, let address, let name else { throw InvalidInput(faults: faults) }
        return (address, name)
    }

    private func check(_ password: Secret, _ address: String, _ name: String, organisation: String) throws {
        do throws(PasswordFault) {
            try rule.check(password, of: .init(address: address, name: name, organisation: organisation))
        } catch {
            throw InvalidInput(faults: [FieldFault("/password", error.code, error.message)])
        }
    }

    private static let nameText = Text(
        es: "Escriba un nombre de 1 a 100 caracteres, en una línea.", en: "Write a name of 1 to 100 characters, on one line.")
}

/// How organisations are made: the root's to answer, which has the keys.
package struct OrganisationPort: Sendable {
    /// Makes one with its keys, where there is none of that name. Throws `Failure(.invalid)` for a name that will not do.
    package var make: @Sendable (_ name: Identifier) async throws -> Void

    package init(make: @escaping @Sendable (_ name: Identifier) async throws -> Void) { self.make = make }
}

extension Failure {
    static let wrongPassword = Failure(
        .unauthenticated, "wrong_password", Text(es: "La contraseña no es correcta.", en: "The password is not right."))

    fileprivate static let registrationClosed = Failure(
        .forbidden, "registration_closed",
        Text(
            es: "Aquí nadie se registra por su cuenta: pida una invitación a la organización.",
            en: "Nobody registers by themselves here: ask the organisation for an invitation."))

    fileprivate static let registrationNeedsMail = Failure(
        .forbidden, "registration_needs_mail",
        Text(
            es: "Esta instalación no envía correo, así que nadie puede registrarse: pida una invitación.",
            en: "This installation sends no mail, so nobody can register: ask for an invitation."))

    fileprivate static let resetNeedsMail = Failure(
        .forbidden, "reset_needs_mail",
        Text(
            es: "Esta instalación no envía correo: pida un enlace a quien la administra (zancada admin reset).",
            en: "This installation sends no mail: ask whoever runs it for a link (zancada admin reset)."))
}
