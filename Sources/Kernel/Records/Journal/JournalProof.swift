import Access
import Base
import Keys
import Store
import Transparency

/// Makes proofs that outsiders check without us.
package struct JournalProof: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let world: World

    /// To hand out the key of an entry.
    package static let disclosePermission: Permission = "journal.disclose"

    package init(_ database: Database, _ keyring: Keyring, world: World) {
        self.database = database
        self.keyring = keyring
        self.world = world
    }

    /// That a version of a record (the last one without a number) stands in the journal as `checkpoint` signs it. Disclosing adds
    /// the sealed body and the key that opens it, and it alone.
    ///
    /// Disclosing is told in the journal, before it is done. Throws `Failure`: `.forbidden` to disclose without the permission,
    /// `.notFound` for a record or version that was never written, `.invalid` where the person is erased and a key is asked for,
    /// `.unavailable` where the entry is younger than the checkpoint.
    package func file(
        for record: String, version: Int?, by standing: Standing, checkpoint: SignedCheckpoint, disclosing: Bool
    ) async throws -> InclusionProofFile {
        let tenant = try standing.organisation().text
        if disclosing { try standing.require(Self.disclosePermission) }
        let after = Int64(version ?? 1) - 1
        let versions = try await JournalReader(database).history(of: record, in: tenant, after: after)
        guard let found = version == nil ? versions.last : versions.first(where: { $0.entry.metadata.version == version }) else {
            throw Failure.recordNotFound("journal")
        }
        guard let position = found.position, position < checkpoint.checkpoint.size else { throw Failure.entryTooYoung }
        let entry = found.entry
        let proof = try await JournalTree(database).inclusionProof(of: Int(position), in: checkpoint.checkpoint.size)
        var key: [UInt8]?
        if disclosing {
            let context = EntryContext(
                tenant: tenant, kind: entry.metadata.kind, record: record, version: Int64(entry.metadata.version))
            guard let keys = try await keyring.openingKeys(entry.metadata),
                let sealing = keys.versions.first(where: { $0.version == entry.keyVersion })
            else { throw Failure.keyGone }
            key = sealing.entryKey(context).exposedBytes
            let told = try JournalEntry(
                .exported, entry.metadata.kind, record: record, version: entry.metadata.version, about: entry.metadata.subjects,
                by: standing, in: world)
            try await database.within(organisation: tenant).write { tx in try JournalWriter.append(told, tx) }
        }
        return InclusionProofFile(
            metadata: entry.metadata, salt: entry.salt, bodyHash: TreeHash.digest(of: entry.body),
            sealedBody: disclosing ? entry.body : nil, entryKey: key, proof: proof, checkpoint: checkpoint)
    }
}

extension JournalProof {
    /// That an event about a version of a record stands in the journal as `checkpoint` signs it, with its sealed body and the key that opens
    /// it, and it alone. For the feature that told the event and hands on what it holds: the journal is told nothing.
    ///
    /// Throws `Failure`: `.notFound` for an event that was never told, `.invalid` where the person is erased, `.unavailable,
    /// "entry_too_young"` where the entry is younger than the checkpoint.
    package func file(
        ofEvent name: String, about record: String, version: Int64, in tenant: Identifier, checkpoint: SignedCheckpoint
    ) async throws -> InclusionProofFile {
        guard let found = try await JournalReader(database).event(name, about: record, version: version, in: tenant.text) else {
            throw Failure.recordNotFound("journal")
        }
        guard let position = found.position, position < checkpoint.checkpoint.size else { throw Failure.entryTooYoung }
        let entry = found.entry
        guard let keys = try await keyring.openingKeys(entry.metadata),
            let sealing = keys.versions.first(where: { $0.version == entry.keyVersion })
        else { throw Failure.keyGone }
        let context = EntryContext(tenant: tenant.text, kind: entry.metadata.kind, record: record, version: version)
        return InclusionProofFile(
            metadata: entry.metadata, salt: entry.salt, bodyHash: TreeHash.digest(of: entry.body), sealedBody: entry.body,
            entryKey: sealing.entryKey(context).exposedBytes,
            proof: try await JournalTree(database).inclusionProof(of: Int(position), in: checkpoint.checkpoint.size),
            checkpoint: checkpoint)
    }
}

extension Failure {
    static let entryTooYoung = Failure(
        .unavailable, "entry_too_young",
        Text(
            es: "La entrada es posterior al punto de control: firme otro y repita.",
            en: "The entry is younger than the checkpoint: sign another, and repeat."))

    static let keyGone = Failure(
        .invalid, "key_gone",
        Text(
            es: "La persona fue borrada: la entrada está, pero nada la abre ya.",
            en: "The person was erased: the entry is there, but nothing opens it any more."))
}
