import Access
import Base
import Factors
import Keys
import Records
import Runtime
import Store

extension SecondFactors {
    /// Begins to make a passkey for an account. `name` tells accounts apart in the authenticator's list, such as the address that is typed to
    /// sign in; `displayName` is what people call its owner. The authenticator must know who is before it, so that the passkey is good by
    /// itself.
    ///
    /// Throws `Failure.tooManyPasskeys`.
    package func beginPasskey(of account: Identifier, name: String, displayName: String) async throws -> PasskeyCeremony {
        let theirs = try await passkeysWithContents(of: account)
        guard theirs.count < Passkey.mostOfAccount else { throw Failure.tooManyPasskeys }
        let user = PasskeyUser(handle: try await userHandle(of: account), name: name, displayName: displayName)
        let excluded = theirs.map { CredentialDescriptor(id: $0.content.credential, transports: $0.content.transports) }
        return try await begin(.register, .required, for: account) { ceremony, json in
            CreationOptions(ceremony, user: user, excluded: excluded, timeout: PasskeyCeremony.life).write(to: &json)
        }
    }

    /// Takes a passkey in. `response`: what `PublicKeyCredential.toJSON()` gave; `typed`: what its owner calls it.
    ///
    /// Throws `Failure`: `.passkeyName`, before the ceremony is spent; `.factorSetupOver` for one that is over; `.passkeyRefused`;
    /// `.passkeyKnown` for a credential that some account has; `.tooManyPasskeys`.
    package func finishPasskey(
        _ ceremony: ID<PasskeyCeremony>, response: JSON, named typed: String, of account: Identifier
    ) async throws -> Passkey {
        let name = try Self.passkeyName(typed)
        guard let begun = try await take(ceremony, .register, for: account) else { throw Failure.factorSetupOver }
        let made: NewCredential
        do throws(WebAuthnFault) {
            made = try begun.verify(try RegistrationResponse(json: response))
        } catch {
            host.log.info("passkey refused", ["step": .public("\(error)")])
            throw Failure.passkeyRefused
        }
        return try await keep(made, named: name, of: account)
    }

    private func keep(_ made: NewCredential, named name: String, of account: Identifier) async throws -> Passkey {
        let (id, now, key) = (world.id(of: Passkey.self), world.now(), try await sealingKey(of: account))
        let content = PasskeyContent(
            credential: made.id, key: made.key.bytes, name: name, transports: made.transports, aaguid: made.aaguid,
            isBackupEligible: made.isBackupEligible, handle: try await userHandle(of: account))
        let body = try PasskeyRow.body(id, version: 1).seal(content, under: key, random: world.random)
        let entry = try journal.entry(.added, .passkey, of: account, id.description, under: key)
        let letter = try await telling.letter(.added(.passkey), account)
        let (lookup, count, isBackedUp) = (PasskeyRow.lookup(made.id), Int64(made.signCount), made.isBackedUp)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let held = try tx.first("SELECT count(*) AS held FROM identity_passkeys WHERE account = \(account)") { try $0["held"] as Int }
            guard held ?? 0 < Passkey.mostOfAccount else { throw Failure.tooManyPasskeys }
            let isNew = try tx.execute(
                """
                INSERT INTO identity_passkeys (id, account, lookup, version, made_at, sign_count, is_backed_up, body)
                VALUES (\(id), \(account), \(lookup), 1, \(now), \(count), \(isBackedUp), \(body)) ON CONFLICT (lookup) DO NOTHING
                """)
            guard isNew == 1 else { throw Failure.passkeyKnown }
            try JournalWriter.append(entry, tx)
            try letter?.post(tx)
        }
        return Passkey(
            id: id, name: name, madeAt: now, usedAt: nil, isBackedUp: isBackedUp, isSuspect: false, model: content.model)
    }
}
