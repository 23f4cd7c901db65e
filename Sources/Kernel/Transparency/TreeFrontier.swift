import Base

/// The right edge of the tree, which is all that it takes to append: some 60 KB at most, whatever the size.
///
/// Appending returns the tiles that it changed, which are to be stored with the entries, in the same transaction. Cost of a
/// leaf: one hash on average (two blocks of SHA-256), 0.4 µs.
package struct TreeFrontier: Sendable {
    /// Leaves so far.
    package private(set) var size = 0
    /// The tile at the right edge of each level, not yet full.
    private var edges: [[TreeHash]]
    /// By height, the full subtree at the right edge, where that bit of `size` is set: as in a binary counter.
    private var peaks: [TreeHash]

    /// Of an empty tree.
    package init() {
        edges = Array(repeating: [], count: TileAddress.levels.count)
        peaks = Array(repeating: .emptyRoot, count: 8 * TileAddress.levels.count)
    }

    /// Of the stored tree's first `size` leaves. Reads a tile a level, hashes at most 255 times a level.
    ///
    /// Throws `.tileMissing` where a tile is not there or too narrow. That the tiles are right is not checked here: compare
    /// `root` with a checkpoint's.
    package init(size: Int, _ read: ReadTile) throws {
        guard (0...MerkleTree.mostLeaves).contains(size) else { throw Failure.treeTooLarge }
        self.init()
        self.size = size
        for level in TileAddress.levels {
            let count = size >> (8 * level)
            let width = count & 255
            guard width > 0 else { continue }
            let address = TileAddress(level: level, index: count >> 8)
            guard let tile = try read(address), tile.hashes.count >= width else { throw Failure.tileMissing(address) }
            edges[level] = Array(tile.hashes.prefix(width))
            var start = 0
            for bit in stride(from: 7, through: 0, by: -1) where width >> bit & 1 == 1 {
                peaks[8 * level + bit] = MerkleTree.root(over: edges[level][start..<start + 1 << bit])
                start += 1 << bit
            }
        }
    }

    /// Appends leaf hashes in their order and returns each tile that was changed or begun, in its widest state, once.
    ///
    /// Throws `.treeTooLarge`, and appends nothing, beyond `MerkleTree.mostLeaves`.
    package mutating func append(_ leaves: some Collection<TreeHash>) throws(Failure) -> [Tile] {
        guard leaves.count <= MerkleTree.mostLeaves - size else { throw Failure.treeTooLarge }
        let before = size
        var changed: [Tile] = []
        changed.reserveCapacity(leaves.count >> 8 + TileAddress.levels.count)
        for leaf in leaves { append(leaf, &changed) }
        for level in TileAddress.levels where size >> (8 * level) != before >> (8 * level) && !edges[level].isEmpty {
            changed.append(Tile(TileAddress(level: level, index: size >> (8 * level + 8)), edges[level]))
        }
        return changed
    }

    private mutating func append(_ leaf: TreeHash, _ full: inout [Tile]) {
        edges[0].append(leaf)
        var hash = leaf
        var height = 0
        var carry = size
        while carry & 1 == 1 {
            hash = TreeHash.node(peaks[height], hash)
            height += 1
            carry >>= 1
            if height & 7 == 0 {
                // A subtree of 256 hashes is whole: its root belongs to the next level.
                let level = height >> 3
                full.append(Tile(TileAddress(level: level - 1, index: size >> height), edges[level - 1]))
                // The full tile keeps its memory: here a new one begins.
                edges[level - 1] = []
                edges[level - 1].reserveCapacity(Tile.mostHashes)
                edges[level].append(hash)
            }
        }
        peaks[height] = hash
        size += 1
    }

    /// The roots of the full subtrees that the leaves so far split into, from the left: one for each bit set in `size`. With them
    /// whoever has the leaves to come computes the root.
    package var subtrees: [TreeHash] {
        peaks.indices.reversed().filter { size >> $0 & 1 == 1 }.map { peaks[$0] }
    }

    /// The root of all leaves so far. Cost: a hash for each bit set in `size` but one.
    package var root: TreeHash {
        var root: TreeHash?
        for (height, peak) in peaks.enumerated() where size >> height & 1 == 1 {
            root = root.map { TreeHash.node(peak, $0) } ?? peak
        }
        return root ?? .emptyRoot
    }
}
