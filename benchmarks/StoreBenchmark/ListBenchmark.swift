import Base
import Store

/// Fifty rows of one organisation from some time on, in order: the same on every engine.
enum ListBenchmark {
    /// `rows`: how many the table has, 100,000 unless told; `lists`: how many are read, 1,000 unless told. Closes the database.
    static func run(_ engine: String, _ database: Database, rows: Int?, lists: Int?) async throws -> [Measurement] {
        let (count, lists) = (rows ?? 100_000, lists ?? 1_000)
        var milliseconds: [Double] = []
        for position in Benchmarks.positions(lists, among: count - 1_000) {
            let start = ContinuousClock.now
            let records = try await database.rows(
                """
                SELECT id, tenant, subject, created_at, body FROM records
                WHERE tenant = \("organisation-0000000\(position % 4)") AND created_at >= \(1_767_225_600_000_000 + position)
                ORDER BY created_at, id LIMIT \(50)
                """
            ) { try SampleRecord($0) }
            precondition(records.count == 50)
            milliseconds.append(Benchmarks.seconds(ContinuousClock.now - start) * 1e3)
        }
        await database.close()
        let sorted = milliseconds.sorted()
        return [
            Measurement(
                name: "\(engine) list of 50",
                figures: ["rows": Double(count), "median_ms": Benchmarks.median(sorted), "p95_ms": sorted[sorted.count * 95 / 100]])
        ]
    }
}
