import Access
import Base
import Store

/// The right to end a job: of two who believe they have it, whoever holds the number in the row has.
package struct JobClaim: Sendable, Hashable {
    package let id: ID<Job>
    /// Grows with each claim.
    package let number: Int64

    init(id: ID<Job>, number: Int64) {
        self.id = id
        self.number = number
    }

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        number = try row["claim"]
    }
}

/// A job that a worker took.
package struct ClaimedJob: Sendable {
    package let claim: JobClaim
    package let kind: String
    package let tenant: Identifier?
    package let payload: [UInt8]
    package let priority: JobPriority
    package let notBefore: Instant
    package let attempt: Int
    package let mostTries: Int

    static let columns: SQL = "id, claim, kind, tenant, payload, priority, not_before, attempts, most_tries"

    init(_ row: borrowing Row) throws {
        claim = JobClaim(id: try row["id"], number: try row["claim"])
        kind = try row["kind"]
        tenant = try JobTenant.identifier(try row["tenant"])
        payload = Array((try row["payload"] as String).utf8)
        priority = try row["priority"]
        notBefore = try row["not_before"]
        attempt = try row["attempts"]
        mostTries = try row["most_tries"]
    }
}

/// How a try is over, as the row is to say it.
package struct JobEnding: Sendable {
    /// What it came to.
    package enum Verdict: Sendable {
        case done
        /// nil: among the dead letters.
        case failed(JobFailure, again: Instant?)
        /// It was not begun, or is not to count.
        case givenBack
    }

    package let claim: JobClaim
    package let verdict: Verdict

    package init(_ claim: JobClaim, _ verdict: Verdict) {
        self.claim = claim
        self.verdict = verdict
    }

    /// When the job is to be tried again.
    var again: Instant? { if case .failed(_, let again) = verdict { again } else { nil } }
}

/// A claim of another worker, as its row stands.
package struct StrangersClaim: Sendable, Hashable {
    package let claim: JobClaim
    package let claimedUntil: Instant
    let kind: String
    let attempts: Int
    let mostTries: Int

    init(_ row: borrowing Row) throws {
        claim = JobClaim(id: try row["id"], number: try row["claim"])
        claimedUntil = try row["claimed_until"]
        kind = try row["kind"]
        attempts = try row["attempts"]
        mostTries = try row["most_tries"]
    }
}

extension Sequence<JobClaim> {
    /// True for their rows as long as they hold. Padded to a power of two, so that few statements are kept prepared.
    var stillHeld: SQL {
        var pairs = map { claim -> SQL in "(\(claim.id), \(claim.number))" }
        guard let last = pairs.last else { return "1 = 0" }
        while pairs.count & (pairs.count - 1) != 0 { pairs.append(last) }
        return "state = 'running' AND (id, claim) IN (VALUES " + pairs.joined(separator: ", ") + ")"
    }
}
