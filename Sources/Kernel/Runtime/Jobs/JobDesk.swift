import Access
import Base
import Store

/// Where one worker takes jobs and says what became of them: each call is a transaction, and none of them waits for a clock.
package struct JobDesk: Sendable {
    package let database: Database
    let world: World
    /// Who this is among all workers.
    package let worker: String
    let shapes: [String: JobShape]
    /// For how long jobs are claimed.
    let term: Duration

    /// `term` is for how long jobs are claimed.
    package init(_ database: Database, _ handlers: [JobHandler], term: Duration, _ world: World) {
        self.database = database.under { $0.isQuiet = true }
        self.world = world
        self.term = term
        worker = world.id(of: JobDesk.self).description
        shapes = Dictionary(uniqueKeysWithValues: handlers.map { ($0.shape.name, $0.shape) })
    }

    /// Throws as `Database.write`, and has done nothing then unless the outcome is unknown; to do it again does no harm.
    package func run(_ round: JobRound) async throws -> JobRound.Result {
        let now = world.now()
        let (worker, until) = (worker, now + term)
        // A claim that a crash of the server loses is a job that is ready as before; an end is not to be told twice.
        let isClaim = round.endings.isEmpty
        return try await database.under { $0.mayBeLost = isClaim }.write { tx in try round.run(tx, by: worker, until: until, now: now) }
    }

    /// Ends the job and does its write, or neither. False where another has it by now, or it was cancelled.
    package func finish(_ job: ClaimedJob, _ write: @escaping @Sendable (borrowing Transaction) throws -> Void) async throws -> Bool {
        let now = world.now()
        var own = database.under { $0.isQuiet = false }
        if let tenant = job.tenant { own = own.within(organisation: tenant.text) }
        return try await own.write { tx in
            guard try JobRows.finish(job.claim, at: now, tx) else { return false }
            try write(tx)
            return true
        }
    }

    /// Whether a job ended well under this claim: asked where the answer to `finish` was lost.
    package func hasFinished(_ claim: JobClaim) async throws -> Bool {
        try await database.first(
            "SELECT 1 AS one FROM jobs WHERE id = \(claim.id) AND claim = \(claim.number) AND state = 'done'"
        ) { _ in true } ?? false
    }

    /// Prolongs claims and returns those that still hold.
    package func prolong(_ claims: [JobClaim]) async throws -> Set<JobClaim> {
        guard !claims.isEmpty else { return [] }
        let until = world.now() + term
        return try await database.under { $0.mayBeLost = true }.write { tx in
            Set(try tx.rows(JobRows.prolong(claims, until: until)) { try JobClaim($0) })
        }
    }

    func tell(_ news: [(claim: JobClaim, progress: Double, doing: Text)]) async throws {
        try await database.under { $0.mayBeLost = true }.write { tx in
            for each in news { try JobRows.tell(each.claim, each.progress, each.doing, tx) }
        }
    }

    /// Claims that others hold, those whose end comes first before the others.
    package func strangers() async throws -> [StrangersClaim] {
        try await database.rows(
            """
            SELECT id, claim, claimed_until, kind, attempts, most_tries FROM jobs
            WHERE state = 'running' AND claimed_by <> \(worker) ORDER BY claimed_until LIMIT 1000
            """
        ) { try StrangersClaim($0) }
    }

    /// Ends claims whose workers gave no sign, and returns how many that were.
    package func takeOver(_ claims: [StrangersClaim]) async throws -> Int {
        guard !claims.isEmpty else { return 0 }
        let now = world.now()
        let again = claims.map { claim -> Instant? in
            guard claim.attempts < claim.mostTries else { return nil }
            let limits = shapes[claim.kind]?.limits ?? JobLimits()
            return now + limits.pause(after: claim.attempts, world.random)
        }
        return try await database.write { tx in
            var count = 0
            for (claim, again) in zip(claims, again)
            where try JobRows.fail(claim.claim, .lost, again: again, at: now, seen: claim.claimedUntil, tx) { count += 1 }
            if count > 0 { try tx.notify(JobTables.channel) }
            return count
        }
    }

    /// Makes jobs ready that wait after a try for longer than any pause of their kind: the clock was ahead when they failed. Returns
    /// how many.
    package func wakeOverslept() async throws -> Int {
        let now = world.now()
        let most = (shapes.values.map(\.limits) + [JobLimits()]).map(\.mostPause).max() ?? .zero
        let asleep: [ID<Job>] = try await database.rows(
            "SELECT id FROM jobs WHERE state = 'waiting' AND not_before > \(now + most) AND attempts > 0 LIMIT 500"
        ) { try $0["id"] }
        guard !asleep.isEmpty else { return 0 }
        return try await database.write { tx in
            let count = try tx.execute(
                """
                UPDATE jobs SET not_before = \(now), state = 'ready'
                WHERE state = 'waiting' AND not_before > \(now + most) AND \("id", in: asleep)
                """)
            try tx.notify(JobTables.channel)
            return count
        }
    }
}

extension JobFailure {
    static let lost = JobFailure(
        code: "job_lost",
        message: Text(
            es: "El programa que hacía el trabajo dejó de dar señales: revise si se detuvo o perdió la base de datos.",
            en: "The program that did the job gave no more signs: see whether it stopped or lost the database."))

    static let brokenOff = JobFailure(
        code: "job_broken_off",
        message: Text(
            es: "El trabajo se dio por cancelado sin que nadie lo cancelara: avise a quien mantiene el programa.",
            en: "The job took itself for cancelled though nobody cancelled it: tell whoever maintains the program."))

    static let timeOver = JobFailure(
        code: "job_time_over",
        message: Text(
            es: "El trabajo no terminó en el tiempo que tiene: divídalo en partes, o avise a quien mantiene el programa.",
            en: "The job did not end in the time that it has: cut it into parts, or tell whoever maintains the program."))
}
