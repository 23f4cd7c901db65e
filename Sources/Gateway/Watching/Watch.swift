import Access
import Base
import Metrics
import Runtime
import Store
import Synchronization
import Web

/// Everything by which operators see how a program that serves is doing: metrics, health, traffic, the log of requests.
package final class Watch: Sendable {
    package let metrics: Metrics
    package let traffic: Traffic
    package let readings: Readings
    package let errors = RecentErrors()
    package let callers = ActiveCallers()
    /// For caches; the label is whose: `answers`.
    package let cacheHits: MetricSeries<Counter>
    package let cacheMisses: MetricSeries<Counter>
    /// For features that complete exercises: none does yet.
    package let exercisesCompleted: Counter
    let settings: Config
    private let conditions: [ReadyCondition]
    private let requestLog: RequestLog
    let world: World
    let database: Database

    /// What others know and this does not.
    package struct Sources: Sendable {
        /// Throws where the database is not at this program's schema.
        package let schema: @Sendable () async throws -> Void
        /// Beyond the database's own: keys, draining.
        package let conditions: [ReadyCondition]
        /// The program's version, in words without quotation marks.
        package let version: String
        package let openConnections: @Sendable () -> Int

        package init(
            schema: @escaping @Sendable () async throws -> Void, conditions: [ReadyCondition], version: String,
            openConnections: @escaping @Sendable () -> Int
        ) {
            self.schema = schema
            self.conditions = conditions
            self.version = version
            self.openConnections = openConnections
        }
    }

    /// `routes`: all that are mounted, those of `Watch.routes` too: only their names and statuses are looked at.
    package init(_ routes: [Route], _ sources: Sources, host: FeatureHost, metrics: Metrics = Metrics()) {
        self.metrics = metrics
        settings = host.settings
        world = host.world
        database = host.database
        traffic = Traffic(routes, metrics)
        readings = Readings(host.database, schema: sources.schema, world: host.world)
        requestLog = RequestLog(host.log, RequestLogSettings(host.settings), random: host.world.random)
        conditions =
            [
                .database(readings), .migrations(readings),
                .subscriptions(readings, behindAtMost: host.settings[WatchSettings.lag]),
            ] + sources.conditions
        cacheHits = metrics.counters("cache_hits_total", "Answers that were kept, by cache.", labels: ["cache"], atMost: 20)
        cacheMisses = metrics.counters("cache_misses_total", "Answers that had to be made, by cache.", labels: ["cache"], atMost: 20)
        exercisesCompleted = metrics.counter(
            "exercises_completed_total",
            "Exercises that people completed. Raised through a port by the feature that records sessions; there is none yet.")
        declare(sources)
    }

    /// As `GatewayPorts.begun`.
    package func begin(_ route: Route?) { traffic.begin(route) }

    /// As `GatewayPorts.finished`.
    package func finish(_ finished: Finished) {
        let now = world.elapsed()
        let took = now - finished.begun
        if finished.wasBegun { traffic.end(finished.route) }
        traffic.count(finished.route, status: finished.status, took: took)
        if let caller = finished.caller { callers.saw(caller, at: now) }
        if finished.isFault {
            errors.add(
                RecentErrors.Entry(
                    at: world.now(), route: finished.route?.name ?? Traffic.noRoute, status: finished.status, id: finished.id))
        }
        requestLog.note(finished, took: took, at: now)
    }

    /// What is not ready, by name; empty where all is.
    package func lacks() async -> [(name: String, lack: ReadyCondition.Lack)] {
        var lacks: [(name: String, lack: ReadyCondition.Lack)] = []
        for condition in conditions {
            if let lack = await condition.lack() { lacks.append((condition.name, lack)) }
        }
        return lacks
    }

    /// All metrics as they are now; the database's at most some seconds old.
    package func exposition() async -> [UInt8] {
        _ = await readings.current()
        return metrics.exposition()
    }
}

