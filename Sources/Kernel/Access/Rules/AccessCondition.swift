import Base

/// What must be so for an access rule to let somebody in: small cases that are put together with `all` and `any`.
///
/// There is no "not": what is not granted is refused, so adding a condition to an `any`, a role or a relation can only let in
/// more, and taking one away only less.
package indirect enum AccessCondition: Hashable, Sendable {
    /// The record belongs to the organisation in which the caller acts.
    case sameOrganisation
    /// The record is about the caller, or about somebody whom the caller turned out to be (`Standing.selves`).
    case isSubject
    /// The caller wrote the record.
    case isAuthor
    /// Now, in the organisation in which the caller acts and to which the record belongs, the caller has a relation to somebody
    /// whom the record is about in one of these roles, or in one that includes one of them.
    ///
    /// It does not ask whether the caller holds that role themselves: put `hasRole` beside it where that matters.
    case related(as: Set<RoleName>)
    /// Now, in the organisation in which the caller acts and to which the record belongs, whoever the record is about agrees to this;
    /// where it is about several, each of them does. It says nothing of the caller: put who may, and what for, beside it.
    case consented(to: ConsentPurpose)
    /// One of the caller's roles gives the permission.
    case holds(Permission)
    /// The caller has the role, or one that includes it.
    case hasRole(RoleName)
    /// The caller proved who they are at least so well.
    case assured(atLeast: Caller.Assurance)
    /// A declared text column of the record has one of these values.
    case attribute(String, oneOf: Set<Identifier>)
    /// Each of these; an empty list lets nobody in.
    case all([AccessCondition])
    /// One of these; an empty list lets nobody in.
    case any([AccessCondition])

    package static func all(_ conditions: AccessCondition...) -> AccessCondition { .all(conditions) }
    package static func any(_ conditions: AccessCondition...) -> AccessCondition { .any(conditions) }
}

/// What a rule looks at in one record.
package struct RecordFacts: Hashable, Sendable {
    package let tenant: Identifier
    /// Whose data it is: several people's where it is about several, none where it is nobody's.
    package let subjects: Set<Identifier>
    /// nil where the kind keeps none.
    package let author: Identifier?
    /// The declared columns that rules ask for, by name.
    package let attributes: [String: String]
    /// To what each of `subjects` agrees now; asked only where a rule does (`AccessRule.asksConsents`).
    package let consents: Set<ConsentPurpose>

    package init(
        tenant: Identifier, subject: Identifier?, author: Identifier? = nil, attributes: [String: String] = [:],
        consents: Set<ConsentPurpose> = []
    ) {
        self.init(tenant: tenant, subjects: subject.map { [$0] } ?? [], author: author, attributes: attributes, consents: consents)
    }

    package init(
        tenant: Identifier, subjects: Set<Identifier>, author: Identifier? = nil, attributes: [String: String] = [:],
        consents: Set<ConsentPurpose> = []
    ) {
        self.tenant = tenant
        self.subjects = subjects
        self.author = author
        self.attributes = attributes
        self.consents = consents
    }

    /// The same of people who agree to this (`ConsentTable.purposes`): what all of them agree to counts.
    package func agreed(_ purposes: [Identifier: Set<ConsentPurpose>]) -> RecordFacts {
        let each = subjects.map { purposes[$0] ?? [] }
        let common = each.dropFirst().reduce(each.first ?? []) { $0.intersection($1) }
        return RecordFacts(tenant: tenant, subjects: subjects, author: author, attributes: attributes, consents: common)
    }
}

extension AccessCondition {
    /// Whether it is so for this record. `relations` may hold more than those that count.
    func isMet(by standing: Standing, on record: RecordFacts, _ relations: [Relation]) -> Bool {
        let caller = standing.caller
        switch self {
        case .sameOrganisation: return caller.tenant == record.tenant
        case .isSubject: return !record.subjects.isDisjoint(with: standing.selves)
        case .isAuthor: return record.author == caller.actor
        case .related(let roles):
            guard !record.subjects.isEmpty, caller.tenant == record.tenant else { return false }
            let accepted = standing.book.roles(including: roles)
            return relations.contains {
                record.subjects.contains($0.subject) && $0.grantee == caller.actor && $0.tenant == record.tenant
                    && accepted.contains($0.role) && $0.holds(at: standing.now)
            }
        case .consented(let purpose):
            return !record.subjects.isEmpty && caller.tenant == record.tenant && record.consents.contains(purpose)
        case .holds(let permission): return standing.permissions.contains(permission)
        case .hasRole(let role): return standing.roles.contains(role)
        case .assured(let least): return caller.assurance >= least
        case .attribute(let name, let values):
            guard let value = record.attributes[name] else { return false }
            return values.contains { $0.text.utf8.elementsEqual(value.utf8) }
        case .all(let parts): return !parts.isEmpty && parts.allSatisfy { $0.isMet(by: standing, on: record, relations) }
        case .any(let parts): return parts.contains { $0.isMet(by: standing, on: record, relations) }
        }
    }

    /// Whether it lets nobody into a record of another organisation than their own.
    var isBoundToOrganisation: Bool {
        switch self {
        case .sameOrganisation, .related, .consented: true
        case .all(let parts): parts.isEmpty || parts.contains(where: \.isBoundToOrganisation)
        case .any(let parts): parts.allSatisfy(\.isBoundToOrganisation)
        default: false
        }
    }

    /// Whether who belongs to no organisation is let in nowhere: for the sentence that tells them why.
    func needsOrganisation(_ standing: Standing) -> Bool {
        let member = Caller(
            actor: standing.caller.actor, tenant: "any", roles: standing.caller.roles, tier: standing.caller.tier,
            assurance: standing.caller.assurance)
        return standing.caller.tenant == nil && Reach(self, Standing(member, by: standing.book, at: standing.now)) != .never
    }
}
