import Access
import Base
import Records
import Runtime
import Store
import Transparency

/// Reads what the journal tells of records, with what is needed to say who may know of it.
struct LiveReader: Sendable {
    private let database: Database
    private let tables: [String: RecordTable]
    private let interest: Interest

    /// What happens to records. Who read them is nobody's news.
    private static let verbs: Set<JournalVerb> = [.created, .updated, .deleted, .restored]

    init(_ host: FeatureHost, kinds: [KindShape], interest: Interest) {
        database = host.database
        tables = Dictionary(kinds.map { ($0.name, RecordTable($0)) }) { one, _ in one }
        self.interest = interest
    }

    /// How many positions there are.
    func size() async throws -> Int64 { try await JournalReader(database).size() }

    func news(from position: Int64, to end: Int64? = nil, of tenant: Identifier? = nil) async throws -> JournalNews {
        try await JournalReader(database).news(
            from: position, to: end, of: tenant?.text, kinds: Set(tables.keys), verbs: Self.verbs)
    }

    /// Places of organisations where anybody listens, in their order.
    func wanted(_ places: [JournalNews.Place]) -> [(tenant: Identifier, places: [JournalNews.Place])] {
        Dictionary(grouping: places, by: \.tenant).compactMap { tenant, places in
            guard let tenant = try? Identifier(tenant), interest.asks(tenant).any else { return nil }
            return (tenant, places)
        }
    }

    /// What stands in some places of an organisation's journal, at most 200, where anybody listens to it.
    func events(_ places: [JournalNews.Place], of tenant: Identifier, seal: PositionSeal) async throws -> [LiveEvent] {
        let found = try await JournalReader(database).entries(
            of: tenant.text, numbered: places.map(\.number), kinds: Set(tables.keys), verbs: Self.verbs, withBodies: false)
        let byNumber = Dictionary(found.map { ($0.number, $0.entry.metadata) }) { one, _ in one }
        let entries = places.compactMap { place in byNumber[place.number].map { (place.position, $0) } }
        guard !entries.isEmpty else { return [] }
        let people = interest.asks(tenant).people ? try await names(of: entries.flatMap(\.1.subjects), in: tenant) : [:]
        let wanted = entries.compactMap { position, entry -> Wanted? in
            let keys = topics(of: entry, people).map { TopicKey(tenant: tenant, topic: $0) }.filter(interest.isWanted)
            return keys.isEmpty ? nil : Wanted(position: position, entry: entry, keys: keys)
        }
        guard !wanted.isEmpty else { return [] }
        return try await audiences(of: wanted, in: tenant).map { wanted, audience in
            LiveEvent(wanted.entry, at: wanted.position, keys: wanted.keys, audience: audience, seal: seal)
        }
    }

    private struct Wanted: Sendable {
        let position: Int64
        let entry: EntryMetadata
        let keys: [TopicKey]
    }

    private func topics(of entry: EntryMetadata, _ people: [String: [String]]) -> [String] {
        guard let record = entry.record else { return [] }
        let names = Set(entry.subjects.flatMap { people[$0] ?? [] })
        return ["records/\(entry.kind)", "records/\(entry.kind)/\(record)"] + names.map { "subjects/\($0)" }
    }

    /// Under which ids these people are known: who was found to be the same as another is listened to as either.
    private func names(of subjects: [String], in tenant: Identifier) async throws -> [String: [String]] {
        let distinct = Set(subjects)
        return try await database.within(organisation: tenant.text).read { tx in
            var names: [String: [String]] = [:]
            for subject in distinct { names[subject] = try Person(Identifier(subject), in: tenant, tx).names.map(\.text) }
            return names
        }
    }

    /// Who may know of each. A record that is not there any more, because somebody was erased, is nobody's news.
    private func audiences(of wanted: [Wanted], in tenant: Identifier) async throws -> [(Wanted, LiveEvent.Audience)] {
        let tables = tables
        return try await database.within(organisation: tenant.text).read { tx in
            var facts: [String: [String: RecordFacts]] = [:]
            for (kind, some) in Dictionary(grouping: wanted, by: \.entry.kind) {
                facts[kind] = try tables[kind]?.facts(of: Set(some.compactMap(\.entry.record)), in: tenant, tx)
            }
            var relations: [Identifier: [Relation]] = [:]
            let agreeing = Set(wanted.map(\.entry.kind).filter { tables[$0]?.kind.access.read.asksConsents == true })
            for kind in agreeing {
                for (record, one) in facts[kind] ?? [:] {
                    facts[kind]?[record] = one.agreed(try ConsentTable.purposes(of: one.subjects, in: tenant, tx))
                }
            }
            var audiences: [(Wanted, LiveEvent.Audience)] = []
            for one in wanted {
                guard let record = one.entry.record, let table = tables[one.entry.kind], let facts = facts[one.entry.kind]?[record] else {
                    continue
                }
                var byAccount: [Identifier: [Relation]] = [:]
                let rule = table.kind.access.read
                for subject in rule.asksRelations ? facts.subjects : [] {
                    let known = try relations[subject] ?? RelationTable.relations(to: subject, in: tenant, tx)
                    relations[subject] = known
                    for relation in known { byAccount[relation.grantee, default: []].append(relation) }
                }
                audiences.append((one, .readers(rule, facts, relations: byAccount)))
            }
            return audiences
        }
    }
}
