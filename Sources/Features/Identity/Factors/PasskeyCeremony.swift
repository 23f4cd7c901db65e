import Access
import Base
import Crypto
import Factors
import Foundation
import Keys
import Runtime
import Store

/// What a page is given to ask an authenticator with.
package struct PasskeyCeremony: Sendable {
    /// To be sent back with the answer.
    package let id: ID<PasskeyCeremony>
    /// JSON for `PublicKeyCredential.parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`.
    package let options: [UInt8]
    package let expires: Instant

    /// How long an answer is waited for.
    package static let life: Duration = .seconds(300)

    enum Purpose: String, Sendable, SQLBindable {
        case register
        case signIn = "sign_in"
    }
}

extension SecondFactors {
    /// Keeps the challenge here, so that it is answered once. `account`: nil where the authenticator is to say who it is.
    func begin(
        _ purpose: PasskeyCeremony.Purpose, _ verification: UserVerification, for account: Identifier?,
        options: (Ceremony, inout JSONWriter) -> Void
    ) async throws -> PasskeyCeremony {
        let (id, now) = (world.id(of: PasskeyCeremony.self), world.now())
        let ceremony = Ceremony(
            relyingParty: relyingParty, challenge: world.random.bytes(Ceremony.challengeBytes), userVerification: verification)
        let (challenge, expires) = (ceremony.challenge, now + PasskeyCeremony.life)
        try await database.write { tx in
            // Those that nobody answered, a few at a time.
            try tx.execute(
                """
                DELETE FROM identity_ceremonies WHERE id IN (
                    SELECT id FROM identity_ceremonies WHERE expires_at <= \(now) LIMIT 100\(tx.dialect.claiming))
                """)
            try tx.execute(
                """
                INSERT INTO identity_ceremonies (id, account, purpose, verification, challenge, expires_at)
                VALUES (\(id), \(account?.text ?? ""), \(purpose), \(verification.rawValue), \(challenge), \(expires))
                """)
        }
        var json = JSONWriter(reservingBytes: 1_024)
        options(ceremony, &json)
        return PasskeyCeremony(id: id, options: json.bytes, expires: expires)
    }

    /// Takes a ceremony off the table with its first answer, good or bad. nil where there is none (any more) for this purpose and account.
    func take(_ id: ID<PasskeyCeremony>, _ purpose: PasskeyCeremony.Purpose, for account: Identifier?) async throws -> Ceremony? {
        let kept = try await database.writeFirst(
            """
            DELETE FROM identity_ceremonies WHERE id = \(id) AND purpose = \(purpose) AND account = \(account?.text ?? "")
            RETURNING verification, challenge, expires_at
            """
        ) { row in
            (
                verification: try row["verification"] as String, challenge: try row["challenge"] as [UInt8],
                expires: try row["expires_at"] as Instant
            )
        }
        guard let kept, world.now() < kept.expires, let verification = UserVerification(rawValue: kept.verification) else { return nil }
        return Ceremony(relyingParty: relyingParty, challenge: kept.challenge, userVerification: verification)
    }

    /// What authenticators know an account by: always the same, and of no use to whoever sees it without the folder of keys
    /// (WebAuthn Level 2, section 14.6.1).
    func userHandle(of account: Identifier) async throws -> [UInt8] {
        let search = try await host.keyring.searchKey(of: IdentityFeature.organisation.text)
        return Array(HMAC<SHA256>.authenticationCode(for: Array(account.text.utf8), using: search.derived(for: "passkey handles")))
    }
}
