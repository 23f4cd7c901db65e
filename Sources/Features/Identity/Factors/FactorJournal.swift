import Access
import Base
import Keys
import Records

/// A way to prove a second time who one is.
package enum SecondFactorMethod: String, Sendable, Hashable, CaseIterable {
    case passkey
    /// An app that shows codes.
    case totp
    case sms
    case mail
    /// A code on paper.
    case recovery
}

/// What happened to a second factor.
package enum FactorEvent: String, Sendable, Hashable, CaseIterable {
    case added, renamed, removed, used, refused
    case possibleClone = "possible_clone"

    var verb: JournalVerb {
        switch self {
        case .added: .created
        case .renamed, .used: .updated
        case .removed: .deleted
        case .refused, .possibleClone: .denied
        }
    }
}

/// Tells the journal of the identity organisation what happened to an account's factors. Which method, which factor and what is content,
/// sealed under the account's key.
struct FactorJournal: Sendable {
    static let kind = "factor"

    let world: World
    let roles: RoleBook

    /// `key`: the account's. `actor`: who did it, where it was not the account itself.
    func entry(
        _ event: FactorEvent, _ method: SecondFactorMethod, of account: Identifier, _ factor: String? = nil, by actor: Identifier? = nil,
        under key: SubjectKey
    ) throws -> JournalEntry {
        var json = JSONWriter()
        json.object { json in
            json.member("event", event.rawValue)
            json.member("method", method.rawValue)
            if let factor { json.member("factor", factor) }
        }
        // Each has an id of its own, so that what opens one opens no other.
        let id = world.id(of: FactorJournal.self).description
        let organisation = IdentityFeature.organisation
        let context = EntryContext(tenant: organisation.text, kind: Self.kind, record: id, version: 1)
        let standing = Standing(Caller(actor: actor ?? account, tenant: organisation), by: roles, at: world.now())
        return try JournalEntry(
            event.verb, Self.kind, record: id, version: 1, shape: 1, about: [account.text], by: standing, in: world,
            body: try key.seal(json.bytes, as: context, random: world.random), under: key)
    }
}
