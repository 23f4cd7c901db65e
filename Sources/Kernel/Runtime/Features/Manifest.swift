import Access
import Base
import Records
import Store

/// What a feature is, known without running it: operators print it, tests walk it, the root derives tables, roles, configuration
/// and documents from it.
package struct Manifest: Sendable {
    /// `exercise_library`: lower case; begins the names of its jobs, subscriptions, schedules and settings, and is that of its
    /// migrations.
    package let name: String
    package let title: Text
    /// What it is for, in a sentence.
    package let purpose: Text
    /// The paths below `/api/v1` and among the pages that are its own, `/exercises`.
    package let paths: [String]
    package let permissions: [PermissionShape]
    /// Roles that it brings along.
    package let roles: [Role]
    package let kinds: [KindShape]
    /// Tables that its migrations make beside those of its kinds.
    package let tables: [String]
    package let migrations: [Migration]
    package let events: [EventShape]
    package let settings: [ConfigDeclaration]
    package let ports: [PortShape]
    /// Its pages that menus lead to, the most important first.
    package let destinations: [Destination]

    /// Names are a programmer's, so whatever is wrong with them ends the program at start.
    package init(
        _ name: String, _ title: Text, purpose: Text, paths: [String] = [], permissions: [PermissionShape] = [], roles: [Role] = [],
        kinds: [KindShape] = [], tables: [String] = [], migrations: [Migration] = [], events: [EventShape] = [],
        settings: [ConfigDeclaration] = [], ports: [PortShape] = [], destinations: [Destination] = []
    ) {
        precondition(SQL.isName(name) && name.count <= 30, "a feature's name is one that both databases take")
        precondition(paths.allSatisfy { $0.hasPrefix("/") && $0.count > 1 && !$0.hasSuffix("/") }, "a path is written /so")
        precondition(settings.allSatisfy { $0.name.hasPrefix("\(name).") }, "settings begin with the feature's name")
        self.name = name
        self.title = title
        self.purpose = purpose
        self.paths = paths
        self.permissions = permissions
        self.roles = roles
        self.kinds = kinds
        self.tables = tables
        self.migrations = migrations
        self.events = events
        self.settings = settings
        self.ports = ports
        self.destinations = destinations
    }

    /// Its steps of the schema; nil where it has none.
    package var series: MigrationSeries? { migrations.isEmpty ? nil : MigrationSeries(name, migrations) }

    /// What the roles that others declared gain by it.
    package var roleExtensions: [RoleExtension] {
        Set(permissions.flatMap(\.roles)).sorted().map { role in
            RoleExtension(role, permissions: Set(permissions.filter { $0.roles.contains(role) }.map(\.permission)))
        }
    }
}

/// Something that a role may allow, and which roles do.
package struct PermissionShape: Sendable, Hashable {
    package let permission: Permission
    /// What whoever has it may do.
    package let meaning: Text
    /// Roles that give it from the start.
    package let roles: Set<RoleName>

    package init(_ permission: Permission, _ meaning: Text, to roles: Set<RoleName>) {
        self.permission = permission
        self.meaning = meaning
        self.roles = roles
    }
}

/// Something that a feature needs from others. The root holds a link for each (`Links`).
package struct PortShape: Sendable, Hashable {
    /// As in `exercise_library.protocols`: the feature's name is put before it.
    package let name: String
    /// What is asked.
    package let meaning: Text
    /// What the feature does where nobody answers.
    package let fallback: Text

    package init(_ name: String, _ meaning: Text, fallback: Text) {
        self.name = name
        self.meaning = meaning
        self.fallback = fallback
    }
}
