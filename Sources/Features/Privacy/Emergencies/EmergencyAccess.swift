import Access
import Base
import Records
import Store

/// Access to one person's data that a clinician took, because waiting for it to be given would have harmed: for a bounded time, told to
/// the person, and reviewed by somebody else afterwards. Who took it is the record's author.
package struct EmergencyAccess: Codable, Sendable, Hashable {
    package var state: State
    package var reason: Reason
    /// Why, in the clinician's own words.
    package var words: String
    /// As what they were let in.
    package var role: String
    package var from: Instant
    package var until: Instant
    /// The relation that lets them in.
    package var relation: ID<Relation>
    /// Where it was ended before its time.
    package var endedAt: Instant?
    package var reviewedBy: String?
    package var reviewedAt: Instant?
    /// What the reviewer said.
    package var review: String?

    /// In the order of the list: what waits comes first.
    package enum State: String, FieldWord {
        case awaitingReview = "awaiting_review"
        case justified
        case notJustified = "not_justified"

        /// As pages show it.
        package var title: Text {
            switch self {
            case .awaitingReview: Text(es: "Por revisar", en: "To be reviewed")
            case .justified: Text(es: "Justificado", en: "Justified")
            case .notJustified: Text(es: "No justificado", en: "Not justified")
            }
        }
    }

    /// Why, as a word of a list.
    package enum Reason: String, FieldWord {
        case danger
        case unableToAsk = "unable_to_ask"
        case noCarerReachable = "no_carer_reachable"
        case other

        /// As pages show it.
        package var title: Text {
            switch self {
            case .danger: Text(es: "Hay peligro para su vida o su salud", en: "Their life or health is in danger")
            case .unableToAsk: Text(es: "No puede pedirlo por sí misma", en: "They cannot ask for it themselves")
            case .noCarerReachable: Text(es: "Quien la atiende no está localizable", en: "Nobody who cares for them can be reached")
            case .other: Text(es: "Otra razón", en: "Another reason")
            }
        }
    }

    /// When it is over, whether or not it was ended before.
    package var over: Instant { min(endedAt ?? until, until) }
    package func isOpen(at moment: Instant) -> Bool { moment < over }
}

extension EmergencyAccess {
    /// What it holds is written by `EmergencyStore` alone: no route takes a body.
    package static let kind = RecordKind<EmergencyAccess>(
        "emergency_access", about: .given, access: RecordAccess(read: reading, create: taking, change: changing),
        fields: [
            .init(\.state, "state", State.type, .internal, search: .order),
            .init(\.reason, "reason", Reason.type), .init(\.words, "words", .text(EmergencyStore.words)),
            .init(\.role, "role", .text(1...63)), .init(\.from, "from", .instant), .init(\.until, "until", .instant),
            .init(\.relation, "relation", .id), .init(\.endedAt, "ended_at", .instant),
            .init(\.reviewedBy, "reviewed_by", .text(1...200)), .init(\.reviewedAt, "reviewed_at", .instant),
            .init(\.review, "review", .text(EmergencyStore.words)),
        ], indexes: [RecordIndex(by: "state")])

    /// The person sees who came in and why, and what was thought of it.
    private static let reading = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: [PrivacyKeeper.guardian]), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .isAuthor), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds(PrivacyFeature.reviewEmergency)), upTo: .confidential))

    private static let taking = AccessRule(
        .grant(to: .all(.sameOrganisation, .holds(PrivacyFeature.takeEmergency)), upTo: .confidential))

    private static let changing = AccessRule(
        .grant(to: .all(.sameOrganisation, .isAuthor), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds(PrivacyFeature.reviewEmergency)), upTo: .confidential))

    enum CodingKeys: String, CodingKey {
        case state, reason, words, role, from, until, relation, review
        case endedAt = "ended_at"
        case reviewedBy = "reviewed_by"
        case reviewedAt = "reviewed_at"
    }
}
