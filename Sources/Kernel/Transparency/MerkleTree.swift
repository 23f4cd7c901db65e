import Base

/// The tree of RFC 9162, section 2.1, read from its tiles: roots and proofs at every size it ever had.
///
/// Each function reads at most two tiles a level, each once, and hashes at most 256 times in each: a proof among ten million
/// entries reads up to six tiles and takes 0.3 ms.
package enum MerkleTree {
    /// 2⁵⁶ − 1: ten thousand a second for two hundred thousand years.
    package static let mostLeaves = 1 << (8 * TileAddress.levels.count) - 1
    /// The most hashes that a proof can have.
    package static let mostProofHashes = 8 * TileAddress.levels.count + 1

    /// The root of the first `size` leaves. Throws `.tileMissing` where the stored tree is smaller or damaged.
    package static func root(at size: Int, _ read: ReadTile) throws -> TreeHash {
        try checkSize(size)
        guard size > 0 else { return .emptyRoot }
        var subtrees = Subtrees()
        return try subtrees.hash(0..<size, read)
    }

    /// That leaf `index` stands in the tree of the first `size` leaves (RFC 9162, section 2.1.3.1).
    ///
    /// Throws `.notInTree` unless 0 ≤ index < size, and `.tileMissing` where the stored tree is smaller or damaged.
    package static func inclusionProof(of index: Int, in size: Int, _ read: ReadTile) throws -> InclusionProof {
        try checkSize(size)
        guard (0..<size).contains(index) else { throw Failure.notInTree(index: index, size: size) }
        var subtrees = Subtrees()
        var hashes: [TreeHash] = []
        var range = 0..<size
        // From the root down; the proof lists from the leaf up.
        while range.count > 1 {
            let (left, right) = halves(of: range)
            hashes.append(try subtrees.hash(left.contains(index) ? right : left, read))
            range = left.contains(index) ? left : right
        }
        return InclusionProof(index: index, size: size, hashes: hashes.reversed())
    }

    /// That the tree of the first `older` leaves is the beginning of the tree of `newer` (RFC 9162, section 2.1.4.1). Empty
    /// where they are equal or the older one is.
    ///
    /// Throws `.notInTree` unless 0 ≤ older ≤ newer, and `.tileMissing` where the stored tree is smaller or damaged.
    package static func consistencyProof(from older: Int, to newer: Int, _ read: ReadTile) throws -> ConsistencyProof {
        try checkSize(newer)
        guard (0...newer).contains(older) else { throw Failure.notInTree(index: older, size: newer) }
        var hashes: [TreeHash] = []
        if older > 0, older < newer {
            var subtrees = Subtrees()
            var range = 0..<newer
            while range.upperBound != older {
                let (left, right) = halves(of: range)
                let isLeft = older <= left.upperBound
                hashes.append(try subtrees.hash(isLeft ? right : left, read))
                range = isLeft ? left : right
            }
            // Where the older tree is itself this subtree, its root is known to whoever checks.
            if range.lowerBound > 0 { hashes.append(try subtrees.hash(range, read)) }
        }
        return ConsistencyProof(older: older, newer: newer, hashes: hashes.reversed())
    }

    /// The root over 2ⁿ hashes.
    static func root(over hashes: some Collection<TreeHash>) -> TreeHash {
        precondition(hashes.count.nonzeroBitCount == 1, "a full subtree has a power of two")
        var row = Array(hashes)
        while row.count > 1 {
            for pair in 0..<row.count / 2 { row[pair] = TreeHash.node(row[2 * pair], row[2 * pair + 1]) }
            row.removeLast(row.count / 2)
        }
        return row[0]
    }

    private static func checkSize(_ size: Int) throws {
        guard (0...mostLeaves).contains(size) else { throw Failure.treeTooLarge }
    }

    /// Where a tree splits: the left part has the greatest power of two that is less than the whole.
    fileprivate static func halves(of range: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        let left = 1 << (Int.bitWidth - 1 - (range.count - 1).leadingZeroBitCount)
        let split = range.lowerBound + left
        return (range.lowerBound..<split, split..<range.upperBound)
    }
}

/// Hashes of subtrees, with the tiles that were read so far.
private struct Subtrees {
    private var tiles: [TileAddress: [TreeHash]] = [:]

    /// Of leaves as the tree splits them: full, or up to the right edge.
    mutating func hash(_ range: Range<Int>, _ read: ReadTile) throws -> TreeHash {
        guard range.count.nonzeroBitCount > 1 else { return try full(range, read) }
        let (left, right) = MerkleTree.halves(of: range)
        return TreeHash.node(try full(left, read), try hash(right, read))
    }

    /// Of 2ⁿ leaves that begin at a multiple of their count: they lie within one tile.
    private mutating func full(_ range: Range<Int>, _ read: ReadTile) throws -> TreeHash {
        let height = range.count.trailingZeroBitCount
        let level = height >> 3
        let first = range.lowerBound >> (8 * level)
        let address = TileAddress(level: level, index: first >> 8)
        let hashes = try tile(address, read)
        let place = first & 255
        let count = 1 << (height & 7)
        guard place + count <= hashes.count else { throw Failure.tileMissing(address) }
        return MerkleTree.root(over: hashes[place..<place + count])
    }

    private mutating func tile(_ address: TileAddress, _ read: ReadTile) throws -> [TreeHash] {
        if let known = tiles[address] { return known }
        guard let tile = try read(address) else { throw Failure.tileMissing(address) }
        tiles[address] = tile.hashes
        return tile.hashes
    }
}
