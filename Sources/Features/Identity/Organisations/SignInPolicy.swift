import Access
import Base
import Store

/// What an organisation demands of those who sign in, and whom it lets register.
package struct SignInPolicy: Sendable, Hashable {
    /// Whoever has one of these, or one that includes it, acts with no more than a guest's rights until a second factor was given.
    package var secondFactorRoles: Set<RoleName> = []
    /// What whoever registers by themselves becomes; nil: one is invited.
    package var registration: RoleName?

    static let standard = SignInPolicy()
    /// What may be gained without anybody's word.
    static let openRoles: Set<RoleName> = ["guest", "patient"]

    /// Whether more must be proved than `assurance` does.
    func demandsMore(of roles: Set<RoleName>, than assurance: Caller.Assurance, by book: RoleBook) -> Bool {
        guard assurance < .secondFactor, !secondFactorRoles.isEmpty else { return false }
        return !book.expanded(roles).isDisjoint(with: secondFactorRoles)
    }

    /// As the row holds it.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("second_factor_roles", array: { json in for role in secondFactorRoles.sorted() { json.string(role.text) } })
            json.member("registration", registration?.text)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What is not understood demands nothing: the column holds what `json` wrote.
    init(json text: String) {
        guard let json = try? JSON.parse(Array(text.utf8)) else { return }
        secondFactorRoles = Set((json["second_factor_roles"]?.array ?? []).compactMap { $0.string.flatMap { RoleName($0) } })
        registration = json["registration"]?.string.flatMap { RoleName($0) }
    }

    init() {}

    static func policy(of organisation: Identifier, _ tx: borrowing Transaction) throws -> SignInPolicy {
        try tx.first("SELECT body FROM identity_policies WHERE organisation = \(organisation)") { SignInPolicy(json: try $0["body"]) }
            ?? .standard
    }

    func write(of organisation: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_policies (organisation, body) VALUES (\(organisation), \(json))
            ON CONFLICT (organisation) DO UPDATE SET body = excluded.body
            """)
    }
}
