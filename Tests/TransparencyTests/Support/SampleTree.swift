import Base
import Transparency

/// A tree that was appended to in batches of all sizes, with its tiles.
struct SampleTree {
    let leaves: [TreeHash]
    private(set) var frontier = TreeFrontier()
    private(set) var tiles = TilesInMemory()

    /// Leaf number n is the hash of n as text.
    init(_ count: Int, batches: (inout Randomness) -> Int = { Int.random(in: 1...700, using: &$0) }) throws {
        leaves = (0..<count).map { TreeHash.leaf(Array(String($0).utf8)) }
        var random = FixedWorld(seed: UInt64(count)).world.random
        var done = 0
        while done < count {
            let end = min(count, done + batches(&random))
            tiles.write(try frontier.append(leaves[done..<end]))
            done = end
        }
    }

    var naive: NaiveTree { NaiveTree(leaves: leaves) }
}

extension TreeHash {
    /// Another one by a bit: number 0 … 255.
    func flipping(bit: Int) -> TreeHash {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return TreeHash(bytes: bytes) ?? self
    }
}
