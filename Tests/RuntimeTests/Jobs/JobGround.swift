import Access
import Base
import Foundation
import Runtime
import Store
import Synchronization
import TestKit

/// A database with the table of jobs, and one in which jobs leave a trace for each time their write took effect.
struct JobGround: Sendable {
    let store: TestStore
    let database: Database
    let world: World

    static func with(
        _ engine: EngineMatrix, _ settings: EngineSettings = EngineSettings(), world: World = .live,
        _ body: (JobGround) async throws -> Void
    ) async throws {
        let schema = JobTables.migrations.migrations.flatMap { $0.statements(engine.dialect) }
        let trace: SQL = "CREATE TABLE trace (job \(engine.dialect.text) NOT NULL, tenant \(engine.dialect.text) NOT NULL)"
        try await engine.withStore(schema + [trace], settings) { store in
            try await body(JobGround(store: store, database: store.database, world: world))
        }
    }

    var queue: JobQueue { JobQueue(database, world) }

    /// How often the write of each job took effect.
    func traces() async throws -> [String: Int] {
        let jobs: [String] = try await database.rows("SELECT job FROM trace") { try $0["job"] }
        return jobs.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    @discardableResult
    func enqueue(_ requests: JobRequest...) async throws -> Bool { try await enqueue(requests) }

    @discardableResult
    func enqueue(_ requests: [JobRequest]) async throws -> Bool {
        try await database.write { tx in
            var all = true
            for request in requests { all = try request.enqueue(tx) && all }
            return all
        }
    }

    /// A worker on `database` that runs while `body` does, and ends in good order.
    func working(
        _ handlers: [JobHandler], _ database: Database? = nil, _ settings: JobSettings = JobSettings { $0.claim = .seconds(2) },
        _ body: (JobWorker) async throws -> Void
    ) async throws {
        let worker = JobWorker(handlers, database ?? self.database, settings, Self.silence, world)
        let running = Task { await worker.run() }
        do { try await body(worker) } catch {
            running.cancel()
            await running.value
            throw error
        }
        running.cancel()
        await running.value
    }

    static let silence = Log(to: LogSink { _ in }, from: .critical, now: { .epoch })

    func state(of request: JobRequest) async throws -> JobState? { try await queue.status(of: request.id)?.state }

    /// Waits until the job is so.
    func reaches(_ state: JobState, _ request: JobRequest) async throws {
        try await eventually { try await self.state(of: request) == state }
    }
}

/// What the jobs of these tests are about.
struct Errand: Codable, Sendable, Hashable {
    var number = 0
}

enum Errands {
    static let plain = JobKind<Errand>("test.errand", Text(es: "Recado", en: "Errand")) { _ in }
    static let brief = JobKind<Errand>("test.brief", Text(es: "Recado breve", en: "Brief errand")) {
        $0.mostTries = 3
        $0.firstPause = .milliseconds(1)
        $0.longestPause = .milliseconds(4)
    }

    /// Leaves its trace when it ends.
    static func tracing(_ kind: JobKind<Errand>) -> JobHandler {
        kind.handler { run, _ in trace(run) }
    }

    static func trace(_ run: JobRun) -> JobEnd {
        let (job, tenant) = (run.id.description, run.tenant?.text ?? "")
        return .writing { tx in try tx.execute("INSERT INTO trace (job, tenant) VALUES (\(job), \(tenant))") }
    }
}

extension JobKind where Payload == Errand {
    init(_ name: String, _ title: Text, _ change: (inout JobLimits) -> Void) {
        self.init(name, title, limits: JobLimits(change))
    }
}

/// Counts and lists, from anywhere.
final class Tally<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])

    func add(_ value: Value) { values.withLock { $0.append(value) } }
    var all: [Value] { values.withLock { $0 } }
    var count: Int { all.count }
}
