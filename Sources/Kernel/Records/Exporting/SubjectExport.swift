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
    /// For what the law makes us keep of somebody who is erased, when somebody asks for it who has the right to.
    package static let keptPermission: Permission = "subject.kept"

    /// Entries read in one statement.
    private static let batch = 200

    package init(_ database: Database, _ keyring: Keyring, kinds: [KindShape], world: World) {
        self.database = database
        self.keyring = keyring
        self.kinds = kinds
        self.world = world
    }

    /// Gives the archive to `write`, line by line, and tells the journal: everything under all ids that were found to be the
    /// person's. Entries that are younger than `checkpoint` are left out. Of somebody who is erased it has the entries, and the
    /// content that the law makes us keep. Returns how many entries it has.
    ///
    /// Throws `Failure(.forbidden)` without the permission (of the erased: without `keptPermission`), `.notFound` where nothing is known about the person, and what `write`
    /// throws.
    package func write(
        _ subject: Identifier, by standing: Standing, checkpoint: SignedCheckpoint, to write: ([UInt8]) throws -> Void
    ) async throws -> Int {
        let tenant = try standing.organisation()
        try standing.require(Self.permission)
        let person = try await database.within(organisation: tenant.text).read { tx in try Person(subject, in: tenant, tx) }
        let names = person.names.map(\.text)
        if try await keyring.keys(of: names, in: tenant.text).isEmpty {
            guard try await keyring.isErased(subject.text, in: tenant.text) else { throw Failure.subjectUnknown }
            try standing.require(Self.keptPermission)
        }
        let exported = try JournalEntry(.exported, "subject", about: names, by: standing, in: world)
        try await database.within(organisation: tenant.text).write { tx in try JournalWriter.append(exported, tx) }
        try write(header(person, in: tenant, checkpoint))
        var count = 0
        for name in names { count += try await entries(about: name, in: tenant.text, checkpoint, to: write) }
        return count
    }

    private func entries(
        about name: String, in tenant: String, _ checkpoint: SignedCheckpoint, to write: ([UInt8]) throws -> Void
    ) async throws -> Int {
        let (reader, tree) = (JournalReader(database), JournalTree(database))
        var (count, after) = (0, Int64(0))
        while true {
            let entries = try await reader.entries(about: name, in: tenant, after: after, atMost: Self.batch)
            guard let last = entries.last else { return count }
            for entry in entries {
                guard let position = entry.position, position < checkpoint.checkpoint.size else { continue }
                let proof = try await tree.inclusionProof(of: Int(position), in: checkpoint.checkpoint.size)
                try write(try await line(entry.entry, proof, checkpoint))
                count += 1
            }
            after = last.number
        }
    }

    private func header(_ person: Person, in tenant: Identifier, _ checkpoint: SignedCheckpoint) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.format)
            json.member("subject", person.id.text)
            json.member("aliases", array: { json in for alias in person.aliases { json.string(alias.text) } })
            json.member("organisation", tenant.text)
            json.member("at", world.now())
            json.member("checkpoint", String(decoding: checkpoint.bytes, as: UTF8.self))
        }
        json.endLine()
        return json.bytes
    }

    private func line(_ entry: JournalEntry, _ proof: InclusionProof, _ checkpoint: SignedCheckpoint) async throws -> [UInt8] {
        let metadata = entry.metadata
        let file = InclusionProofFile(
            metadata: metadata, salt: entry.salt, bodyHash: TreeHash.digest(of: entry.body),
            sealedBody: entry.body.isEmpty ? nil : entry.body, proof: proof, checkpoint: checkpoint)
        let body = try await body(of: entry)
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

    /// nil where there is none, or nothing opens it any more.
    private func body(of entry: JournalEntry) async throws -> JSON? {
        let metadata = entry.metadata
        guard let record = metadata.record, !entry.body.isEmpty, let keys = try await keyring.openingKeys(metadata) else { return nil }
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
