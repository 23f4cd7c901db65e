import Access
import Base
import Keys
import Records
import Store

/// What a feature works with, given to it when the root makes it.
package struct FeatureHost: Sendable {
    package let database: Database
    package let keyring: Keyring
    package let store: RecordStore
    /// The roles and what they allow.
    package let roles: RoleBook
    /// What the operator decided.
    package let settings: Config
    package let log: Log
    package let world: World
    /// The pages that menus lead to, everybody's.
    let destinations: [Destination]

    package init(
        database: Database, keyring: Keyring, store: RecordStore, roles: RoleBook, settings: Config, log: Log, world: World,
        destinations: [Destination] = []
    ) {
        self.database = database
        self.keyring = keyring
        self.store = store
        self.roles = roles
        self.settings = settings
        self.log = log
        self.world = world
        self.destinations = destinations
    }

    /// A feature acting by itself in an organisation, or because `somebody` asked for it, with what the role of that name allows.
    package func standing(
        of feature: String, as role: RoleName, for somebody: Identifier? = nil, in organisation: Identifier
    ) throws -> Standing {
        let caller = Caller(
            actor: try Identifier("feature:\(feature)"), tenant: organisation, onBehalfOf: somebody, roles: [role], assurance: .passkey)
        return Standing(caller, by: roles, at: world.now())
    }
}
