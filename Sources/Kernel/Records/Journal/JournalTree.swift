import Base
import Store
import Transparency

/// The tree over the journal, as the database keeps it.
package struct JournalTree: Sendable {
    private let database: Database

    /// Leaves taken into the tree in one transaction.
    static let batch = 20_000

    package init(_ database: Database) {
        self.database = database
    }

    /// Takes every entry that has a position into the tree, and returns the tree's size. One at a time, whichever machine it is on;
    /// another that waits finds nothing left to do.
    @discardableResult
    package func catchUp() async throws -> Int {
        while true {
            let (size, isWhole) = try await database.under { $0.isLong = true }.write { tx in
                try tx.lock("zancada_journal_tree")
                let size = try Self.size(tx)
                var frontier = try TreeFrontier(size: size) { try Self.tile($0, tx) }
                let leaves: [TreeHash] = try tx.rows(
                    """
                    SELECT leaves.leaf AS leaf FROM journal_positions AS positions
                    JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
                    WHERE positions.position >= \(size) ORDER BY positions.position LIMIT \(Self.batch)
                    """, atMost: Self.batch
                ) { row in
                    guard let hash = TreeHash(bytes: try row["leaf"] as [UInt8]) else {
                        throw Failure.wrongType("leaf", expected: "32 bytes")
                    }
                    return hash
                }
                guard !leaves.isEmpty else { return (size, true) }
                for tile in try frontier.append(leaves) {
                    try tx.execute(
                        """
                        INSERT INTO journal_tiles (level, tile, hashes) VALUES (\(tile.address.level), \(tile.address.index), \(tile.bytes))
                        ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes
                        """)
                }
                return (size + leaves.count, leaves.count < Self.batch)
            }
            if isWhole { return size }
        }
    }

    /// Leaves in the tree: the last tile of the lowest level tells.
    static func size(_ tx: borrowing Transaction) throws -> Int {
        let last = try tx.first(
            "SELECT tile, length(hashes) AS length FROM journal_tiles WHERE level = 0 ORDER BY tile DESC LIMIT 1"
        ) { row in (index: try row["tile"] as Int, length: try row["length"] as Int) }
        return last.map { $0.index * Tile.mostHashes + $0.length / TreeHash.byteCount } ?? 0
    }

    static func tile(_ address: TileAddress, _ tx: borrowing Transaction) throws -> Tile? {
        let bytes: [UInt8]? = try tx.first(
            "SELECT hashes FROM journal_tiles WHERE level = \(address.level) AND tile = \(address.index)"
        ) { try $0["hashes"] }
        return bytes.flatMap { Tile(address, bytes: $0) }
    }

    package func root(at size: Int) async throws -> TreeHash {
        try await database.read { tx in try MerkleTree.root(at: size) { try Self.tile($0, tx) } }
    }

    package func inclusionProof(of position: Int, in size: Int) async throws -> InclusionProof {
        try await database.read { tx in try MerkleTree.inclusionProof(of: position, in: size) { try Self.tile($0, tx) } }
    }

    package func consistencyProof(from older: Int, to newer: Int) async throws -> ConsistencyProof {
        try await database.read { tx in try MerkleTree.consistencyProof(from: older, to: newer) { try Self.tile($0, tx) } }
    }
}
