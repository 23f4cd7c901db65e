import Access
import Base
import Keys
import Store
import Transparency

/// Erases people: their rows and keys at once, every copy's readability with the organisation's next epoch. The journal keeps its
/// entries, which nothing opens any more, and tells of the erasure.
package struct Erasure: Sendable {
    private let keyring: Keyring
    private let erasures: Erasures
    private let database: Database
    private let world: World

    /// `kinds`: all whose rows hold people's data.
    package init(_ keyring: Keyring, kinds: [KindShape], database: Database, world: World) {
        self.keyring = keyring
        self.database = database
        self.world = world
        erasures = Erasures(keyring) { subject, tenant, tx in
            for kind in kinds {
                try tx.execute("DELETE FROM \(name: kind.table) WHERE tenant = \(tenant) AND subject = \(subject)")
            }
            let (subject, tenant) = (try Identifier(subject), try Identifier(tenant))
            _ = try RelationTable.forget(subject, in: tenant, tx)
        }
    }

    /// Erases a person from the database; pending until `complete`. Safe to repeat.
    package func erase(_ subject: String, by standing: Standing) async throws {
        let tenant = try standing.organisation()
        try await erasures.erase(subject, in: tenant.text)
        try await tell(.erased, subjects: [subject], version: 0, by: standing)
    }

    /// Rolls the organisation's epoch, and returns those whose erasure is complete by it.
    package func complete(in tenant: String, by standing: Standing) async throws -> [String] {
        try await erasures.resume()
        var roll = EpochRoll(keyring, organisation: tenant)
        let summary = try await roll.run()
        let done = try await erasures.complete(in: tenant)
        try await tell(.rolled, subjects: done, version: Int(summary.epoch), by: standing)
        return done
    }

    private func tell(_ verb: JournalVerb, subjects: [String], version: Int, by standing: Standing) async throws {
        let entry = try JournalEntry(verb, "subject", version: version, about: subjects, by: standing, in: world)
        try await database.within(organisation: entry.metadata.tenant).write { tx in try JournalWriter.append(entry, tx) }
    }
}
