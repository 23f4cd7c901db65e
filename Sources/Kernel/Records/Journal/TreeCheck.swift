import Base
import Transparency

/// The tree as it grows over the stored leaves, and the checkpoints that are held against it on the way.
struct TreeCheck: Sendable {
    private(set) var frontier = TreeFrontier()
    private(set) var repeated = RepeatedLeaves()
    /// How many checkpoints were reached.
    private(set) var reached = 0
    private let signed: [SignedCheckpoint]

    init(_ signed: [SignedCheckpoint]) {
        self.signed = signed.sorted { $0.checkpoint.size < $1.checkpoint.size }
    }

    /// Takes the next leaves and returns the tiles that they change.
    mutating func append(_ leaves: ArraySlice<TreeHash>, _ report: inout JournalVerifier.Report) throws(Failure) -> [Tile] {
        for leaf in leaves { repeated.take(leaf) }
        var tiles: [Tile] = []
        var rest = leaves
        compare(&report)
        while !rest.isEmpty {
            // Up to the next checkpoint at most, so that its root can be looked at.
            let room = reached < signed.count ? signed[reached].checkpoint.size - frontier.size : rest.count
            tiles += try frontier.append(rest.prefix(room))
            rest = rest.dropFirst(room)
            compare(&report)
        }
        return tiles
    }

    private mutating func compare(_ report: inout JournalVerifier.Report) {
        while reached < signed.count, signed[reached].checkpoint.size == frontier.size {
            if signed[reached].checkpoint.root != frontier.root { report.add(.checkpointDoesNotFit(frontier.size)) }
            reached += 1
        }
    }

    /// To be called once after the last leaf.
    mutating func end(_ report: inout JournalVerifier.Report) {
        compare(&report)
        for checkpoint in signed[reached...] {
            report.add(.endIsMissing(signed: checkpoint.checkpoint.size, found: frontier.size))
        }
    }
}
