import Base
import Testing
import Transparency

@Suite("Tampered proofs")
struct ProofTests {
    @Test("an inclusion proof with any bit changed, a hash more or less, or for another place proves nothing")
    func inclusion() throws {
        let tree = try SampleTree(300)
        for (index, size) in [(0, 300), (299, 300), (130, 257), (7, 8), (256, 257)] {
            let root = try MerkleTree.root(at: size, tree.tiles.read)
            let leaf = tree.leaves[index]
            let proof = try MerkleTree.inclusionProof(of: index, in: size, tree.tiles.read)
            try proof.verify(leaf: leaf, root: root)
            for place in proof.hashes.indices {
                for bit in 0..<256 {
                    var hashes = proof.hashes
                    hashes[place] = hashes[place].flipping(bit: bit)
                    #expect(throws: ProofFault.wrongRoot) {
                        try InclusionProof(index: index, size: size, hashes: hashes).verify(leaf: leaf, root: root)
                    }
                }
                var shorter = proof.hashes
                shorter.remove(at: place)
                #expect(throws: ProofFault.self) {
                    try InclusionProof(index: index, size: size, hashes: shorter).verify(leaf: leaf, root: root)
                }
            }
            for longer in [proof.hashes + [leaf], [leaf] + proof.hashes] {
                #expect(throws: ProofFault.self) {
                    try InclusionProof(index: index, size: size, hashes: longer).verify(leaf: leaf, root: root)
                }
            }
            for bit in 0..<256 {
                #expect(throws: ProofFault.wrongRoot) { try proof.verify(leaf: leaf.flipping(bit: bit), root: root) }
                #expect(throws: ProofFault.wrongRoot) { try proof.verify(leaf: leaf, root: root.flipping(bit: bit)) }
            }
            for other in 0..<size where other != index {
                #expect(throws: ProofFault.self) {
                    try InclusionProof(index: other, size: size, hashes: proof.hashes).verify(leaf: leaf, root: root)
                }
            }
        }
    }

    @Test("an index or size that cannot be is out of range", arguments: [(-1, 5), (5, 5), (0, 0), (0, -1), (.max, .max), (.min, .min)])
    func range(_ index: Int, _ size: Int) {
        #expect(throws: ProofFault.outOfRange) {
            try InclusionProof(index: index, size: size, hashes: []).verify(leaf: .emptyRoot, root: .emptyRoot)
        }
    }

    @Test("a consistency proof with any bit changed, a hash more or less, or for other trees proves nothing")
    func consistency() throws {
        let tree = try SampleTree(300)
        for (older, newer) in [(1, 300), (256, 300), (255, 256), (130, 257), (299, 300), (4, 8), (6, 8)] {
            let olderRoot = try MerkleTree.root(at: older, tree.tiles.read)
            let newerRoot = try MerkleTree.root(at: newer, tree.tiles.read)
            let proof = try MerkleTree.consistencyProof(from: older, to: newer, tree.tiles.read)
            try proof.verify(olderRoot: olderRoot, newerRoot: newerRoot)
            func expectFault(_ hashes: [TreeHash], older: Int = older, newer: Int = newer) {
                #expect(throws: ProofFault.self) {
                    try ConsistencyProof(older: older, newer: newer, hashes: hashes).verify(olderRoot: olderRoot, newerRoot: newerRoot)
                }
            }
            for place in proof.hashes.indices {
                for bit in 0..<256 {
                    var hashes = proof.hashes
                    hashes[place] = hashes[place].flipping(bit: bit)
                    expectFault(hashes)
                }
                var shorter = proof.hashes
                shorter.remove(at: place)
                expectFault(shorter)
            }
            expectFault(proof.hashes + [olderRoot])
            expectFault([olderRoot] + proof.hashes)
            expectFault([])
            for bit in 0..<256 {
                #expect(throws: ProofFault.wrongRoot) {
                    try proof.verify(olderRoot: olderRoot.flipping(bit: bit), newerRoot: newerRoot)
                }
                #expect(throws: ProofFault.wrongRoot) {
                    try proof.verify(olderRoot: olderRoot, newerRoot: newerRoot.flipping(bit: bit))
                }
            }
        }
    }

    @Test("equal and empty trees have empty proofs, which say no more than the roots do")
    func trivialConsistency() throws {
        let root = TreeHash.leaf([1])
        let empty = TreeHash.emptyRoot
        try ConsistencyProof(older: 5, newer: 5, hashes: []).verify(olderRoot: root, newerRoot: root)
        try ConsistencyProof(older: 0, newer: 5, hashes: []).verify(olderRoot: empty, newerRoot: root)
        try ConsistencyProof(older: 0, newer: 0, hashes: []).verify(olderRoot: empty, newerRoot: empty)
        func fault(_ older: Int, _ newer: Int, _ hashes: [TreeHash], _ one: TreeHash, _ other: TreeHash) -> ProofFault? {
            do {
                try ConsistencyProof(older: older, newer: newer, hashes: hashes).verify(olderRoot: one, newerRoot: other)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(5, 5, [], root, empty) == .wrongRoot)
        #expect(fault(5, 5, [root], root, root) == .wrongLength)
        #expect(fault(0, 5, [], root, root) == .wrongRoot)
        #expect(fault(0, 0, [], empty, root) == .wrongRoot)
        #expect(fault(0, 5, [root], empty, root) == .wrongLength)
        #expect(fault(6, 5, [], root, root) == .outOfRange)
        #expect(fault(-1, 5, [], root, root) == .outOfRange)
        #expect(fault(1, .max, [], root, root) == .wrongLength)
    }
}
