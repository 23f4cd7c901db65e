import Access
import Base
import Records
import Runtime
import Store

/// That somebody gave a wrong password, in the journal of `_identity`.
struct RefusalTelling: Sendable {
    private let host: FeatureHost

    init(_ host: FeatureHost) { self.host = host }

    /// `kind`: what they wanted. Never stands in the way of the answer.
    func tell(_ kind: String, of account: Identifier) async {
        do {
            let caller = Caller(actor: account, tenant: IdentityFeature.organisation)
            let entry = try JournalEntry(
                .denied, kind, about: [account.text], by: Standing(caller, by: host.roles, at: host.world.now()),
                in: host.world)
            try await host.database.within(organisation: IdentityFeature.organisation.text).write { tx in
                try JournalWriter.append(entry, tx)
            }
        } catch {
            host.log.error("a refusal was not told", ["account": .public(account.text)])
        }
    }
}
