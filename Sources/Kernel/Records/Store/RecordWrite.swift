import Access
import Base
import Store

/// What a caller writes besides, in the transaction of a record's change: an event, a row of a table of its own. Pure, as any write
/// closure.
package typealias MoreWriting = @Sendable (borrowing Transaction) throws -> Void

/// A change of a record, made ready: validated, allowed, sealed, with the entry that tells of it. So that several, and whatever
/// else belongs to them, can go into one transaction:
///
/// ```swift
/// let first = try await store.creation(kind, body, by: standing)
/// let second = try await store.revision(kind, id, other, ifVersion: 3, by: standing)
/// try await database.within(organisation: tenant).write { tx in
///     for write in [first, second] { try write.put(tx) }
/// }
/// ```
package struct RecordWrite: Sendable {
    /// The record as it will stand.
    package let record: Record
    /// Puts it down, in a transaction of the record's organisation. Throws `Failure(.conflict)` where the version is another by now or
    /// whoever it is about was erased meanwhile.
    package let put: MoreWriting

    init(_ record: Record, put: @escaping MoreWriting) {
        self.record = record
        self.put = put
    }

    init(_ creation: RecordCreation) {
        self.init(creation.record) { tx in try creation.put(tx) }
    }

    /// The same with more that belongs to it, written after it in its transaction.
    package func and(_ more: @escaping MoreWriting) -> RecordWrite {
        RecordWrite(record) { [put] tx in
            try put(tx)
            try more(tx)
        }
    }
}

extension RecordStore {
    /// A record to be created. Throws as `create`.
    package func creation(
        _ kind: KindShape, _ body: [UInt8], about subject: Identifier? = nil, by standing: Standing
    ) async throws -> RecordWrite {
        RecordWrite(try await recordCreation(kind, body, about: subject, by: standing))
    }

    /// Another body for version `ifVersion`. Throws as `update`.
    package func revision(
        _ kind: KindShape, _ id: String, _ body: [UInt8], ifVersion: Int64, by standing: Standing
    ) async throws -> RecordWrite {
        let valid = try kind.validated(body)
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt == nil else { throw Failure.recordDeleted }
        if kind.subject != .given, try Set(kind.owners(of: valid, id: id, given: nil).people) != Set(kind.owners(of: row).people) {
            throw Failure.subjectNeverChanges
        }
        let columns = try await columns(kind, valid.object, in: try Identifier(row.tenant))
        return try await change(kind, row, valid, columns, .updated, by: standing)
    }

    func put(_ write: RecordWrite, also: MoreWriting?) async throws -> Record {
        try await database.within(organisation: write.record.tenant).write { tx in
            try write.put(tx)
            try also?(tx)
        }
        return write.record
    }

    func recordCreation(_ kind: KindShape, _ body: [UInt8], about subject: Identifier?, by standing: Standing) async throws
        -> RecordCreation
    {
        let tenant = try standing.organisation()
        let valid = try kind.validated(body)
        let id = world.id(of: Record.self).description
        let owners = try kind.owners(of: valid, id: id, given: subject)
        let facts = RecordFacts(tenant: tenant, subjects: Set(owners.people), author: standing.caller.actor)
        try await permitCreation(kind, facts, by: standing)
        let now = world.now()
        let keys = try await newKeys(kind, owners, id: id, in: tenant.text)
        let change = Change(id: id, version: 1, verb: .created, tenant: tenant, owners: owners, at: now)
        let write = try sealed(kind, valid.bytes, change, under: keys, by: standing)
        return RecordCreation(
            kind: kind, change: change, valid: valid, write: write, author: standing.caller.actor,
            columns: try await columns(kind, valid.object, in: tenant))
    }

    /// The row, where the caller may change it and it is the version they think.
    func changeable(_ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing) async throws -> StoredRecord {
        let (row, _) = try await row(kind, id, allowedBy: kind.access.change, by: standing)
        guard row.version == ifVersion else { throw Failure.versionMoved(row.version) }
        return row
    }

    /// One more version: of a new body, or of the same one (opened and sealed anew, since its key is that of its version).
    func change(
        _ kind: KindShape, _ old: StoredRecord, _ body: ValidRecord?, _ columns: FieldColumns?, _ verb: JournalVerb, by standing: Standing
    ) async throws -> RecordWrite {
        let plain: [UInt8] = if let body { body.bytes } else { try await opened(kind, old) }
        let now = world.now()
        let tenant = try Identifier(old.tenant)
        let owners = try kind.owners(of: old)
        let version = old.version + 1
        let keys = try await nextKeys(kind, owners, id: old.id, in: old.tenant)
        let change = Change(id: old.id, version: version, verb: verb, tenant: tenant, owners: owners, at: now)
        let write = try sealed(kind, plain, change, under: keys, by: standing)
        let row = StoredRecord(
            id: old.id, tenant: old.tenant, subjects: old.subjects, author: old.author, shape: Int64(kind.number), version: version,
            createdAt: old.createdAt, updatedAt: now, deletedAt: verb == .deleted ? now : nil, body: write.body)
        return RecordWrite(Record(row, kind, body: plain, hidden: [])) { tx in
            try write.requireKeys(tx)
            try kind.requireGuards(GuardedChange(verb: verb, id: old.id, tenant: tenant, body: body?.object), tx)
            let changed = try tx.execute(
                """
                UPDATE \(name: kind.table)
                SET shape = \(row.shape), version = \(version), updated_at = \(now), deleted_at = \(row.deletedAt),
                body = \(write.body)\(columns?.assignments ?? "")
                WHERE id = \(old.id) AND tenant = \(tenant) AND version = \(old.version)
                """)
            guard changed == 1 else {
                let version: Int64? = try tx.first("SELECT version FROM \(name: kind.table) WHERE id = \(old.id) AND tenant = \(tenant)") {
                    try $0["version"]
                }
                throw version.map { Failure.versionMoved($0) } ?? Failure.recordNotFound(kind.name)
            }
            try JournalWriter.append(write.entry, tx)
        }
    }
}
