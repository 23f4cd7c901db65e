import Access
import Base
import Factors
import Keys
import Records
import Runtime
import Store

/// The second factors of accounts: how they are set up, asked for and answered.
///
/// What an account has is told by `state(of:)`, an answer is judged by `verify(_:_:)`. Everything that happens is told in the journal of
/// the identity organisation.
package struct SecondFactors: Sendable {
    let host: FeatureHost
    let relyingParty: RelyingParty
    let sms: SMSSender?
    let journal: FactorJournal
    let telling: FactorTelling

    /// `relyingParty`: for whose pages passkeys are made; its name stands in authenticators and messages. `sms`: nil where nobody sends
    /// any, and then none is offered. `telling`: how people hear what happened.
    package init(_ host: FeatureHost, relyingParty: RelyingParty, sms: SMSSender?, telling: FactorTelling = .silent) {
        self.host = host
        self.relyingParty = relyingParty
        self.sms = sms
        self.telling = telling
        journal = FactorJournal(world: host.world, roles: host.roles)
    }

    /// Of the identity organisation, whose journal is written; never a replica, which might show what was used already.
    var database: Database {
        host.database.within(organisation: IdentityFeature.organisation.text).under { $0.staleness = .zero }
    }

    var world: World { host.world }

    /// Seals what is written about an account now. Throws `Failure(.invalid, "subject_erased")` for one that is gone.
    func sealingKey(of account: Identifier) async throws -> SubjectKey {
        try await host.keyring.sealingKey(of: account.text, in: IdentityFeature.organisation.text)
    }

    /// nil for an account that is gone, or that nothing was ever sealed of.
    func keys(of account: Identifier) async throws -> SubjectKeys? {
        try await host.keyring.keys(of: account.text, in: IdentityFeature.organisation.text)
    }

    /// Only one transaction at a time changes an account's factors or judges an answer.
    static func hold(_ account: Identifier, _ tx: borrowing Transaction) throws {
        try tx.lock("second factors of \(account)")
    }

    /// Takes everything away, for somebody who lost it all: an administrator, after making sure who asks. `actor`: who did it. `also` is in
    /// the same transaction.
    package func removeAll(
        of account: Identifier, by actor: Identifier, also: @escaping @Sendable (borrowing Transaction) throws -> Void = { _ in }
    ) async throws {
        let key = try await sealingKey(of: account)
        let entries = Dictionary(
            uniqueKeysWithValues: try SecondFactorMethod.allCases.map {
                ($0, try journal.entry(.removed, $0, of: account, by: actor, under: key))
            })
        let letter = try await telling.letter(.allRemoved, account)
        try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let had = try SecondFactorState.had(by: account, tx)
            try FactorTables.forget(account, tx)
            for method in SecondFactorMethod.allCases where had.contains(method) {
                if let entry = entries[method] { try JournalWriter.append(entry, tx) }
            }
            try also(tx)
            if !had.isEmpty { try letter?.post(tx) }
        }
    }

    /// Codes on paper stand in for something: they go with the last of it.
    static func endRecoveryCodesWhereNothingIsLeft(_ account: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            DELETE FROM identity_recovery_codes WHERE account = \(account)
            AND NOT EXISTS (SELECT 1 FROM identity_factors WHERE account = \(account) AND state = \(FactorRow.State.standing))
            AND NOT EXISTS (SELECT 1 FROM identity_passkeys WHERE account = \(account))
            """)
    }
}
