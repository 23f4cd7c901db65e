import Access
import Base
import Store

/// What became of jobs, for operators and pages, and what can be done about it.
package struct JobQueue: Sendable {
    private let database: Database
    private let world: World

    package init(_ database: Database, _ world: World) {
        self.database = database
        self.world = world
    }

    /// Which jobs a list shows. nil: of any.
    package struct Selection: Sendable, Hashable {
        package var state: JobState?
        package var kind: String?
        /// Of one organisation; see `isInstallation`.
        package var tenant: Identifier?
        /// Of the installation itself alone.
        package var isInstallation = false

        package init(_ change: (inout Selection) -> Void = { _ in }) {
            change(&self)
        }

        /// Those that are over because they failed too often.
        package static let deadLetters = Selection { $0.state = .dead }
    }

    /// nil where there is no such job, or no longer.
    package func status(of id: ID<Job>) async throws -> JobStatus? {
        try await database.first("SELECT \(JobStatus.columns) FROM jobs WHERE id = \(id)") { try JobStatus($0) }
    }

    /// The job of a kind and an organisation that has this key; nil where there is none, or no longer.
    package func status(of kind: JobShape, key: String, in tenant: Identifier) async throws -> JobStatus? {
        try await database.first(
            "SELECT \(JobStatus.columns) FROM jobs WHERE kind = \(kind.name) AND tenant = \(tenant) AND unique_key = \(key)"
        ) { try JobStatus($0) }
    }

    /// The newest first.
    package func page(of selection: Selection, _ request: PageRequest) async throws -> Page<JobStatus> {
        var conditions: [SQL] = []
        switch selection.state {
        // Written out, so that the index of that state serves.
        case .waiting: conditions.append("state = 'waiting'")
        case .ready: conditions.append("state = 'ready'")
        case .running: conditions.append("state = 'running'")
        case .dead: conditions.append("state = 'dead'")
        case .done: conditions.append("state = 'done'")
        case .cancelled: conditions.append("state = 'cancelled'")
        case nil: break
        }
        if let kind = selection.kind { conditions.append("kind = \(kind)") }
        if let tenant = selection.tenant { conditions.append("tenant = \(tenant)") }
        if selection.isInstallation { conditions.append("tenant = ''") }
        if let after = request.after { conditions.append("id < \(try Self.id(after))") }
        let condition: SQL = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let found = try await database.rows(
            "SELECT \(JobStatus.columns) FROM jobs \(condition) ORDER BY id DESC LIMIT \(request.rowsToFetch)"
        ) { try JobStatus($0) }
        return Page(fetched: found, for: request) { Cursor($0.id.bytes) }
    }

    private static func id(_ cursor: Cursor) throws -> ID<Job> {
        guard let id = ID<Job>(bytes: cursor.bytes) else { throw Failure.foreignCursor }
        return id
    }

    /// Sends a dead letter, or a job that was cancelled, back with all its tries. Throws `Failure(.notFound)`, and `.conflict` for one
    /// that is neither.
    package func retry(_ id: ID<Job>) async throws {
        let now = world.now()
        try await change(id, otherwise: .notOver) { tx in
            let count = try tx.execute(
                """
                UPDATE jobs SET state = 'ready', attempts = 0, not_before = \(now), finished_at = NULL
                WHERE id = \(id) AND state IN ('dead', 'cancelled')
                """)
            if count > 0 { try tx.notify(JobTables.channel) }
            return count
        }
    }

    /// It is not begun any more. One that runs is told to stop when its worker next gives a sign of life, and has no effect on the
    /// database from now on. Throws `Failure(.notFound)`, and `.conflict` for one that is over.
    package func cancel(_ id: ID<Job>) async throws {
        let now = world.now()
        try await change(id, otherwise: .isOver) { tx in
            try tx.execute(
                """
                UPDATE jobs SET state = 'cancelled', finished_at = \(now), claimed_until = NULL
                WHERE id = \(id) AND state IN ('waiting', 'ready', 'running')
                """)
        }
    }

    private func change(
        _ id: ID<Job>, otherwise failure: Failure, _ update: @escaping @Sendable (borrowing Transaction) throws -> Int
    ) async throws {
        try await database.write { tx in
            if try update(tx) > 0 { return }
            let isThere = try tx.first("SELECT 1 AS one FROM jobs WHERE id = \(id)") { _ in true } ?? false
            throw isThere ? failure : Failure.noSuchJob
        }
    }

    /// Removes jobs that were done or cancelled longer ago than this, and returns how many; dead letters stay until somebody decides.
    /// In pieces, so that nobody waits for it.
    @discardableResult
    package func purge(olderThan age: Duration) async throws -> Int {
        let before = world.now() - age
        var count = 0
        while true {
            let removed = try await database.under { $0.isQuiet = true }.write { tx in
                try tx.execute(
                    """
                    WITH old AS MATERIALIZED (
                        SELECT id FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < \(before)
                        ORDER BY finished_at LIMIT 500 \(tx.dialect.claiming)
                    )
                    DELETE FROM jobs WHERE id IN (SELECT id FROM old)
                    """)
            }
            count += removed
            if removed < 500 { return count }
            try Task.checkCancellation()
        }
    }
}

