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

    /// Creates a record and returns it. `subject` says whose it is where the kind leaves that open; `also` writes more in the same
    /// transaction.
    ///
    /// Throws `InvalidInput`; `Failure`: `.forbidden`, `.invalid` (no or a superfluous subject; a person who is erased or was merged into
    /// another), `.notFound` for one whom nobody created, `.conflict` for one who is being erased, and what the database throws.
    /// Whatever `also` throws undoes all of it.
    package func create(
        _ kind: KindShape, _ body: [UInt8], about subject: Identifier? = nil, by standing: Standing, also: MoreWriting? = nil
    ) async throws -> Record {
        let creation = try await recordCreation(kind, body, about: subject, by: standing)
        guard also == nil else { return try await put(RecordWrite(creation), also: also) }
        try await creation.run(in: database.within(organisation: creation.change.tenant.text))
        return creation.record
    }

    /// Puts another body in the place of version `ifVersion`; `also` as with `create`.
    ///
    /// Throws as `create`; `.notFound` where there is none that the caller may read; `.conflict` where the version is another by now, or the record is deleted.
    package func update(
        _ kind: KindShape, _ id: String, _ body: [UInt8], ifVersion: Int64, by standing: Standing, also: MoreWriting? = nil
    ) async throws -> Record {
        try await put(try await revision(kind, id, body, ifVersion: ifVersion, by: standing), also: also)
    }

    /// Deletes version `ifVersion`: it leaves the lists, and can be restored. Throws as `update`.
    @discardableResult
    package func delete(
        _ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing, also: MoreWriting? = nil
    ) async throws -> Record {
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt == nil else { throw Failure.recordDeleted }
        return try await put(try await change(kind, row, nil, nil, .deleted, by: standing), also: also)
    }

    /// Brings back what version `ifVersion` deleted. Throws as `update`.
    @discardableResult
    package func restore(
        _ kind: KindShape, _ id: String, ifVersion: Int64, by standing: Standing, also: MoreWriting? = nil
    ) async throws -> Record {
        let row = try await changeable(kind, id, ifVersion: ifVersion, by: standing)
        guard row.deletedAt != nil else { throw Failure.recordNotDeleted }
        return try await put(try await change(kind, row, nil, nil, .restored, by: standing), also: also)
    }
}

extension Failure {
    static let subjectNeverChanges = Failure(
        .invalid, "subject_never_changes",
        Text(
            es: "Un registro no cambia de persona: cree otro para la persona correcta y borre este.",
            en: "A record never moves to another person: create another for the right person, and delete this one."))
}
