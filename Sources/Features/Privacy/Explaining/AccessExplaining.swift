import Access
import Base
import Records
import Runtime
import Store
import Transparency

/// Says who can read what of a person and why, and who did. It asks the same rules as reading does, so it cannot say anything else.
package struct AccessExplaining: Sendable {
    private let host: FeatureHost
    private let keeper: PrivacyKeeper
    private let ports: PrivacyPorts

    init(_ host: FeatureHost, _ keeper: PrivacyKeeper, _ ports: PrivacyPorts) {
        self.host = host
        self.keeper = keeper
        self.ports = ports
    }

    /// About what it is asked.
    package struct Question: Sendable, Hashable {
        package let person: Identifier
        /// nil: every kind that is about people.
        package let kind: String?
        /// One record of that kind.
        package let record: String?

        package init(_ person: Identifier, kind: String? = nil, record: String? = nil) {
            self.person = person
            self.kind = kind
            self.record = record
        }
    }

    /// Whom the rules let in.
    package struct Reader: Sendable, Hashable {
        /// nil: everybody who has the role.
        package let account: String?
        package let name: String?
        package let role: RoleName?
        package let title: Text
        /// Why, in a sentence.
        package let because: Text
        package let from: Instant?
        package let until: Instant?
        /// Which kinds of record they can read.
        package let kinds: [String]
        /// The rule in words, where one kind was asked about.
        package let explanation: Explanation?
    }

    package struct Answer: Sendable {
        package let readers: [Reader]
        /// Who looked, the latest first.
        package let looks: Page<EntrySeen>
        /// Names of accounts that occur in it.
        package let names: [Identifier: String]
    }

    /// Throws `Failure`: `.forbidden` unless it is the caller's own data or that of whom they take care, or they have `access.explain`,
    /// whether or not there is such a person; `.notFound` for a kind or a record that is not there.
    package func answer(_ question: Question, _ request: PageRequest, by standing: Standing) async throws -> Answer {
        let tenant = try standing.organisation()
        let capacity = try await keeper.capacity(of: standing, for: question.person)
        if capacity == nil {
            guard standing.permissions.contains(PrivacyFeature.explainAccess) else { throw Failure.accessDenied }
        }
        let person = try await keeper.person(question.person, in: tenant)
        let subjects = try await subjects(question, person, in: tenant)
        let readers = try await readers(of: person, subjects, in: tenant)
        let looks = try await looks(at: person, request, in: tenant)
        let accounts = readers.compactMap(\.account) + looks.items.flatMap { [$0.actor, $0.onBehalfOf].compactMap(\.self) }
        let names = try await ports.names.names(Set(accounts.prefix(400).map { try Identifier($0) }), tenant)
        return Answer(readers: readers.map { $0.named(by: names) }, looks: looks, names: names)
    }

    /// What is looked at of each kind: the record itself, or one as it would be.
    private struct Subject {
        let kind: KindShape
        let facts: RecordFacts
        let isExplained: Bool
    }

    private func subjects(_ question: Question, _ person: Person, in tenant: Identifier) async throws -> [Subject] {
        let kinds = ports.records.aboutPeople.filter { question.kind == nil || $0.name == question.kind }
        guard !kinds.isEmpty, question.record == nil || question.kind != nil else { throw Failure.nothingToExplain }
        let names = Set(person.names)
        return try await host.database.within(organisation: tenant.text).read { tx in
            let purposes = try ConsentTable.purposes(of: names, in: tenant, tx)
            return try kinds.map { kind in
                guard let record = question.record else {
                    return Subject(
                        kind: kind, facts: RecordFacts(tenant: tenant, subject: person.id).agreed(purposes),
                        isExplained: question.kind != nil)
                }
                guard let facts = try RecordTable(kind).facts(of: [record], in: tenant, tx)[record], !facts.subjects.isDisjoint(with: names)
                else { throw Failure.nothingToExplain }
                let all = try ConsentTable.purposes(of: facts.subjects, in: tenant, tx)
                return Subject(kind: kind, facts: facts.agreed(all), isExplained: true)
            }
        }
    }

    private func readers(of person: Person, _ subjects: [Subject], in tenant: Identifier) async throws -> [Reader] {
        let now = host.world.now()
        let relations = try await host.database.within(organisation: tenant.text).read { tx in
            try person.names.flatMap { try RelationTable.relations(to: $0, in: tenant, tx) }.filter { $0.holds(at: now) }
        }
        var readers: [Reader] = []
        let own = Standing(
            Caller(actor: person.id, tenant: tenant, assurance: .passkey), by: host.roles, at: now, aliases: Set(person.aliases))
        readers += reader(own, subjects, relations: []) { kinds, words in
            Reader(
                account: person.id.text, name: nil, role: nil, title: Text(es: "La propia persona", en: "The person themselves"),
                because: Text(es: "Son sus datos.", en: "It is their data."), from: nil, until: nil, kinds: kinds, explanation: words)
        }
        var told: Set<RelationKey> = []
        for relation in relations where told.insert(RelationKey(relation)).inserted {
            // What the relation itself lets them see; what a role gives without one stands with that role, and is not theirs by a relation.
            let standing = Standing(
                Caller(actor: relation.grantee, tenant: tenant, roles: [relation.role], assurance: .passkey), by: host.roles, at: now)
            let related = subjects.filter { !$0.kind.access.read.allows(standing, on: $0.facts, relations: []) }
            readers += reader(standing, related, relations: relations) { kinds, words in
                Reader(
                    account: relation.grantee.text, name: nil, role: relation.role, title: host.roles.title(of: relation.role),
                    because: relation.reason.sentence, from: relation.from, until: relation.until, kinds: kinds, explanation: words)
            }
        }
        for role in host.roles.names {
            let title = host.roles.title(of: role)
            let standing = Standing(
                Caller(actor: Self.nobody, tenant: tenant, roles: [role], assurance: .passkey), by: host.roles, at: now)
            readers += reader(standing, subjects, relations: []) { kinds, words in
                Reader(
                    account: nil, name: nil, role: role, title: title,
                    because: Text(
                        es: "Todo el que tiene ese rol en la organización puede.",
                        en: "Everybody who has that role in the organisation can."),
                    from: nil, until: nil, kinds: kinds, explanation: words)
            }
        }
        return readers + authors(subjects, in: tenant, at: now)
    }

    /// Whoever wrote the record that is asked about, where the rule counts that.
    private func authors(_ subjects: [Subject], in tenant: Identifier, at now: Instant) -> [Reader] {
        subjects.flatMap { subject -> [Reader] in
            guard let author = subject.facts.author else { return [] }
            let standing = Standing(Caller(actor: author, tenant: tenant, assurance: .passkey), by: host.roles, at: now)
            return reader(standing, [subject], relations: []) { kinds, words in
                Reader(
                    account: author.text, name: nil, role: nil, title: Text(es: "Quien lo escribió", en: "Whoever wrote it"),
                    because: Text(es: "Lo escribió.", en: "They wrote it."), from: nil, until: nil, kinds: kinds, explanation: words)
            }
        }
    }

    /// No account of anybody: for what a role gives by itself.
    private static let nobody: Identifier = "role:anybody"

    private func reader(
        _ standing: Standing, _ subjects: [Subject], relations: [Relation], make: ([String], Explanation?) -> Reader
    ) -> [Reader] {
        let allowed = subjects.filter { $0.kind.access.read.allows(standing, on: $0.facts, relations: relations) }
        guard let first = allowed.first else { return [] }
        let words = first.isExplained ? first.kind.access.read.explanation(for: standing, on: first.facts, relations: relations) : nil
        return [make(allowed.map(\.kind.name), words)]
    }

    /// Who was merged has each relation under each id.
    private struct RelationKey: Hashable {
        let grantee: Identifier
        let role: RoleName
        let reason: String

        init(_ relation: Relation) {
            grantee = relation.grantee
            role = relation.role
            reason = relation.reason.text
        }
    }

    private func looks(at person: Person, _ request: PageRequest, in tenant: Identifier) async throws -> Page<EntrySeen> {
        var looks = JournalLooks(at: person.names.map(\.text)) { $0.others = person.names.map(\.text) }
        if let cursor = request.after {
            guard let number = Int64(String(decoding: cursor.bytes, as: UTF8.self)), number > 0 else { throw Failure.cursorOfOtherLooks }
            looks.before = number
        }
        let found = try await JournalReader(host.database).entries(looks, in: tenant.text, atMost: request.rowsToFetch)
        return Page(fetched: found.map { EntrySeen($0) }, for: request) { Cursor(Array(String($0.number).utf8)) }
    }
}

