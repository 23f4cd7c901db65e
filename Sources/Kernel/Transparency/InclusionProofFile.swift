import Base

/// All that an outsider needs to check that one entry stands in the journal: JSON, made by `journal prove`, and checked by
/// `docs/verify_journal.py` without any code of ours.
///
/// Hashes, salt and a disclosed key are hexadecimal, the sealed body is base64, the checkpoint is its text. Identifiers and
/// verbs stand in clear, content does not.
package struct InclusionProofFile: Sendable, Hashable {
    package static let format = "zancada inclusion proof 1"
    package static let mostBytes = 64 << 20
    package static let mostSubjects = 100_000

    package let metadata: EntryMetadata
    package let salt: LeafSalt
    /// SHA-256 of the sealed body, or of nothing where there is none.
    package let bodyHash: TreeHash
    /// The sealed body, where it is handed on; its hash is enough for the proof.
    package let sealedBody: [UInt8]?
    /// The key that opens this one body, 32 bytes, where it is disclosed. The proof does not depend on it.
    package let entryKey: [UInt8]?
    package let proof: InclusionProof
    /// A state of the journal that has the entry.
    package let checkpoint: SignedCheckpoint

    package init(
        metadata: EntryMetadata, salt: LeafSalt, bodyHash: TreeHash, sealedBody: [UInt8]? = nil, entryKey: [UInt8]? = nil,
        proof: InclusionProof, checkpoint: SignedCheckpoint
    ) {
        self.metadata = metadata
        self.salt = salt
        self.bodyHash = bodyHash
        self.sealedBody = sealedBody
        self.entryKey = entryKey
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Reads the file, strictly, and believes nothing yet. Throws `.proofFileMalformed` and `.checkpointMalformed`.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostBytes, depth: 3)) else {
            throw Failure.proofFileMalformed("")
        }
        let names: Set = [
            "format", "entry", "salt", "body_sha256", "sealed_body", "entry_key", "index", "size", "hashes", "checkpoint",
        ]
        let file = try ProofFields(json, at: "", names: names)
        try file.checkFormat(Self.format)
        metadata = try EntryMetadata(file)
        guard let salt = Hexadecimal.read(try file.text("salt").utf8).flatMap(LeafSalt.init(bytes:)) else {
            throw file.malformed("salt")
        }
        self.salt = salt
        bodyHash = try file.hash("body_sha256")
        sealedBody = try file.optionalBytes("sealed_body")
        if let key = try file.optionalText("entry_key") {
            guard let bytes = Hexadecimal.read(key.utf8), bytes.count == 32 else { throw file.malformed("entry_key") }
            entryKey = bytes
        } else {
            entryKey = nil
        }
        let size = try file.integer("size", in: 1...MerkleTree.mostLeaves)
        let index = try file.integer("index", in: 0...(size - 1))
        proof = InclusionProof(index: index, size: size, hashes: try file.hashes("hashes"))
        checkpoint = try file.checkpoint("checkpoint")
    }

    /// Pretty JSON with a newline at its end.
    package var bytes: [UInt8] {
        var json = JSONWriter(layout: .pretty, reservingBytes: 4_096 + (sealedBody?.count ?? 0) * 4 / 3)
        json.object { json in
            json.member("format", Self.format)
            json.member("entry", object: metadata.write)
            json.member("salt", Hexadecimal.string(salt.bytes))
            json.member("body_sha256", bodyHash.hexadecimal)
            if let sealedBody { json.member("sealed_body", Base64.string(sealedBody)) }
            if let entryKey { json.member("entry_key", Hexadecimal.string(entryKey)) }
            json.member("index", proof.index)
            json.member("size", proof.size)
            json.member("hashes", array: { json in for hash in proof.hashes { json.string(hash.hexadecimal) } })
            json.member("checkpoint", String(decoding: checkpoint.bytes, as: UTF8.self))
        }
        json.endLine()
        return json.bytes
    }

    /// Throws `.proofOfOtherBody`, `.proofWrong`, and what `SignedCheckpoint.verify` throws, unless the entry stands in the
    /// journal of that installation.
    package func verify(origin: String, keys: [NoteVerifier]) throws(Failure) {
        try checkpoint.verify(origin: origin, keys: keys)
        if let sealedBody, TreeHash.digest(of: sealedBody) != bodyHash { throw Failure.proofOfOtherBody }
        guard proof.size == checkpoint.checkpoint.size else { throw Failure.proofWrong }
        let leaf = LeafEntry(salt: salt, metadataHash: metadata.digest, bodyHash: bodyHash)
        do {
            try proof.verify(leaf: leaf.hash, root: checkpoint.checkpoint.root)
        } catch {
            throw Failure.proofWrong
        }
    }
}

extension EntryMetadata {
    fileprivate init(_ file: ProofFields) throws(Failure) {
        let names: Set = [
            "entry", "tenant", "microseconds", "actor", "on_behalf_of", "verb", "kind", "record", "version", "shape",
            "sealing_subject", "subjects",
        ]
        let fields = try file.fields("entry", names: names)
        let subjects = try fields.texts("subjects", atMost: InclusionProofFile.mostSubjects)
        self.init(
            entry: try fields.text("entry"), tenant: try fields.text("tenant"),
            time: Instant(
                microseconds: Int64(
                    try fields.integer(
                        "microseconds", in: Int(Instant.earliest.microseconds)...Int(Instant.latest.microseconds)))),
            actor: try fields.text("actor"), onBehalfOf: try fields.optionalText("on_behalf_of"), verb: try fields.text("verb"),
            kind: try fields.text("kind"), record: try fields.optionalText("record"),
            version: try fields.integer("version", in: .min ... .max), shape: try fields.integer("shape", in: .min ... .max),
            sealingSubject: try fields.optionalText("sealing_subject"), subjects: subjects)
        // One order, so that a file says one thing only.
        guard zip(self.subjects, subjects).allSatisfy({ $0.utf8.elementsEqual($1.utf8) }), self.subjects.count == subjects.count
        else { throw fields.malformed("subjects") }
    }

    /// The members of a proof file's `entry`, and of an export's.
    package func write(_ json: inout JSONWriter) {
        json.member("entry", entry)
        json.member("tenant", tenant)
        json.member("microseconds", Int(time.microseconds))
        json.member("actor", actor)
        json.member("on_behalf_of", onBehalfOf)
        json.member("verb", verb)
        json.member("kind", kind)
        json.member("record", record)
        json.member("version", version)
        json.member("shape", shape)
        json.member("sealing_subject", sealingSubject)
        json.member("subjects", array: { json in for subject in subjects { json.string(subject) } })
    }
}
