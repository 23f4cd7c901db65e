import Access
import Base
import Keys
import Store
import Transparency

/// Erases people: their rows and keys at once, every copy's readability with the organisation's next epoch. The journal keeps its
/// entries, which nothing opens any more, and tells of the erasure.
///
/// What the law makes us keep (`Retention`) is sealed under a key of its own: it leaves the records like everything else, and its
/// key goes when the last duty has ended.
package struct Erasure: Sendable {
    private let keyring: Keyring
    private let erasures: Erasures
    private let kinds: [KindShape]
    private let database: Database
    private let world: World

    /// What is kept of somebody who is erased.
    package struct Kept: Sendable, Hashable {
        package let kind: String
        package let until: Instant
        package let reason: Text
    }

    /// `kinds`: all whose rows hold people's data.
    package init(_ keyring: Keyring, kinds: [KindShape], database: Database, world: World) {
        self.keyring = keyring
        self.kinds = kinds
        self.database = database
        self.world = world
        erasures = Erasures(keyring) { subject, tenant, tx in
            for kind in kinds { for statement in RecordTable(kind).removal(of: subject, in: tenant) { try tx.execute(statement) } }
            try SharedKey.removeCopies(of: subject, in: tenant, tx)
            try SharedKey.removeCopies(of: KindShape.keptName(of: subject), in: tenant, tx)
            let (subject, tenant) = (try Identifier(subject), try Identifier(tenant))
            _ = try RelationTable.forget(subject, in: tenant, tx)
            try tx.execute("DELETE FROM subject_aliases WHERE tenant = \(tenant) AND (alias = \(subject) OR subject = \(subject))")
        }
    }

    /// Erases a person, under all ids that were found to be theirs, from the database; pending until `complete`. Safe to repeat.
    /// Returns what the law makes us keep.
    ///
    /// Throws `Failure(.notFound)` for somebody whom nobody created.
    @discardableResult
    package func erase(_ subject: String, by standing: Standing) async throws -> [Kept] {
        let tenant = try standing.organisation()
        let known = try Identifier(subject)
        let person = try await database.within(organisation: tenant.text).read { tx in try Person(known, in: tenant, tx) }
        let names = person.names.map(\.text)
        guard try await isKnown(names, in: tenant.text) else { throw Failure.subjectUnknown }
        var kept: [Kept] = []
        for name in names { kept += try await self.kept(of: name, in: tenant.text) }
        let keptKeys = try await keyring.keys(of: names.map(KindShape.keptName), in: tenant.text).keys.sorted()
        try await erasures.erase((kept.isEmpty ? keptKeys : []) + names, in: tenant.text)
        try await tell(.erased, subjects: names, version: 0, by: standing)
        return kept
    }

    private func isKnown(_ names: [String], in tenant: String) async throws -> Bool {
        if try await !keyring.keys(of: names, in: tenant).isEmpty { return true }
        return try await keyring.isErased(names[names.count - 1], in: tenant)
    }

    /// What the law makes us keep of somebody now: by the last entry of each kind about them that it speaks of.
    package func kept(of subject: String, in tenant: String) async throws -> [Kept] {
        let now = world.now()
        var kept: [Kept] = []
        for kind in kinds {
            guard let retention = kind.retention else { continue }
            let last: Instant? = try await database.within(organisation: tenant).first(
                """
                SELECT entries.at AS at FROM journal_subjects AS subjects
                JOIN journal_entries AS entries ON entries.entry = subjects.entry
                WHERE subjects.tenant = \(tenant) AND subjects.subject = \(subject) AND entries.kind = \(kind.name)
                AND entries.body IS NOT NULL ORDER BY entries.at DESC LIMIT 1
                """
            ) { try $0["at"] }
            guard let until = last.map({ retention.end(after: $0) }), until > now else { continue }
            kept.append(Kept(kind: kind.name, until: until, reason: retention.reason))
        }
        return kept
    }

    /// Destroys what was kept of the erased and need not be any longer, rolls the organisation's epoch, and returns those whose
    /// erasure is complete by it.
    package func complete(in tenant: String, by standing: Standing) async throws -> [String] {
        try await erasures.resume()
        try await eraseWhatIsDue(in: tenant)
        var roll = EpochRoll(keyring, organisation: tenant)
        let summary = try await roll.run()
        let done = try await erasures.complete(in: tenant).filter { !KindShape.isKeptName($0) }
        try await tell(.rolled, subjects: done, version: Int(summary.epoch), by: standing)
        return done
    }

    private func eraseWhatIsDue(in tenant: String) async throws {
        for entry in try erasures.ledger.standings() where entry.tenant == tenant {
            let name = KindShape.keptName(of: entry.subject)
            guard try await keyring.keys(of: name, in: tenant) != nil, try await kept(of: entry.subject, in: tenant).isEmpty else {
                continue
            }
            try await erasures.erase([name], in: tenant)
        }
    }

    private func tell(_ verb: JournalVerb, subjects: [String], version: Int, by standing: Standing) async throws {
        let entry = try JournalEntry(verb, "subject", version: version, about: subjects, by: standing, in: world)
        try await database.within(organisation: entry.metadata.tenant).write { tx in try JournalWriter.append(entry, tx) }
    }
}
