import Access
import Base
import Keys
import Records
import Runtime
import Store

/// What whoever runs the machine does about accounts from its shell: `zancada admin`. No password passes through it: it gives out links.
package struct AdminDesk: Sendable {
    private let parts: IdentityParts

    package init(_ parts: IdentityParts) { self.parts = parts }

    private var host: FeatureHost { parts.host }

    /// An account for an address, open at once, and a link by which its owner chooses a password. `organisation` nil: it operates the
    /// installation. Throws `Failure(.conflict, "account_exists")`.
    package func create(
        _ address: MailAddress, name: String, language: Language, as roles: Set<RoleName>, in organisation: Identifier?
    ) async throws -> (account: Identifier, link: String) {
        guard let name = PersonName.read(name) else { throw Failure.adminName }
        try await check(roles, in: organisation)
        guard try await parts.accounts.account(at: address) == nil else { throw Failure.accountExists }
        let now = host.world.now()
        let account = Account(
            id: Identifier(host.world.id(of: Account.self)), version: 0, createdAt: now, confirmedAt: now, disabledAt: nil,
            profile: .init(address: address, name: name, language: language.rawValue, password: nil))
        let sealed = try await parts.accounts.sealed(account, isNew: true)
        let place = organisation ?? IdentityFeature.organisation
        let change = try await MemberTelling(host).changed(
            Member(account: account.id, organisation: place, roles: roles, since: now), .granted, by: "operator")
        let (link, code) = Link.make(.reset, account: account.id, host.world)
        try await host.database.within(organisation: place.text).write { tx in
            guard try sealed.insert(tx) else { throw Failure.accountExists }
            try change.write(tx)
            try link.insert(code, tx)
        }
        return (account.id, parts.letters.address("/account/reset", code))
    }

    /// A link to another password, told in the journal. Throws `Failure(.notFound)`.
    package func reset(_ address: MailAddress) async throws -> String {
        let account = try await known(address)
        let now = host.world.now()
        let (link, code) = Link.make(.reset, account: account.id, host.world)
        let entry = try entry(.granted, "password_reset", of: account.id, in: IdentityFeature.organisation, at: now)
        try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
            try Link.end(.reset, of: account.id, at: now, tx)
            try link.insert(code, tx)
            try JournalWriter.append(entry, tx)
        }
        return parts.letters.address("/account/reset", code)
    }

    /// Gives an account more roles in an organisation, or in the installation. Returns all that it has there.
    package func grant(_ roles: Set<RoleName>, to address: MailAddress, in organisation: Identifier?) async throws -> Set<RoleName> {
        try await check(roles, in: organisation)
        return try await change(address, in: organisation) { $0.union(roles) }
    }

    /// Takes roles away. Where none is left, they belong to it no longer. Throws `.conflict, "last_admin"`.
    package func revoke(_ roles: Set<RoleName>, from address: MailAddress, in organisation: Identifier?) async throws -> Set<RoleName> {
        try await change(address, in: organisation) { $0.subtracting(roles) }
    }

    private func change(
        _ address: MailAddress, in organisation: Identifier?, _ edit: (Set<RoleName>) -> Set<RoleName>
    ) async throws -> Set<RoleName> {
        let account = try await known(address)
        let place = organisation ?? IdentityFeature.organisation
        let member = try await host.database.read { tx in try MemberTable.member(account.id, of: place, tx) }
        let (had, now, book) = (member?.roles ?? [], host.world.now(), host.roles)
        let roles = edit(had)
        guard roles != had else { return had }
        let new = Member(
            account: account.id, organisation: place, roles: roles, since: member?.since ?? now, endedAt: roles.isEmpty ? now : nil)
        let change = try await MemberTelling(host).changed(new, roles.isEmpty ? .ended : .granted, by: "operator")
        let losesOffice = !book.expanded(roles).contains("organisation_admin")
        try await host.database.within(organisation: place.text).write { tx in
            try MemberTable.lock(place, tx)
            // Roles that somebody else gave or took meanwhile are not undone.
            try MemberTable.requireUnchanged(member, account.id, of: place, tx)
            if losesOffice { try MemberTable.requireAdministrator(besides: account.id, of: place, by: book, tx) }
            try change.write(tx)
        }
        change.tell(parts.sessions)
        return roles
    }

    /// Closes an account at once, or opens it again.
    package func setDisabled(_ isDisabled: Bool, _ address: MailAddress) async throws {
        let account = try await known(address)
        let caller = Caller(actor: "operator", tenant: nil, roles: ["operator"], assurance: .passkey)
        try await parts.setDisabled(isDisabled, account.id, by: Standing(caller, by: host.roles, at: host.world.now()))
    }

    /// The path, with its code, by which the first account is made, where there is none yet; those given before are good no longer.
    package func setUpLink() async throws -> String? {
        guard try await parts.accounts.isEmpty() else { return nil }
        let now = host.world.now()
        let (link, code) = Link.make(.setup, host.world)
        try await host.database.write { tx in
            try tx.execute("UPDATE identity_links SET used_at = \(now) WHERE purpose = 'setup' AND used_at IS NULL")
            try link.insert(code, tx)
        }
        return "/setup?code=\(code)"
    }

    private func known(_ address: MailAddress) async throws -> Account {
        guard let account = try await parts.accounts.account(at: address) else { throw Failure.noSuchAccount }
        return account
    }

    private func check(_ roles: Set<RoleName>, in organisation: Identifier?) async throws {
        guard let organisation else {
            guard roles == ["operator"] else { throw Failure.operatorAlone }
            return
        }
        guard !roles.isEmpty, roles.isSubset(of: parts.grantable) else { throw Failure.notGrantable(parts.grantable) }
        guard try await Organisations.exists(organisation, in: host.database) else { throw Failure.noSuchOrganisation(organisation) }
    }

    private func entry(
        _ verb: JournalVerb, _ kind: String, of account: Identifier, in tenant: Identifier, at now: Instant
    ) throws -> JournalEntry {
        let caller = Caller(actor: "operator", tenant: tenant, roles: ["operator"], assurance: .passkey)
        return try JournalEntry(
            verb, kind, about: [account.text], by: Standing(caller, by: host.roles, at: now), in: host.world, at: now)
    }
}

