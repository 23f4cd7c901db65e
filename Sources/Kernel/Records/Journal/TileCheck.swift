import Base
import Store
import Transparency

/// Holds the stored tiles against those that the leaves come to.
struct TileCheck: Sendable {
    private let database: Database
    /// Leaves that the stored tree has taken in.
    private let size: Int

    init(_ database: Database) async throws {
        self.database = database
        size = try await database.read { tx in try JournalTree.size(tx) }
    }

    /// `tiles` may be ahead of the stored tree, or behind it: what both have must be the same.
    func compare(_ tiles: [Tile], _ report: inout JournalVerifier.Report) async throws {
        for tile in tiles {
            let common = min(tile.address.width(inTreeOf: size), tile.hashes.count)
            guard common > 0 else { continue }
            let (level, index) = (tile.address.level, tile.address.index)
            let stored: [UInt8]? = try await database.first(
                "SELECT hashes FROM journal_tiles WHERE level = \(level) AND tile = \(index)"
            ) { try $0["hashes"] }
            let bytes = common * TreeHash.byteCount
            guard let stored, stored.count >= bytes, stored.prefix(bytes).elementsEqual(tile.bytes.prefix(bytes)) else {
                report.add(.tileWrong(level: level, index: index))
                continue
            }
        }
    }
}
