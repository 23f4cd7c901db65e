import Access
import Base
import Store

/// One sign-in on one device, from its beginning to its end.
package struct Session: Sendable {
    /// How it goes on, and for how long.
    package enum Kind: String, Sendable, CaseIterable {
        /// A browser, known by a cookie.
        case browser
        /// A program that renews its tokens.
        case program
        /// A device that works without a network for weeks, with a credential of its own.
        case device

        /// From one use to the next.
        var idle: Duration { self == .device ? .seconds(60 * 86_400) : .seconds(8 * 3_600) }
        /// In all.
        var life: Duration { self == .device ? .seconds(365 * 86_400) : .seconds(24 * 3_600) }
    }

    package let id: Identifier
    package let account: Identifier
    /// In which they act; nil for who belongs to none.
    package let organisation: Identifier?
    package let kind: Kind
    package let assurance: Caller.Assurance
    /// How often its tokens were renewed: a refresh token is good for one number alone.
    package let number: Int64
    package let createdAt: Instant
    /// When they last proved who they are.
    package let provedAt: Instant
    /// When it was last used; of one that was just looked up, the moment before that.
    package private(set) var seenAt: Instant
    /// At the latest.
    package let endsAt: Instant
    package let endedAt: Instant?

    static let columns: SQL =
        "id, account, organisation, kind, assurance, number, created_at, proved_at, seen_at, ends_at, ended_at"

    /// `former`: the session that this one takes the place of. It ends no later, and nobody proved anything anew.
    init(
        id: Identifier, account: Identifier, organisation: Identifier?, kind: Kind, assurance: Caller.Assurance, at now: Instant,
        insteadOf former: Session? = nil
    ) {
        self.id = id
        self.account = account
        self.organisation = organisation
        self.kind = kind
        self.assurance = assurance
        number = 0
        createdAt = now
        provedAt = former?.provedAt ?? now
        seenAt = now
        endsAt = min(now + kind.life, former?.endsAt ?? .latest)
        endedAt = nil
    }

    /// The same, used at a moment.
    func seen(at moment: Instant) -> Session {
        var session = self
        session.seenAt = moment
        return session
    }

    init(_ row: borrowing Row) throws {
        let organisation: String = try row["organisation"]
        let kind: String = try row["kind"]
        let assurance: String = try row["assurance"]
        id = try row["id"]
        account = try row["account"]
        self.organisation = organisation.isEmpty ? nil : try Identifier(organisation)
        guard let kind = Kind(rawValue: kind), let assurance = Caller.Assurance(rawValue: assurance) else {
            throw Failure.sessionUnreadable
        }
        self.kind = kind
        self.assurance = assurance
        number = try row["number"]
        createdAt = try row["created_at"]
        provedAt = try row["proved_at"]
        seenAt = try row["seen_at"]
        endsAt = try row["ends_at"]
        endedAt = try row["ended_at"]
    }

    /// Whether it goes on.
    package func stands(at now: Instant) -> Bool { endedAt == nil && now < endsAt && now < seenAt + kind.idle }
}

/// What a session says of the device, sealed.
struct SessionDevice: Codable, Sendable {
    /// What the browser calls itself, or the name that somebody gave the device; at most 200 characters.
    var name: String
    /// The address from which it was begun.
    var peer: String
}

extension Failure {
    fileprivate static let sessionUnreadable = Failure(
        .fault, "session_unreadable",
        Text(
            es: "Una sesión guardada no se entiende: la escribió otra versión del programa.",
            en: "A session that was kept cannot be understood: another version of the program wrote it."))

    /// One answer for a session that ended, was ended, or never was.
    static let sessionOver = Failure(
        .unauthenticated, "session_over", Text(es: "La sesión terminó: entre de nuevo.", en: "The session is over: sign in again."))
}
