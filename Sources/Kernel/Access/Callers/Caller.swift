/// Who asks: what an `Authenticator` made of a token, or a command of its options. Values only; what they may is the
/// business of roles, relations and rules.
package struct Caller: Hashable, Sendable {
    /// The account that acts. It is who the journal names.
    package let actor: Identifier
    /// The organisation in which they act; nil for who belongs to none (an operator), or has not chosen one.
    package let tenant: Identifier?
    /// For whom they say they act. It is written beside the actor and gives no right at all: a guardian's rights come from a
    /// relation.
    package let onBehalfOf: Identifier?
    /// As they were given, without those that others include: `RoleBook` flattens them.
    package let roles: Set<RoleName>
    /// What they pay for: how much they may ask, never what they may see.
    package let tier: Tier
    /// How sure it is that they are who they say.
    package let assurance: Assurance
    /// The session through which they came in, which can be ended by its name; nil for who has none (an operator's token, a machine). It
    /// says nothing of what they may.
    package let session: Identifier?

    package init(
        actor: Identifier, tenant: Identifier?, onBehalfOf: Identifier? = nil, roles: Set<RoleName> = [], tier: Tier = .free,
        assurance: Assurance = .password, session: Identifier? = nil
    ) {
        self.actor = actor
        self.tenant = tenant
        self.onBehalfOf = onBehalfOf
        self.roles = roles
        self.tier = tier
        self.assurance = assurance
        self.session = session
    }

    /// How much a client of the API may ask an hour.
    package enum Tier: String, Hashable, Sendable, CaseIterable {
        case free
        case basic
        case premium
        case enterprise
    }

    /// How somebody proved who they are, from the weakest. The order counts.
    package enum Assurance: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Something they know, or a link in a message.
        case password
        /// And something they have: a code that an application or a message showed.
        case secondFactor
        /// A key that cannot be given to a false page (a passkey), or the operator's shell on the machine itself.
        case passkey

        private var rank: Int {
            switch self {
            case .password: 0
            case .secondFactor: 1
            case .passkey: 2
            }
        }

        package static func < (one: Assurance, other: Assurance) -> Bool { one.rank < other.rank }
    }
}
