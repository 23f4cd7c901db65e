import Base
import Store
import Transparency

/// Goes once over all entries, several blocks at a time, and holds each against its leaf, its place and its subjects.
struct JournalWalk: Sendable {
    private let database: Database
    /// Blocks that are read, or wait for an earlier one: each holds up to half a megabyte, and on PostgreSQL its answer.
    private static let width = 6

    init(_ database: Database) {
        self.database = database
    }

    /// SQLite: the order of the rows is that of the tree.
    func checkEntries(_ tree: inout TreeCheck, _ report: inout JournalVerifier.Report) async throws {
        let tiles = try await TileCheck(database)
        var isWhole = true
        try await checkOrganisation(nil, &report) { block, report in
            guard isWhole else { return }
            let start = tree.frontier.size
            for (offset, entry) in block.enumerated() where entry.position != Int64(start + offset) {
                let place = entry.position ?? -1
                report.add(place > start + offset ? .positionMissing(start + offset) : .positionStray(place, of: entry.number))
                isWhole = false
                return
            }
            let changed = try tree.append(block.map { $0.stored ?? .emptyRoot }[...], &report)
            try await tiles.compare(changed, &report)
        }
    }

    /// PostgreSQL: positions are a table of their own that everybody may read, entries stand behind the walls of their
    /// organisations.
    func checkPositions(_ organisations: [String], _ tree: inout TreeCheck, _ report: inout JournalVerifier.Report) async throws {
        let size = try await JournalReader(database).size()
        let expected = try await readPositions(below: size, &tree, &report)
        var found = RowSums()
        for organisation in organisations {
            try await checkOrganisation(organisation, &report) { block, report in
                var last: Int64?
                for entry in block {
                    if entry.number == last { report.add(.positionTwice(entry.number)) }
                    last = entry.number
                    if entry.position == nil, entry.isDue { report.add(.positionOverdue(entry.number)) }
                    guard let position = entry.position, position < size else { continue }
                    found.add(RowSums.term(position: position, of: entry.number), at: position)
                }
            }
        }
        if !found.agrees(with: expected) { try await nameMissing(organisations, found, expected, size, &report) }
    }

    /// The tree over the stored leaves in the order of their positions. Returns the sums over what has a position.
    private func readPositions(
        below size: Int64, _ tree: inout TreeCheck, _ report: inout JournalVerifier.Report
    ) async throws -> RowSums {
        let tiles = try await TileCheck(database)
        let database = database
        var sums = RowSums()
        var start: Int64 = 0
        var isWhole = true
        try await inOrder(width: Self.width) { () -> Range<Int64>? in
            guard start < size else { return nil }
            defer { start += Int64(RowSums.rowsInBlock) }
            return start..<min(start + Int64(RowSums.rowsInBlock), size)
        } work: { block in
            (
                block,
                try await database.rows(
                    """
                    SELECT positions.position AS position, positions.entry AS entry, leaves.leaf AS leaf
                    FROM journal_positions AS positions LEFT JOIN journal_leaves AS leaves ON leaves.entry = positions.entry
                    WHERE positions.position >= \(block.lowerBound) AND positions.position < \(block.upperBound)
                    ORDER BY positions.position
                    """
                ) { try StandingLeaf($0) }
            )
        } take: { block, leaves in
            for leaf in leaves { sums.add(RowSums.term(position: leaf.position, of: leaf.entry), at: leaf.position) }
            guard isWhole else { return }
            let wrong = leaves.enumerated().first { $1.position != block.lowerBound + Int64($0) }
            if wrong != nil || leaves.count != block.count {
                report.add(.positionMissing(Int(block.lowerBound) + (wrong?.offset ?? leaves.count)))
                isWhole = false
                return
            }
            let changed = try tree.append(leaves.map { $0.leaf ?? .emptyRoot }[...], &report)
            try await tiles.compare(changed, &report)
        }
        return sums
    }

