import Access
import Base

/// A sign-in of which the password was right and the second factor is missing: signed by this installation, good for ten minutes, and of the
/// account as it was then. A new password, or whatever else is changed about the account, ends it.
package struct PendingSignIn: Sendable, Hashable {
    package let account: Identifier
    /// The account's, when the password was right.
    let version: Int64
    package let organisation: Identifier?
    package let kind: Session.Kind
    let expiresAt: Instant

    static let life: Duration = .seconds(600)
    private static let mostBytes = 400

    init(of account: Account, organisation: Identifier?, kind: Session.Kind, now: Instant) {
        self.account = account.id
        version = account.version
        self.organisation = organisation
        self.kind = kind
        expiresAt = Instant(milliseconds: (now + Self.life).microseconds / 1_000)
    }

    /// `zp1.<account>.<version>.<organisation>.<kind>.<milliseconds>.<code>`
    func text(_ keys: IdentityKeys) async throws -> String {
        let place = Base64URL.string(Array((organisation?.text ?? "").utf8))
        let body = "zp1.\(account).\(version).\(place).\(kind.rawValue).\(expiresAt.microseconds / 1_000)"
        return "\(body).\(Base64URL.string(try await keys.code(for: body)))"
    }

    /// Throws `Failure(.unauthenticated, "session_over")` for what is no such thing, or too old.
    static func read(_ text: String, _ keys: IdentityKeys, at now: Instant) async throws -> PendingSignIn {
        let parts = text.utf8.count <= mostBytes ? text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : []
        guard parts.count == 7, let code = Base64URL.read(Array(parts[6].utf8)), Base64URL.string(code) == parts[6],
            ConstantTime.isEqual(try await keys.code(for: parts[..<6].joined(separator: ".")), code),
            let pending = PendingSignIn(parts), now < pending.expiresAt
        else { throw Failure.sessionOver }
        return pending
    }

    /// nil for what is signed but says something else.
    private init?(_ parts: [String]) {
        guard parts[0] == "zp1", let account = try? Identifier(parts[1]), let version = Int64(parts[2]),
            let place = Base64URL.read(Array(parts[3].utf8)), let kind = Session.Kind(rawValue: parts[4]), let time = Int64(parts[5])
        else { return nil }
        self.account = account
        self.version = version
        organisation = place.isEmpty ? nil : try? Identifier(String(decoding: place, as: UTF8.self))
        guard place.isEmpty || organisation != nil else { return nil }
        self.kind = kind
        expiresAt = Instant(milliseconds: time)
    }
}
