import Base
import Store
import Transparency

/// Recomputes the journal from its rows, without any key: every leaf, every position, the tree, and every checkpoint.
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
    }

    package static let mostFaults = 20
    /// Entries read in one statement.
    private static let batch = 5_000

    package init(_ database: Database, origin: String, keys: [NoteVerifier]) {
        self.database = database
        self.origin = origin
        self.keys = keys
    }

    /// `organisations`: on PostgreSQL, whose entries to look into, since each is behind its wall; on SQLite all are. `since`: a
    /// checkpoint that somebody kept, to be held against this journal too.
    package func verify(organisations: [String], since: SignedCheckpoint? = nil, stored: [SignedCheckpoint]) async throws -> Report {
        var report = Report()
        try await checkTree(&report, stored: stored, since: since)
        var counted = 0
        for organisation in database.dialect == .sqlite ? [nil] : organisations.map(Optional.some) {
            counted += try await checkEntries(of: organisation, &report)
        }
        if counted != report.size {
            add(
                Text(
                    es: "Hay \(counted) entradas y \(report.size) posiciones: alguna entrada falta o sobra.",
                    en: "There are \(counted) entries and \(report.size) positions: an entry is missing or one too many."), &report)
        }
        return report
    }

    private func add(_ fault: Text, _ report: inout Report) {
        if report.faults.count < Self.mostFaults { report.faults.append(fault) }
    }

    /// Positions without a gap, the tree over the stored leaves, and the checkpoints over the tree.
    private func checkTree(_ report: inout Report, stored: [SignedCheckpoint], since: SignedCheckpoint?) async throws {
        var signed = stored + (since.map { stored.contains($0) ? [] : [$0] } ?? [])
        signed.sort { $0.checkpoint.size < $1.checkpoint.size }
        for checkpoint in signed {
            do { try checkpoint.verify(origin: origin, keys: keys) } catch { add(error.message, &report) }
        }
        var frontier = TreeFrontier()
        var next = 0
        func compare(_ report: inout Report) {
            while next < signed.count, signed[next].checkpoint.size == frontier.size {
                if signed[next].checkpoint.root != frontier.root {
                    add(
                        Text(
                            es: "El punto de control de tamaño \(frontier.size) no corresponde a las entradas: el diario fue alterado.",
                            en: "The checkpoint of size \(frontier.size) does not fit the entries: the journal was altered."), &report)
                }
                next += 1
            }
        }
        compare(&report)
        while true {
            // Up to the next checkpoint at most, so that its root can be looked at.
            let room = next < signed.count ? signed[next].checkpoint.size - frontier.size : Self.batch
            let size = frontier.size
            let rows = try await database.rows(
                """
                SELECT positions.position AS position, leaves.leaf AS leaf FROM journal_positions AS positions
                JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
                WHERE positions.position >= \(size) ORDER BY positions.position LIMIT \(min(room, Self.batch))
                """
            ) { row in (position: try row["position"] as Int, leaf: TreeHash(bytes: try row["leaf"] as [UInt8])) }
            guard !rows.isEmpty else { break }
            for (offset, row) in rows.enumerated() where row.position != size + offset {
                add(
                    Text(
                        es: "Falta la posición \(size + offset) del diario.", en: "Position \(size + offset) of the journal is missing."),
                    &report)
                return
            }
            _ = try frontier.append(rows.map { $0.leaf ?? .emptyRoot })
            compare(&report)
        }
        report.size = frontier.size
        report.root = frontier.root
        report.checkpoints = next
        for checkpoint in signed[next...] {
            let size = checkpoint.checkpoint.size
            add(
                Text(
                    es: "Un punto de control firmado tiene \(size) entradas y el diario \(frontier.size): faltan entradas.",
                    en: "A signed checkpoint has \(size) entries and the journal \(frontier.size): entries are missing."), &report)
        }
        if frontier.size > 0 {
            let (size, root) = (frontier.size, frontier.root)
            let kept = try await database.read { tx in try JournalTree.size(tx) }
            if kept >= size, try await JournalTree(database).root(at: size) != root {
                add(
                    Text(
                        es: "Las hojas guardadas del árbol no corresponden a las entradas.",
                        en: "The stored tiles of the tree do not fit the entries."), &report)
            }
        }
    }

    /// That each entry is what its leaf says. Returns how many have a position.
    private func checkEntries(of organisation: String?, _ report: inout Report) async throws -> Int {
        var counted = 0
        var after: Int64 = 0
        while true {
            let rows = try await entries(of: organisation, after: after)
            guard let last = rows.last else { return counted }
            for row in rows {
                if row.position != nil { counted += 1 }
                if !row.isRight { add(row.fault, &report) }
            }
            after = last.number
        }
    }

    private func entries(of organisation: String?, after number: Int64) async throws -> [CheckedEntry] {
        var walled = database
        walled.terms.organisation = organisation
        return try await walled.rows(
            """
            SELECT positions.position AS position, leaves.leaf AS leaf, \(JournalReader.columns)
            FROM journal_entries AS entries
            JOIN journal_leaves AS leaves ON leaves.entry = entries.entry
            LEFT JOIN journal_positions AS positions ON positions.entry = entries.entry
            WHERE entries.entry > \(number) ORDER BY entries.entry LIMIT \(Self.batch)
            """
        ) { try CheckedEntry($0) }
    }
}

/// An entry held against its stored leaf.
private struct CheckedEntry: Sendable {
    let number: Int64
    let position: Int64?
    let isRight: Bool

    var fault: Text {
        let place = position.map { "\($0)" } ?? "–"
        return Text(
            es: "La entrada \(number) (posición \(place)) fue alterada: no es lo que dice su hoja.",
            en: "Entry \(number) (position \(place)) was altered: it is not what its leaf says.")
    }

    init(_ row: borrowing Row) throws {
        let leaf: [UInt8] = try row["leaf"]
        let standing = try StandingEntry(row)
        number = standing.number
        position = standing.position
        isRight = standing.entry.leaf.bytes == leaf
    }
}
