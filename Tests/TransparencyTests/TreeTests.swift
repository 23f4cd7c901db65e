import Base
import Testing
import Transparency

@Suite("The tree of tiles against the definitions of RFC 9162")
struct TreeTests {
    @Test("has the defined root at every size up to 600, appended at once, one by one and in batches")
    func roots() throws {
        let naive = try SampleTree(600).naive
        var oneByOne = TreeFrontier()
        let stored = try SampleTree(600) { Int.random(in: 1...100, using: &$0) }
        for size in 0...600 {
            let root = naive.root(0..<size)
            #expect(try MerkleTree.root(at: size, stored.tiles.read) == root)
            #expect(oneByOne.root == root)
            if size < 600 { _ = try oneByOne.append([naive.leaves[size]]) }
        }
    }

    @Test("gives the defined inclusion proof of every leaf at every size up to 300, and it verifies")
    func inclusion() throws {
        let tree = try SampleTree(300)
        let naive = tree.naive
        for size in 1...300 {
            let root = naive.root(0..<size)
            // All leaves at each size near a power of two and at each thirteenth, some at the others.
            let step = size % 13 == 0 || (size & (size - 1)) < 3 ? 1 : 7
            for index in stride(from: size % step, to: size, by: step) {
                let proof = try MerkleTree.inclusionProof(of: index, in: size, tree.tiles.read)
                #expect(proof.hashes == naive.path(index, 0..<size), "leaf \(index) of \(size)")
                try proof.verify(leaf: tree.leaves[index], root: root)
            }
        }
    }

    @Test("gives the defined consistency proof between sizes up to 300, and it verifies")
    func consistency() throws {
        let tree = try SampleTree(300)
        let naive = tree.naive
        let roots = (0...300).map { naive.root(0..<$0) }
        for newer in 0...300 {
            let step = newer % 13 == 0 || (newer & (newer - 1)) < 3 ? 1 : 7
            for older in stride(from: newer % step, through: newer, by: step) {
                let proof = try MerkleTree.consistencyProof(from: older, to: newer, tree.tiles.read)
                #expect(proof.hashes == naive.proof(older, newer), "\(older) in \(newer)")
                try proof.verify(olderRoot: roots[older], newerRoot: roots[newer])
            }
        }
    }

    @Test("does the same at random sizes up to 100,000, over three levels of tiles")
    func largeTree() throws {
        let tree = try SampleTree(100_000)
        let naive = tree.naive
        var random = FixedWorld(seed: 9).world.random
        #expect(tree.frontier.root == naive.root(0..<100_000))
        for round in 0..<4 {
            let size = round == 0 ? 65_537 : Int.random(in: 1...100_000, using: &random)
            let root = naive.root(0..<size)
            #expect(try MerkleTree.root(at: size, tree.tiles.read) == root)
            for _ in 0..<2 {
                let index = Int.random(in: 0..<size, using: &random)
                let inclusion = try MerkleTree.inclusionProof(of: index, in: size, tree.tiles.read)
                #expect(inclusion.hashes == naive.path(index, 0..<size))
                try inclusion.verify(leaf: tree.leaves[index], root: root)
                let consistency = try MerkleTree.consistencyProof(from: index, to: size, tree.tiles.read)
                #expect(consistency.hashes == naive.proof(index, size))
                try consistency.verify(olderRoot: naive.root(0..<index), newerRoot: root)
            }
        }
    }

    @Test("goes on from the stored tiles at any size", arguments: [0, 1, 255, 256, 257, 511, 65_535, 65_536, 65_793, 70_000])
    func reopening(_ size: Int) throws {
        let tree = try SampleTree(70_400)
        var reopened = try TreeFrontier(size: size, tree.tiles.read)
        #expect(try reopened.root == MerkleTree.root(at: size, tree.tiles.read))
        var tiles = tree.tiles
        tiles.write(try reopened.append(tree.leaves[size...]))
        #expect(reopened.root == tree.frontier.root)
        #expect(reopened.size == 70_400)
    }

