import Base
import Store

/// Holds `journal_subjects`, by which entries about somebody are found, against the entries.
struct SubjectCheck: Sendable {
    private let database: Database
    /// Rows read in one statement.
    private static let batch = 10_000
    /// An entry may be about very many; a block about more than this is refused.
    private static let mostRowsOfBlock = 1_000_000

    /// `database` is within the organisation to be looked at, where there are walls.
    init(_ database: Database) {
        self.database = database
    }

    /// The sums over all rows of the table.
    func listed() async throws -> RowSums {
        var sums = RowSums()
        var after: ListedSubject?
        while true {
            let place: SQL = after.map { "WHERE (subject, entry) > (\($0.subject), \($0.entry))" } ?? ""
            let rows = try await database.rows(
                "SELECT subject, entry, tenant FROM journal_subjects \(place) ORDER BY subject, entry LIMIT \(Self.batch)"
            ) { try ListedSubject($0) }
            for row in rows { sums.add(row.term, at: row.entry) }
            guard let last = rows.last, rows.count == Self.batch else { return sums }
            after = last
        }
    }

    /// Says which entries differ, by blocks whose sums do; each is looked at over one snapshot, since on PostgreSQL others write.
    func nameDifferences(_ told: RowSums, _ listed: RowSums, _ report: inout JournalVerifier.Report) async throws {
        let strays: [Int64] = try await database.rows(
            """
            SELECT entry FROM journal_subjects AS listed
            WHERE NOT EXISTS (SELECT 1 FROM journal_entries AS entries WHERE entries.entry = listed.entry)
            ORDER BY entry LIMIT \(JournalVerifier.mostFaults)
            """
        ) { try $0["entry"] }
        for number in strays { report.add(.subjectStray(number)) }
        var last = Int64.min
        while !report.isFull {
            let next: Int64?? = try await database.first("SELECT min(entry) AS next FROM journal_entries WHERE entry > \(last)") {
                try $0["next"]
            }
            guard let number = next ?? nil else { return }
            let block = RowSums.block(of: number)
            if !told.agrees(with: listed, at: number) { try await nameDifferences(in: block, &report) }
            last = block.upperBound
        }
    }

    private func nameDifferences(in block: ClosedRange<Int64>, _ report: inout JournalVerifier.Report) async throws {
        let (told, listed) = try await database.read { tx in
            let entries = try tx.rows(
                """
                SELECT entry, tenant, subjects FROM journal_entries
                WHERE entry BETWEEN \(block.lowerBound) AND \(block.upperBound) AND subjects IS NOT NULL
                """
            ) { try ListedSubject.all(of: $0) }
            let rows = try tx.rows(
                """
                SELECT subject, entry, tenant FROM journal_subjects
                WHERE entry BETWEEN \(block.lowerBound) AND \(block.upperBound)
                """, atMost: Self.mostRowsOfBlock
            ) { try ListedSubject($0) }
            return (Set(entries.joined()), Set(rows))
        }
        for number in Set(told.subtracting(listed).map(\.entry)).sorted() { report.add(.subjectMissing(number)) }
        for number in Set(listed.subtracting(told).map(\.entry)).sorted() { report.add(.subjectStray(number)) }
    }
}

/// Who stands where as somebody an entry is about.
private struct ListedSubject: Sendable, Hashable {
    let subject: String
    let entry: Int64
    let tenant: String

    init(_ row: borrowing Row) throws {
        subject = try row["subject"]
        entry = try row["entry"]
        tenant = try row["tenant"]
    }

    private init(subject: String, entry: Int64, tenant: String) {
        self.subject = subject
        self.entry = entry
        self.tenant = tenant
    }

    /// As the entry itself tells.
    static func all(of row: borrowing Row) throws -> [ListedSubject] {
        let entry: Int64 = try row["entry"]
        let tenant: String = try row["tenant"]
        let subjects: String = try row["subjects"]
        return subjects.split(separator: "\n", omittingEmptySubsequences: false).map {
            ListedSubject(subject: String($0), entry: entry, tenant: tenant)
        }
    }

    var term: UInt64 {
        var (subject, tenant) = (subject, tenant)
        return subject.withUTF8 { subject in
            tenant.withUTF8 { RowSums.term(UnsafeRawBufferPointer(subject), of: entry, in: UnsafeRawBufferPointer($0)) }
        }
    }
}