extension Failure {
    fileprivate static let adminName = Failure(
        .usage, "account_name",
        Text(es: "Un nombre tiene de 1 a 100 caracteres, en una línea.", en: "A name has 1 to 100 characters, on one line."))

    fileprivate static let accountExists = Failure(
        .conflict, "account_exists",
        Text(
            es: "Esa dirección ya tiene una cuenta: use «zancada admin grant» para darle un rol.",
            en: "That address has an account already: use 'zancada admin grant' to give it a role."))

    fileprivate static let noSuchAccount = Failure(
        .notFound, "no_account",
        Text(
            es: "Nadie tiene una cuenta con esa dirección: créela con «zancada admin create».",
            en: "Nobody has an account with that address: make one by 'zancada admin create'."))

    fileprivate static let operatorAlone = Failure(
        .usage, "operator_role",
        Text(
            es: "Sin --org solo se da el rol operator, que vale en toda la instalación.",
            en: "Without --org only the role operator is given, which holds for the whole installation."))

    fileprivate static func notGrantable(_ roles: Set<RoleName>) -> Failure {
        let list = roles.sorted().map(\.text).joined(separator: ", ")
        return Failure(
            .usage, "role_not_grantable",
            Text(
                es: "Los roles que se dan en una organización son: \(list).",
                en: "The roles that are given in an organisation are: \(list)."))
    }

    fileprivate static func noSuchOrganisation(_ name: Identifier) -> Failure {
        Failure(
            .notFound, "no_organisation",
            Text(
                es: "No hay una organización «\(name)»: créela con «zancada org create \(name)».",
                en: "There is no organisation “\(name)”: make it by 'zancada org create \(name)'."))
    }
}
