import Access
import Base
import Keys
import Store
import Transparency

/// Everything that is known about a person, for them to take away: each entry about them with its proof, and the body opened
/// where it is theirs. JSON lines: the first says what follows, each other one holds `proof`, a file as `docs/verify_journal.py`
/// checks it, and `body`.
package struct SubjectExport: Sendable {
    private let database: Database
    private let keyring: Keyring
    private let kinds: [KindShape]
    private let world: World

    package static let format = "zancada subject export 1"
    package static let permission: Permission = "subject.export"

    /// Entries read in one statement.
    private static let batch = 200

    package init(_ database: Database, _ keyring: Keyring, kinds: [KindShape], world: World) {
        self.database = database
        self.keyring = keyring
        self.kinds = kinds
        self.world = world
    }

    /// Gives the archive to `write`, line by line, and tells the journal. Entries that are younger than `checkpoint` are left out.
    /// Returns how many entries it has.
    ///
    /// Throws `Failure(.forbidden)` without the permission, `.notFound` where nothing is known about the person, and what `write`
    /// throws.
    package func write(
        _ subject: Identifier, by standing: Standing, checkpoint: SignedCheckpoint, to write: ([UInt8]) throws -> Void
    ) async throws -> Int {
        let tenant = try standing.organisation()
        try standing.require(Self.permission)
        guard let keys = try await keyring.keys(of: subject.text, in: tenant.text) else { throw Failure.subjectUnknown }
        let exported = try JournalEntry(.exported, "subject", about: [subject.text], by: standing, in: world)
        try await database.within(organisation: tenant.text).write { tx in try JournalWriter.append(exported, tx) }
        try write(header(subject, in: tenant, checkpoint))
        let (reader, tree) = (JournalReader(database), JournalTree(database))
        var (count, after) = (0, Int64(0))
        while true {
            let entries = try await reader.entries(about: subject.text, in: tenant.text, after: after, atMost: Self.batch)
            guard let last = entries.last else { return count }
            for entry in entries {
                guard let position = entry.position, position < checkpoint.checkpoint.size else { continue }
                let proof = try await tree.inclusionProof(of: Int(position), in: checkpoint.checkpoint.size)
                try write(try line(entry.entry, proof, checkpoint, keys))
                count += 1
            }
            after = last.number
        }
    }

    private func header(_ subject: Identifier, in tenant: Identifier, _ checkpoint: SignedCheckpoint) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.format)
            json.member("subject", subject.text)
            json.member("organisation", tenant.text)
            json.member("at", world.now())
            json.member("checkpoint", String(decoding: checkpoint.bytes, as: UTF8.self))
        }
        json.endLine()
        return json.bytes
    }

    private func line(
        _ entry: JournalEntry, _ proof: InclusionProof, _ checkpoint: SignedCheckpoint, _ keys: SubjectKeys
    ) throws -> [UInt8] {
        let metadata = entry.metadata
        let file = InclusionProofFile(
            metadata: metadata, salt: entry.salt, bodyHash: TreeHash.digest(of: entry.body),
            sealedBody: entry.body.isEmpty ? nil : entry.body, proof: proof, checkpoint: checkpoint)
        let body = try body(of: entry, keys)
        let proofJSON = try JSON.parse(file.bytes)
        var json = JSONWriter()
        json.object { json in
            json.key("proof")
            proofJSON.write(to: &json)
            json.key("body")
            (body ?? .null).write(to: &json)
        }
        json.endLine()
        return json.bytes
    }

    /// nil where there is none, or where it is sealed for somebody else.
    private func body(of entry: JournalEntry, _ keys: SubjectKeys) throws -> JSON? {
        let metadata = entry.metadata
        guard let record = metadata.record, metadata.sealingSubject == keys.newest.subject, !entry.body.isEmpty else { return nil }
        let context = EntryContext(
            tenant: metadata.tenant, kind: metadata.kind, record: record, version: Int64(metadata.version))
        do {
            let opened = try keys.open(entry.body, as: context)
            let kind = kinds.first { $0.name == metadata.kind }
            return try JSON.parse(try kind?.upgraded(opened, from: metadata.shape) ?? opened)
        } catch is SealingError {
            throw Failure.recordAltered(metadata.kind, record, version: Int64(metadata.version))
        }
    }
}

extension Failure {
    static let subjectUnknown = Failure(
        .notFound, "subject_not_found",
        Text(
            es: "No se sabe nada de esa persona en su organización, o fue borrada: revise el identificador.",
            en: "Nothing is known about that person in your organisation, or they were erased: check the id."))
}