    @Test("writes the tiles that tlog-tiles describes for 70,000 entries")
    func tileShapes() throws {
        let tree = try SampleTree(70_000)
        func width(_ level: Int, _ index: Int) -> Int? { tree.tiles.read(TileAddress(level: level, index: index))?.hashes.count }
        #expect((0..<273).allSatisfy { width(0, $0) == 256 })
        #expect(width(0, 273) == 112)
        #expect(width(0, 274) == nil)
        #expect(width(1, 0) == 256)
        #expect(width(1, 1) == 17)
        #expect(width(2, 0) == 1)
        #expect(width(3, 0) == nil)
        for level in 0..<3 {
            for index in 0..<3 {
                let address = TileAddress(level: level, index: index)
                #expect(address.width(inTreeOf: 70_000) == width(level, index) ?? 0)
            }
        }
    }

    @Test("returns each tile that a batch changed once, in its widest state, and no other")
    func changedTiles() throws {
        var frontier = TreeFrontier()
        let leaves = try SampleTree(800).leaves
        #expect(try frontier.append([]).isEmpty)
        #expect(try frontier.append(leaves[..<255]).map(\.address) == [TileAddress(level: 0, index: 0)])
        let second = try frontier.append(leaves[255..<256])
        #expect(second.map(\.address) == [TileAddress(level: 0, index: 0), TileAddress(level: 1, index: 0)])
        #expect(second.map(\.hashes.count) == [256, 1])
        let third = try frontier.append(leaves[256..<257])
        #expect(third.map(\.address) == [TileAddress(level: 0, index: 1)])
        let fourth = try frontier.append(leaves[257..<800])
        #expect(Set(fourth.map(\.address)).count == fourth.count)
        #expect(fourth.map(\.hashes.count) == [256, 256, 32, 3])
    }

    @Test("reads at most two tiles a level, each once")
    func tilesRead() throws {
        let tree = try SampleTree(70_400)
        for (index, size) in [(0, 70_400), (69_999, 70_001), (33_000, 65_537)] {
            var read: [TileAddress] = []
            _ = try MerkleTree.inclusionProof(of: index, in: size) { address in
                read.append(address)
                return tree.tiles.read(address)
            }
            #expect(Set(read).count == read.count)
            for level in 0..<3 { #expect(read.count { $0.level == level } <= 2) }
        }
    }

    @Test("keeps a tile's bytes as they are")
    func tileBytes() throws {
        let tile = Tile(TileAddress(level: 0, index: 3), try SampleTree(200).leaves)
        #expect(tile.bytes == tile.hashes.flatMap(\.bytes))
        #expect(Tile(tile.address, bytes: tile.bytes) == tile)
        #expect(Tile(tile.address, bytes: []) == nil)
        #expect(Tile(tile.address, bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(Tile(tile.address, bytes: [UInt8](repeating: 0, count: 257 * 32)) == nil)
    }

    @Test("says which tile is missing or too narrow, and which entry is not there")
    func missing() throws {
        let tree = try SampleTree(1_000)
        let missing = TileAddress(level: 0, index: 1)
        #expect(throws: Failure.tileMissing(missing)) {
            try MerkleTree.inclusionProof(of: 300, in: 1_000) { $0 == missing ? nil : tree.tiles.read($0) }
        }
        #expect(throws: Failure.tileMissing(TileAddress(level: 0, index: 3))) { try MerkleTree.root(at: 1_001, tree.tiles.read) }
        #expect(throws: Failure.tileMissing(TileAddress(level: 0, index: 3))) { try TreeFrontier(size: 1_001, tree.tiles.read) }
        #expect(throws: Failure.notInTree(index: 1_000, size: 1_000)) {
            try MerkleTree.inclusionProof(of: 1_000, in: 1_000, tree.tiles.read)
        }
        #expect(throws: Failure.notInTree(index: -1, size: 5)) { try MerkleTree.inclusionProof(of: -1, in: 5, tree.tiles.read) }
        #expect(throws: Failure.notInTree(index: 6, size: 5)) { try MerkleTree.consistencyProof(from: 6, to: 5, tree.tiles.read) }
        #expect(throws: Failure.treeTooLarge) { try MerkleTree.root(at: .max, tree.tiles.read) }
        #expect(throws: Failure.treeTooLarge) { try MerkleTree.root(at: -1, tree.tiles.read) }
    }
}