extension AccessExplaining.Reader {
    fileprivate func named(by names: [Identifier: String]) -> Self {
        let found = account.flatMap { account in names.first { $0.key.text == account }?.value }
        return Self(
            account: account, name: found, role: role, title: title, because: because, from: from, until: until, kinds: kinds,
            explanation: explanation)
    }
}

extension Relation.Reason {
    /// Why somebody is let in, as the person reads it.
    fileprivate var sentence: Text {
        switch self {
        case .careTeam: Text(es: "Es parte del equipo que atiende a la persona.", en: "They belong to the team that cares for the person.")
        case .referral: Text(es: "La persona le fue derivada.", en: "The person was referred to them.")
        case .family: Text(es: "Es de su familia o la cuida.", en: "They are family, or take care of the person.")
        case .supervision: Text(es: "Supervisa su atención.", en: "They supervise the person's care.")
        case .emergency: Text(es: "Tomó acceso de emergencia.", en: "They took access in an emergency.")
        default: Text(es: "Se le dio acceso (\(text)).", en: "They were given access (\(text)).")
        }
    }
}

extension Failure {
    fileprivate static let nothingToExplain = Failure(
        .notFound, "nothing_to_explain",
        Text(
            es: "No hay tal tipo de registro, o tal registro de esa persona: revise lo que pide.",
            en: "There is no such kind of record, or no such record of that person: check what you ask."))

    fileprivate static let cursorOfOtherLooks = Failure(
        .invalid, "cursor_of_another_list",
        Text(
            es: "El cursor no es de esta lista: empiece por la primera página.",
            en: "The cursor is none of this list's: begin with the first page."))
}
