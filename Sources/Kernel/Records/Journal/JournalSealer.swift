import Base
import Store

/// Gives entries their positions on PostgreSQL, gap-free for whoever reads in order, though commits come in another order than
/// numbers are drawn.
///
/// An entry is numbered once every transaction that began before its own is over, since only then can no earlier one still appear:
/// its transaction id lies below the oldest that runs (`pg_snapshot_xmin`). One sealer works at a time, whichever machine it is on.
/// On SQLite positions are there with the commit, and this does nothing.
package struct JournalSealer: Sendable {
    private let database: Database

    /// Entries numbered in one transaction.
    package static let batch = 5_000

    package init(_ database: Database) {
        self.database = database
    }

    /// Numbers what can be numbered, at most a batch, and returns how many that were. Its writes are quiet, for whoever calls it
    /// after each.
    package func step() async throws -> Int {
        guard database.dialect == .postgres else { return 0 }
        // The row is locked before anything is numbered: of two sealers one waits, then finds it changed, and begins anew.
        let sealed: Int64? = try await database.under { $0.isQuiet = true }.writeFirst(
            """
            WITH sealed AS (SELECT next_position, transaction, entry FROM journal_sealed FOR UPDATE), fresh AS (
                SELECT leaves.transaction, leaves.entry FROM journal_leaves AS leaves, sealed
                WHERE (leaves.transaction, leaves.entry) > (sealed.transaction, sealed.entry)
                AND leaves.transaction < pg_snapshot_xmin(pg_current_snapshot())
                ORDER BY leaves.transaction, leaves.entry LIMIT \(Self.batch)
            ), numbered AS (
                INSERT INTO journal_positions (position, entry)
                SELECT sealed.next_position + row_number() OVER (ORDER BY fresh.transaction, fresh.entry) - 1, fresh.entry
                FROM fresh, sealed
                RETURNING position
            )
            UPDATE journal_sealed SET next_position = journal_sealed.next_position + counted.many,
                transaction = COALESCE(last.transaction, journal_sealed.transaction), entry = COALESCE(last.entry, journal_sealed.entry)
            FROM (SELECT count(*) AS many FROM numbered) AS counted
            LEFT JOIN (SELECT transaction, entry FROM fresh ORDER BY transaction DESC, entry DESC LIMIT 1) AS last ON TRUE
            RETURNING counted.many AS many
            """, telling: JournalWriter.channel
        ) { try $0["many"] }
        return Int(sealed ?? 0)
    }

    /// What is left to do.
    package enum Rest: Sendable, Hashable {
        case nothing
        /// A transaction that began before theirs still runs.
        case waits
        case ready
    }

    /// Whether there are entries without a position, and whether the first can have one. Cost: one statement that reads an index.
    package func rest() async throws -> Rest {
        guard database.dialect == .postgres else { return .nothing }
        let isReady: Bool? = try await database.first(
            """
            SELECT leaves.transaction < pg_snapshot_xmin(pg_current_snapshot()) AS is_ready
            FROM journal_leaves AS leaves, journal_sealed AS sealed
            WHERE (leaves.transaction, leaves.entry) > (sealed.transaction, sealed.entry)
            ORDER BY leaves.transaction, leaves.entry LIMIT 1
            """
        ) { try $0["is_ready"] }
        return isReady.map { $0 ? .ready : .waits } ?? .nothing
    }

    /// Numbers until nothing is left, for whoever wants to see what was written just now. Entries that wait for an older transaction are
    /// waited for, at most for `patience` in all: that is often no more than somebody telling a channel.
    package func catchUp(patience: Duration = .seconds(2)) async throws {
        var pause: Duration = .milliseconds(1)
        var waited: Duration = .zero
        for _ in 0..<Self.mostRounds {
            switch try await rest() {
            case .nothing: return
            case .ready: while try await step() == Self.batch {}
            case .waits:
                guard waited < patience else { return }
                try await Task.sleep(for: pause)
                waited += pause
                pause = min(pause * 2, .milliseconds(100))
            }
        }
    }

    /// Where others write all the time there is always something left.
    private static let mostRounds = 200
}
