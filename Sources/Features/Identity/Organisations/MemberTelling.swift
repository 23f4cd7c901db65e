import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Changes of membership, each told in the organisation's journal, its roles sealed under the key of whom it is about.
struct MemberTelling: Sendable {
    private let host: FeatureHost

    init(_ host: FeatureHost) { self.host = host }

    /// A change that is ready to be written.
    struct Change: Sendable {
        let member: Member
        fileprivate let key: SubjectKey
        fileprivate let entry: JournalEntry
        fileprivate let notice: EndNotice

        /// In a transaction of the organisation's. Tokens that were made before are asked for anew.
        func write(_ tx: borrowing Transaction) throws {
            try key.requireStanding(tx)
            try MemberTable.put(member, tx)
            try notice.write(tx)
            try JournalWriter.append(entry, tx)
        }

        /// After the commit.
        func tell(_ sessions: SessionStore) { sessions.tell(notice) }
    }

    /// Somebody becomes a member. nil where the link that let them in led nowhere. They become a person of the organisation as well, with a
    /// key of their own there: records may be about them.
    func joined(_ account: Identifier, in organisation: Identifier?, roles: Set<RoleName>, by actor: Identifier) async throws -> Change? {
        guard let organisation else { return nil }
        return try await changed(
            Member(account: account, organisation: organisation, roles: roles, since: host.world.now()), .granted, by: actor)
    }

    func changed(_ member: Member, _ verb: JournalVerb, by actor: Identifier) async throws -> Change {
        let (tenant, now) = (member.organisation, host.world.now())
        let key = try await host.keyring.sealingKey(of: member.account.text, in: tenant.text)
        let record = host.world.id(of: Member.self).description
        var json = JSONWriter()
        json.object { json in
            json.member("account", member.account.text)
            json.member("roles", array: { json in for role in member.roles.sorted() { json.string(role.text) } })
        }
        let context = EntryContext(tenant: tenant.text, kind: "membership", record: record, version: 1)
        let standing = Standing(Caller(actor: actor, tenant: tenant), by: host.roles, at: now)
        let entry = try JournalEntry(
            verb, "membership", record: record, version: 1, shape: 1, about: [member.account.text], by: standing, in: host.world, at: now,
            body: try key.seal(json.bytes, as: context, random: host.world.random), under: key)
        let notice = EndNotice(id: host.world.id(), at: now, account: member.account, session: nil)
        return Change(member: member, key: key, entry: entry, notice: notice)
    }
}