extension Watch {
    /// What is read when somebody looks.
    private func declare(_ sources: Sources) {
        metrics.computed("zancada_info", "The program that runs here; always 1.", labels: ["version"]) {
            [MetricReading([sources.version], 1)]
        }
        metrics.computed("http_connections_open", "Connections that are open now.") { [MetricReading(Double(sources.openConnections()))] }
        metrics.computed("active_users_count", "Callers who asked for anything within the last five minutes.", .untyped) {
            [callers, world] in [MetricReading(Double(callers.count(at: world.elapsed())))]
        }
        declareDatabase()
        declareJobs()
        declareProcess()
    }

    private func declareDatabase() {
        metrics.computed("database_connections_active", "Connections to the database that are at work now.") { [database] in
            [MetricReading(Self.active(database.gauges))]
        }
        metrics.computed("database_engine", "What the database's own engine says of itself, by name.", labels: ["figure"]) { [database] in
            database.gauges.map { MetricReading([$0.name], $0.value) }
        }
        metrics.computed("database_up", "1 where the database answered when it was last asked.") { [readings] in
            [MetricReading(readings.kept.isReachable ? 1 : 0)]
        }
        metrics.computed("journal_position", "How many entries of the journal have positions.") { [readings] in
            [MetricReading(Double(readings.kept.journalPosition))]
        }
        func lag(_ name: String, _ help: String, _ value: @escaping @Sendable (SubscriptionLag) -> Double) {
            metrics.computed(name, help, labels: ["subscription"]) { [readings] in
                readings.kept.lags.map { MetricReading([$0.name], value($0)) }
            }
        }
        lag("subscription_entries_behind", "Entries of the journal that a subscription has yet to look at.") { Double($0.entriesBehind) }
        lag("subscription_lag_seconds", "The age of the oldest of them.") { $0.secondsBehind }
        lag("subscription_parked_entries", "Entries that a subscription refused and put aside.") { Double($0.parked) }
    }

    /// SQLite's readers, or PostgreSQL's connections.
    static func active(_ gauges: [Store.Gauge]) -> Double {
        let names: Set = ["connections_active", "readers_active", "reading_threads_active"]
        return gauges.reduce(0) { names.contains($1.name) ? $0 + $1.value : $0 }
    }

    private func declareJobs() {
        metrics.computed("jobs_queue_depth", "Jobs that are ready and wait for a worker, by priority.", labels: ["priority"]) {
            [readings] in
            readings.kept.jobs.compactMap { job in job.priority.map { MetricReading([$0], Double(job.count)) } }
        }
        metrics.computed("jobs_queue_age_seconds", "How long the first of them has been ready.", labels: ["priority"]) { [readings] in
            readings.kept.jobs.compactMap { job in job.priority.map { MetricReading([$0], job.ageSeconds ?? 0) } }
        }
        metrics.computed("jobs_kind_queue_depth", "Jobs that are ready and wait for a worker, by kind.", labels: ["kind"]) { [readings] in
            readings.kept.ready.map { MetricReading([$0.kind], Double($0.count)) }
        }
        metrics.computed("jobs_kind_queue_age_seconds", "How long the first of a kind has been ready.", labels: ["kind"]) { [readings] in
            readings.kept.ready.map { MetricReading([$0.kind], $0.ageSeconds) }
        }
        metrics.computed("jobs", "Jobs that wait for their time, run, or failed for good, by state.", labels: ["state"]) { [readings] in
            readings.kept.jobs.filter { $0.priority == nil }.map { MetricReading([$0.state], Double($0.count)) }
        }
    }

    private func declareProcess() {
        func figure(_ name: String, _ help: String, _ type: MetricType = .gauge, _ value: @escaping @Sendable (ProcessFigures) -> Double) {
            metrics.computed(name, help, type) { [MetricReading(value(.now()))] }
        }
        figure("process_resident_memory_bytes", "Memory that the process holds.") { Double($0.residentBytes) }
        figure("process_open_fds", "Descriptors that the process has open.") { Double($0.openDescriptors) }
        figure("process_max_fds", "Descriptors that it may have open.") { Double($0.mostDescriptors) }
        figure("process_threads", "Threads of the process.") { Double($0.threads) }
        figure("process_cpu_seconds_total", "Time on all cores since it started.", .counter) { $0.cpuSeconds }
    }
}
