import Base
import Synchronization

/// What a try at a job came to.
enum JobResult: Sendable {
    case ended(JobEnd)
    case failed(JobFailure, isFinal: Bool)
    /// It was told to stop and did.
    case cancelled
}

extension JobHandler {
    /// Runs the job once and never throws.
    func attempt(_ job: ClaimedJob, _ progress: JobProgress) async -> JobResult {
        let run = JobRun(
            id: job.claim.id, kind: job.kind, tenant: job.tenant, attempt: job.attempt, mostTries: job.mostTries,
            report: { progress.tell($0, $1) })
        do {
            return .ended(try await self.run(run, job.payload))
        } catch is CancellationError {
            return .cancelled
        } catch let failure as Failure {
            if failure.kind == .cancelled, Task.isCancelled { return .cancelled }
            return .failed(JobFailure(failure), isFinal: failure.kind.isFinalForJobs)
        } catch {
            return .failed(JobFailure(error), isFinal: false)
        }
    }
}

extension Failure.Kind {
    /// Whether trying again would only fail again.
    var isFinalForJobs: Bool {
        switch self {
        case .invalid, .usage, .forbidden, .notFound, .unauthenticated: true
        case .unavailable, .cannotCreate, .inputOutput, .cancelled, .conflict, .overloaded, .deadlineExceeded, .outcomeUnknown, .fault:
            false
        }
    }

    /// Whether the database itself was not to be had, so that the same write may be asked for again.
    var isOfTheMoment: Bool {
        switch self {
        case .unavailable, .overloaded, .deadlineExceeded, .outcomeUnknown, .inputOutput: true
        case .usage, .invalid, .cannotCreate, .cancelled, .conflict, .unauthenticated, .forbidden, .notFound, .fault: false
        }
    }
}

/// How far a try is, as it says itself: the last word counts, and is fetched when there is time for it.
final class JobProgress: Sendable {
    private let news = Mutex<(progress: Double, doing: Text)?>(nil)
    private let bell: Bell

    init(ringing bell: Bell) {
        self.bell = bell
    }

    func tell(_ progress: Double, _ doing: Text) {
        // Text that a database cannot hold is not worth a failure.
        let doing = Text(es: doing.spanish.replacing("\0", with: ""), en: doing.english.replacing("\0", with: ""))
        let isFirst = news.withLock { news in
            defer { news = (progress.isNaN ? 0 : min(max(progress, 0), 1), doing) }
            return news == nil
        }
        if isFirst { bell.ring() }
    }

    /// What was told since the last time.
    func take() -> (progress: Double, doing: Text)? {
        news.withLock { news in
            defer { news = nil }
            return news
        }
    }
}
