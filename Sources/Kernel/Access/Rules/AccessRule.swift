import Base
import Store

/// Who may see (or change) the records of a kind, and how much of them: a value that everything which shows records asks.
///
/// It yields four things that agree: a predicate for lists (`predicate`), a decision for one record (`decision`), a mask
/// for its fields (in the decision), and words (`explanation`). It is a list of grants; without one, nobody is let in.
///
/// ```swift
/// let reading = AccessRule(
///     .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
///     .grant(to: .related(as: ["therapist"]), upTo: .confidential, hiding: ["private_remark"]),
///     .grant(to: .all(.sameOrganisation, .holds("note.supervise")), upTo: .internal))
/// ```
package struct AccessRule: Hashable, Sendable {
    package let grants: [Grant]
    /// Whether it matters to what people agree (`RecordFacts.agreed`). Found once, so that other rules pay nothing for it.
    package let asksConsents: Bool

    package init(_ grants: Grant...) {
        self.init(grants: grants)
    }

    package init(grants: [Grant]) {
        self.grants = grants
        asksConsents = grants.contains { $0.condition.asksConsents }
    }

    /// Lets nobody in: what holds where nothing was said.
    package static let nobody = AccessRule()

    /// Lets in whoever meets a condition, as far as a classification.
    package struct Grant: Hashable, Sendable {
        package let condition: AccessCondition
        /// Fields of this classification and below are shown.
        package let limit: Classification
        /// But for these.
        package let hidden: Set<String>

        package static func grant(
            to condition: AccessCondition, upTo limit: Classification, hiding hidden: Set<String> = []
        ) -> Grant {
            Grant(condition: condition, limit: limit, hidden: hidden)
        }
    }
}

/// What a rule says of one record.
package struct AccessDecision: Hashable, Sendable {
    package let isAllowed: Bool
    /// Which of its fields are hidden; all of them where it is not allowed.
    package let mask: FieldMask
}

extension AccessRule {
    /// What the rule says of one record. `relations` are the caller's (`RelationTable.relations`); more do no harm. Pure.
    package func decision(
        for standing: Standing, on record: RecordFacts, relations: [Relation]
    ) -> AccessDecision {
        let met = grants.filter { $0.condition.isMet(by: standing, on: record, relations) }
        return AccessDecision(isAllowed: !met.isEmpty, mask: FieldMask(of: met))
    }

    /// The same without the mask: for who hears of a record and sees nothing of it.
    package func allows(_ standing: Standing, on record: RecordFacts, relations: [Relation]) -> Bool {
        grants.contains { $0.condition.isMet(by: standing, on: record, relations) }
    }

    /// Whether relations matter to it.
    package var asksRelations: Bool { grants.contains { $0.condition.asksRelations } }

    /// The mask for one record. Throws `Failure(.forbidden)` where it is not allowed.
    package func mask(
        for standing: Standing, on record: RecordFacts, relations: [Relation]
    ) throws(Failure) -> FieldMask {
        let decision = decision(for: standing, on: record, relations: relations)
        guard decision.isAllowed else { throw refusal(of: standing) }
        return decision.mask
    }

    /// What a caller is told who was not let in: that they need an organisation where that is why, else no more than that it
    /// is so, for why tells about the person.
    package func refusal(of standing: Standing) -> Failure {
        grants.contains { $0.condition.needsOrganisation(standing) } ? .callerWithoutOrganisation : .accessDenied
    }

    /// Whether it lets nobody into a record of another organisation than their own. Rules about people's records must be.
    package var isBoundToOrganisation: Bool { grants.allSatisfy(\.condition.isBoundToOrganisation) }

    /// The permissions that it asks for.
    package var permissions: Set<Permission> { grants.reduce(into: []) { $0.formUnion($1.condition.permissions) } }

    /// Checked at start. Throws a `Failure(.fault)` that names the place where the rule asks for a column that the table of the
    /// records has not, or for a role that nobody declares: it would never let in whom it means to.
    package func check(over columns: RecordColumns, by book: RoleBook) throws(Failure) {
        for grant in grants {
            if let missing = grant.condition.missing(from: columns) { throw .ruleWithoutColumn(missing, columns.table) }
            if let unknown = grant.condition.roles.sorted().first(where: { !book.knows($0) }) {
                throw .ruleWithoutRole(unknown, columns.table)
            }
        }
    }
}

extension AccessCondition {
    fileprivate func missing(from columns: RecordColumns) -> String? {
        switch self {
        case .isSubject, .related, .consented: columns.subject == nil && columns.people == nil ? "subject" : nil
        case .isAuthor: columns.author == nil ? "author" : nil
        case .attribute(let name, _): columns.attributes.contains(name) ? nil : name
        case .all(let parts), .any(let parts): parts.lazy.compactMap { $0.missing(from: columns) }.first
        default: nil
        }
    }

    fileprivate var permissions: Set<Permission> {
        switch self {
        case .holds(let permission): [permission]
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.permissions) }
        default: []
        }
    }

    fileprivate var asksRelations: Bool {
        switch self {
        case .related: true
        case .all(let parts), .any(let parts): parts.contains(where: \.asksRelations)
        default: false
        }
    }

    fileprivate var asksConsents: Bool {
        switch self {
        case .consented: true
        case .all(let parts), .any(let parts): parts.contains(where: \.asksConsents)
        default: false
        }
    }

    fileprivate var roles: Set<RoleName> {
        switch self {
        case .related(let roles): roles
        case .hasRole(let role): [role]
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.roles) }
        default: []
        }
    }
}

extension Failure {
    /// The caller is known and may not. It says nothing about the record, not even that there is one.
    package static let accessDenied = Failure(
        .forbidden, "access_denied",
        Text(
            es: "Usted no tiene acceso a estos datos: si los necesita para atender a alguien, pida que lo agreguen a su equipo.",
            en: "You have no access to these data: if you need them to care for somebody, ask to be added to their team."))

    fileprivate static func ruleWithoutRole(_ role: RoleName, _ table: String) -> Failure {
        Failure(
            .fault, "access_rule_role",
            Text(
                es: "La regla de acceso de \(table) nombra el rol «\(role)», que nadie declara: es un error del programa.",
                en: "The access rule of \(table) names the role “\(role)”, which nobody declares: this is a fault of the program."))
    }

    fileprivate static func ruleWithoutColumn(_ column: String, _ table: String) -> Failure {
        Failure(
            .fault, "access_rule_column",
            Text(
                es: "La regla de acceso de \(table) pregunta por «\(column)», que la tabla no tiene: es un error del programa.",
                en: "The access rule of \(table) asks for “\(column)”, which the table has not: this is a fault of the program."))
    }
}
