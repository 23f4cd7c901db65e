import Base
import Store
import Transparency

/// A row of the journal with its leaf computed anew, from the bytes of its columns: a verification makes no texts of them.
struct HashedEntry: Sendable {
    /// Its number in this database.
    let number: Int64
    /// The index in the tree; nil where it has none yet.
    let position: Int64?
    /// What is stored beside the entry; nil where that is no hash.
    let stored: TreeHash?
    /// Whether the columns come to what is stored.
    let isRight: Bool
    /// Whether a later entry has a position already: then this one must have one too.
    let isDue: Bool
    /// Its part of the sums over `journal_subjects`.
    let subjects: UInt64

    /// What `init` reads: on PostgreSQL leaves and positions are tables of their own, on SQLite views of this one. PostgreSQL hashes
    /// the bodies where they lie, so that they need not travel; a server that lies could as well show other rows.
    static func selection(_ block: ClosedRange<Int64>, _ dialect: Dialect) -> SQL {
        let numbers: SQL = "BETWEEN \(block.lowerBound) AND \(block.upperBound)"
        return switch dialect {
        case .sqlite:
            """
            SELECT \(JournalReader.columns), NULL AS digest, entries.leaf AS leaf, entries.entry - 1 AS position, 1 AS is_due
            FROM journal_entries AS entries WHERE entries.entry \(numbers) ORDER BY entries.entry
            """
        case .postgres:
            // The numbers are said of each table: the planner concludes equality, not order, and would read the others whole.
            """
            SELECT \(JournalReader.columnsBesideBody), CASE WHEN length(entries.body) = 0 THEN entries.body END AS body,
                CASE WHEN length(entries.body) > 0 THEN sha256(entries.body) END AS digest,
                leaves.leaf AS leaf, positions.position AS position,
                COALESCE((leaves.transaction, leaves.entry) <= (SELECT transaction, entry FROM journal_sealed), FALSE) AS is_due
            FROM journal_entries AS entries
            LEFT JOIN journal_leaves AS leaves ON leaves.entry = entries.entry AND leaves.entry \(numbers)
            LEFT JOIN journal_positions AS positions ON positions.entry = entries.entry AND positions.entry \(numbers)
            WHERE entries.entry \(numbers) ORDER BY entries.entry
            """
        }
    }

    /// The fields in the order of `EntryMetadata.framed`. Two spellings of one content, as subjects in another order or a body
    /// of no bytes, are wrong: nobody writes them.
    init(_ row: borrowing Row) throws {
        let number: Int64 = try row["entry"]
        var frame = FramedFields(reservingBytes: 512)
        try frame.append(row, "id")
        let start = frame.bytes.count + 4
        try frame.append(row, "tenant")
        let tenant = start..<frame.bytes.count
        frame.append(try row["at"] as Int64)
        try frame.append(row, "actor")
        try frame.append(row, "on_behalf_of")
        try frame.append(row, "verb")
        try frame.append(row, "kind")
        try frame.append(row, "record")
        frame.append(try row["version"] as Int64)
        frame.append(try row["shape"] as Int64)
        try frame.append(row, "sealing_subject")
        var terms: UInt64 = 0
        try row.lendBytes("subjects") { column in
            var rest = column
            while let line = rest {
                let end = line.firstIndex(of: UInt8(ascii: "\n"))
                let subject = UnsafeRawBufferPointer(rebasing: line[..<(end ?? line.count)])
                frame.append(subject)
                terms &+= frame.bytes.withUnsafeBytes {
                    RowSums.term(subject, of: number, in: UnsafeRawBufferPointer(rebasing: $0[tenant]))
                }
                rest = end.map { UnsafeRawBufferPointer(rebasing: line[($0 + 1)...]) }
            }
        }
        var salt: LeafSalt?
        try row.lendBytes("salt") { salt = $0.flatMap { LeafSalt(bytes: $0) } }
        var body: TreeHash?
        try row.lendBytes("body") { column in
            guard let column else { return body = .emptyRoot }
            if !column.isEmpty { body = TreeHash.digest(of: column) }
        }
        try row.lendBytes("digest") { if let digest = $0 { body = TreeHash(bytes: digest) } }
        var stored: TreeHash?
        try row.lendBytes("leaf") { stored = $0.flatMap { TreeHash(bytes: $0) } }
        if let salt, let body, let stored {
            let metadata = frame.bytes.withUnsafeBytes { TreeHash.digest(of: $0) }
            isRight = LeafEntry(salt: salt, metadataHash: metadata, bodyHash: body).hash == stored
        } else {
            isRight = false
        }
        self.number = number
        self.stored = stored
        subjects = terms
        position = try row["position"]
        isDue = try row["is_due"]
    }
}

extension FramedFields {
    fileprivate mutating func append(_ row: borrowing Row, _ column: String) throws {
        try row.lendBytes(column) { bytes in
            if let bytes { append(bytes) } else { appendAbsent() }
        }
    }
}
