import Base
import Runtime

/// What the feature tells others.
package enum PrivacyEvents {
    static let consentGiven = EventKind(
        "consent.given", Text(es: "Alguien dio un consentimiento.", en: "Somebody gave a consent."),
        example: Agreed(purpose: .research, textVersion: 1))

    static let consentWithdrawn = EventKind(
        "consent.withdrawn", Text(es: "Alguien retiró un consentimiento.", en: "Somebody withdrew a consent."),
        example: Agreed(purpose: .keepVideo, textVersion: 1))

    static let emergencyTaken = EventKind(
        "emergency.taken", Text(es: "Alguien tomó acceso de emergencia a una persona.", en: "Somebody took emergency access to a person."),
        example: Taken(until: .epoch))

    static let emergencyReviewed = EventKind(
        "emergency.reviewed", Text(es: "Se revisó un acceso de emergencia.", en: "Access in an emergency was reviewed."),
        example: Reviewed(isJustified: true))

    static let erasureAsked = EventKind(
        "erasure.asked", Text(es: "Alguien pidió que se borren sus datos.", en: "Somebody asked for their data to be erased."),
        example: Due(at: .epoch))

    static let erasureTakenBack = EventKind(
        "erasure.taken_back", Text(es: "Alguien retiró su pedido de borrado.", en: "Somebody took back the wish to be erased."),
        example: Due(at: .epoch))

    /// Sealed under the organisation's key, since the person's own is gone by then. Whoever keeps an account of theirs removes it.
    package static let personErased = EventKind(
        "person.erased", Text(es: "Se borró a una persona que lo pidió.", en: "A person who asked for it was erased."),
        example: Erased(person: "0191d6a0-0000-7000-8000-000000000001", aliases: []))

    struct Agreed: Codable, Sendable, Hashable {
        let purpose: ConsentPurposeWord
        let textVersion: Int
    }

    struct Taken: Codable, Sendable, Hashable {
        let until: Instant
    }

    struct Reviewed: Codable, Sendable, Hashable {
        let isJustified: Bool
    }

    struct Due: Codable, Sendable, Hashable {
        let at: Instant
    }

    /// Who was erased, under every id that was found to be theirs.
    package struct Erased: Codable, Sendable, Hashable {
        package let person: String
        package let aliases: [String]
    }
}
