import Access
import Base
import Runtime
import Store

/// What other capabilities may ask about accounts: how somebody is called, and to tell them something by mail.
package struct AccountDirectory: Sendable {
    private let host: FeatureHost
    private let accounts: AccountStore
    private let letters: IdentityLetters

    package init(_ host: FeatureHost, at place: String) {
        self.host = host
        accounts = AccountStore(host, IdentityKeys(host.keyring))
        letters = IdentityLetters(host, place: place)
    }

    /// How accounts want to be called; those that are gone, or belong to another organisation, are left out.
    package func names(of ids: Set<Identifier>, in organisation: Identifier) async throws -> [Identifier: String] {
        let members = try await host.database.read { tx in
            try ids.filter { try MemberTable.member($0, of: organisation, tx) != nil }
        }
        return try await accounts.names(of: members)
    }

    /// Members whose roles give a permission.
    package func holders(of permission: Permission, in organisation: Identifier) async throws -> [Identifier] {
        let members = try await host.database.rows(
            "SELECT \(Member.columns) FROM identity_members WHERE organisation = \(organisation) AND ended_at IS NULL"
        ) { try Member($0) }
        return members.filter { member in member.roles.contains { host.roles.permissions(of: $0).contains(permission) } }.map(\.account)
    }

    /// The roles that a member has now, as the transaction sees it; nil for who does not belong to the organisation, or whose account is
    /// closed.
    package static func roles(
        of account: Identifier, in organisation: Identifier, _ tx: borrowing Transaction
    ) throws -> Set<RoleName>? {
        let isOpen = try tx.first("SELECT 1 AS one FROM identity_accounts WHERE id = \(account) AND disabled_at IS NULL") { _ in true }
        guard isOpen == true else { return nil }
        return try MemberTable.member(account, of: organisation, tx)?.roles
    }

    /// Tells somebody something that concerns them, in their language, and where to look. `about`: under whose key the mail is sealed while
    /// it waits. Nothing where no mail goes out, or the account is closed or gone.
    package func tell(
        _ id: Identifier, _ title: Text, _ text: Text, path: String, about person: Identifier?, in organisation: Identifier
    ) async throws {
        guard letters.isConfigured, let account = try await accounts.account(id), account.disabledAt == nil, account.confirmedAt != nil
        else {
            return
        }
        try await letters.tell(account, title, text, path: path, about: person, in: organisation)
    }
}
