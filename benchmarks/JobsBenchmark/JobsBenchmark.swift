import Access
import Base
import Foundation
import PostgresEngine
import Runtime
import SQLiteEngine
import Store
import Synchronization

/// What jobs cost; `benchmarks/jobs` runs it beside its peers. Each answer is a line of JSON.
///
/// `latency URL COUNT`, `empty URL COUNT`, `writing URL COUNT`, `flood URL COUNT`, `prepare URL`, `enqueue URL COUNT`, `drain URL`:
/// `drain` works until nothing is ready, for several programs on one database.
enum JobsBenchmark {
    struct Payload: Codable, Sendable {
        let number: Int
    }

    static let empty = JobKind<Payload>("benchmark.empty", Text(verbatim: "empty"))
    static let writing = JobKind<Payload>("benchmark.writing", Text(verbatim: "writing"))
    static let settings = JobSettings { ($0.slots, $0.perOrganisation) = (4, 4) }

    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 2 else {
            print("usage: JobsBenchmark prepare|latency|empty|writing|flood|enqueue|drain URL [COUNT]")
            exit(64)
        }
        let database = try await open(arguments[1])
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
        switch arguments[0] {
        case "prepare": try await prepare(database)
        case "latency": try await latency(database, count)
        case "empty": try await throughput(database, count, empty)
        case "writing": try await throughput(database, count, writing)
        case "flood": try await flood(database, count)
        case "enqueue": try await enqueue(database, writing, count)
        case "drain": try await drain(database)
        default: exit(64)
        }
        await database.close()
    }

    static func open(_ text: String) async throws -> Database {
        let url = try DatabaseURL(text)
        return switch url.dialect {
        case .sqlite: try await SQLiteDatabase.open(SQLiteConfiguration(path: url.exposed), world: .live)
        case .postgres: Database(try PostgresDatabase(PostgresConfiguration(url: url), world: .live))
        }
    }

    static func tell(_ name: String, _ figures: [String: Double]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = try encoder.encode(figures.merging([:]) { one, _ in one })
        print("{\"name\":\"\(name)\",\"figures\":\(String(decoding: line, as: UTF8.self))}")
    }

    private static func prepare(_ database: Database) async throws {
        let (dialect, series) = (database.dialect, JobTables.migrations)
        try await database.write { tx in
            try tx.execute("DROP TABLE IF EXISTS jobs")
            try tx.execute("DROP TABLE IF EXISTS written")
            for statement in series.migrations.flatMap({ $0.statements(dialect) }) { try tx.execute(statement) }
            try tx.execute("CREATE TABLE written (number \(dialect.integer) NOT NULL)")
        }
    }

    private static func enqueue(_ database: Database, _ kind: JobKind<Payload>, _ count: Int, tenant: Identifier = "clinic") async throws {
        let world = World.live
        for start in stride(from: 0, to: count, by: 1_000) {
            let requests = try (start..<min(start + 1_000, count)).map { try kind.request(Payload(number: $0), in: tenant, world) }
            try await database.under { $0.isLong = true }.write { tx in
                for request in requests { try request.enqueue(tx) }
            }
        }
    }

    private static func handlers(_ begun: @escaping @Sendable (Int) -> Void) -> [JobHandler] {
        [
            empty.handler { _, payload in
                begun(payload.number)
                return .done
            },
            writing.handler { _, payload in
                begun(payload.number)
                let number = payload.number
                return .writing { tx in try tx.execute("INSERT INTO written (number) VALUES (\(number))") }
            },
        ]
    }

    private static let log = Log(to: .standardError, from: .warning, now: World.live.now)

    /// From before the transaction that asks for a job to the first line of the job, one at a time on an idle worker.
    private static func latency(_ database: Database, _ count: Int) async throws {
        let (stream, begun) = AsyncStream<Duration>.makeStream()
        let world = World.live
        let worker = JobWorker(handlers { _ in begun.yield(world.elapsed()) }, database, settings, log, world)
        let running = Task { await worker.run() }
        var iterator = stream.makeAsyncIterator()
        var times: [Double] = []
        var committed: [Double] = []
        for number in 0..<count + 20 {
            try await Task.sleep(for: .milliseconds(3))
            let start = world.elapsed()
            let request = try empty.request(Payload(number: number), in: "clinic", world)
            try await database.write { tx in _ = try request.enqueue(tx) }
            let durable = world.elapsed()
            guard let end = await iterator.next() else { break }
            // The first ones prepare statements.
            if number >= 20 {
                times.append(Double((end - start).wholeMicroseconds) / 1e3)
                committed.append(Double((end - durable).wholeMicroseconds) / 1e3)
            }
        }
        running.cancel()
        await running.value
        let (sorted, after) = (times.sorted(), committed.sorted())
        try tell(
            "latency",
            [
                "median_ms": sorted[sorted.count / 2], "p99_ms": sorted[sorted.count * 99 / 100],
                "median_after_commit_ms": after[after.count / 2],
            ])
    }

    /// Jobs that are all there at the start, until the last one's row says that it is done.
    private static func throughput(_ database: Database, _ count: Int, _ kind: JobKind<Payload>) async throws {
        try await prepare(database)
        let start = ContinuousClock.now
        try await enqueue(database, kind, count)
        let asked = ContinuousClock.now
        try await drain(database, until: count)
        let end = ContinuousClock.now
        let written = try await database.first("SELECT count(*) AS many FROM written") { try $0["many"] as Int } ?? 0
        precondition(kind.shape == empty.shape || written == count, "a job's write is missing")
        try tell(
            kind.shape.name,
            ["per_second": Double(count) / seconds(end - asked), "enqueued_per_second": Double(count) / seconds(asked - start)])
    }

    /// One organisation has so many jobs waiting, another asks for one: how long its claim takes.
    private static func flood(_ database: Database, _ count: Int) async throws {
        try await prepare(database)
        try await fill(database, count)
        let desk = JobDesk(database, handlers { _ in }, term: .seconds(60), .live)
        var times: [Double] = []
        var round = JobRound {
            ($0.wakes, $0.room, $0.kinds) = (true, 2, [empty.shape.name])
        }
        for number in 0..<100 {
            try await enqueue(database, empty, 1, tenant: "other")
            let start = ContinuousClock.now
            let result = try await desk.run(round)
            times.append(seconds(ContinuousClock.now - start) * 1e3)
            precondition(result.claimed.contains { $0.tenant == "other" }, "\(number): the other's turn did not come")
            round.turns = result.turns
        }
        try tell("flood", ["median_ms": times.sorted()[50], "most_ms": times.max() ?? 0])
    }

    private static func fill(_ database: Database, _ count: Int) async throws {
        let columns = [
            "id", "tenant", "kind", "payload", "priority", "state", "not_before", "attempts", "most_tries", "claim", "created_at",
        ]
        let world = World.live
        try await database.under { ($0.isLong, $0.deadline) = (true, .seconds(300)) }.write { tx in
            let rows = (0..<count).lazy.map { number -> [SQLValue] in
                let now = world.now().sqlValue
                return [
                    world.id(of: Job.self).sqlValue, .text("flood"), .text(empty.shape.name), .text("{\"number\":\(number)}"), .integer(1),
                    .text("ready"), now, .integer(0), .integer(5), .integer(0), now,
                ]
            }
            try tx.load(into: "jobs", columns: columns, rows: rows)
        }
    }

    private static func drain(_ database: Database) async throws {
        let start = ContinuousClock.now
        let done = Mutex(0)
        let worker = JobWorker(handlers { _ in done.withLock { $0 += 1 } }, database, settings, log, .live)
        let running = Task { await worker.run() }
        while try await database.first("SELECT 1 AS one FROM jobs WHERE state IN ('ready', 'running') LIMIT 1", { _ in true }) ?? false {
            try await Task.sleep(for: .milliseconds(20))
        }
        let took = seconds(ContinuousClock.now - start)
        running.cancel()
        await running.value
        try tell("drain", ["jobs": Double(done.withLock { $0 }), "seconds": took])
    }

    private static func drain(_ database: Database, until count: Int) async throws {
        let begun = Mutex(0)
        let worker = JobWorker(handlers { _ in begun.withLock { $0 += 1 } }, database, settings, log, .live)
        let running = Task { await worker.run() }
        while begun.withLock({ $0 < count }) { try await Task.sleep(for: .milliseconds(5)) }
        while try await database.first("SELECT 1 AS one FROM jobs WHERE state IN ('ready', 'running') LIMIT 1", { _ in true }) ?? false {
            try await Task.sleep(for: .milliseconds(2))
        }
        running.cancel()
        await running.value
    }

    private static func seconds(_ duration: Duration) -> Double { Double(duration.wholeMicroseconds) / 1e6 }
}
