import Base

/// A caller at a moment, with all that their roles give: what every access rule is asked with.
///
/// Made once a request; the moment is fixed with it, so that a list, its records and their masks speak of the same one.
package struct Standing: Sendable {
    package let caller: Caller
    package let now: Instant
    /// The caller's roles and all that these include.
    package let roles: Set<RoleName>
    package let permissions: Set<Permission>
    /// Whom a record is about where it is about the caller: the account, and the people who were found to be the same one and
    /// merged into it.
    package let selves: Set<Identifier>
    let book: RoleBook

    /// `aliases`: who was merged into the caller (`SubjectAliases` in Records tells).
    package init(_ caller: Caller, by book: RoleBook, at now: Instant, aliases: Set<Identifier> = []) {
        self.caller = caller
        self.now = now
        self.book = book
        selves = aliases.isEmpty ? [caller.actor] : aliases.union([caller.actor])
        (roles, permissions) = book.flattened(caller.roles)
    }

    /// The same caller later: for those who stay connected. Cheap: nothing is flattened anew.
    package func at(_ now: Instant) -> Standing { Standing(self, now: now) }

    private init(_ earlier: Standing, now: Instant) {
        caller = earlier.caller
        self.now = now
        roles = earlier.roles
        permissions = earlier.permissions
        selves = earlier.selves
        book = earlier.book
    }

    /// The organisation in which they act. Throws `Failure(.forbidden)` for who belongs to none.
    package func organisation() throws(Failure) -> Identifier {
        guard let tenant = caller.tenant else { throw .callerWithoutOrganisation }
        return tenant
    }

    /// Throws `Failure(.forbidden)` where no role gives the permission: for what is about no record (a route, a command).
    package func require(_ permission: Permission) throws(Failure) {
        guard permissions.contains(permission) else {
            throw Failure(
                .forbidden, "permission_missing",
                Text(
                    es: "Esto necesita el permiso «\(permission)», que ninguno de sus roles da: pídalo a quien administra su organización.",
                    en: "This needs the permission “\(permission)”, which none of your roles gives: ask your organisation's administrator.")
            )
        }
    }
}

extension Failure {
    /// For what needs an organisation, asked by who belongs to none.
    package static let callerWithoutOrganisation = Failure(
        .forbidden, "caller_without_organisation",
        Text(
            es: "Esto pertenece a una organización y usted no actúa en ninguna: elija una, o inicie sesión con una cuenta que la tenga.",
            en: "This belongs to an organisation and you act in none: choose one, or sign in with an account that has one."))
}
