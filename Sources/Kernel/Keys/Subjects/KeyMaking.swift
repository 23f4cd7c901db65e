import Base
import Crypto
import Store

/// New keys of subjects.
extension Keyring {
    /// As `sealingKey(of:in:)` for many subjects, in transactions of `subjectsInBatch`: for imports. One key each.
    package func sealingKeys(of subjects: [String], in tenant: String) async throws -> [String: SubjectKey] {
        guard subjects.allSatisfy(KeyFolder.isName) else { throw Failure.subjectNameInvalid }
        var found = try await keys(of: subjects, in: tenant).mapValues(\.newest)
        let missing = Set(subjects).subtracting(found.keys).sorted()
        for start in stride(from: 0, to: missing.count, by: Self.subjectsInBatch) {
            let batch = Array(missing[start..<min(start + Self.subjectsInBatch, missing.count)])
            found.merge(try await makeFirst(of: batch, in: tenant)) { $1 }
        }
        return found
    }

    /// The most that one transaction makes, so that writers in between wait some milliseconds.
    package static let subjectsInBatch = 500

    /// A new version of a subject's key, which seals what is written from then on; what is sealed stays as it is. Throws as
    /// `sealingKey(of:in:)`.
    package func renewKey(of subject: String, in tenant: String) async throws -> SubjectKey {
        for _ in 0..<Self.mostTries {
            let versions = try await load([subject], in: tenant)[subject]?.versions
            guard let newest = versions?.first else {
                _ = try await sealingKey(of: subject, in: tenant)
                continue
            }
            let made = try await store([subject], in: tenant, version: newest.version + 1)
            // Others stand beside it: the next reader loads them all.
            cache.forget(subject, in: tenant)
            if let key = made?.first { return key }
        }
        throw Failure.keysMoved
    }

    /// First versions; where another caller was faster, theirs is taken.
    private func makeFirst(of subjects: [String], in tenant: String) async throws -> [String: SubjectKey] {
        var found: [String: SubjectKey] = [:]
        var missing = subjects
        for _ in 0..<Self.mostTries {
            let forgettings = cache.forgettings
            for key in try await store(missing, in: tenant, version: 1) ?? [] {
                cache.keep(SubjectKeys(versions: [key]), readSince: forgettings)
                found[key.subject] = key
            }
            missing.removeAll { found[$0] != nil }
            if missing.isEmpty { return found }
            found.merge(try await load(missing, in: tenant).mapValues(\.newest)) { $1 }
            missing.removeAll { found[$0] != nil }
            if missing.isEmpty { return found }
        }
        throw Failure.keysMoved
    }

    /// Makes keys and stores them in one transaction. Those that were there already are left out; nil where the epoch moved
    /// meanwhile. Throws `subjectErased` where one of them was erased.
    private func store(_ subjects: [String], in tenant: String, version: Int64) async throws -> [SubjectKey]? {
        guard let epoch = try await storedEpoch(of: tenant) else { throw Failure.organisationKeyMissing(tenant) }
        guard let epochKey = try await organisations.key(of: tenant, epoch: epoch) else {
            // Between the two readings a roll may have ended; one more look tells.
            if try await storedEpoch(of: tenant) == epoch { throw Failure.epochKeyMissing(epoch, tenant) }
            return nil
        }
        let keys = subjects.map { SubjectKey(tenant: tenant, subject: $0, version: version, key: SymmetricKey.random(world.random)) }
        let rows = try keys.map { key in
            let use = KeyUse.subject(key.subject, in: tenant, version: version)
            return (key.subject, try Wrapping.wrap(key.key, under: epochKey, for: use, nonce: SealNonce(world.random)))
        }
        let insert = SubjectRows.insert(rows, in: tenant, version: version, epoch: epoch, at: world.now())
        let stored = try await database.within(organisation: tenant).write { tx -> Set<String>? in
            // First: from here on neither a roll nor an erasure comes between (`SubjectRows.heldEpoch`).
            guard try SubjectRows.heldEpoch(of: tenant, tx) == epoch else { return nil }
            guard try tx.first(SubjectRows.erased(of: subjects, in: tenant), { _ in true }) == nil else { throw Failure.subjectErased }
            return Set(try tx.rows(insert) { try $0["subject"] })
        }
        return stored.map { stored in keys.filter { stored.contains($0.subject) } }
    }
}
