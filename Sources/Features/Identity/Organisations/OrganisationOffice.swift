import Access
import Base
import Keys
import Records
import Runtime
import Store
import Web

/// What an organisation's administrators do about people: who belongs to it, as what, who is invited, what is demanded at sign-in.
package struct OrganisationOffice: Sendable {
    let host: FeatureHost
    let accounts: AccountStore
    let sessions: SessionStore
    let letters: IdentityLetters
    /// Roles that an administrator may give: those of people, neither the operator's nor a feature's own.
    let grantable: Set<RoleName>

    package static let read: Permission = "member.read"
    package static let change: Permission = "member.change"

    /// Somebody as a list shows them.
    package struct Entry: Sendable {
        package let member: Member
        package let name: String
        package let address: String
        package let isDisabled: Bool
    }

    /// Members, the earliest first, at most `limit` after the `after`th. Names are opened for these alone.
    package func members(by standing: Standing, limit: Int, after: Int = 0) async throws -> [Entry] {
        try standing.require(Self.read)
        let organisation = try standing.organisation()
        let members = try await host.database.rows(
            """
            SELECT \(Member.columns) FROM identity_members WHERE organisation = \(organisation) AND ended_at IS NULL
            ORDER BY since, account LIMIT \(limit) OFFSET \(after)
            """
        ) { try Member($0) }
        var entries: [Entry] = []
        for member in members {
            guard let account = try await accounts.account(member.account) else { continue }
            entries.append(
                Entry(
                    member: member, name: account.profile.name, address: account.profile.address.text,
                    isDisabled: account.disabledAt != nil))
        }
        return entries
    }

    /// Gives a member these roles instead of those they had. Throws `InvalidInput` for a role that cannot be given, `.notFound` for nobody
    /// of the organisation's, `.conflict, "last_admin"`.
    package func setRoles(_ roles: Set<RoleName>, of account: Identifier, by standing: Standing) async throws {
        let organisation = try permitted(standing)
        try check(roles)
        guard let known = try await member(account, of: organisation) else { throw Failure.nobodyHere }
        let member = Member(account: account, organisation: organisation, roles: roles, since: known.since)
        let change = try await MemberTelling(host).changed(member, .updated, by: standing.caller.actor)
        let (book, keepsOffice) = (host.roles, host.roles.expanded(roles).contains("organisation_admin"))
        try await host.database.within(organisation: organisation.text).write { tx in
            try MemberTable.lock(organisation, tx)
            guard try MemberTable.member(account, of: organisation, tx) != nil else { throw Failure.nobodyHere }
            if !keepsOffice { try MemberTable.requireAdministrator(besides: account, of: organisation, by: book, tx) }
            try change.write(tx)
        }
        change.tell(sessions)
    }

    /// Somebody belongs to the organisation no longer; what they did and what was filed about them stays. Whoever it is may leave by
    /// themselves.
    package func remove(_ account: Identifier, by standing: Standing) async throws {
        let organisation = try standing.organisation()
        if account != standing.caller.actor { _ = try permitted(standing) }
        guard let known = try await member(account, of: organisation) else { throw Failure.nobodyHere }
        let now = host.world.now()
        let member = Member(account: account, organisation: organisation, roles: [], since: known.since, endedAt: now)
        let change = try await MemberTelling(host).changed(member, .ended, by: standing.caller.actor)
        let book = host.roles
        try await host.database.within(organisation: organisation.text).write { tx in
            try MemberTable.lock(organisation, tx)
            guard try MemberTable.member(account, of: organisation, tx) != nil else { throw Failure.nobodyHere }
            try MemberTable.requireAdministrator(besides: account, of: organisation, by: book, tx)
            try tx.execute(
                """
                UPDATE identity_sessions SET ended_at = \(now)
                WHERE account = \(account) AND organisation = \(organisation) AND ended_at IS NULL
                """)
            try change.write(tx)
        }
        change.tell(sessions)
    }

    /// An invitation that waits.
    package struct Invitation: Sendable {
        package let id: Identifier
        package let address: String
        package let roles: Set<RoleName>
        package let createdAt: Instant
        package let expiresAt: Instant
    }

    /// Invites an address, by mail; where no mail goes out, the link is returned for whoever invites to pass on.
    package func invite(_ text: String, as roles: Set<RoleName>, in language: Language, by standing: Standing) async throws
        -> (Invitation, link: String?)
    {
        let organisation = try permitted(standing)
        try check(roles)
        let address: MailAddress
        do throws(MailAddressFault) { address = try MailAddress(text) } catch {
            throw InvalidInput(faults: [FieldFault("/email", error.failure.code, error.failure.message)])
        }
        let id = Identifier(host.world.id(of: Link.self))
        let sealed = try await letters.sealed(address, of: id, in: organisation)
        let (link, code) = Link.make(
            .invitation, id: id, organisation: organisation, roles: roles, body: sealed.body, host.world)
        let titles = roles.sorted().map { host.roles.title(of: $0)(language) }.joined(separator: ", ")
        let letter =
            letters.isConfigured ? try await letters.invitation(code, to: address, in: organisation, as: titles, language) : nil
        let entry = try JournalEntry(
            .created, "invitation", record: id.text, version: 1, by: standing, in: host.world, at: link.createdAt)
        try await host.database.within(organisation: organisation.text).write { tx in
            try sealed.key.requireStanding(tx)
            try link.insert(code, tx)
            try letter?.post(tx)
            try JournalWriter.append(entry, tx)
        }
        let invitation = Invitation(
            id: id, address: address.text, roles: roles, createdAt: link.createdAt, expiresAt: link.expiresAt)
        return (invitation, letter == nil ? letters.address("/invitation", code) : nil)
    }

    /// Those that are still good, the latest first.
    package func invitations(by standing: Standing) async throws -> [Invitation] {
        try standing.require(Self.read)
        let (organisation, now) = (try standing.organisation(), host.world.now())
        let links = try await host.database.rows(
            """
            SELECT \(Link.columns) FROM identity_links
            WHERE organisation = \(organisation) AND purpose = 'invitation' AND used_at IS NULL AND expires_at > \(now)
            ORDER BY created_at DESC LIMIT 200
            """
        ) { try Link($0) }
        var invitations: [Invitation] = []
        for link in links {
            let address = try await letters.addressee(of: link, in: organisation)
            invitations.append(
                Invitation(
                    id: link.id, address: address.text, roles: link.roles, createdAt: link.createdAt, expiresAt: link.expiresAt))
        }
        return invitations
    }

    /// Takes an invitation back. Throws `.notFound` where there is none that is still good.
    package func withdraw(_ id: Identifier, by standing: Standing) async throws {
        let (organisation, now) = (try permitted(standing), host.world.now())
        let entry = try JournalEntry(.deleted, "invitation", record: id.text, version: 2, by: standing, in: host.world, at: now)
        try await host.database.within(organisation: organisation.text).write { tx in
            let changed = try tx.execute(
                """
                UPDATE identity_links SET used_at = \(now)
                WHERE id = \(id) AND organisation = \(organisation) AND purpose = 'invitation' AND used_at IS NULL
                """)
            guard changed == 1 else { throw Failure.nobodyHere }
            try JournalWriter.append(entry, tx)
        }
    }

    package func policy(by standing: Standing) async throws -> SignInPolicy {
        try standing.require(Self.read)
        let organisation = try standing.organisation()
        return try await host.database.read { tx in try SignInPolicy.policy(of: organisation, tx) }
    }

    /// Holds for whoever is signed in as well: those who have not given a second factor act as guests from now on.
    package func setPolicy(_ policy: SignInPolicy, by standing: Standing) async throws {
        let organisation = try permitted(standing)
        guard policy.secondFactorRoles.allSatisfy({ host.roles.knows($0) }) else { throw InvalidInput(faults: [Self.roleFault]) }
        guard policy.registration.map({ SignInPolicy.openRoles.contains($0) }) ?? true else {
            throw InvalidInput(faults: [Self.registrationFault])
        }
        let entry = try JournalEntry(.updated, "sign_in_policy", version: 1, by: standing, in: host.world)
        let members = try await host.database.rows(
            "SELECT account FROM identity_members WHERE organisation = \(organisation) AND ended_at IS NULL"
        ) { try $0["account"] as Identifier }
        let notices = members.map { sessions.notice(of: $0) }
        try await host.database.within(organisation: organisation.text).write { tx in
            try policy.write(of: organisation, tx)
            for notice in notices { try notice.write(tx) }
            try JournalWriter.append(entry, tx)
        }
        for notice in notices { sessions.tell(notice) }
    }

    private func permitted(_ standing: Standing) throws -> Identifier {
        try standing.require(Self.change)
        return try standing.organisation()
    }

    private func member(_ account: Identifier, of organisation: Identifier) async throws -> Member? {
        try await host.database.read { tx in try MemberTable.member(account, of: organisation, tx) }
    }

    private func check(_ roles: Set<RoleName>) throws {
        guard !roles.isEmpty, roles.isSubset(of: grantable) else { throw InvalidInput(faults: [Self.roleFault]) }
    }

    /// Of who names none, or one that cannot be given.
    static let roleFault = FieldFault(
        "/roles", "not_a_choice",
        Text(
            es: "Elija uno o más de los roles que esta organización puede dar.",
            en: "Choose one or more of the roles this organisation can give."))

    private static let registrationFault = FieldFault(
        "/registration", "registration",
        Text(
            es: "Quien se registra por su cuenta puede ser invitado o paciente, nada más.",
            en: "Whoever registers by themselves can be a guest or a patient, nothing more."))
}

extension Failure {
    static let nobodyHere = Failure(
        .notFound, "nothing_here", Text(es: "Aquí no hay nada: revise la dirección.", en: "There is nothing here: check the address."))
}
