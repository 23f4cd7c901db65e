/// The way from a leaf up to the root: that the entry stands in the journal, at this place.
package struct InclusionProof: Sendable, Hashable {
    /// The entry's position, from 0.
    package let index: Int
    /// Leaves of the tree that it is proved for.
    package let size: Int
    /// The neighbours' hashes, from the leaf up.
    package let hashes: [TreeHash]

    package init(index: Int, size: Int, hashes: [TreeHash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Throws a `ProofFault` unless `leaf` stands at `index` in the tree of `size` leaves with that root (RFC 9162, section
    /// 2.1.3.2).
    package func verify(leaf: TreeHash, root: TreeHash) throws(ProofFault) {
        guard index >= 0, index < size else { throw .outOfRange }
        var place = index
        var last = size - 1
        var hash = leaf
        for neighbour in hashes {
            guard last > 0 else { throw .wrongLength }
            if place & 1 == 1 || place == last {
                hash = TreeHash.node(neighbour, hash)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHash.node(hash, neighbour)
            }
            place >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength }
        guard hash == root else { throw .wrongRoot }
    }
}

/// That a smaller tree is the beginning of a greater one: nothing was changed, removed or put in between.
package struct ConsistencyProof: Sendable, Hashable {
    /// Leaves of the smaller tree.
    package let older: Int
    /// Leaves of the greater tree.
    package let newer: Int
    /// Empty where the two are equal or the older one is empty.
    package let hashes: [TreeHash]

    package init(older: Int, newer: Int, hashes: [TreeHash]) {
        self.older = older
        self.newer = newer
        self.hashes = hashes
    }

    /// Throws a `ProofFault` unless both trees, told by their roots, are of one history (RFC 9162, section 2.1.4.2).
    ///
    /// `.wrongRoot` for a proof of the right form means that they are not, or that the proof was altered on its way: nobody
    /// can tell these apart but by asking for another one.
    package func verify(olderRoot: TreeHash, newerRoot: TreeHash) throws(ProofFault) {
        guard older >= 0, older <= newer else { throw .outOfRange }
        guard older > 0, older < newer else {
            guard hashes.isEmpty else { throw .wrongLength }
            guard older == 0 ? newer > 0 || newerRoot == .emptyRoot : olderRoot == newerRoot else { throw .wrongRoot }
            guard older > 0 || olderRoot == .emptyRoot else { throw .wrongRoot }
            return
        }
        var place = older - 1
        var last = newer - 1
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        // Where the older tree is a full subtree of the newer, the proof begins with its root, which is left out.
        var rest = hashes[...]
        guard let start = place == 0 ? olderRoot : rest.popFirst() else { throw .wrongLength }
        var (old, new) = (start, start)
        for hash in rest {
            guard last > 0 else { throw .wrongLength }
            if place & 1 == 1 || place == last {
                old = TreeHash.node(hash, old)
                new = TreeHash.node(hash, new)
                while place & 1 == 0, place > 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = TreeHash.node(new, hash)
            }
            place >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength }
        guard old == olderRoot, new == newerRoot else { throw .wrongRoot }
    }
}

/// Why a proof proves nothing.
package enum ProofFault: Error, Sendable, Hashable {
    /// The sizes or the index cannot be.
    case outOfRange
    /// Not as many hashes as a proof for these sizes has.
    case wrongLength
    /// The hashes lead to another root.
    case wrongRoot
}
