import Base
import Crypto
import Store

/// Finds, makes, renews and destroys subjects' keys. One for a process.
///
/// Sealing goes: `sealingKey(of:in:)`, seal, then `requireStanding` in the write closure. Opening goes: `keys(of:in:)`, open.
/// Names of subjects and organisations are 1 to 64 of a-z, A-Z, digits, `-` and `_`, as ids are.
package final class Keyring: Sendable {
    /// What is kept in memory, and for how long.
    package struct Limits: Sendable {
        /// Subjects whose keys are kept, some 500 bytes each.
        package var subjects = 50_000
        /// How long a key is kept: the longest that a subject who was erased in another process can still be read here. In
        /// this process it ends at once.
        package var age: Duration = .seconds(60)

        package init() {}
    }

    package let folder: KeyFolder
    let root: any RootKey
    let database: Database
    let world: World
    let organisations: OrganisationKeys
    let cache: SubjectKeyCache

    /// How often something that moved while it was read is read again.
    static let mostTries = 5

    package init(folder: KeyFolder, root: any RootKey, database: Database, world: World, limits: Limits = Limits()) {
        self.folder = folder
        self.root = root
        // Never a replica: what it does not show yet could be taken for gone.
        self.database = database.under { $0.staleness = .zero }
        self.world = world
        organisations = OrganisationKeys(folder, root, mostAge: limits.age, elapsed: world.elapsed)
        cache = SubjectKeyCache(most: limits.subjects, mostAge: limits.age, elapsed: world.elapsed)
    }

    /// The keys of a subject if they were used a moment ago: the way of a read that must not wait. Cost: one lock.
    package func cachedKeys(of subject: String, in tenant: String) -> SubjectKeys? {
        cache.keys(subject, in: tenant)
    }

    /// The keys of a subject for opening; nil where it has none: erased, or never written about. Throws `Failure`:
    /// `.unavailable, "epoch_key_missing"` and `.invalid, "subject_key_altered"` where the keys do not fit the database, and what
    /// the root and the database throw.
    package func keys(of subject: String, in tenant: String) async throws -> SubjectKeys? {
        if let keys = cache.keys(subject, in: tenant) { return keys }
        return try await keys(of: [subject], in: tenant)[subject]
    }

    /// As above for many subjects, at most `Database.mostRows`, in one statement: for lists. Those that have none are left out.
    package func keys(of subjects: [String], in tenant: String) async throws -> [String: SubjectKeys] {
        var found: [String: SubjectKeys] = [:]
        var missing: [String] = []
        for subject in Set(subjects) {
            if let keys = cache.keys(subject, in: tenant) { found[subject] = keys } else { missing.append(subject) }
        }
        // In pieces, so that the statement has few texts and its values stay below any engine's bound.
        missing.sort()
        for start in stride(from: 0, to: missing.count, by: 500) {
            let piece = Array(missing[start..<min(start + 500, missing.count)])
            found.merge(try await load(piece, in: tenant)) { $1 }
        }
        return found
    }

    /// The key that seals what is written about a subject now; made at its first use, in a transaction of its own. Throws
    /// `Failure`: `.invalid, "subject_erased"` for ever after an erasure, `.unavailable, "organisation_key_missing"` for an
    /// organisation that was not established, else as `keys(of:in:)`.
    package func sealingKey(of subject: String, in tenant: String) async throws -> SubjectKey {
        if let keys = cache.keys(subject, in: tenant) { return keys.newest }
        guard let key = try await sealingKeys(of: [subject], in: tenant)[subject] else { throw Failure.keysMoved }
        return key
    }

    /// Makes an organisation's first epoch and its search key, where it has none. Safe to repeat; a crash half-way leaves what
    /// the next call finishes.
    package func establish(_ organisation: String) async throws {
        guard KeyFolder.isName(organisation) else { throw Failure.organisationNameInvalid }
        let epoch = try await folder.withLock { lock in
            if let newest = try folder.epochs(of: organisation).last { return newest }
            guard try await storedEpoch(of: organisation) == nil else { throw Failure.organisationKeyMissing(organisation) }
            let file = try await organisations.newEpoch(1, of: organisation, search: nil, random: world.random, at: world.now())
            try folder.create(file, lock)
            return 1
        }
        let now = world.now()
        try await database.within(organisation: organisation).write { tx in
            try tx.execute(
                """
                INSERT INTO organisation_epochs (tenant, epoch, changed_at) VALUES (\(organisation), \(epoch), \(now))
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Forgets what is kept of a subject in this process: after its keys were destroyed.
    package func forget(_ subject: String, in tenant: String) { cache.forget(subject, in: tenant) }

    /// Forgets everything that is kept: before a picture of the memory is taken, after a restore.
    package func forgetAll() {
        cache.forgetAll()
        organisations.forgetAll()
    }

    /// `keys_cached`: subjects whose keys are kept now.
    package var gauges: [Gauge] { [Gauge("keys_cached", Double(cache.count))] }
}

extension Keyring {
    /// The epoch under which new keys of an organisation are wrapped; nil for one that is not established.
    func storedEpoch(of tenant: String) async throws -> Int64? {
        try await database.within(organisation: tenant).first(SubjectRows.epoch(of: tenant)) { try $0["epoch"] }
    }

    /// Reads and unwraps; again where an epoch was destroyed between the two, because then its rows have moved.
    func load(_ subjects: [String], in tenant: String) async throws -> [String: SubjectKeys] {
        var missing: Int64?
        for _ in 0..<Self.mostTries {
            let forgettings = cache.forgettings
            let rows = try await database.within(organisation: tenant).rows(SubjectRows.versions(of: subjects, in: tenant)) {
                try SubjectRows.Wrapped($0)
            }
            if let epoch = try await missingEpoch(of: rows, in: tenant) {
                // Whoever destroys an epoch has left no row that names it: a row that still does was not moved, its key is lost.
                if epoch == missing { throw Failure.epochKeyMissing(epoch, tenant) }
                missing = epoch
                continue
            }
            guard let keys = try await unwrap(rows, in: tenant) else { continue }
            for keys in keys.values { cache.keep(keys, readSince: forgettings) }
            return keys
        }
        throw Failure.keysMoved
    }

    private func missingEpoch(of rows: [SubjectRows.Wrapped], in tenant: String) async throws -> Int64? {
        for epoch in Set(rows.map(\.epoch)) {
            if try await organisations.key(of: tenant, epoch: epoch) == nil { return epoch }
        }
        return nil
    }

    /// nil where an epoch was destroyed meanwhile.
    private func unwrap(_ rows: [SubjectRows.Wrapped], in tenant: String) async throws -> [String: SubjectKeys]? {
        var versions: [String: [SubjectKey]] = [:]
        for row in rows {
            guard let epochKey = try await organisations.key(of: tenant, epoch: row.epoch) else { return nil }
            versions[row.subject, default: []].append(try unwrap(row, in: tenant, under: epochKey))
        }
        return versions.mapValues { SubjectKeys(versions: $0) }
    }

    func unwrap(_ row: SubjectRows.Wrapped, in tenant: String, under epochKey: SymmetricKey) throws(Failure) -> SubjectKey {
        do {
            let use = KeyUse.subject(row.subject, in: tenant, version: row.version)
            return SubjectKey(
                tenant: tenant, subject: row.subject, version: row.version,
                key: try Wrapping.unwrap(row.bytes, under: epochKey, for: use))
        } catch {
            throw .subjectKeyAltered(row.subject, tenant)
        }
    }
}
