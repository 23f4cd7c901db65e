import Base
import Store

/// The statements of the table of jobs that workers run. Each changes a row only where it is as its author believes it to be.
enum JobRows {
    /// Those that are named in one statement.
    private static let mostAtOnce = 64

    static func end(_ endings: [JobEnding], at now: Instant, _ tx: borrowing Transaction) throws {
        var done: [JobClaim] = []
        for ending in endings {
            switch ending.verdict {
            case .done: done.append(ending.claim)
            case .failed(let failure, let again): try fail(ending.claim, failure, again: again, at: now, tx)
            case .givenBack:
                try tx.execute(
                    """
                    UPDATE jobs SET state = 'ready', attempts = attempts - 1, claimed_until = NULL, progress = NULL, doing_es = NULL,
                        doing_en = NULL
                    WHERE \([ending.claim].stillHeld)
                    """)
                try tx.notify(JobTables.channel)
            }
        }
        for part in stride(from: 0, to: done.count, by: mostAtOnce) {
            let claims = done[part..<min(part + mostAtOnce, done.count)]
            try tx.execute(
                "UPDATE jobs SET state = 'done', finished_at = \(now), claimed_until = NULL WHERE \(claims.stillHeld)")
        }
    }

    /// Whether the claim held. nil: among the dead letters. `seen`: only where the claim was not prolonged since.
    @discardableResult
    static func fail(
        _ claim: JobClaim, _ failure: JobFailure, again: Instant?, at now: Instant, seen: Instant? = nil, _ tx: borrowing Transaction
    ) throws -> Bool {
        let state: JobState = again == nil ? .dead : .waiting
        let unchanged: SQL = seen.map { "AND claimed_until = \($0)" } ?? ""
        return try tx.execute(
            """
            UPDATE jobs SET state = \(state), not_before = COALESCE(\(again), not_before), claimed_until = NULL,
                failure_code = \(failure.code), failure_es = \(failure.message.spanish), failure_en = \(failure.message.english),
                finished_at = \(again == nil ? now : nil), progress = NULL, doing_es = NULL, doing_en = NULL
            WHERE \([claim].stillHeld) \(unchanged)
            """) > 0
    }

    /// Whether the claim held.
    static func finish(_ claim: JobClaim, at now: Instant, _ tx: borrowing Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE jobs SET state = 'done', finished_at = \(now), claimed_until = NULL
            WHERE id = \(claim.id) AND claim = \(claim.number) AND state = 'running'
            """) > 0
    }

    static func wake(at now: Instant, _ tx: borrowing Transaction) throws -> Int {
        try tx.execute(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM jobs WHERE state = 'waiting' AND not_before <= \(now) ORDER BY not_before LIMIT 500
                \(tx.dialect.claiming)
            )
            UPDATE jobs SET state = 'ready' WHERE id IN (SELECT id FROM due)
            """)
    }

    /// The outer bound is written out: PostgreSQL cannot tell what an inner one will be, and would read the whole table.
    static func claim(_ share: JobTurns.Share, by worker: String, until: Instant, now: Instant, _ dialect: Dialect) -> SQL {
        let head = share.head
        return """
            WITH taken AS MATERIALIZED (
                SELECT id FROM (
                    SELECT id FROM jobs
                    WHERE state = 'ready' AND priority = \(head.priority) AND tenant = \(head.tenant) AND kind = \(head.kind)
                    ORDER BY not_before, id LIMIT \(share.count) \(dialect.claiming)
                ) AS free LIMIT 256
            )
            UPDATE jobs SET state = 'running', claim = claim + 1, attempts = attempts + 1, claimed_by = \(worker),
                claimed_until = \(until), started_at = \(now)
            WHERE id IN (SELECT id FROM taken)
            RETURNING \(ClaimedJob.columns)
            """
    }

    /// Prolongs claims. Each time their end is another, whatever the clock says: by that others see that somebody is there.
    static func prolong(_ claims: some Sequence<JobClaim>, until: Instant) -> SQL {
        """
        UPDATE jobs SET claimed_until = CASE WHEN claimed_until < \(until) THEN \(until) ELSE claimed_until + 1 END
        WHERE \(claims.stillHeld) RETURNING id, claim
        """
    }

    static func tell(_ claim: JobClaim, _ progress: Double, _ doing: Text, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            UPDATE jobs SET progress = \(progress), doing_es = \(String(doing.spanish.prefix(200))),
                doing_en = \(String(doing.english.prefix(200)))
            WHERE \([claim].stillHeld)
            """)
    }
}
