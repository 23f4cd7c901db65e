import Base
import Records
import Runtime
import Store
import Synchronization

/// What the database says about the program's work.
package struct Reading: Sendable {
    /// `World.now` when it was read.
    package var at = Instant.epoch
    /// Whether the database answered.
    package var isReachable = false
    /// Why it did not: a failure's code.
    package var failure: String?
    /// Why nothing can be done on it, `migrations_due`; nil where it is at this program's schema.
    package var obstacle: String?
    package var jobs: [JobFigure] = []
    /// What waits for a worker, kind by kind.
    package var ready: [JobQueue.Ready] = []
    package var lags: [SubscriptionLag] = []
    package var journalPosition: Int64 = 0

    /// How many jobs of one state there are.
    package struct JobFigure: Sendable, Hashable {
        /// `ready`, `waiting`, `running`, `dead`.
        package let state: String
        /// Of those that are ready, `urgent`; nil for the others.
        package let priority: String?
        package let count: Int
        /// How long the first of those has been ready.
        package let ageSeconds: Double?
    }
}

/// Reads it, and keeps it for a few seconds: however many look, the database is asked once.
package final class Readings: Sendable {
    private struct State {
        var kept: Reading?
        /// Of `World.elapsed`.
        var readAt: Duration = .zero
        var reading: Task<Reading, Never>?
    }

    private let database: Database
    private let schema: @Sendable () async throws -> Void
    private let world: World
    private let state = Mutex(State())

    package static let age: Duration = .seconds(3)
    /// For a question to the database.
    private static let patience: Duration = .seconds(2)

    /// `schema` throws where the database is not at this program's schema.
    package init(_ database: Database, schema: @escaping @Sendable () async throws -> Void, world: World) {
        self.database = database.under { $0.deadline = Self.patience }
        self.schema = schema
        self.world = world
    }

    /// What was read within the last three seconds; waits for it where it is older, for as long as a question may take.
    package func current() async -> Reading {
        let now = world.elapsed()
        let task: Task<Reading, Never>? = state.withLock { state in
            if state.kept != nil, now - state.readAt < Self.age { return nil }
            if let reading = state.reading { return reading }
            let reading = Task { await read() }
            state.reading = reading
            return reading
        }
        if let task { return await task.value }
        return kept
    }

    /// What was read last, however old.
    package var kept: Reading { state.withLock { $0.kept ?? Reading() } }

    private func read() async -> Reading {
        var reading = kept
        reading.at = world.now()
        do {
            reading.obstacle = try await obstacle()
            if reading.obstacle == nil {
                reading.jobs = Self.figures(try await JobQueue(database, world).gauges())
                reading.ready = try await JobQueue(database, world).readyByKind()
                reading.lags = try await SubscriptionLag.all(in: database, at: world.now())
                reading.journalPosition = try await JournalReader(database).size()
            }
            reading.isReachable = true
            reading.failure = nil
        } catch {
            reading.isReachable = false
            reading.failure = (error as? Failure)?.code ?? "unknown"
        }
        let done = reading
        state.withLock { state in
            state.kept = done
            state.readAt = world.elapsed()
            state.reading = nil
        }
        return done
    }

    /// A database that does not answer throws; one that is not at its schema is an obstacle.
    private func obstacle() async throws -> String? {
        _ = try await database.first("SELECT 1 AS one") { _ in true }
        do {
            try await schema()
            return nil
        } catch let failure as Failure where failure.kind == .unavailable || failure.kind == .invalid { return failure.code }
    }

    /// `jobs_ready_urgent`, `jobs_ready_urgent_age_seconds`, `jobs_dead`.
    private static func figures(_ gauges: [Gauge]) -> [Reading.JobFigure] {
        let ages = "_age_seconds"
        return gauges.filter { !$0.name.hasSuffix(ages) }.map { gauge in
            let parts = gauge.name.split(separator: "_").map(String.init)
            return Reading.JobFigure(
                state: parts.count > 1 ? parts[1] : gauge.name, priority: parts.count > 2 ? parts[2] : nil, count: Int(gauge.value),
                ageSeconds: gauges.first { $0.name == gauge.name + ages }?.value)
        }
    }
}
