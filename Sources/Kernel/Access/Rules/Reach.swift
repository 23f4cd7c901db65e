/// What is left of a condition once the caller is known: what depends on them alone has become yes or no, and the rest is
/// brought into a form from which a database can choose an index. `tenant = … AND (…)` comes out of any rule whose grants
/// all ask for the organisation, however they are nested.
indirect enum Reach: Hashable {
    case never
    case always
    case tenant(Identifier)
    case author(Identifier)
    case subjects(Subjects)
    /// The caller has a relation to this one person in one of the roles.
    case relation(to: Identifier, [RoleName])
    case attribute(String, [Identifier])
    /// Each whom the record is about agrees, in the caller's organisation.
    case consent(ConsentPurpose)
    /// Two or more, none of them `never`, `always` or `all`.
    case all([Reach])
    /// Two or more, none of them `never`, `always` or `any`.
    case any([Reach])

    /// The people whose records are meant.
    struct Subjects: Hashable {
        /// The caller.
        var includesSelf: Bool
        /// And those to whom the caller has a relation in one of these, in the order of their names.
        var roles: [RoleName]
    }
}

extension Reach {
    /// Of a rule: of any of its grants.
    init(_ rule: AccessRule, _ standing: Standing, subject: Identifier? = nil) {
        self = .disjunction(rule.grants.map { Reach($0.condition, standing, subject: subject) })
    }

    /// `subject`: where a list is about one person, who it is.
    init(_ condition: AccessCondition, _ standing: Standing, subject: Identifier? = nil) {
        let caller = standing.caller
        switch condition {
        case .sameOrganisation: self = caller.tenant.map(Reach.tenant) ?? .never
        case .isAuthor: self = .author(caller.actor)
        case .isSubject:
            guard let subject else {
                self = .subjects(Subjects(includesSelf: true, roles: []))
                return
            }
            self = standing.selves.contains(subject) ? .always : .never
        case .related(let roles):
            let accepted = standing.book.roles(including: roles).sorted()
            guard let tenant = caller.tenant, !accepted.isEmpty else {
                self = .never
                return
            }
            let people: Reach = subject.map { .relation(to: $0, accepted) } ?? .subjects(Subjects(includesSelf: false, roles: accepted))
            self = .all([.tenant(tenant), people])
        case .consented(let purpose): self = caller.tenant.map { .all([.tenant($0), .consent(purpose)]) } ?? .never
        case .holds(let permission): self = standing.permissions.contains(permission) ? .always : .never
        case .hasRole(let role): self = standing.roles.contains(role) ? .always : .never
        case .assured(let least): self = caller.assurance >= least ? .always : .never
        case .attribute(let name, let values): self = values.isEmpty ? .never : .attribute(name, values.sorted())
        case .all(let parts):
            self = parts.isEmpty ? .never : .conjunction(parts.map { Reach($0, standing, subject: subject) })
        case .any(let parts): self = .disjunction(parts.map { Reach($0, standing, subject: subject) })
        }
    }

    static func conjunction(_ parts: [Reach]) -> Reach {
        var kept: [Reach] = []
        for part in parts.flatMap(\.conjuncts) where !kept.contains(part) { kept.append(part) }
        if kept.contains(.never) { return .never }
        return kept.count > 1 ? .all(kept) : kept.first ?? .always
    }

    static func disjunction(_ parts: [Reach]) -> Reach {
        var kept: [Reach] = []
        for part in merged(parts.flatMap(\.disjuncts)) where !kept.contains(part) { kept.append(part) }
        guard kept.count > 1 else { return kept.first ?? .never }
        if kept.contains(.always) { return .always }
        // What all of them ask for stands in front, once.
        let lists = kept.map(\.conjuncts)
        let common = lists[0].filter { conjunct in lists.allSatisfy { $0.contains(conjunct) } }
        guard !common.isEmpty else { return .any(kept) }
        return conjunction(common + [disjunction(lists.map { list in conjunction(list.filter { !common.contains($0) }) })])
    }

    private var conjuncts: [Reach] {
        switch self {
        case .always: []
        case .all(let parts): parts
        default: [self]
        }
    }

    /// What it is one of: itself, where it is no `any`.
    var alternatives: [Reach] { if case .any(let parts) = self { parts } else { [self] } }

    private var disjuncts: [Reach] {
        switch self {
        case .never: []
        case .any(let parts): parts
        default: [self]
        }
    }

    /// Sets of people become one, which is one question to the table of relations.
    private static func merged(_ parts: [Reach]) -> [Reach] {
        var people: Subjects?
        var others: [Reach] = []
        for part in parts {
            if case .subjects(let more) = part {
                let known = people ?? Subjects(includesSelf: false, roles: [])
                people = Subjects(
                    includesSelf: known.includesSelf || more.includesSelf, roles: Set(known.roles).union(more.roles).sorted())
            } else {
                others.append(part)
            }
        }
        return (people.map { [.subjects($0)] } ?? []) + others
    }
}
