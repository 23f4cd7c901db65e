import Base
import Store
import Transparency

/// Finds leaves that a journal holds twice, in 32 MB at most: leaves are random, so one part of their range is looked at in each
/// pass. The first, over the entries, is enough for four million of them; later ones read the tree's tiles alone.
///
/// No entry has another's leaf: each has its own salt. What stands there twice was put there.
struct RepeatedLeaves: Sendable {
    private static let most = 1 << 22

    /// By their first eight bytes.
    private var range: ClosedRange<UInt64> = 0...UInt64.max
    private var seen: [UInt64] = []

    mutating func take(_ leaf: TreeHash) {
        let beginning = Self.beginning(of: leaf)
        while seen.count == Self.most, range.contains(beginning), range.lowerBound < range.upperBound {
            range = range.lowerBound...(range.lowerBound + (range.upperBound - range.lowerBound) / 2)
            seen.removeAll { !range.contains($0) }
        }
        if seen.count < Self.most, range.contains(beginning) { seen.append(beginning) }
    }

    /// Goes through the rest, and says where leaves stand that are there twice. `size` is the journal's, `kept` the stored tree's.
    mutating func report(_ database: Database, size: Int, kept: Int, _ report: inout JournalVerifier.Report) async throws {
        while true {
            let repeated = takeRepeated()
            if !repeated.isEmpty { try await name(repeated, database, size: size, kept: kept, &report) }
            guard range.upperBound < .max, !report.isFull else { return }
            range = (range.upperBound + 1)...UInt64.max
            try await Self.eachLeaf(database, size: size, kept: kept) { _, leaf in take(leaf) }
        }
    }

    private mutating func takeRepeated() -> Set<UInt64> {
        seen.sort()
        var repeated: Set<UInt64> = []
        for place in seen.indices.dropFirst() where seen[place] == seen[place - 1] { repeated.insert(seen[place]) }
        seen.removeAll(keepingCapacity: true)
        return repeated
    }

    private func name(
        _ repeated: Set<UInt64>, _ database: Database, size: Int, kept: Int, _ report: inout JournalVerifier.Report
    ) async throws {
        var places: [TreeHash: Int] = [:]
        var faults: [Text] = []
        try await Self.eachLeaf(database, size: size, kept: kept) { position, leaf in
            guard faults.count < JournalVerifier.mostFaults, repeated.contains(Self.beginning(of: leaf)) else { return }
            if let first = places[leaf] { faults.append(.entryTwice(first, position)) } else { places[leaf] = position }
        }
        for fault in faults { report.add(fault) }
    }

    private static func beginning(of leaf: TreeHash) -> UInt64 { leaf.withBytes { $0.loadUnaligned(as: UInt64.self) } }

    /// From the tiles, and from the entries where the tree is behind them.
    private static func eachLeaf(_ database: Database, size: Int, kept: Int, _ visit: (Int, TreeHash) -> Void) async throws {
        var position = 0
        while position < min(size, kept) {
            let index = position / Tile.mostHashes
            let tiles = try await database.rows(
                "SELECT hashes FROM journal_tiles WHERE level = 0 AND tile >= \(index) ORDER BY tile LIMIT 64"
            ) { try $0["hashes"] as [UInt8] }
            guard !tiles.isEmpty else { break }
            for (offset, bytes) in tiles.enumerated() {
                guard let tile = Tile(TileAddress(level: 0, index: index + offset), bytes: bytes) else { return }
                for leaf in tile.hashes.prefix(size - position) {
                    visit(position, leaf)
                    position += 1
                }
            }
        }
        while position < size {
            let leaves = try await database.rows(
                """
                SELECT positions.position AS position, leaves.leaf AS leaf FROM journal_positions AS positions
                JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
                WHERE positions.position >= \(position) ORDER BY positions.position LIMIT \(RowSums.rowsInBlock)
                """
            ) { TreeHash(bytes: try $0["leaf"] as [UInt8]) ?? .emptyRoot }
            guard !leaves.isEmpty else { return }
            for leaf in leaves.prefix(size - position) {
                visit(position, leaf)
                position += 1
            }
        }
    }
}