    /// Holds the entries of an organisation (nil: all) against their leaves, and `journal_subjects` against them; gives each block
    /// to `take`, in their order.
    private func checkOrganisation(
        _ organisation: String?, _ report: inout JournalVerifier.Report,
        take: ([HashedEntry], inout JournalVerifier.Report) async throws -> Void
    ) async throws {
        var walled = database
        walled.terms.organisation = organisation
        let database = walled
        let check = SubjectCheck(database)
        async let listed = check.listed()
        var told = RowSums()
        var last = Int64.min
        try await inOrder(width: Self.width) { () -> ClosedRange<Int64>? in
            let next = try await Self.block(after: last, database)
            if let next { last = next.upperBound }
            return next
        } work: { block in
            try await database.rows(HashedEntry.selection(block, database.dialect)) { try HashedEntry($0) }
        } take: { entries in
            for entry in entries {
                if !entry.isRight { report.add(.entryAltered(entry.number, at: entry.position)) }
                told.add(entry.subjects, at: entry.number)
            }
            try await take(entries, &report)
        }
        let found = try await listed
        if !told.agrees(with: found) { try await check.nameDifferences(told, found, &report) }
    }

    /// The next numbers that have entries: rows are few in a block, however far apart somebody put them.
    private static func block(after number: Int64, _ database: Database) async throws -> ClosedRange<Int64>? {
        switch database.dialect {
        case .sqlite:
            // A look into the tree of rows; numbers are dense.
            let first: Int64?? = try await database.first("SELECT min(entry) AS first FROM journal_entries WHERE entry > \(number)") {
                try $0["first"]
            }
            guard let first = first ?? nil else { return nil }
            return first...RowSums.block(of: first).upperBound
        case .postgres:
            // An organisation's numbers may lie anywhere.
            let bounds: EntryBounds? = try await database.first(
                """
                SELECT min(entry) AS first, max(entry) AS last
                FROM (SELECT entry FROM journal_entries WHERE entry > \(number) ORDER BY entry LIMIT \(RowSums.rowsInBlock)) AS numbered
                """
            ) { try EntryBounds($0) }
            guard let first = bounds?.first, let last = bounds?.last else { return nil }
            return first...last
        }
    }

    /// Which entries have a position and are not there. The organisations are asked for each block that differs.
    private func nameMissing(
        _ organisations: [String], _ found: RowSums, _ expected: RowSums, _ size: Int64, _ report: inout JournalVerifier.Report
    ) async throws {
        for start in stride(from: 0, to: size, by: RowSums.rowsInBlock) where !report.isFull && !found.agrees(with: expected, at: start) {
            let end = start + Int64(RowSums.rowsInBlock)
            var missing: [Int64: Int64] = [:]
            let rows = try await database.rows(
                "SELECT position, entry, NULL AS leaf FROM journal_positions WHERE position >= \(start) AND position < \(end)"
            ) { try StandingLeaf($0) }
            for row in rows { missing[row.position] = row.entry }
            for organisation in organisations {
                let seen: [Int64] = try await database.within(organisation: organisation).rows(
                    """
                    SELECT positions.position AS position FROM journal_positions AS positions
                    JOIN journal_entries AS entries ON entries.entry = positions.entry
                    WHERE positions.position >= \(start) AND positions.position < \(end)
                    """
                ) { try $0["position"] }
                for position in seen { missing[position] = nil }
            }
            for (position, entry) in missing.sorted(by: { $0.key < $1.key }) { report.add(.entryMissing(entry, at: position)) }
        }
    }
}

/// A leaf where it stands, without its entry.
private struct StandingLeaf: Sendable {
    let position: Int64
    let entry: Int64
    let leaf: TreeHash?

    init(_ row: borrowing Row) throws {
        position = try row["position"]
        entry = try row["entry"]
        var leaf: TreeHash?
        try row.lendBytes("leaf") { leaf = $0.flatMap { TreeHash(bytes: $0) } }
        self.leaf = leaf
    }
}

private struct EntryBounds: Sendable {
    let first: Int64?
    let last: Int64?

    init(_ row: borrowing Row) throws {
        first = try row["first"]
        last = try row["last"]
    }
}
