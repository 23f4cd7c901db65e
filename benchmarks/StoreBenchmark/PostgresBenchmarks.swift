import Base
import Foundation
import PostgresEngine
import Store

/// What the PostgreSQL engine costs, through the store as features use it. `benchmarks/postgres` runs each beside pgbench or
/// psql doing the same.
enum PostgresBenchmarks {
    static let commands: [String: @Sendable ([String]) async throws -> [Measurement]] = [
        "postgres-seed": seed, "postgres-point": point, "postgres-write": write, "postgres-load": load, "postgres-list": list,
    ]

    private static func open(_ url: String, connections: Int = 4) throws -> Database {
        var configuration = PostgresConfiguration(url: try DatabaseURL(url))
        configuration.mostConnections = connections
        return Database(try PostgresDatabase(configuration, world: .live)).under { $0.deadline = .seconds(3600) }
    }

    /// `postgres-seed URL ROWS`: makes the table anew.
    private static func seed(_ arguments: [String]) async throws -> [Measurement] {
        let count = Int(arguments[1]) ?? 100_000
        let database = try open(arguments[0])
        try await database.write { tx in
            try tx.execute("DROP TABLE IF EXISTS records")
            for sql in SampleRecord.creation(tx.dialect) { try tx.execute(sql) }
            // pgbench can make up whole numbers only: the key of both is one.
            try tx.execute("CREATE UNIQUE INDEX records_by_number ON records (created_at)")
            try tx.execute("DROP TABLE IF EXISTS loaded")
            try tx.execute("CREATE TABLE loaded (LIKE records)")
        }
        let start = ContinuousClock.now
        for from in stride(from: 0, to: count, by: 100_000) {
            try await database.under { $0.isLong = true }.write { tx in
                try tx.load(
                    into: "records", columns: SampleRecord.columns,
                    rows: (from..<min(count, from + 100_000)).lazy.map { SampleRecord.values($0) })
            }
        }
        let seconds = Benchmarks.seconds(ContinuousClock.now - start)
        try await database.executeAlone("VACUUM ANALYZE records")
        await database.close()
        return [Measurement(name: "postgres seed", figures: ["rows": Double(count), "rows_per_second": Double(count) / seconds])]
    }

    /// Calls of `callers` tasks, each waiting for its answer before it asks again, for some seconds after a warm-up.
    private static func rate(
        callers: Int, seconds: Double, _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> (perSecond: Double, cpuMicroseconds: Double) {
        func run(_ seconds: Double) async throws -> Int {
            let end = ContinuousClock.now + .seconds(seconds)
            return try await withThrowingTaskGroup(of: Int.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        var count = 0
                        while ContinuousClock.now < end {
                            for _ in 0..<8 {
                                try await call(caller &* 1_000_003 &+ count)
                                count += 1
                            }
                        }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        _ = try await run(0.5)
        let cpu = Benchmarks.cpuSeconds()
        let start = ContinuousClock.now
        let count = try await run(seconds)
        let elapsed = Benchmarks.seconds(ContinuousClock.now - start)
        return (Double(count) / elapsed, (Benchmarks.cpuSeconds() - cpu) / Double(count) * 1e6)
    }

    private static func keys(among count: Int) -> [Int64] {
        Benchmarks.positions(100_000, among: count).map { 1_767_225_600_000_000 + Int64($0) }
    }

    /// `postgres-point URL ROWS CALLERS SECONDS`: one row by its key over 4 connections, its four short columns decoded (bytes
    /// would be cheaper than for pgbench, which reads all as text).
    private static func point(_ arguments: [String]) async throws -> [Measurement] {
        let (count, callers, seconds) = (Int(arguments[1]) ?? 100_000, Int(arguments[2]) ?? 64, Double(arguments[3]) ?? 5)
        let database = try open(arguments[0])
        let keys = keys(among: count)
        let result = try await rate(callers: callers, seconds: seconds) { number in
            let key = keys[Int(UInt(bitPattern: number) % UInt(keys.count))]
            let length = try await database.first("SELECT id, tenant, subject, created_at FROM records WHERE created_at = \(key)") { row in
                let texts: [String] = [try row["id"], try row["tenant"], try row["subject"]]
                return texts.reduce(0) { $0 + $1.utf8.count } + (try row["created_at"] as Int64 == key ? 1 : 0)
            }
            precondition(length ?? 0 > 20)
        }
        let trips = database.gauges.reduce(into: [:]) { $0[$1.name] = $1.value }
        await database.close()
        return [
            Measurement(
                name: "postgres select by key",
                figures: [
                    "per_second": result.perSecond, "cpu_us": result.cpuMicroseconds, "callers": Double(callers),
                    "reads_per_trip": (trips["point_reads"] ?? 0) / (trips["point_read_trips"] ?? 1),
                ])
        ]
    }

    /// `postgres-write URL ROWS CALLERS SECONDS`: reads a row, changes it, commits.
    private static func write(_ arguments: [String]) async throws -> [Measurement] {
        let (count, callers, seconds) = (Int(arguments[1]) ?? 100_000, Int(arguments[2]) ?? 64, Double(arguments[3]) ?? 5)
        let database = try open(arguments[0])
        let keys = keys(among: count)
        let result = try await rate(callers: callers, seconds: seconds) { number in
            let key = keys[Int(UInt(bitPattern: number) % UInt(keys.count))]
            try await database.write { tx in
                let tenant = try tx.first("SELECT tenant FROM records WHERE created_at = \(key)") { try $0["tenant"] as String } ?? ""
                try tx.execute("UPDATE records SET subject = 's' WHERE created_at = \(key)")
                precondition(!tenant.isEmpty)
            }
        }
        let figures = database.gauges.reduce(into: [:]) { $0[$1.name] = $1.value }
        await database.close()
        return [
            Measurement(
                name: "postgres write closure",
                figures: [
                    "per_second": result.perSecond, "cpu_us": result.cpuMicroseconds, "callers": Double(callers),
                    "reruns": figures["reruns"] ?? 0,
                ])
        ]
    }

    /// `postgres-load URL ROWS`: the sample's rows into an empty table `loaded` without an index, in one transaction.
    private static func load(_ arguments: [String]) async throws -> [Measurement] {
        let count = Int(arguments[1]) ?? 100_000
        let database = try open(arguments[0])
        try await database.write { tx in try tx.execute("TRUNCATE loaded") }
        let cpu = Benchmarks.cpuSeconds()
        let start = ContinuousClock.now
        try await database.under { $0.isLong = true }.write { tx in
            try tx.load(into: "loaded", columns: SampleRecord.columns, rows: (0..<count).lazy.map { SampleRecord.values($0) })
        }
        let seconds = Benchmarks.seconds(ContinuousClock.now - start)
        let own = (Benchmarks.cpuSeconds() - cpu) / Double(count) * 1e6
        await database.close()
        return [
            Measurement(name: "postgres bulk load", figures: ["rows_per_second": Double(count) / seconds, "cpu_us": own])
        ]
    }

    /// `postgres-list URL ROWS LISTS`.
    private static func list(_ arguments: [String]) async throws -> [Measurement] {
        let database = try open(arguments[0])
        return try await ListBenchmark.run("postgres", database, rows: Int(arguments[1]), lists: Int(arguments[2]))
    }
}