extension JobQueue {
    /// Counted up to here; whoever has more has a problem that no figure makes clearer.
    package static let mostCounted = 100_000

    /// For metrics: `jobs_ready_urgent` (of each priority), `jobs_ready_urgent_age_seconds` (how long the first of them has been ready),
    /// `jobs_waiting`, `jobs_running`, `jobs_dead`.
    package func gauges() async throws -> [Gauge] {
        let now = world.now()
        return try await database.read { tx in
            var gauges: [Gauge] = []
            for priority in JobPriority.allCases {
                let count = try Self.count("state = 'ready' AND priority = \(priority)", tx)
                let oldest: Instant? = try tx.first(
                    """
                    SELECT min(not_before) AS oldest FROM (
                        SELECT not_before FROM jobs WHERE state = 'ready' AND priority = \(priority) LIMIT \(Self.mostCounted)
                    ) AS ready HAVING count(*) > 0
                    """
                ) { try $0["oldest"] }
                let age = oldest.map { max(Double(($0.duration(to: now)).wholeMicroseconds) / 1e6, 0) } ?? 0
                gauges += [Gauge("jobs_ready_\(priority)", Double(count)), Gauge("jobs_ready_\(priority)_age_seconds", age)]
            }
            gauges.append(Gauge("jobs_waiting", Double(try Self.count("state = 'waiting'", tx))))
            gauges.append(Gauge("jobs_running", Double(try Self.count("state = 'running'", tx))))
            gauges.append(Gauge("jobs_dead", Double(try Self.count("state = 'dead'", tx))))
            return gauges
        }
    }

    /// Jobs of one kind that are ready.
    package struct Ready: Sendable, Hashable {
        package let kind: String
        package let count: Int
        /// How long the first of them has been ready, in seconds.
        package let ageSeconds: Double
    }

    /// What waits for a worker, kind by kind, of the first `mostCounted`.
    package func readyByKind() async throws -> [Ready] {
        let now = world.now()
        return try await database.rows(
            """
            SELECT kind, count(*) AS many, min(not_before) AS oldest FROM (
                SELECT kind, not_before FROM jobs WHERE state = 'ready' LIMIT \(Self.mostCounted)
            ) AS ready GROUP BY kind ORDER BY kind
            """
        ) { row in
            let oldest: Instant = try row["oldest"]
            return Ready(
                kind: try row["kind"], count: try row["many"], ageSeconds: max(Double(oldest.duration(to: now).wholeMicroseconds) / 1e6, 0))
        }
    }

    private static func count(_ condition: SQL, _ tx: borrowing Transaction) throws -> Int {
        try tx.first(
            "SELECT count(*) AS many FROM (SELECT 1 AS one FROM jobs WHERE \(condition) LIMIT \(mostCounted)) AS counted"
        ) { try $0["many"] } ?? 0
    }
}

extension Failure {
    static let foreignCursor = Failure(
        .invalid, "cursor",
        Text(
            es: "La marca de página no es de esta lista: pida la primera página y siga las marcas que reciba.",
            en: "The page cursor is not of this list: ask for the first page and follow the cursors you receive."))
    package static let noSuchJob = Failure(
        .notFound, "no_such_job",
        Text(
            es: "No existe ese trabajo, o terminó hace tiempo y se eliminó: revise el identificador.",
            en: "There is no such job, or it ended long ago and was removed: check the id."))
    static let notOver = Failure(
        .conflict, "job_not_over",
        Text(
            es: "El trabajo no está entre los fallidos ni los cancelados, así que no se repite: espere a que termine.",
            en: "The job is neither dead nor cancelled, so it is not done again: wait until it ends."))
    static let isOver = Failure(
        .conflict, "job_is_over",
        Text(es: "El trabajo ya terminó y no se puede cancelar.", en: "The job is over and cannot be cancelled."))
}
