import Access
import Base
import Records
import Runtime
import Store

/// Gives and withdraws consents: as records, and in the same transaction in the table that access rules ask.
package struct ConsentStore: Sendable {
    private let host: FeatureHost
    private let keeper: PrivacyKeeper
    private let kind = Consent.kind.shape

    init(_ host: FeatureHost, _ keeper: PrivacyKeeper) {
        self.host = host
        self.keeper = keeper
    }

    /// A consent and the record that holds it.
    package struct Entry: Sendable, Hashable {
        package let id: String
        package let version: Int64
        package let person: String
        package let consent: Consent
    }

    /// The most that one person has: one for each purpose and id that was found to be theirs.
    private static let most = PageRequest.limits.upperBound
    /// How often something that moved while it was read is read again.
    private static let tries = 4

    /// Takes down that somebody agrees; what they agreed to already stays as it is. The person and who takes care of them do so
    /// themselves, whoever works for the organisation with them in person.
    ///
    /// Throws `Failure`: `.forbidden`; `.conflict, "consent_text_changed"` where `textVersion` is not that of the text that is shown now;
    /// `.notFound` for a person whom nobody created.
    @discardableResult
    package func give(
        _ purpose: ConsentPurposeWord, textVersion: Int, of person: Identifier, by standing: Standing
    ) async throws -> Entry {
        let tenant = try standing.organisation()
        let capacity = try await keeper.capacity(of: standing, for: person) ?? .staff
        let consent = Consent(
            purpose: purpose, textVersion: textVersion, givenAt: host.world.now(), givenBy: standing.caller.actor.text,
            capacity: capacity, way: capacity == .staff ? .inPerson : .page)
        return try await trying {
            let known = try await keeper.person(person, in: tenant)
            let (found, write) = try await writing(consent, of: known, in: tenant, by: standing)
            guard textVersion == purpose.text.version else { throw Failure.consentTextChanged }
            guard let write else { return try entry(found) }
            let told = try await PrivacyEvents.consentGiven.entry(
                .init(purpose: purpose, textVersion: textVersion), of: write.record.id, version: write.record.version, about: known.id,
                by: standing, host)
            try await host.database.within(organisation: tenant.text).write { tx in
                try write.put(tx)
                // Under every id, since a record about either is about this person.
                for name in try Person(known.id, in: tenant, tx).names { try ConsentTable.give(purpose.purpose, of: name, in: tenant, tx) }
                try JournalWriter.append(told, tx)
            }
            return try entry(write.record)
        }
    }

    /// The next version of the record, or the first; none where the very text stands agreed to.
    private func writing(
        _ consent: Consent, of person: Person, in tenant: Identifier, by standing: Standing
    ) async throws -> (found: Record?, write: RecordWrite?) {
        let body = try Consent.kind.body(of: consent).bytes
        guard let place = try await places(of: [person.id], consent.purpose, in: tenant).first else {
            return (nil, try await host.store.creation(kind, body, about: person.id, by: standing))
        }
        // Whoever may not change it is refused before anything of it is read.
        let write = try await host.store.revision(kind, place.id, body, ifVersion: place.version, by: standing)
        let record = try await host.store.read(kind, place.id, by: standing)
        let held = try Consent.kind.value(from: record.body)
        return (record, held.stands && held.textVersion == consent.textVersion ? nil : write)
    }

    /// Takes down that somebody no longer agrees; nothing where they did not. Throws `Failure(.forbidden)` as `give`.
    package func withdraw(_ purpose: ConsentPurposeWord, of person: Identifier, by standing: Standing) async throws {
        let tenant = try standing.organisation()
        let now = host.world.now()
        try await trying {
            let known = try await keeper.person(person, in: tenant)
            try await requireDeciding(known, in: tenant, by: standing)
            for place in try await places(of: known.names, purpose, in: tenant) {
                let record = try await host.store.read(kind, place.id, by: standing)
                var consent = try Consent.kind.value(from: record.body)
                guard consent.stands else { continue }
                consent.withdrawnAt = max(now, consent.givenAt)
                consent.withdrawnBy = standing.caller.actor.text
                let write = try await host.store.revision(
                    kind, place.id, try Consent.kind.body(of: consent).bytes, ifVersion: record.version, by: standing)
                let told = try await PrivacyEvents.consentWithdrawn.entry(
                    .init(purpose: purpose, textVersion: consent.textVersion), of: record.id, version: write.record.version,
                    about: try Identifier(record.subjects.first ?? known.id.text), by: standing, host)
                try await host.database.within(organisation: tenant.text).write { tx in
                    try write.put(tx)
                    for name in try Person(known.id, in: tenant, tx).names {
                        try ConsentTable.withdraw(purpose.purpose, of: name, in: tenant, tx)
                    }
                    try JournalWriter.append(told, tx)
                }
            }
        }
    }

    /// What somebody agreed to, by purpose, withdrawn ones among them. Throws `Failure(.forbidden)`.
    package func consents(of person: Identifier, by standing: Standing) async throws -> [Entry] {
        let page = try await host.store.list(
            kind, orderedBy: RecordIndex(by: "purpose"), of: person, try PageRequest(limit: Self.most), by: standing)
        return try page.items.map { try entry($0) }
    }

    /// The rule for changing them, asked where there may be no record to ask it of.
    private func requireDeciding(_ person: Person, in tenant: Identifier, by standing: Standing) async throws {
        let relations = try await host.database.within(organisation: tenant.text).read { tx in
            try RelationTable.relations(of: standing, to: Set(person.names), tx)
        }
        let facts = RecordFacts(tenant: tenant, subjects: Set(person.names))
        _ = try kind.access.change.mask(for: standing, on: facts, relations: relations)
    }

    private func places(
        of people: [Identifier], _ purpose: ConsentPurposeWord, in tenant: Identifier
    ) async throws -> [(id: String, version: Int64)] {
        try await host.database.within(organisation: tenant.text).rows(
            """
            SELECT id, version FROM record_consent
            WHERE tenant = \(tenant) AND \("subject", in: people) AND f_purpose = \(purpose.rawValue) ORDER BY id
            """
        ) { row in (id: try row["id"], version: try row["version"]) }
    }

    /// Somebody may give or withdraw the same at the same time: whoever comes second looks again.
    private func trying<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 1..<Self.tries {
            do { return try await body() } catch let failure as Failure
                where failure.code == "version_moved" || failure.code == ConstraintRule.unique.rawValue
            {}
        }
        return try await body()
    }

    private func entry(_ record: Record?) throws -> Entry {
        guard let record else { throw Failure.missingColumn("record_consent") }
        return Entry(
            id: record.id, version: record.version, person: record.subjects.first ?? "", consent: try Consent.kind.value(from: record.body))
    }
}

extension Failure {
    fileprivate static let consentTextChanged = Failure(
        .conflict, "consent_text_changed",
        Text(
            es: "El texto cambió desde que usted lo leyó: léalo de nuevo y diga si está de acuerdo.",
            en: "The text changed since you read it: read it again and say whether you agree."))
}
