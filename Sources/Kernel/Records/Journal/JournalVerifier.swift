import Base
import Store
import Transparency

/// Recomputes the journal from its rows, without any key: every leaf, every position, the tree and its tiles, whom entries are
/// about, and every checkpoint.
///
/// Entries are read once, in blocks, by several readers at a time; memory does not grow with the journal.
package struct JournalVerifier: Sendable {
    private let database: Database
    private let origin: String
    private let keys: [NoteVerifier]

    /// What a verification came to.
    package struct Report: Sendable {
        /// Entries with a position.
        package var size = 0
        package var root = TreeHash.emptyRoot
        /// Checkpoints that were held against the tree.
        package var checkpoints = 0
        /// What is wrong, at most `JournalVerifier.mostFaults`; none where the journal is whole.
        package var faults: [Text] = []

        var isFull: Bool { faults.count >= JournalVerifier.mostFaults }

        mutating func add(_ fault: Text) {
            if !isFull { faults.append(fault) }
        }
    }

    package static let mostFaults = 20

    package init(_ database: Database, origin: String, keys: [NoteVerifier]) {
        // Bodies may be large, and a block has many.
        self.database = database.under { $0.deadline = .seconds(600) }
        self.origin = origin
        self.keys = keys
    }

    /// `organisations`: on PostgreSQL, whose entries to look into, since each is behind its wall; on SQLite all are. `since`: a
    /// checkpoint that somebody kept, to be held against this journal too.
    ///
    /// Throws what `SignedCheckpoint.verify` throws where `since` is another installation's, or nobody's.
    package func verify(organisations: [String], since: SignedCheckpoint? = nil, stored: [SignedCheckpoint]) async throws -> Report {
        try since?.verify(origin: origin, keys: keys)
        // Read first: others may sign while this goes on.
        let kept = try await database.read { tx in try JournalTree.size(tx) }
        var report = Report()
        for checkpoint in stored {
            do { try checkpoint.verify(origin: origin, keys: keys) } catch { report.add(error.message) }
        }
        var tree = TreeCheck(stored + (since.map { stored.contains($0) ? [] : [$0] } ?? []))
        let walk = JournalWalk(database)
        switch database.dialect {
        case .sqlite: try await walk.checkEntries(&tree, &report)
        case .postgres: try await walk.checkPositions(organisations, &tree, &report)
        }
        tree.end(&report)
        report.size = tree.frontier.size
        report.root = tree.frontier.root
        report.checkpoints = tree.reached
        if kept > report.size { report.add(.treeLonger(kept, than: report.size)) }
        var repeated = tree.repeated
        try await repeated.report(database, size: report.size, kept: kept, &report)
        return report
    }
}
