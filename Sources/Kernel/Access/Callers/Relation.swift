import Base
import Store

/// Who cares for whom, from when until when: the reason why a therapist sees this patient and not the next one.
///
/// It holds from `from`, which counts, until `until`, which does not.
package struct Relation: Hashable, Sendable {
    package let id: ID<Relation>
    /// The organisation within which it holds.
    package let tenant: Identifier
    /// The person who is cared for.
    package let subject: Identifier
    /// The account that is let in.
    package let grantee: Identifier
    /// As what they are let in.
    package let role: RoleName
    package let from: Instant
    /// nil: until it is ended.
    package let until: Instant?
    package let reason: Reason

    /// Throws `Failure(.invalid)` for an end that is not after the beginning, and for a person related to themselves:
    /// rules speak of that by `isSubject`.
    package init(
        id: ID<Relation>, tenant: Identifier, subject: Identifier, grantee: Identifier, role: RoleName, from: Instant,
        until: Instant? = nil, reason: Reason
    ) throws(Failure) {
        if let until, until <= from { throw .relationInterval }
        guard subject != grantee else { throw .relationToOneself }
        self.init(
            stored: id, tenant: tenant, subject: subject, grantee: grantee, role: role, from: from, until: until, reason: reason)
    }

    /// As a database keeps it: one that was ended before it began holds at no time.
    init(
        stored id: ID<Relation>, tenant: Identifier, subject: Identifier, grantee: Identifier, role: RoleName, from: Instant,
        until: Instant?, reason: Reason
    ) {
        self.id = id
        self.tenant = tenant
        self.subject = subject
        self.grantee = grantee
        self.role = role
        self.from = from
        self.until = until
        self.reason = reason
    }

    package func holds(at moment: Instant) -> Bool {
        from <= moment && until.map { moment < $0 } ?? true
    }

    /// Why there is a relation: a word of a list, since it stands in the database in clear. What else is to be said is a
    /// record's.
    package struct Reason: Hashable, Sendable, CustomStringConvertible {
        package let text: String

        /// A lower-case word of letters, digits and underscores, at most 63 bytes.
        package init?(_ text: String) {
            guard let name = RoleName(text) else { return nil }
            self.text = name.text
        }

        private init(word: StaticString) { text = word.description }

        package static let careTeam = Reason(word: "care_team")
        package static let referral = Reason(word: "referral")
        package static let family = Reason(word: "family")
        package static let supervision = Reason(word: "supervision")
        /// Taken, not given: somebody answers for it afterwards.
        package static let emergency = Reason(word: "emergency")

        package var description: String { text }
    }
}

extension Failure {
    fileprivate static let relationInterval = Failure(
        .invalid, "relation_interval",
        Text(
            es: "El final de una relación debe ser posterior a su comienzo: corrija una de las dos fechas.",
            en: "The end of a relation must be after its beginning: correct one of the two dates."))

    fileprivate static let relationToOneself = Failure(
        .invalid, "relation_to_oneself",
        Text(
            es: "Nadie se relaciona consigo mismo: cada quien ve lo suyo sin relación; indique otra cuenta.",
            en: "Nobody is related to themselves: everyone sees their own without a relation; name another account."))
}
