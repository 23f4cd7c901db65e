import Access
import Base
import Keys
import Store

/// Writes and reads records: validated, allowed, sealed, and told in the journal, in one transaction.
///
/// Nothing is decided inside the write closure but what only it can know: whether the version is still the one that was read,
/// and whether the person was not erased meanwhile.
package struct RecordStore: Sendable {
    let database: Database
    let keyring: Keyring
    let world: World
    let reads: ReadLog

    package init(database: Database, keyring: Keyring, world: World, reads: ReadLog) {
        self.database = database
        self.keyring = keyring
        self.world = world
        self.reads = reads
    }

    /// Creates a record and returns it. `subject` says whose it is where the kind leaves that open.
    ///
    /// Throws `InvalidRecord`; `Failure`: `.forbidden`, `.invalid` (no or a superfluous subject; a person who is erased or was merged into
    /// another), `.notFound` for one whom nobody created, `.conflict` for one who is being erased, and what the database throws.
    package func create(
        _ kind: KindShape, _ body: [UInt8], about subject: Identifier? = nil, by standing: Standing
    ) async throws -> Record {
        let tenant = try standing.organisation()
        let valid = try kind.validated(body)
        let id = world.id(of: Record.self).description
        let owners = try kind.owners(of: valid, id: id, given: subject)
        let facts = RecordFacts(tenant: tenant, subjects: Set(owners.people), author: standing.caller.actor)
        try await permit(kind.access.create, standing, facts, kind: kind, record: nil)
        let now = world.now()
        let keys = try await newKeys(kind, owners, id: id, in: tenant.text)
        let change = Change(id: id, version: 1, verb: .created, tenant: tenant, owners: owners, at: now)
        let write = try sealed(kind, valid.bytes, change, under: keys, by: standing)
        let creation = RecordCreation(
            kind: kind, change: change, write: write, author: standing.caller.actor,
            columns: try await columns(kind, valid.object, in: tenant))
        try await creation.run(in: database.within(organisation: tenant.text))
        let row = StoredRecord(
            id: id, tenant: tenant.text, subjects: owners.people.map(\.text), author: standing.caller.actor.text,
            shape: Int64(kind.number), version: 1, createdAt: now, updatedAt: now, deletedAt: nil, body: write.body)
        return Record(row, kind, body: valid.bytes, hidden: [])
    }

    /// Puts another body in the place of version `ifVersion`.
    ///
    /// Throws as `create`; `.notFound`; `.conflict` where the version is another by now, or the record is deleted.
    package func update(
        _ kind: KindShape, _ id: String, _ body: [UInt8], ifVersion: Int64, by standing: Standing
    ) async throws -> Record {
        let valid = try kind.validated(body)
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt == nil else { throw Failure.recordDeleted }
        if kind.subject != .given, try Set(kind.owners(of: valid, id: id, given: nil).people) != Set(kind.owners(of: row).people) {
            throw Failure.subjectNeverChanges
        }
        let columns = try await columns(kind, valid.object, in: try Identifier(row.tenant))
        return try await change(kind, row, valid.bytes, columns, .updated, by: standing)
    }

    /// Deletes version `ifVersion`: it leaves the lists, and can be restored. Throws as `update`.
    @discardableResult
    package func delete(_ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing) async throws -> Record {
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt == nil else { throw Failure.recordDeleted }
        return try await change(kind, row, nil, nil, .deleted, by: standing)
    }

    /// Brings back what version `ifVersion` deleted. Throws as `update`.
    @discardableResult
    package func restore(_ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing) async throws -> Record {
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt != nil else { throw Failure.recordNotDeleted }
        return try await change(kind, row, nil, nil, .restored, by: standing)
    }

    /// The row, where the caller may change it and it is the version they think.
    private func changeable(_ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing) async throws -> StoredRecord {
        let tenant = try standing.organisation()
        guard let row = try await row(kind, id, in: tenant) else { throw Failure.recordNotFound(kind.name) }
        try await permit(kind.access.change, standing, try facts(kind, row), kind: kind, record: row)
        guard row.version == ifVersion else { throw Failure.versionMoved(row.version) }
        return row
    }

    /// One more version: of a new body, or of the same one (opened and sealed anew, since its key is that of its version).
    private func change(
        _ kind: KindShape, _ old: StoredRecord, _ body: [UInt8]?, _ columns: FieldColumns?, _ verb: JournalVerb, by standing: Standing
    ) async throws -> Record {
        let plain: [UInt8] = if let body { body } else { try await opened(kind, old) }
        let now = world.now()
        let tenant = try Identifier(old.tenant)
        let owners = try kind.owners(of: old)
        let version = old.version + 1
        let keys = try await nextKeys(kind, owners, id: old.id, in: old.tenant)
        let change = Change(id: old.id, version: version, verb: verb, tenant: tenant, owners: owners, at: now)
        let write = try sealed(kind, plain, change, under: keys, by: standing)
        let deletedAt: Instant? = verb == .deleted ? now : nil
        try await database.within(organisation: tenant.text).write { tx in
            try write.requireKeys(tx)
            let changed = try tx.execute(
                """
                UPDATE \(name: kind.table)
                SET shape = \(Int64(kind.number)), version = \(version), updated_at = \(now), deleted_at = \(deletedAt),
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
        let row = StoredRecord(
            id: old.id, tenant: old.tenant, subjects: old.subjects, author: old.author, shape: Int64(kind.number), version: version,
            createdAt: old.createdAt, updatedAt: now, deletedAt: deletedAt, body: write.body)
        return Record(row, kind, body: plain, hidden: [])
    }

    func row(_ kind: KindShape, _ id: String, in tenant: Identifier) async throws -> StoredRecord? {
        let table = RecordTable(kind)
        return try await database.within(organisation: tenant.text).first(
            "SELECT \(table.selected(database.dialect)) FROM \(name: kind.table) WHERE id = \(id) AND tenant = \(tenant)"
        ) { try StoredRecord($0) }
    }
}

extension Failure {
    static let subjectNeverChanges = Failure(
        .invalid, "subject_never_changes",
        Text(
            es: "Un registro no cambia de persona: cree otro para la persona correcta y borre este.",
            en: "A record never moves to another person: create another for the right person, and delete this one."))
}
