import Access
import Base
import Keys
import Store
import Transparency

/// Erases people: their rows and keys at once, every copy's readability with the organisation's next epoch. The journal keeps its
/// entries, which nothing opens any more, and tells of the erasure.
package struct Erasure: Sendable {
    /// As whom to act in an organisation.
    package typealias Acting = @Sendable (_ tenant: Identifier) throws -> Standing

    private let keyring: Keyring
    private let kinds: [KindShape]
    private let database: Database
    private let world: World

    /// `kinds`: all whose rows hold people's data.
    package init(_ keyring: Keyring, kinds: [KindShape], database: Database, world: World) {
        self.keyring = keyring
        self.kinds = kinds
        self.database = database
        self.world = world
    }

    /// Erases a person from the database; pending until `complete`. Safe to repeat.
    package func erase(_ subject: String, by standing: Standing) async throws {
        try await erasures { _ in standing }.erase(subject, in: try standing.organisation().text)
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
        try await erasures.complete(in: tenant) { subjects in
            try await tell(EpochRoll(keyring, organisation: tenant), subjects: subjects, by: standing)
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
            for kind in kinds {
                try tx.execute("DELETE FROM \(name: kind.table) WHERE tenant = \(tenant) AND subject = \(subject)")
            }
            let (person, organisation) = (try Identifier(subject), try Identifier(tenant))
            _ = try RelationTable.forget(person, in: organisation, tx)
            let entry = try JournalEntry(.erased, "subject", about: [subject], by: try acting(organisation), in: world)
            try JournalWriter.append(entry, tx)
        }
    }
}
