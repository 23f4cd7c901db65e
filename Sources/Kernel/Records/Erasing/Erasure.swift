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
    /// As whom to act in an organisation.
    package typealias Acting = @Sendable (_ tenant: Identifier) throws -> Standing

    private let keyring: Keyring
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
        let erasures = erasures { _ in standing }
        try await erasures.erase(names, in: tenant.text)
        // Asked when nothing more can be written about them. Where a crash comes before the rest, the next roll finds it due.
        var kept: [Kept] = []
        for name in names { kept += try await self.kept(of: name, in: tenant.text) }
        guard kept.isEmpty else { return kept }
        let keys = try await keyring.keys(of: names.map(KindShape.keptName), in: tenant.text)
        try await erasures.erase(keys.keys.sorted(), in: tenant.text)
        return []
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

    /// Whether nothing opens any more what was sealed about a person.
    package func isComplete(_ subject: String, in tenant: String) throws -> Bool {
        try ErasureLedger(in: keyring.folder).standings().contains {
            $0.subject == subject && $0.tenant == tenant && $0.state == .complete
        }
    }

    /// Takes up what broke off, to be called before anything is read: whoever was being erased is erased, and those whose epochs
    /// are gone are entered as complete. Returns how many were being erased. Cost where there is nothing: two readings of the
    /// ledger.
    @discardableResult
    package func resume(by acting: @escaping Acting) async throws -> Int {
        let erasures = erasures(by: acting)
        let count = try await erasures.resume()
        for tenant in try erasures.completable() { try await complete(erasures, in: tenant, by: try acting(try Identifier(tenant))) }
        return count
    }

    /// Holds a restored database against the ledger, before anything of it is read: whoever was erased is erased again, and told again.
    /// Returns how many the ledger names. Cost: a few transactions for each.
    @discardableResult
    package func reapply(by acting: @escaping Acting) async throws -> Int {
        let erasures = erasures(by: acting)
        let count = try await erasures.reapply()
        for tenant in try erasures.completable() { try await complete(erasures, in: tenant, by: try acting(try Identifier(tenant))) }
        return count
    }

    /// What moving to another epoch came to.
    package struct Completion: Sendable {
        package let roll: EpochRoll.Summary
        /// Those whose erasure is complete by it.
        package let subjects: [String]
    }

    /// Rolls the organisation's epoch, which completes erasures. `resuming`: goes on with a roll that broke off instead of
    /// beginning one. Told in the journal once the new epoch is announced, and once more with those who are erased by it;
    /// a crash between any two steps leaves nothing untold once `resume` and this have run again.
    package func complete(
        in tenant: String, by standing: Standing, resuming: Bool = false, _ progress: (EpochRoll.Step) -> Void = { _ in }
    ) async throws -> Completion {
        let erasures = erasures { _ in standing }
        try await erasures.resume()
        try await eraseWhatIsDue(erasures, in: tenant)
        var roll = EpochRoll(keyring, organisation: tenant)
        if resuming {
            try await tell(roll, subjects: [], by: standing)
        } else {
            progress(try await roll.begin())
            // Announces it: from here on others use it.
            progress(try await roll.next())
            try await tell(roll, subjects: [], by: standing)
        }
        let summary = try await roll.resume(progress)
        return Completion(roll: summary, subjects: try await complete(erasures, in: tenant, by: standing))
    }

    @discardableResult
    private func complete(_ erasures: Erasures, in tenant: String, by standing: Standing) async throws -> [String] {
        let done = try await erasures.complete(in: tenant) { names in
            let people = Set(names.map(KindShape.person(ofKey:))).sorted()
            try await tell(EpochRoll(keyring, organisation: tenant), subjects: people, by: standing)
        }
        return Set(done.map(KindShape.person(ofKey:))).sorted()
    }

    /// Destroys what was kept of the erased and need not be any longer.
    private func eraseWhatIsDue(_ erasures: Erasures, in tenant: String) async throws {
        for entry in try erasures.ledger.standings()
        where entry.tenant == tenant && KindShape.person(ofKey: entry.subject) == entry.subject {
            let name = KindShape.keptName(of: entry.subject)
            guard try await keyring.keys(of: name, in: tenant) != nil, try await kept(of: entry.subject, in: tenant).isEmpty else {
                continue
            }
            try await erasures.erase([name], in: tenant)
        }
    }

    private func tell(_ roll: EpochRoll, subjects: [String], by standing: Standing) async throws {
        let entry = try JournalEntry(.rolled, "subject", version: Int(try roll.newestEpoch), about: subjects, by: standing, in: world)
        try await database.within(organisation: entry.metadata.tenant).write { tx in try JournalWriter.append(entry, tx) }
    }

    /// An erasure is told in the transaction that takes its rows away, so that one which is taken up after a crash is told too.
    private func erasures(by acting: @escaping Acting) -> Erasures {
        let (kinds, world) = (kinds, world)
        return Erasures(keyring) { subject, tenant, tx in
            for kind in kinds { for statement in RecordTable(kind).removal(of: subject, in: tenant) { try tx.execute(statement) } }
            try SharedKey.removeCopies(of: subject, in: tenant, tx)
            let (person, organisation) = (try Identifier(KindShape.person(ofKey: subject)), try Identifier(tenant))
            let isKept = person.text != subject
            if !isKept {
                try SharedKey.removeCopies(of: KindShape.keptName(of: subject), in: tenant, tx)
                _ = try RelationTable.forget(person, in: organisation, tx)
                _ = try ConsentTable.forget(person, in: organisation, tx)
                try tx.execute("DELETE FROM subject_aliases WHERE tenant = \(tenant) AND (alias = \(subject) OR subject = \(subject))")
            }
            let entry = try JournalEntry(
                .erased, isKept ? "retention" : "subject", about: [person.text], by: try acting(organisation), in: world)
            try JournalWriter.append(entry, tx)
        }
    }
}
