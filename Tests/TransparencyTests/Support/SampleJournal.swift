import Base
import Testing
import Transparency

/// A journal of entries about a few people, signed, as an installation would keep it.
struct SampleJournal {
    let world = FixedWorld(seed: 5).world
    let origin: String
    let signer: NoteSigner
    private(set) var entries: [(metadata: EntryMetadata, salt: LeafSalt, sealedBody: [UInt8])] = []
    private(set) var frontier = TreeFrontier()
    private(set) var tiles = TilesInMemory()

    init(_ count: Int, installation: String = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", seed: UInt8 = 1) throws {
        origin = Checkpoint.origin(ofInstallation: installation)
        let name = try #require(NoteKeyName(origin))
        signer = try NoteSigner(name: name, seed: Secret([UInt8](repeating: seed, count: 32)))
        try grow(by: count)
    }

    /// `salting` gives other entries in the same places.
    mutating func grow(by count: Int, salting: UInt8 = 0) throws {
        for number in entries.count..<(entries.count + count) {
            let people = (0..<(number % 4)).map { _ in world.id(of: SampleJournal.self).description }
            let metadata = EntryMetadata(
                entry: world.id(of: SampleJournal.self).description, tenant: world.id(of: SampleJournal.self).description,
                time: Instant(microseconds: 1_767_225_600_000_000 + Int64(number)), actor: "actor-ñ-\(number)",
                onBehalfOf: number % 3 == 0 ? "" : nil, verb: "created", kind: "note",
                record: number % 5 == 0 ? nil : world.id(of: SampleJournal.self).description, version: number, shape: 1,
                sealingSubject: people.first, subjects: people)
            let salt = LeafSalt(world.random)
            let body = number % 7 == 0 ? [] : world.random.bytes(number % 100 + 1) + [salting]
            entries.append((metadata, salt, body))
            tiles.write(try frontier.append([LeafEntry(salt: salt, metadata: metadata, sealedBody: body).hash]))
        }
    }

    var keys: [NoteVerifier] { [signer.verifier] }

    func checkpoint(at size: Int, signedBy signers: [NoteSigner]? = nil) throws -> SignedCheckpoint {
        let root = try MerkleTree.root(at: size, tiles.read)
        return try SignedCheckpoint(Checkpoint(origin: origin, size: size, root: root), signedBy: signers ?? [signer])
    }

    func proof(from older: Int, to newer: Int) throws -> ConsistencyProof {
        try MerkleTree.consistencyProof(from: older, to: newer, tiles.read)
    }

    func inclusionFile(of index: Int, at size: Int, withBody: Bool = true, entryKey: [UInt8]? = nil) throws -> InclusionProofFile {
        let (metadata, salt, body) = entries[index]
        return InclusionProofFile(
            metadata: metadata, salt: salt, bodyHash: TreeHash.digest(of: body), sealedBody: withBody ? body : nil,
            entryKey: entryKey, proof: try MerkleTree.inclusionProof(of: index, in: size, tiles.read),
            checkpoint: try checkpoint(at: size))
    }

    func consistencyFile(from older: Int, to newer: Int) throws -> ConsistencyProofFile {
        ConsistencyProofFile(
            older: try checkpoint(at: older), newer: try checkpoint(at: newer), hashes: try proof(from: older, to: newer).hashes)
    }
}
