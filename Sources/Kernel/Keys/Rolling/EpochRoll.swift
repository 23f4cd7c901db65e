import Base
import Crypto
import Store

/// Moves an organisation to a new epoch: a new key, every subject's key wrapped under it, the old one destroyed. Reads and writes
/// go on meanwhile; new keys are wrapped under the new epoch from `.announced` on.
///
/// What is left to do is read off the folder and the tables at each step, so whoever comes after a crash goes on with
/// `resume`, whichever process it was; two at once do no harm and twice the work.
package struct EpochRoll: Sendable {
    /// What a step did.
    package enum Step: Sendable, Hashable {
        /// The new epoch's file is there; nobody uses it yet.
        case made(epoch: Int64)
        /// New keys are wrapped under it from now on.
        case announced(epoch: Int64)
        /// So many subjects' keys were wrapped under it, in one transaction.
        case rewrapped(count: Int)
        /// No row named this epoch any more, and its file is gone for good.
        case destroyed(epoch: Int64)
        /// One epoch is left, and every row names it.
        case finished
    }

    /// What a roll came to.
    package struct Summary: Sendable, Hashable {
        package internal(set) var epoch: Int64 = 0
        package internal(set) var rewrapped = 0
        package internal(set) var destroyed: [Int64] = []
    }

    /// Rows in one transaction: some 10 ms, so that writers in between wait no longer.
    package static let rowsInBatch = 1_000

    private let keyring: Keyring
    private let tenant: String
    /// Rows up to here were looked at in this pass. Lost with the value, and then they are looked at again.
    private var position = Position()
    private var isPassDone = false
    /// Read and wrapped, not yet written. Rows that change meanwhile are passed over when it is.
    private var ahead: Batch?

    private struct Position: Sendable {
        var subject = ""
        var version: Int64 = 0
    }

    private struct Batch: Sendable {
        let epoch: Int64
        let rows: [SubjectRows.Fresh]
        let end: Position
    }

    package init(_ keyring: Keyring, organisation: String) {
        self.keyring = keyring
        tenant = organisation
    }

    /// The newest epoch whose key is there; 0 for an organisation without keys.
    package var newestEpoch: Int64 { get throws { try keyring.folder.epochs(of: tenant).last ?? 0 } }

    private var database: Database { keyring.database.within(organisation: tenant) }

    /// A new epoch's file: the first step. Where the newest epoch is greater than `epoch` already, because a roll broke off, that
    /// one is taken and none is made; nil: always a new one. Throws `.unavailable` for an organisation without keys.
    package func begin(after epoch: Int64? = nil) async throws -> Step {
        let keyring = keyring
        return try await keyring.folder.withLock { lock in
            guard let newest = try keyring.folder.epochs(of: tenant).last,
                let search = try await keyring.organisations.searchKey(of: tenant, epoch: newest)
            else { throw Failure.organisationKeyMissing(tenant) }
            if let epoch, newest > epoch { return .made(epoch: newest) }
            let file = try await keyring.organisations.newEpoch(
                newest + 1, of: tenant, search: search, random: keyring.world.random, at: keyring.world.now())
            try keyring.folder.create(file, lock)
            return .made(epoch: newest + 1)
        }
    }

    /// The next step, whatever was done before. Throws what the folder, the root and the database throw;
    /// `.unavailable, "epoch_key_missing"` where the database names an epoch whose key is not there.
    package mutating func next() async throws -> Step {
        let epochs = try keyring.folder.epochs(of: tenant)
        guard let newest = epochs.last, let stored = try await keyring.storedEpoch(of: tenant) else {
            throw Failure.organisationKeyMissing(tenant)
        }
        guard newest >= stored else { throw Failure.epochKeyMissing(stored, tenant) }
        if newest > stored { return try await announce(newest) }
        if !isPassDone, let count = try await rewrap(to: newest) { return .rewrapped(count: count) }
        if let old = epochs.first, old < newest { return try await destroy(old, before: newest) }
        // An epoch that lost its name to a crash still has its bytes.
        let (keyring, tenant) = (keyring, tenant)
        try await keyring.folder.withLock { lock in try keyring.folder.sweep(tenant, lock) }
        return .finished
    }

    /// A whole roll: a new epoch, all steps, and each told to `progress`.
    @discardableResult
    package mutating func run(after epoch: Int64? = nil, _ progress: (Step) -> Void = { _ in }) async throws -> Summary {
        let step = try await begin(after: epoch)
        progress(step)
        return try await resume(progress)
    }

    /// Finishes what broke off; nothing where nothing did.
    @discardableResult
    package mutating func resume(_ progress: (Step) -> Void = { _ in }) async throws -> Summary {
        var summary = Summary()
        while true {
            let step = try await next()
            progress(step)
            switch step {
            case .made, .announced: break
            case .rewrapped(let count): summary.rewrapped += count
            case .destroyed(let epoch): summary.destroyed.append(epoch)
            case .finished:
                summary.epoch = try newestEpoch
                return summary
            }
        }
    }

    private mutating func startOver() {
        position = Position()
        isPassDone = false
        ahead = nil
    }

    private mutating func announce(_ epoch: Int64) async throws -> Step {
        let (tenant, now) = (tenant, keyring.world.now())
        try await database.write { tx in
            try tx.execute(
                "UPDATE organisation_epochs SET epoch = \(epoch), changed_at = \(now) WHERE tenant = \(tenant) AND epoch < \(epoch)")
        }
        startOver()
        return .announced(epoch: epoch)
    }

    /// nil where no row is behind any more. While one batch is written, the next is read and wrapped: the two take as long.
    private mutating func rewrap(to epoch: Int64) async throws -> Int? {
        let batch: Batch
        if let ahead, ahead.epoch == epoch {
            batch = ahead
        } else {
            batch = try await self.batch(to: epoch, after: position)
        }
        ahead = nil
        guard !batch.rows.isEmpty else {
            isPassDone = true
            return nil
        }
        let (roll, tenant, rows) = (self, tenant, batch.rows)
        async let next = roll.batch(to: epoch, after: batch.end)
        let count = try await database.write { tx in try tx.execute(SubjectRows.rewrap(rows, to: epoch, in: tenant)) }
        position = batch.end
        ahead = try await next
        return count
    }

    private func batch(to epoch: Int64, after position: Position) async throws -> Batch {
        let rows = try await database.rows(
            SubjectRows.behind(epoch, of: tenant, after: position.subject, position.version, atMost: Self.rowsInBatch)
        ) { try SubjectRows.Wrapped($0) }
        let end = rows.last.map { Position(subject: $0.subject, version: $0.version) } ?? position
        return Batch(epoch: epoch, rows: rows.isEmpty ? [] : try await wrapAnew(rows, under: epoch), end: end)
    }

    private func wrapAnew(
        _ rows: [SubjectRows.Wrapped], under epoch: Int64
    ) async throws -> [SubjectRows.Fresh] {
        guard let new = try await keyring.organisations.key(of: tenant, epoch: epoch) else { throw Failure.epochKeyMissing(epoch, tenant) }
        var old: [Int64: SymmetricKey] = [:]
        for epoch in Set(rows.map(\.epoch)) {
            guard let key = try await keyring.organisations.key(of: tenant, epoch: epoch) else {
                throw Failure.epochKeyMissing(epoch, tenant)
            }
            old[epoch] = key
        }
        return try rows.map { row in
            guard let key = old[row.epoch] else { throw Failure.epochKeyMissing(row.epoch, tenant) }
            let subject = try keyring.unwrap(row, in: tenant, under: key)
            let use = KeyUse.subject(row.subject, in: tenant, version: row.version)
            return SubjectRows.Fresh(
                subject: row.subject, version: row.version,
                wrapped: try Wrapping.wrap(subject.key, under: new, for: use, nonce: SealNonce(keyring.world.random)))
        }
    }

    /// Counted anew under the lock, because another process may have changed its mind since. New rows name the newest epoch:
    /// see `SubjectRows.heldEpoch`.
    private mutating func destroy(_ old: Int64, before newest: Int64) async throws -> Step {
        let oldest: Int64?? = try await database.first(SubjectRows.oldestEpoch(of: tenant)) { try $0["epoch"] }
        if let oldest = oldest ?? nil, oldest < newest {
            // Rows came back since the pass: another process restored some. Once more from the start.
            startOver()
            guard let count = try await rewrap(to: newest) else { throw Failure.keysMoved }
            return .rewrapped(count: count)
        }
        let (keyring, tenant) = (keyring, tenant)
        try await keyring.folder.withLock { lock in try keyring.folder.destroy(tenant, epoch: old, lock) }
        keyring.organisations.forget(tenant, epoch: old)
        return .destroyed(epoch: old)
    }
}
