import Base
import Foundation
import Testing
import Transparency

/// Inclusion proofs before sigstore's own code for Rekor's log (PyPI `sigstore`, `_internal/merkle.py`, taken out of the wheel by
/// scripts/bootstrap). It asks for one error class and an object with the proof's members, which are made up here.
@Suite("Sigstore's verifier")
struct SigstoreTests {
    private static let code = """
        import json, sys, types
        errors = types.ModuleType("sigstore.errors")
        class VerificationError(Exception): pass
        errors.VerificationError = VerificationError
        sys.modules["sigstore"], sys.modules["sigstore.errors"] = types.ModuleType("sigstore"), errors
        sys.path.insert(0, sys.argv[1])
        from sigstore_merkle import verify_merkle_inclusion
        for each in json.load(open(sys.argv[2])):
            proof = types.SimpleNamespace(log_index=each["index"], tree_size=each["size"], root_hash=bytes.fromhex(each["root"]),
                hashes=[bytes.fromhex(hash) for hash in each["hashes"]])
            inner = types.SimpleNamespace(inclusion_proof=proof, canonicalized_body=bytes.fromhex(each["entry"]))
            try: print(verify_merkle_inclusion(types.SimpleNamespace(_inner=inner)) is None)
            except VerificationError: print(False)
        """

    @Test("accepts our inclusion proofs, and refuses them altered")
    func inclusion() throws {
        try #require(
            FileManager.default.fileExists(atPath: Python.peers.appending(path: "sigstore_merkle.py").path),
            "run scripts/bootstrap --only peers")
        let tree = try SampleTree(70_000)
        var random = FixedWorld(seed: 4).world.random
        var places = [(0, 1), (0, 2), (1, 2), (6, 7), (255, 256), (256, 257), (69_999, 70_000), (65_536, 65_537)]
        for _ in 0..<200 {
            let size = Int.random(in: 1...70_000, using: &random)
            places.append((Int.random(in: 0..<size, using: &random), size))
        }
        let proofs = try places.map { index, size in
            (try MerkleTree.inclusionProof(of: index, in: size, tree.tiles.read), try MerkleTree.root(at: size, tree.tiles.read))
        }
        var json = JSONWriter()
        json.array { json in
            for (proof, root) in proofs {
                write(proof, proof.index, root, to: &json)
                write(proof, proof.index, root.flipping(bit: 5), to: &json)
                write(proof, proof.index + 1, root, to: &json)
            }
        }
        let expected = proofs.flatMap { _ in ["True", "False", "False"] }
        let folder = try Folder()
        let file = try folder.write("proofs.json", json.bytes)
        let (lines, status) = try Python.run(["-B", "-c", Self.code, Python.peers.path, file])
        #expect(status == 0)
        #expect(lines == expected)
    }

    /// The leaf is what `SampleTree` hashed for `entry`.
    private func write(_ proof: InclusionProof, _ entry: Int, _ root: TreeHash, to json: inout JSONWriter) {
        json.object { json in
            json.member("index", proof.index)
            json.member("size", proof.size)
            json.member("root", root.hexadecimal)
            json.member("entry", Hexadecimal.string(Array(String(entry).utf8)))
            json.member("hashes", array: { json in for hash in proof.hashes { json.string(hash.hexadecimal) } })
        }
    }
}
