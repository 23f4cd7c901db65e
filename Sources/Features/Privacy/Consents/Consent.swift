import Access
import Base
import Records
import Store

/// What somebody agreed to, for one purpose: each time that they give or withdraw it is a version, so nothing of that is ever lost.
package struct Consent: Codable, Sendable, Hashable {
    package var purpose: ConsentPurposeWord
    /// Of the text that was agreed to.
    package var textVersion: Int
    package var givenAt: Instant
    /// The account that said so.
    package var givenBy: String
    package var capacity: Capacity
    package var way: Way
    /// nil while it stands.
    package var withdrawnAt: Instant?
    package var withdrawnBy: String?

    /// How it was given.
    package enum Way: String, FieldWord {
        case page
        case inPerson = "in_person"

        /// As pages show it.
        package var title: Text {
            switch self {
            case .page: Text(es: "en esta página", en: "on this page")
            case .inPerson: Text(es: "en persona", en: "in person")
            }
        }
    }

    package init(
        purpose: ConsentPurposeWord, textVersion: Int, givenAt: Instant, givenBy: String, capacity: Capacity, way: Way,
        withdrawnAt: Instant? = nil, withdrawnBy: String? = nil
    ) {
        self.purpose = purpose
        self.textVersion = textVersion
        self.givenAt = givenAt
        self.givenBy = givenBy
        self.capacity = capacity
        self.way = way
        self.withdrawnAt = withdrawnAt
        self.withdrawnBy = withdrawnBy
    }

    package var stands: Bool { withdrawnAt == nil }
}

extension Consent {
    /// What it holds is written by `ConsentStore` alone: no route takes a body.
    package static let kind = RecordKind<Consent>(
        "consent", about: .given, access: RecordAccess(read: reading, create: deciding, change: deciding),
        fields: [
            .init(\.purpose, "purpose", ConsentPurposeWord.type, .internal, search: .order),
            .init(\.textVersion, "text_version", .integer(1...1_000), .internal),
            .init(\.givenAt, "given_at", .instant), .init(\.givenBy, "given_by", .text(1...200)),
            .init(\.capacity, "capacity", Capacity.type), .init(\.way, "way", Way.type),
            .init(\.withdrawnAt, "withdrawn_at", .instant), .init(\.withdrawnBy, "withdrawn_by", .text(1...200)),
        ], indexes: [RecordIndex(by: "purpose")], guards: [requireStanding])

    private static let carers: Set<RoleName> = ["therapist", "physician", "field_agent"]

    /// Whoever cares for somebody must know what they agreed to.
    private static let reading = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: carers.union([PrivacyKeeper.guardian])), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .hasRole("organisation_admin")), upTo: .confidential))

    private static let deciding = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: [PrivacyKeeper.guardian]), upTo: .confidential),
        .grant(to: .all(.related(as: carers), .holds(PrivacyFeature.recordConsent)), upTo: .confidential),
        .grant(
            to: .all(.sameOrganisation, .hasRole("organisation_admin"), .holds(PrivacyFeature.recordConsent)), upTo: .confidential))

    /// A consent is withdrawn, never deleted: what rules ask for would say something else than the records.
    private static func requireStanding(_ change: GuardedChange, _ tx: borrowing Transaction) throws {
        guard change.verb == .created || change.verb == .updated else { throw Failure.consentIsWithdrawn }
    }

    enum CodingKeys: String, CodingKey {
        case purpose, capacity, way
        case textVersion = "text_version"
        case givenAt = "given_at"
        case givenBy = "given_by"
        case withdrawnAt = "withdrawn_at"
        case withdrawnBy = "withdrawn_by"
    }
}

extension Failure {
    fileprivate static let consentIsWithdrawn = Failure(
        .conflict, "consent_is_withdrawn",
        Text(es: "Un consentimiento no se borra: retírelo.", en: "A consent is not deleted: withdraw it."))
}
