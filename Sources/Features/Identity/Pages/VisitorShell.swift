import Access
import Base
import HTTPTypes
import Runtime
import Web

/// What stands around the pages of whoever is signed in: who they are, where they can go, the way out. For every feature's pages.
package struct VisitorShell: Sendable {
    private let accounts: AccountStore
    private let host: FeatureHost
    private var roles: RoleBook { host.roles }

    package init(_ parts: IdentityParts) {
        accounts = parts.accounts
        host = parts.host
    }

    /// For pages of other features.
    package init(_ host: FeatureHost) {
        accounts = AccountStore(host, IdentityKeys(host.keyring))
        self.host = host
    }

    /// A phone shows five links at its lower edge; the account and the organisation are two of them.
    private static let mostPlaces = 3

    /// For who asks, or for a stranger. Cost: one account read.
    package func shell(_ call: Call) async throws -> Shell {
        guard let standing = call.standing else { return Shell(banner: banner) }
        let caller = standing.caller
        let name = try await accounts.account(caller.actor)?.profile.name ?? caller.actor.text
        var links = [NavigationLink(Text(es: "Mi cuenta", en: "My account"), "/account", .person)]
        if caller.tenant != nil, standing.permissions.contains(OrganisationOffice.read) {
            links.append(NavigationLink(Text(es: "Organización", en: "Organisation"), "/organisation", .people))
        }
        let visitor = Visitor(
            name: name, role: role(of: caller), links: links, signOutPath: call.isBrowserSession ? "/sign-out" : nil)
        // Home is where they begin: the first of these, where there is one.
        let places = host.destinations(of: standing).prefix(Self.mostPlaces).map(\.link)
        let home = places.isEmpty ? [NavigationLink(Text(es: "Inicio", en: "Home"), "/", .home)] : places
        return Shell(navigation: home + links, visitor: visitor, banner: banner)
    }

    private var banner: Text? {
        guard host.settings[IdentitySettings.demonstration] else { return nil }
        return Text(
            es: "Demostración: las personas y sus datos son inventados.", en: "Demonstration: the people and their data are made up.")
    }

    /// "Terapeuta · clinica-sur".
    private func role(of caller: Caller) -> Text? {
        let titles = Self.titles(of: caller.roles, roles)
        guard let tenant = caller.tenant else { return caller.roles.isEmpty ? nil : titles }
        guard !caller.roles.isEmpty else { return Text(verbatim: tenant.text) }
        return Text(es: "\(titles.spanish) · \(tenant)", en: "\(titles.english) · \(tenant)")
    }

    /// "Médico, terapeuta".
    static func titles(of roles: Set<RoleName>, _ book: RoleBook) -> Text {
        func list(_ language: Language) -> String {
            roles.map { book.title(of: $0)(language) }.sorted().joined(separator: ", ").capitalizedFirst
        }
        return Text(es: list(.spanish), en: list(.english))
    }
}
