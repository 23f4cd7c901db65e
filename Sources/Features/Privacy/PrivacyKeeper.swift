import Access
import Base
import Records
import Runtime
import Store

/// In which capacity somebody decides about a person's data.
package enum Capacity: String, FieldWord {
    /// About their own.
    case own
    /// For a person of whom they take care.
    case guardian
    /// Who works for the organisation, with the person before them.
    case staff

    /// As pages show it.
    package var title: Text {
        switch self {
        case .own: Text(es: "la propia persona", en: "the person themselves")
        case .guardian: Text(es: "quien la cuida", en: "who takes care of them")
        case .staff: Text(es: "el personal, en persona", en: "staff, in person")
        }
    }
}

/// Knows for whom a caller may decide, and acts for them where their own rights do not reach: to grant a relation, to export, to erase.
package struct PrivacyKeeper: Sendable {
    let host: FeatureHost

    init(_ host: FeatureHost) { self.host = host }

    /// The feature itself at work. It reads no record: exporting and erasing go by people's keys.
    static let role = Role(
        "privacy_keeper", Text(es: "custodio de la privacidad (el programa)", en: "keeper of privacy (the program)"),
        permissions: [Relations.permission, SubjectExport.permission])

    static let guardian: RoleName = "caregiver"

    func standing(for somebody: Identifier? = nil, in tenant: Identifier) throws -> Standing {
        try host.standing(of: PrivacyFeature.manifest.name, as: Self.role.name, for: somebody, in: tenant)
    }

    /// nil where they have nothing to decide. What it costs and answers does not depend on whether there is such a person.
    func capacity(of standing: Standing, for person: Identifier) async throws -> Capacity? {
        let tenant = try standing.organisation()
        if standing.selves.contains(person) { return .own }
        let relations = try await host.database.within(organisation: tenant.text).read { tx in
            try RelationTable.relations(of: standing, to: [person], tx)
        }
        return relations.contains { $0.role == Self.guardian } ? .guardian : nil
    }

    /// Throws `Failure(.forbidden)`, the same for somebody who is there and somebody who is not.
    func require(_ standing: Standing, decidesFor person: Identifier) async throws -> Capacity {
        guard let capacity = try await capacity(of: standing, for: person) else { throw Failure.accessDenied }
        return capacity
    }

    /// Under which ids somebody is known.
    func person(_ id: Identifier, in tenant: Identifier) async throws -> Person {
        try await host.database.within(organisation: tenant.text).read { tx in try Person(id, in: tenant, tx) }
    }
}
