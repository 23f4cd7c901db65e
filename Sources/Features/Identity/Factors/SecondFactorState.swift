import Access
import Base
import Runtime
import Store

/// What an account has set up, and what can be offered to it.
package struct SecondFactorState: Sendable, Hashable {
    package let hasAuthenticator: Bool
    package let hasPhone: Bool
    /// Whether codes by mail were chosen as a second factor.
    package let hasMail: Bool
    /// Those that are good.
    package let passkeys: Int
    /// Those of which there may be a copy, to be removed.
    package let suspectPasskeys: Int
    package let recoveryCodesLeft: Int
    /// Whether the installation sends mail and text messages at all.
    package let sendsMail: Bool
    package let sendsTexts: Bool

    /// Whether the account must be asked for a second factor. Codes on paper alone stand in for nothing. A suspect passkey counts, for a
    /// copied key must not turn the second factor off.
    package var isEnrolled: Bool { hasAuthenticator || hasPhone || hasMail || passkeys + suspectPasskeys > 0 }

    /// Which methods can be answered with, the surest first. Mail stands in where nothing was set up, and where it was chosen: it is often the
    /// way to a new password too, and would take the place of anything better.
    package var methods: [SecondFactorMethod] {
        var methods: [SecondFactorMethod] = []
        if passkeys > 0 { methods.append(.passkey) }
        if hasAuthenticator { methods.append(.totp) }
        if hasPhone && sendsTexts { methods.append(.sms) }
        if sendsMail && (hasMail || !isEnrolled) { methods.append(.mail) }
        if recoveryCodesLeft > 0 { methods.append(.recovery) }
        return methods
    }

    /// What sign-in asks for: empty only where nothing is set up. Where nothing of what is set up can be answered (the one passkey is suspect,
    /// nobody sends text messages any more), codes on paper are asked for, which the account may not have: only an administrator helps then.
    package var asked: [SecondFactorMethod] {
        guard isEnrolled else { return [] }
        return methods.isEmpty ? [.recovery] : methods
    }
}

extension SecondFactorState {
    /// What is kept of an account, counted in one statement.
    fileprivate struct Counts: Sendable {
        let totp: Int
        let sms: Int
        let mail: Int
        let passkeys: Int
        let suspects: Int
        let recovery: Int

        init(_ row: borrowing Row) throws {
            totp = try row["totp"]
            sms = try row["sms"]
            mail = try row["mail"]
            passkeys = try row["passkeys"]
            suspects = try row["suspects"]
            recovery = try row["recovery"]
        }

        static func statement(_ account: Identifier) -> SQL {
            """
            SELECT
                (SELECT count(*) FROM identity_factors
                    WHERE account = \(account) AND method = 'totp' AND state = 'standing') AS totp,
                (SELECT count(*) FROM identity_factors
                    WHERE account = \(account) AND method = 'sms' AND state = 'standing') AS sms,
                (SELECT count(*) FROM identity_factors
                    WHERE account = \(account) AND method = 'mail' AND state = 'standing') AS mail,
                (SELECT count(*) FROM identity_passkeys WHERE account = \(account) AND suspect_at IS NULL) AS passkeys,
                (SELECT count(*) FROM identity_passkeys WHERE account = \(account) AND suspect_at IS NOT NULL) AS suspects,
                (SELECT count(*) FROM identity_recovery_codes WHERE account = \(account)) AS recovery
            """
        }
    }

    /// Of which there is anything, good or not.
    static func had(by account: Identifier, _ tx: borrowing Transaction) throws -> Set<SecondFactorMethod> {
        guard let counts = try tx.first(Counts.statement(account), { try Counts($0) }) else { return [] }
        let found: [(SecondFactorMethod, Int)] = [
            (.totp, counts.totp), (.sms, counts.sms), (.mail, counts.mail), (.passkey, counts.passkeys + counts.suspects),
            (.recovery, counts.recovery),
        ]
        return Set(found.filter { $0.1 > 0 }.map(\.0))
    }
}

extension SecondFactors {
    /// What is set up. Cost: one statement.
    package func state(of account: Identifier) async throws -> SecondFactorState {
        let counts = try await database.first(SecondFactorState.Counts.statement(account)) { try SecondFactorState.Counts($0) }
        return SecondFactorState(
            hasAuthenticator: (counts?.totp ?? 0) > 0, hasPhone: (counts?.sms ?? 0) > 0, hasMail: (counts?.mail ?? 0) > 0,
            passkeys: counts?.passkeys ?? 0, suspectPasskeys: counts?.suspects ?? 0, recoveryCodesLeft: counts?.recovery ?? 0,
            sendsMail: MailOutbox(host).isConfigured, sendsTexts: sms != nil)
    }

    /// Whether an account must be asked for a second factor.
    package func isEnrolled(_ account: Identifier) async throws -> Bool { try await state(of: account).isEnrolled }
}
