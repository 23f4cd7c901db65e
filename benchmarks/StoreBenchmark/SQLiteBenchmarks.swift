import Base
import Foundation
import SQLiteEngine
import Store

/// What the SQLite engine costs, through the store as features use it.
enum SQLiteBenchmarks {
    static let commands: [String: @Sendable ([String]) async throws -> [Measurement]] = [
        "sqlite-seed": seed, "sqlite-point": point, "sqlite-insert": insert, "sqlite-load": load, "sqlite-list": list,
    ]

    private static let runs = 5

    private static func open(_ path: String) throws -> (engine: SQLiteDatabase, database: Database) {
        let engine = try SQLiteDatabase.openEngine(SQLiteConfiguration(path: path), world: .live)
        return (engine, Database(engine).under { $0.deadline = .seconds(600) })
    }

    private static func emptied(_ path: String) -> String {
        for suffix in ["", "-wal", "-shm", "-owner"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        return path
    }

    /// `sqlite-seed FILE ROWS`
    @Sendable private static func seed(_ arguments: [String]) async throws -> [Measurement] {
        let count = Int(arguments[1]) ?? 100_000
        let (_, database) = try open(emptied(arguments[0]))
        let seconds = try await fill(database, count)
        await database.close()
        return [Measurement(name: "sqlite seed", figures: ["rows": Double(count), "rows_per_second": Double(count) / seconds])]
    }

    /// Loads in transactions of 100,000 rows, index included.
    private static func fill(_ database: Database, _ count: Int) async throws -> Double {
        let long = database.under { $0.isLong = true }
        try await long.write { tx in for sql in SampleRecord.creation(tx.dialect) { try tx.execute(sql) } }
        let start = ContinuousClock.now
        for from in stride(from: 0, to: count, by: 100_000) {
            try await long.write { tx in
                try tx.load(
                    into: "records", columns: SampleRecord.columns,
                    rows: (from..<min(count, from + 100_000)).lazy.map { SampleRecord.values($0) })
            }
        }
        return Benchmarks.seconds(ContinuousClock.now - start)
    }

    /// `sqlite-point FILE ROWS READS`: one row by its key, all columns decoded.
    @Sendable private static func point(_ arguments: [String]) async throws -> [Measurement] {
        let (count, reads) = (Int(arguments[1]) ?? 100_000, Int(arguments[2]) ?? 100_000)
        let (_, database) = try open(arguments[0])
        let ids = Benchmarks.positions(reads, among: count).map { SampleRecord.id($0) }
        var cpu: [Double] = []
        for run in 0...runs {
            let before = Benchmarks.cpuSeconds()
            var bytes = 0
            for id in ids {
                let record = try await database.first("SELECT id, tenant, subject, created_at, body FROM records WHERE id = \(id)") {
                    try SampleRecord($0)
                }
                bytes += record?.body.count ?? 0
            }
            precondition(bytes == 800 * reads)
            // The first run warms the cache.
            if run > 0 { cpu.append((Benchmarks.cpuSeconds() - before) / Double(reads) * 1e6) }
        }
        await database.close()
        return [Measurement(name: "sqlite point read", figures: ["cpu_us": Benchmarks.median(cpu)])]
    }

    /// `sqlite-insert FILE CALLERS INSERTS`: each caller waits for its commit before its next insert.
    @Sendable private static func insert(_ arguments: [String]) async throws -> [Measurement] {
        let (callers, inserts) = (Int(arguments[1]) ?? 1_000, Int(arguments[2]) ?? 50_000)
        var rates: [Double] = []
        var cpu: [Double] = []
        var batch: [Double] = []
        for _ in 0..<runs {
            let (engine, database) = try open(emptied(arguments[0]))
            try await database.write { tx in for sql in SampleRecord.creation(tx.dialect) { try tx.execute(sql) } }
            let before = Benchmarks.cpuSeconds()
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        for number in stride(from: caller, to: inserts, by: callers) {
                            let values = SampleRecord.values(number)
                            try await database.write { tx in
                                try tx.execute(
                                    """
                                    INSERT INTO records (id, tenant, subject, created_at, body)
                                    VALUES (\(values[0]), \(values[1]), \(values[2]), \(values[3]), \(values[4]))
                                    """)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            rates.append(Double(inserts) / Benchmarks.seconds(ContinuousClock.now - start))
            cpu.append((Benchmarks.cpuSeconds() - before) / Double(inserts) * 1e6)
            batch.append(engine.gauges.first { $0.name == "writer_mean_batch" }?.value ?? .nan)
            await database.close()
        }
        return [
            Measurement(
                name: "sqlite durable insert",
                figures: [
                    "per_second": Benchmarks.median(rates), "cpu_us": Benchmarks.median(cpu), "mean_batch": Benchmarks.median(batch),
                    "callers": Double(callers),
                ])
        ]
    }

    /// `sqlite-load FILE ROWS`: short rows (30 bytes) without a second index, and the sample's rows with theirs.
    @Sendable private static func load(_ arguments: [String]) async throws -> [Measurement] {
        let count = Int(arguments[1]) ?? 300_000
        var short: [Double] = []
        var whole: [Double] = []
        for _ in 0..<3 {
            let (_, database) = try open(emptied(arguments[0]))
            try await database.write { tx in
                try tx.execute(
                    "CREATE TABLE readings (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL) STRICT")
            }
            let start = ContinuousClock.now
            try await database.under { $0.isLong = true }.write { tx in
                try tx.load(
                    into: "readings", columns: ["id", "kind", "at", "value"],
                    rows: (0..<count).lazy.map {
                        [.integer(Int64($0)), .text("knee"), .integer(1_767_225_600_000_000 + Int64($0)), .real(Double($0) / 3)]
                    })
            }
            short.append(Double(count) / Benchmarks.seconds(ContinuousClock.now - start))
            whole.append(Double(count) / (try await fill(database, count)))
            await database.close()
        }
        return [
            Measurement(name: "sqlite bulk load, short rows", figures: ["rows_per_second": Benchmarks.median(short)]),
            Measurement(name: "sqlite bulk load, 900-byte rows and an index", figures: ["rows_per_second": Benchmarks.median(whole)]),
        ]
    }

    /// `sqlite-list FILE ROWS LISTS`.
    @Sendable private static func list(_ arguments: [String]) async throws -> [Measurement] {
        let (_, database) = try open(arguments[0])
        return try await ListBenchmark.run("sqlite", database, rows: Int(arguments[1]), lists: Int(arguments[2]))
    }
}
