import Base
import Store

/// Erases subjects: their keys go from the tables, and once the epochs that wrapped them are gone, nothing opens what they
/// sealed. The ledger is written before and after each step, so a crash between any two is taken up again by `resume`.
package struct Erasures: Sendable {
    /// What goes once the keys are gone, in a transaction of its own: the rows of state. By then no writer is left that could
    /// add one. It is run again after a crash and after a restore, so it must bear that.
    package typealias Removal = @Sendable (_ subject: String, _ tenant: String, _ tx: borrowing Transaction) throws -> Void

    private let keyring: Keyring
    package let ledger: ErasureLedger
    private let remove: Removal

    package init(_ keyring: Keyring, removing remove: @escaping Removal = { _, _, _ in }) {
        self.keyring = keyring
        ledger = ErasureLedger(in: keyring.folder)
        self.remove = remove
    }

    /// Erases a subject. When it returns, no table holds the keys and this process has forgotten them; the erasure is complete
    /// once `complete` says so, which takes a roll of the organisation's epoch. Safe to repeat.
    package func erase(_ subject: String, in tenant: String) async throws { try await erase([subject], in: tenant) }

    /// The same for several, who are all in the ledger before the first is erased: after a crash none is forgotten.
    package func erase(_ subjects: [String], in tenant: String) async throws {
        guard subjects.allSatisfy(KeyFolder.isName) else { throw Failure.subjectNameInvalid }
        for subject in subjects { try await enter(.pending, subject, in: tenant, epoch: 0) }
        for subject in subjects { try await destroy(subject, in: tenant) }
    }

    /// Takes up what broke off. Returns how many subjects that were.
    @discardableResult
    package func resume() async throws -> Int {
        let pending = try ledger.standings().filter { $0.state == .pending }
        for entry in pending { try await destroy(entry.subject, in: entry.tenant) }
        return pending.count
    }

    /// Holds the database against the ledger after a restore, before anything opens: whoever was erased is erased again. Cost:
    /// one transaction a subject. Returns how many subjects the ledger names.
    @discardableResult
    package func reapply() async throws -> Int {
        keyring.forgetAll()
        let standings = try ledger.standings()
        for entry in standings {
            if entry.state == .pending {
                try await destroy(entry.subject, in: entry.tenant)
            } else {
                // The rows that came back are wrapped under epochs up to the entry's, like every copy.
                try await removeRows(entry.subject, in: entry.tenant)
            }
        }
        return standings.count
    }

    /// Organisations with erasures whose epochs are gone and which are not entered as complete: a crash came between. Cost: reads
    /// the ledger, 3 µs a line.
    package func completable() throws -> [String] {
        let destroyed = try ledger.standings().filter { $0.state == .destroyed }
        return try Set(destroyed.map(\.tenant)).sorted().filter { tenant in
            guard let oldest = try keyring.folder.epochs(of: tenant).first else { return false }
            return destroyed.contains { $0.tenant == tenant && $0.epoch < oldest }
        }
    }

    /// Enters as complete every erasure of the organisation whose epochs are gone. To be called after a roll. Returns the
    /// subjects. `telling` is given them, if there are any, before they are entered: a crash in between tells them once more,
    /// and never leaves one untold.
    @discardableResult
    package func complete(
        in tenant: String, telling: ([String]) async throws -> Void = { _ in }
    ) async throws -> [String] {
        try await keyring.folder.withLock { lock in
            // An epoch that lost its name to a crash still has its bytes.
            try keyring.folder.sweep(tenant, lock)
            guard let oldest = try keyring.folder.epochs(of: tenant).first else { return [] }
            let done = try ledger.standings().filter { $0.tenant == tenant && $0.state == .destroyed && $0.epoch < oldest }
            if !done.isEmpty { try await telling(done.map(\.subject)) }
            for epoch in Set(done.map(\.epoch)).sorted() {
                let subjects = done.filter { $0.epoch == epoch }.map(\.subject)
                try ledger.append(.complete, subjects, in: tenant, epoch: epoch, at: keyring.world.now(), lock)
            }
            return done.map(\.subject)
        }
    }

    private func destroy(_ subject: String, in tenant: String) async throws {
        try await removeRows(subject, in: tenant)
        // Read after the rows are gone: what a later epoch wraps is read from the rows, and holds these keys no more.
        let epoch = try keyring.folder.epochs(of: tenant).last ?? 0
        try await enter(.destroyed, subject, in: tenant, epoch: epoch)
    }

    private func removeRows(_ subject: String, in tenant: String) async throws {
        let (now, remove) = (keyring.world.now(), remove)
        let database = keyring.database.within(organisation: tenant)
        // Three transactions, because each sees only what was there when it began. After the first no key is made; so the
        // second sees every key, and waits for writers who were told that theirs stands; so the third sees every record.
        try await database.write { tx in try SubjectRows.markErased(subject, in: tenant, at: now, tx) }
        try await database.write { tx in
            try tx.execute("DELETE FROM subject_keys WHERE tenant = \(tenant) AND subject = \(subject)")
        }
        keyring.forget(subject, in: tenant)
        try await database.write { tx in try remove(subject, tenant, tx) }
    }

    /// Nothing where the subject stands there already or further.
    private func enter(_ state: ErasureEntry.State, _ subject: String, in tenant: String, epoch: Int64) async throws {
        try await keyring.folder.withLock { lock in
            let standing = try ledger.standings().last { $0.tenant == tenant && $0.subject == subject }
            let isThere =
                switch (standing?.state, state) {
                case (nil, _), (.pending, .destroyed): false
                default: true
                }
            if isThere { return }
            try ledger.append(state, [subject], in: tenant, epoch: epoch, at: keyring.world.now(), lock)
        }
    }
}
