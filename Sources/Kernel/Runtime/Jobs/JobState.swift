import Access
import Base
import Store

/// Where a job is.
package enum JobState: String, Sendable, Hashable, CaseIterable, SQLBindable, ColumnDecodable {
    /// For its moment: that of its request, or the end of a pause after a try that failed.
    case waiting
    /// For a worker.
    case ready
    case running
    case done
    /// It failed too often, or in a way that trying again does not mend: a dead letter.
    case dead
    case cancelled
}

/// A job as operators and pages see it.
package struct JobStatus: Sendable, Hashable {
    package let id: ID<Job>
    package let kind: String
    /// nil: the installation's own.
    package let tenant: Identifier?
    package let priority: JobPriority
    package let state: JobState
    package let notBefore: Instant
    /// Tries that were begun; since it was asked for or last sent back by `JobQueue.retry`.
    package let attempts: Int
    package let mostTries: Int
    /// From 0 to 1, as the present try told; nil where it told nothing.
    package let progress: Double?
    package let doing: Text?
    /// Why the last try failed.
    package let failure: JobFailure?
    package let createdAt: Instant
    /// When the last try began.
    package let startedAt: Instant?
    package let finishedAt: Instant?

    static let columns: SQL = """
        id, tenant, kind, priority, state, not_before, attempts, most_tries, progress, doing_es, doing_en, failure_code, failure_es,
        failure_en, created_at, started_at, finished_at
        """

    init(_ row: borrowing Row) throws {
        id = try row["id"]
        tenant = try JobTenant.identifier(try row["tenant"])
        kind = try row["kind"]
        priority = try row["priority"]
        state = try row["state"]
        notBefore = try row["not_before"]
        attempts = try row["attempts"]
        mostTries = try row["most_tries"]
        progress = try row["progress"]
        let doing: (es: String?, en: String?) = (try row["doing_es"], try row["doing_en"])
        self.doing = doing.es.map { Text(es: $0, en: doing.en ?? $0) }
        let code: String? = try row["failure_code"]
        let reason: (es: String?, en: String?) = (try row["failure_es"], try row["failure_en"])
        failure = code.map { JobFailure(code: $0, message: Text(es: reason.es ?? "", en: reason.en ?? "")) }
        createdAt = try row["created_at"]
        startedAt = try row["started_at"]
        finishedAt = try row["finished_at"]
    }
}

/// Why a try failed, as it is kept: nothing that only whoever asked for the job may read.
package struct JobFailure: Sendable, Hashable {
    package let code: String
    package let message: Text

    package init(code: String, message: Text) {
        self.code = String(code.prefix(100))
        self.message = Text(es: String(message.spanish.prefix(500)), en: String(message.english.prefix(500)))
    }

    /// Of what is no `Failure` only the type, since its text may hold anything.
    package init(_ error: any Error) {
        if let failure = error as? Failure {
            self.init(code: failure.code, message: failure.message)
        } else {
            let type = String(reflecting: type(of: error))
            self.init(
                code: "job_failed",
                message: Text(
                    es: "El trabajo se interrumpió por un error del programa (\(type)): avise a quien lo mantiene.",
                    en: "The job broke off with a fault of the program (\(type)): tell whoever maintains it."))
        }
    }
}

/// How the organisation of a job stands in its row.
enum JobTenant {
    static func text(_ tenant: Identifier?) -> String { tenant?.text ?? "" }

    static func identifier(_ text: String) throws -> Identifier? { text.isEmpty ? nil : try Identifier(text) }
}

extension JobPriority: SQLBindable, ColumnDecodable {}
