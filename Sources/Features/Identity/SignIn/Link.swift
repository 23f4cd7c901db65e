import Access
import Base
import Crypto
import Store

/// A link that is good once: sent by mail, or shown to whoever may pass it on. The table holds a hash of it, so that nobody who reads the
/// database can use one.
struct Link: Sendable {
    enum Purpose: String, Sendable {
        /// That an address is theirs.
        case confirm
        /// A new password.
        case reset
        /// To become a member of an organisation.
        case invitation
        /// The first account of an installation.
        case setup

        var life: Duration {
            switch self {
            case .confirm: .seconds(24 * 3_600)
            case .reset: .seconds(3_600)
            case .invitation: .seconds(7 * 86_400)
            case .setup: .seconds(24 * 3_600)
            }
        }
    }

    let id: Identifier
    let purpose: Purpose
    /// nil where it is nobody's yet.
    let account: Identifier?
    let organisation: Identifier?
    let roles: Set<RoleName>
    let createdAt: Instant
    let expiresAt: Instant
    let usedAt: Instant?
    /// To whom an invitation is addressed, sealed under the organisation's key.
    let body: [UInt8]?

    static let columns: SQL = "id, purpose, account, organisation, roles, created_at, expires_at, used_at, body"

    /// A new one, and the text that goes into the link: 32 random bytes as base64url.
    static func make(
        _ purpose: Purpose, id: Identifier? = nil, account: Identifier? = nil, organisation: Identifier? = nil, roles: Set<RoleName> = [],
        body: [UInt8]? = nil,
        _ world: World
    ) -> (link: Link, code: String) {
        let now = world.now()
        let link = Link(
            id: id ?? Identifier(world.id(of: Link.self)), purpose: purpose, account: account, organisation: organisation, roles: roles,
            createdAt: now, expiresAt: now + purpose.life, usedAt: nil, body: body)
        return (link, Base64URL.string(world.random.bytes(32)))
    }

    private init(
        id: Identifier, purpose: Purpose, account: Identifier?, organisation: Identifier?, roles: Set<RoleName>, createdAt: Instant,
        expiresAt: Instant, usedAt: Instant?, body: [UInt8]?
    ) {
        self.id = id
        self.purpose = purpose
        self.account = account
        self.organisation = organisation
        self.roles = roles
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.body = body
    }

    init(_ row: borrowing Row) throws {
        let (purpose, account, organisation): (String, String, String) =
            (try row["purpose"], try row["account"], try row["organisation"])
        guard let purpose = Purpose(rawValue: purpose) else { throw Failure.linkOver }
        id = try row["id"]
        self.purpose = purpose
        self.account = account.isEmpty ? nil : try Identifier(account)
        self.organisation = organisation.isEmpty ? nil : try Identifier(organisation)
        roles = RoleWords.read(try row["roles"])
        createdAt = try row["created_at"]
        expiresAt = try row["expires_at"]
        usedAt = try row["used_at"]
        body = try row["body"]
    }

    static func hash(_ code: String) -> [UInt8] { Array(SHA256.hash(data: Array("zancada link \(code)".utf8))) }

    func insert(_ code: String, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_links (hash, \(Self.columns))
            VALUES (\(Self.hash(code)), \(id), \(purpose.rawValue), \(account?.text ?? ""), \(organisation?.text ?? ""),
                \(RoleWords.write(roles)), \(createdAt), \(expiresAt), \(usedAt), \(body))
            """)
    }

    /// The link that a code opens, as long as it is good. Throws `Failure(.invalid, "link_over")` for every other code: used, too old, or
    /// never made.
    static func standing(_ code: String, _ purposes: Set<Purpose>, at now: Instant, _ tx: borrowing Transaction) throws -> Link {
        let found = try tx.first("SELECT \(columns) FROM identity_links WHERE hash = \(hash(code))") { try Link($0) }
        guard let found, purposes.contains(found.purpose), found.usedAt == nil, now < found.expiresAt else { throw Failure.linkOver }
        return found
    }

    /// Uses it up. Of two at once one throws `link_over`.
    func use(at now: Instant, _ tx: borrowing Transaction) throws {
        guard try tx.execute("UPDATE identity_links SET used_at = \(now) WHERE id = \(id) AND used_at IS NULL") == 1 else {
            throw Failure.linkOver
        }
    }

    /// As if it had not been used: what it was used for could not be done.
    func putBack(_ tx: borrowing Transaction) throws { try tx.execute("UPDATE identity_links SET used_at = NULL WHERE id = \(id)") }

    /// Those of an account and purpose end: a new one was sent, or the password was changed.
    static func end(_ purpose: Purpose, of account: Identifier, at now: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE identity_links SET used_at = \(now) WHERE account = \(account) AND purpose = \(purpose.rawValue) AND used_at IS NULL")
    }
}

extension Failure {
    static let linkOver = Failure(
        .invalid, "link_over",
        Text(
            es: "El enlace ya se usó, venció o no existe: pida uno nuevo.",
            en: "The link was used already, is too old or never was: ask for a new one."))
}
