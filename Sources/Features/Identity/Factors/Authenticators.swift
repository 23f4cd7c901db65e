import Access
import Base
import Factors
import Keys
import Store

/// An authenticator app that is being set up: shown once, on a page that nothing caches.
package struct AuthenticatorSetup: Sendable {
    /// `otpauth://totp/…`, for the QR code.
    package let address: Secret
    /// The same secret in base32, for typing.
    package let secretText: Secret
    package let expires: Instant
}

/// What is sealed of an app.
private struct AuthenticatorContent: Codable {
    let secret: [UInt8]
}

extension SecondFactors {
    /// How long a factor that was begun waits to be confirmed.
    package static let setupLife: Duration = .seconds(600)

    /// Makes the secret of an app; it counts once `confirmAuthenticator` was given one of its codes, in place of any that stood.
    /// `name`: what the app shows beside the installation's name, such as the address that is typed to sign in.
    package func beginAuthenticator(of account: Identifier, named name: String) async throws -> AuthenticatorSetup {
        let bytes = world.random.bytes(TimeCode.secretBytes)
        let code = TimeCode(Secret(bytes))
        let now = world.now()
        try await prepare(AuthenticatorContent(secret: bytes), .totp, for: account)
        return AuthenticatorSetup(
            address: code.address(issuer: relyingParty.name, account: name), secretText: code.secretText, expires: now + Self.setupLife)
    }

    /// Throws `Failure.factorCodeWrong`, and `.factorSetupOver` after ten minutes. The code that confirmed is good for nothing else.
    package func confirmAuthenticator(of account: Identifier, code: String) async throws {
        let now = world.now()
        guard let pending = try await factor(.totp, .pending, of: account), now < pending.madeAt + Self.setupLife,
            let keys = try await keys(of: account)
        else { throw Failure.factorSetupOver }
        guard case .accepted(let step) = try timeCode(pending, keys).check(code, at: now, lastUsed: nil) else {
            throw Failure.factorCodeWrong
        }
        guard try await confirm(pending, .totp, of: account, step: step) == .right else { throw Failure.factorSetupOver }
    }

    /// `actor`: who does it, where it is not the account itself. Throws `Failure.factorNotFound`.
    package func removeAuthenticator(of account: Identifier, by actor: Identifier? = nil) async throws {
        try await remove(.totp, of: account, by: actor)
    }

    private func timeCode(_ row: FactorRow, _ keys: SubjectKeys) throws -> TimeCode {
        let content: AuthenticatorContent = try FactorRow.body(.totp, row.id).open(row.body, by: keys)
        guard content.secret.count == TimeCode.secretBytes else { throw Failure.factorUnreadable }
        return TimeCode(Secret(content.secret))
    }

    /// RFC 6238, section 5.2: a code is good once. The step that it belongs to is stored where the stored one is smaller.
    func verifyAuthenticator(_ account: Identifier, _ entered: String) async throws {
        let standing = try await factor(.totp, .standing, of: account)
        let keys = try await keys(of: account)
        let code: TimeCode? = if let standing, let keys { try timeCode(standing, keys) } else { nil }
        let now = world.now()
        try await attempt(.totp, account) { tx in
            guard let code, let id = standing?.id else { return false }
            let kept = try tx.first(
                """
                SELECT last_step FROM identity_factors
                WHERE id = \(id) AND account = \(account) AND state = \(FactorRow.State.standing)
                """
            ) { try $0["last_step"] as Int64? }
            guard let kept, case .accepted(let step) = code.check(entered, at: now, lastUsed: kept) else { return false }
            return try tx.execute(
                """
                UPDATE identity_factors SET last_step = \(step), used_at = \(now)
                WHERE id = \(id) AND (last_step IS NULL OR last_step < \(step))
                """) == 1
        }
    }
}
