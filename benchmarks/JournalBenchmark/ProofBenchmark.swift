import Base
import Records
import Store
import Transparency

/// A proof from the database's tiles. The tree's leaves are made up and its tiles are put into their table, without entries: a
/// proof reads tiles alone.
enum ProofBenchmark {
    private static let proofs = 2_000

    static func run(count: Int, in folder: String, on url: String?) async throws {
        let filled = try await FilledJournal(folder, on: url)
        let database = filled.database
        var frontier = TreeFrontier()
        var leaf = TreeHash.emptyRoot
        let isThere = try await database.first("SELECT count(*) AS n FROM journal_tiles") { try $0["n"] as Int } ?? 0 > 0
        while frontier.size < count {
            let leaves = (0..<min(100_000, count - frontier.size)).map { _ in
                defer { leaf = TreeHash.leaf(leaf.bytes) }
                return leaf
            }
            let tiles = try frontier.append(leaves)
            guard !isThere else { continue }
            try await database.under { $0.isLong = true }.write { tx in
                for tile in tiles {
                    try tx.execute(
                        """
                        INSERT INTO journal_tiles (level, tile, hashes) VALUES (\(tile.address.level), \(tile.address.index), \(tile.bytes))
                        ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes
                        """)
                }
            }
        }
        let (tree, root) = (JournalTree(database), frontier.root)
        var times: [Double] = []
        var cpu = Usage.cpuSeconds
        for number in 0..<proofs {
            let place = number * 7_919_003 % count
            let start = ContinuousClock().now
            let proof = try await tree.inclusionProof(of: place, in: count)
            times.append((ContinuousClock().now - start) / .milliseconds(1))
            if number < 20 {
                let before = Usage.cpuSeconds
                let address = TileAddress(level: 0, index: place >> 8)
                let tile: [UInt8]? = try await database.first(
                    "SELECT hashes FROM journal_tiles WHERE level = 0 AND tile = \(address.index)"
                ) { try $0["hashes"] }
                guard let leaf = tile.flatMap({ Tile(address, bytes: $0) })?.hashes[place & 255] else {
                    throw Failure.missingColumn("leaf")
                }
                try proof.verify(leaf: leaf, root: root)
                cpu += Usage.cpuSeconds - before
            }
        }
        cpu = Usage.cpuSeconds - cpu
        times.sort()
        print(
            Line.text(
                "inclusion proof from the database",
                [
                    "leaves": Double(count), "median_ms": times[proofs / 2], "p95_ms": times[proofs * 95 / 100],
                    "most_ms": times[proofs - 1],
                    "cpu_ms": 1e3 * cpu / Double(proofs),
                ]))
        await database.close()
    }
}
