import Base
import Transparency

extension FuzzTarget {
    static let checkpoint = FuzzTarget(
        "checkpoint",
        corpus: sampleTexts.checkpoints + [
            "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n",
            "a\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n\n— a AAAAAAA=\n— ñ AAAAAAAA\n",
        ]
    ) { input in
        let bytes = Array(input)
        guard let note = try? SignedNote(bytes) else {
            require((try? SignedCheckpoint(bytes)) == nil, "a checkpoint is a note")
            return
        }
        require(note.bytes == bytes, "a note has one text")
        require(note.text.last == UInt8(ascii: "\n") && !note.signatures.isEmpty, "a note has a text and signatures")
        guard let signed = try? SignedCheckpoint(bytes) else { return }
        require(signed.checkpoint.text == note.text && signed.bytes == bytes, "a checkpoint has one text")
        require((0...MerkleTree.mostLeaves).contains(signed.checkpoint.size), "a size within its range")
        let isSample = sampleTexts.checkpoints.contains { $0.utf8.starts(with: note.text) }
        let isVerified = (try? signed.verify(origin: signed.checkpoint.origin, keys: sampleTexts.keys)) != nil
        require(isSample || !isVerified, "what was not signed does not verify")
    }

    static let noteKey = FuzzTarget(
        "note-key",
        corpus: sampleTexts.keys.map(\.text) + ["sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "a++b"]
    ) { input in
        let text = input.text
        if let key = try? NoteVerifier(text) { require(key.text == text && key.publicKey.count == 32, "a key has one text") }
        if let key = try? NoteSigner(Secret(text)) { require(key.text == Secret(text), "a key has one text") }
    }

    static let inclusionProof = FuzzTarget("inclusion-proof", corpus: sampleTexts.inclusionProofs) { input in
        guard let file = try? InclusionProofFile(Array(input)) else { return }
        require(file.proof.hashes.count <= MerkleTree.mostProofHashes, "limit of hashes")
        require((try? InclusionProofFile(file.bytes)) == file, "written and read again it is the same")
        guard (try? file.verify(origin: file.checkpoint.checkpoint.origin, keys: sampleTexts.keys)) != nil else { return }
        require(sampleTexts.leaves.contains { $0.metadata == file.metadata && $0.salt == file.salt }, "nothing else is proved")
    }

    static let consistencyProof = FuzzTarget("consistency-proof", corpus: sampleTexts.consistencyProofs) { input in
        guard let file = try? ConsistencyProofFile(Array(input)) else { return }
        require((try? ConsistencyProofFile(file.bytes)) == file, "written and read again it is the same")
        guard (try? file.verify(origin: file.older.checkpoint.origin, keys: sampleTexts.keys)) != nil else { return }
        require(file.older.checkpoint.size <= file.newer.checkpoint.size, "nothing else is proved")
    }

    private static let sampleTexts = SampleTexts()
}

/// A small signed journal, and its files.
private struct SampleTexts: Sendable {
    var keys: [NoteVerifier] = []
    var leaves: [(metadata: EntryMetadata, salt: LeafSalt)] = []
    var checkpoints: [String] = []
    var inclusionProofs: [String] = []
    var consistencyProofs: [String] = []

    init() {
        do {
            try write()
        } catch {
            fatalError("the samples cannot be made: \(error)")
        }
    }

    private mutating func write() throws {
        let origin = "zancada/017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        guard let name = NoteKeyName(origin) else { return }
        let signer = try NoteSigner(name: name, seed: Secret([UInt8](repeating: 3, count: 32)))
        let world = FixedWorld(seed: 1).world
        keys = [signer.verifier]
        var frontier = TreeFrontier()
        var tiles = TilesInMemory()
        for number in 0..<7 {
            let metadata = EntryMetadata(
                entry: "entry-\(number)", tenant: "t", time: Instant(microseconds: Int64(number)), actor: "a", verb: "created",
                kind: "note", record: "r", version: number, shape: 1, subjects: ["b", "a"])
            let salt = LeafSalt(world.random)
            leaves.append((metadata, salt))
            tiles.write(try frontier.append([LeafEntry(salt: salt, metadata: metadata, sealedBody: [1, 2]).hash]))
        }
        let signed = try (0...7).map { size in
            try SignedCheckpoint(
                Checkpoint(origin: origin, size: size, root: try MerkleTree.root(at: size, tiles.read)), signedBy: [signer])
        }
        checkpoints = signed.map { String(decoding: $0.bytes, as: UTF8.self) }
        for (index, size) in [(0, 1), (3, 7), (6, 7)] {
            let file = InclusionProofFile(
                metadata: leaves[index].metadata, salt: leaves[index].salt, bodyHash: TreeHash.digest(of: [1, 2]),
                sealedBody: index == 3 ? [1, 2] : nil, entryKey: index == 6 ? [UInt8](repeating: 1, count: 32) : nil,
                proof: try MerkleTree.inclusionProof(of: index, in: size, tiles.read), checkpoint: signed[size])
            inclusionProofs.append(String(decoding: file.bytes, as: UTF8.self))
        }
        for (older, newer) in [(1, 7), (3, 7), (4, 6)] {
            let proof = try MerkleTree.consistencyProof(from: older, to: newer, tiles.read)
            let file = ConsistencyProofFile(older: signed[older], newer: signed[newer], hashes: proof.hashes)
            consistencyProofs.append(String(decoding: file.bytes, as: UTF8.self))
        }
    }
}
