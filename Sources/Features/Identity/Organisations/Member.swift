import Access
import Base
import Store

/// Somebody's place in an organisation.
package struct Member: Sendable, Hashable {
    package let account: Identifier
    package let organisation: Identifier
    package let roles: Set<RoleName>
    package let since: Instant
    /// When they left; nil while they belong to it.
    package let endedAt: Instant?

    init(account: Identifier, organisation: Identifier, roles: Set<RoleName>, since: Instant, endedAt: Instant? = nil) {
        self.account = account
        self.organisation = organisation
        self.roles = roles
        self.since = since
        self.endedAt = endedAt
    }

    static let columns: SQL = "account, organisation, roles, since, ended_at"

    init(_ row: borrowing Row) throws {
        account = try row["account"]
        organisation = try row["organisation"]
        roles = RoleWords.read(try row["roles"])
        since = try row["since"]
        endedAt = try row["ended_at"]
    }
}

/// Names of roles in a column: sorted, with spaces between them.
enum RoleWords {
    static func write(_ roles: Set<RoleName>) -> String { roles.sorted().map(\.text).joined(separator: " ") }

    /// A word that is no name of a role gives no right, and is passed over.
    static func read(_ text: String) -> Set<RoleName> { Set(text.split(separator: " ").compactMap { RoleName(String($0)) }) }
}

extension RoleBook {
    /// The roles and all that they include.
    func expanded(_ roles: Set<RoleName>) -> Set<RoleName> {
        Standing(Caller(actor: "nobody", tenant: nil, roles: roles), by: self, at: .epoch).roles
    }
}

/// The rows of memberships, inside the transaction of whoever journals the change.
enum MemberTable {
    /// Those that stand, the earliest first.
    static func memberships(of account: Identifier, _ tx: borrowing Transaction) throws -> [Member] {
        try tx.rows(
            """
            SELECT \(Member.columns) FROM identity_members WHERE account = \(account) AND ended_at IS NULL ORDER BY since, organisation
            """
        ) { try Member($0) }
    }

    static func member(_ account: Identifier, of organisation: Identifier, _ tx: borrowing Transaction) throws -> Member? {
        try tx.first(
            """
            SELECT \(Member.columns) FROM identity_members
            WHERE account = \(account) AND organisation = \(organisation) AND ended_at IS NULL
            """
        ) { try Member($0) }
    }

    /// Throws `Failure(.conflict)` where somebody's place is no longer what it was when the change was prepared. Call it under `lock`.
    static func requireUnchanged(
        _ known: Member?, _ account: Identifier, of organisation: Identifier, _ tx: borrowing Transaction
    ) throws {
        guard try member(account, of: organisation, tx) == known else { throw Failure.accountMoved }
    }

    /// Adds somebody, gives who is there these roles instead, or lets back in who had left.
    static func put(_ member: Member, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_members (account, organisation, roles, since, ended_at)
            VALUES (\(member.account), \(member.organisation), \(RoleWords.write(member.roles)), \(member.since), \(member.endedAt))
            ON CONFLICT (account, organisation) DO UPDATE SET roles = excluded.roles, ended_at = excluded.ended_at
            """)
    }

    /// Throws `Failure(.conflict, "last_admin")` where an administrator goes and nobody would be left who administers the organisation.
    /// Whoever administers nothing may always go. Two who leave at once wait for one another, where both took `lock`.
    static func requireAdministrator(
        besides account: Identifier, of organisation: Identifier, by book: RoleBook, _ tx: borrowing Transaction
    ) throws {
        guard let known = try member(account, of: organisation, tx), book.expanded(known.roles).contains("organisation_admin") else { return }
        let others = try tx.rows(
            """
            SELECT \(Member.columns) FROM identity_members
            WHERE organisation = \(organisation) AND account <> \(account) AND ended_at IS NULL
                AND account IN (SELECT id FROM identity_accounts WHERE disabled_at IS NULL AND confirmed_at IS NOT NULL)
            """
        ) { try Member($0) }
        guard others.contains(where: { book.expanded($0.roles).contains("organisation_admin") }) else { throw Failure.lastAdministrator }
    }

    /// Under which members of an organisation are changed one after the other.
    static func lock(_ organisation: Identifier, _ tx: borrowing Transaction) throws { try tx.lock("identity members of \(organisation)") }
}

extension Failure {
    static let lastAdministrator = Failure(
        .conflict, "last_admin",
        Text(
            es: "Es la última persona que administra la organización: dé antes ese papel a otra cuenta.",
            en: "This is the last account that administers the organisation: give that role to another one first."))
}
