import Access
import Base
import Factors
import Keys
import Records
import Runtime
import Store

/// Who signed in with a passkey, and how.
package struct PasskeySignIn: Sendable, Hashable {
    package let account: Identifier
    package let passkey: ID<Passkey>
    /// PIN, finger or face: two factors in one. Where it is false a password must have been checked before.
    package let isUserVerified: Bool
}

extension SecondFactors {
    /// Asks for one of an account's passkeys, after its password was checked: its ids tell that there is such an account. The
    /// authenticator knows who is before it where it can. Throws `Failure.factorNotOffered` where the account has none that is good.
    package func beginSignIn(of account: Identifier) async throws -> PasskeyCeremony {
        let good = try await passkeysWithContents(of: account).filter { $0.row.suspectAt == nil }
        guard !good.isEmpty else { throw Failure.factorNotOffered }
        let allowed = good.map { CredentialDescriptor(id: $0.content.credential, transports: $0.content.transports) }
        return try await begin(.signIn, .preferred, for: account) { ceremony, json in
            RequestOptions(ceremony, allowed: allowed, timeout: PasskeyCeremony.life).write(to: &json)
        }
    }

    /// Asks for any passkey of ours, nobody being named: the authenticator must know who is before it, and says who it is.
    package func beginSignIn() async throws -> PasskeyCeremony {
        try await begin(.signIn, .required, for: nil) { ceremony, json in
            RequestOptions(ceremony, timeout: PasskeyCeremony.life).write(to: &json)
        }
    }

    /// Judges the answer to a ceremony that was begun for `account`, or for nobody in particular (nil). The ceremony is over afterwards,
    /// whatever comes of it.
    ///
    /// Throws `Failure.secondFactorWrong`; `.passkeyPossibleClone` where the authenticator's counter did not grow (WebAuthn Level 2,
    /// section 6.1.1): the passkey is good for nothing from then on, which operators are told and the journal says.
    package func finishSignIn(
        _ ceremony: ID<PasskeyCeremony>, response json: JSON, of account: Identifier? = nil
    ) async throws -> PasskeySignIn {
        guard let begun = try await take(ceremony, .signIn, for: account) else {
            throw try await refused(nil, .secondFactorWrong, of: account)
        }
        let response: AssertionResponse
        do throws(WebAuthnFault) { response = try AssertionResponse(json: json) } catch {
            throw try await refused(nil, .secondFactorWrong, of: account, step: error)
        }
        guard let row = try await passkey("lookup = \(PasskeyRow.lookup(response.credentialID))"),
            account == nil || row.account == account, let keys = try await keys(of: row.account)
        else { throw try await refused(nil, .secondFactorWrong, of: account, step: .unknownCredential) }
        let stored = try Self.stored(row, try row.content(keys))
        let verified: VerifiedAssertion
        do throws(WebAuthnFault) {
            verified = try begun.verify(response, by: stored, asked: account == nil ? .discoverable : .oneOf([stored.id]))
        } catch .possibleClone {
            throw try await suspect(row)
        } catch {
            throw try await refused(row, .secondFactorWrong, of: row.account, step: error)
        }
        return try await accept(verified, row)
    }

    private static func stored(_ row: PasskeyRow, _ content: PasskeyContent) throws -> StoredCredential {
        let key: CredentialKey
        do throws(CredentialKey.Fault) { key = try CredentialKey(content.key) } catch { throw Failure.factorUnreadable }
        return StoredCredential(
            id: content.credential, key: key, signCount: row.signCount, isBackupEligible: content.isBackupEligible,
            userHandle: content.handle)
    }

    /// What became of an answer whose signature is right.
    private enum Acceptance: Sendable {
        case accepted, suspect, gone
    }

    /// Stores the counter where the stored one is still smaller: of two answers at the same moment with one counter, one is let in.
    private func accept(_ verified: VerifiedAssertion, _ row: PasskeyRow) async throws -> PasskeySignIn {
        let (key, now, count) = (try await sealingKey(of: row.account), world.now(), Int64(verified.signCount))
        let entry = try journal.entry(.used, .passkey, of: row.account, row.id.description, under: key)
        let (id, account, isBackedUp) = (row.id, row.account, verified.isBackedUp)
        // Level 2, section 7.2, step 21: it grows, or the authenticator counts nothing at all.
        let grows: SQL = count == 0 ? "sign_count = 0" : "sign_count < \(count)"
        let acceptance: Acceptance = try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let changed = try tx.execute(
                """
                UPDATE identity_passkeys SET sign_count = \(count), used_at = \(now), is_backed_up = \(isBackedUp)
                WHERE id = \(id) AND account = \(account) AND suspect_at IS NULL AND \(grows)
                """)
            guard changed == 1 else {
                let stands = try tx.first("SELECT id FROM identity_passkeys WHERE id = \(id) AND account = \(account)") { _ in true }
                return stands == true ? .suspect : .gone
            }
            try JournalWriter.append(entry, tx)
            return .accepted
        }
        switch acceptance {
        case .accepted: return PasskeySignIn(account: account, passkey: id, isUserVerified: verified.isUserVerified)
        case .suspect: throw try await suspect(row)
        case .gone: throw try await refused(row, .secondFactorWrong, of: account)
        }
    }

    /// Marks a passkey of which there may be a copy, and tells of it each time it is tried.
    private func suspect(_ row: PasskeyRow) async throws -> Failure {
        let (key, now, id) = (try await sealingKey(of: row.account), world.now(), row.id)
        let entry = try journal.entry(.possibleClone, .passkey, of: row.account, id.description, under: key)
        let letter = try await telling.letter(.possibleClone, row.account)
        try await database.write { tx in
            try key.requireStanding(tx)
            let isFirst = try tx.execute("UPDATE identity_passkeys SET suspect_at = \(now) WHERE id = \(id) AND suspect_at IS NULL") == 1
            // Once: whoever has the copy could send them mail without end.
            if isFirst { try letter?.post(tx) }
            try JournalWriter.append(entry, tx)
        }
        host.log.error("a passkey may have been copied", ["passkey": .id(id)])
        return .passkeyPossibleClone
    }

    /// Writes a refusal down where it is known whose it is.
    private func refused(
        _ row: PasskeyRow?, _ failure: Failure, of account: Identifier?, step: WebAuthnFault? = nil
    ) async throws -> Failure {
        if let step { host.log.info("passkey refused", ["step": .public("\(step)")]) }
        guard let account else { return failure }
        let key = try await sealingKey(of: account)
        let entry = try journal.entry(.refused, .passkey, of: account, row?.id.description, under: key)
        try await database.write { tx in
            try key.requireStanding(tx)
            try JournalWriter.append(entry, tx)
        }
        return failure
    }
}
