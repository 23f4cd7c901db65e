/// Which piece of the tree a tile is, as in C2SP's tlog-tiles.
///
/// Hash number `i` of tile `index` at `level` covers the leaves from `(256 × index + i) × 256^level` on, `256^level` of them.
package struct TileAddress: Sendable, Hashable {
    /// Eight bits of the tree's height each; `levels` of them hold `MerkleTree.mostLeaves`.
    package static let levels = 0..<7

    package let level: Int
    package let index: Int

    package init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }

    /// How many hashes the tile has in a tree of `size` leaves: 0 … 256.
    package func width(inTreeOf size: Int) -> Int {
        min(max(size >> (8 * level) - 256 * index, 0), Tile.mostHashes)
    }
}

/// Up to 256 hashes side by side. Full, it never changes again; at the tree's right edge it only grows, so that a wider
/// state serves every smaller size as well.
package struct Tile: Sendable, Hashable {
    package static let mostHashes = 256

    package let address: TileAddress
    /// 1 … 256.
    package let hashes: [TreeHash]

    package init(_ address: TileAddress, _ hashes: [TreeHash]) {
        self.address = address
        self.hashes = hashes
    }

    /// From what `bytes` gave; nil where that is not 1 … 256 hashes of 32 bytes.
    package init?(_ address: TileAddress, bytes: UnsafeRawBufferPointer) {
        let (count, rest) = bytes.count.quotientAndRemainder(dividingBy: TreeHash.byteCount)
        guard rest == 0, (1...Self.mostHashes).contains(count) else { return nil }
        self.address = address
        hashes = [TreeHash](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            filled = count
        }
    }

    /// From what `bytes` gave; nil where that is not 1 … 256 hashes of 32 bytes.
    package init?(_ address: TileAddress, bytes: [UInt8]) {
        guard let tile = bytes.withUnsafeBytes({ Tile(address, bytes: $0) }) else { return nil }
        self = tile
    }

    /// The hashes one after the other, as tlog-tiles serves them and a table holds them: 32 … 8,192 bytes.
    package var bytes: [UInt8] { hashes.withUnsafeBytes { Array($0) } }

    package var isFull: Bool { hashes.count == Self.mostHashes }
}

/// The port by which the tree reads: the widest state of a tile that was stored, nil where none was. It is called while the
/// function it is given to runs, so it may read within a transaction; each tile is asked for once.
package typealias ReadTile = (TileAddress) throws -> Tile?

/// Tiles without a database: for tests, for benchmarks and for checking a journal against its own entries.
package struct TilesInMemory: Sendable {
    private var tiles: [TileAddress: Tile] = [:]

    package init() {}

    /// A tile takes the place of a narrower state of itself.
    package mutating func write(_ written: [Tile]) {
        for tile in written { tiles[tile.address] = tile }
    }

    /// As `ReadTile` asks.
    package func read(_ address: TileAddress) -> Tile? { tiles[address] }
}
