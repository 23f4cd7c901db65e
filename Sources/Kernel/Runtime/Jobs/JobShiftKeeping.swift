import Base
import Store

/// What a shift does beside its rounds.
extension JobShift {
    /// Ends a job together with its write, again while the database is not to be had, for as long as the job has time; asking again
    /// is safe, since the claim holds once.
    func finish(_ job: ClaimedJob, _ write: @escaping @Sendable (borrowing Transaction) throws -> Void) async {
        let until = world.elapsed() + (handlers[job.kind]?.shape.limits.time ?? .zero)
        var pause: Duration = .milliseconds(20)
        var wasUnknown = false
        while true {
            do {
                let holds = try await desk.finish(job, write)
                // Where an answer was lost the row says what became of it.
                if !holds, wasUnknown || holdings[job.claim.id] == nil, try await desk.hasFinished(job.claim) { return forget(job) }
                if !holds { log.info("job_claim_lost", ["job": .id(job.claim.id), "kind": .public(job.kind)]) }
                return forget(job)
            } catch let failure as Failure where failure.kind.isOfTheMoment && world.elapsed() < until && !isStopped {
                wasUnknown = wasUnknown || failure.kind == .outcomeUnknown
                await nap(pause)
                pause = min(pause * 2, .seconds(2))
            } catch {
                let isFinal = (error as? Failure)?.kind.isFinalForJobs ?? false
                return isStopped ? record(job, .givenBack) : fail(job, JobFailure(error), isFinal: isFinal)
            }
        }
    }

    /// Not cut short by a cancelled try.
    private func nap(_ pause: Duration) async {
        await Bell().wait(atMost: pause)
    }

    private func forget(_ job: ClaimedJob) {
        if holdings[job.claim.id]?.job.claim == job.claim { holdings[job.claim.id] = nil }
        bell.ring()
    }

    /// Tells tries whose time is over to stop, lets go of those that do not, and gives back what waited too long for a slot.
    func watch() {
        let now = world.elapsed()
        for (id, holding) in holdings {
            switch holding.phase {
            case .queued where now - holding.claimedAt >= Self.longestQueued:
                queue.removeAll { $0 == id }
                holdings[id]?.phase = .ending
                record(holding.job, .givenBack)
            case .running:
                if let overdueAt = holding.overdueAt {
                    if now - overdueAt >= settings.grace { abandon(holding) }
                } else if let limits = handlers[holding.job.kind]?.shape.limits, now - holding.startedAt >= limits.time {
                    holdings[id]?.overdueAt = now
                    holding.task?.cancel()
                }
            default: break
            }
        }
    }

    /// Others may have a slot for it.
    private static let longestQueued: Duration = .seconds(1)

    private func abandon(_ holding: Holding) {
        let job = holding.job
        strays.insert(job.claim)
        log.error(
            "job_does_not_stop",
            ["job": .id(job.claim.id), "kind": .public(job.kind), "such_jobs": .count(strays.count)])
        // Under its claim the row still waits for the ending; the try itself is nobody's any more.
        holdings[job.claim.id] = nil
        fail(job, .timeOver, isFinal: false)
        startQueued()
    }

    /// Prolongs the claims of what is held; lets go of what is another's or cancelled.
    func beat() async throws {
        let claims = holdings.values.map(\.job.claim)
        var still: Set<JobClaim> = []
        for start in stride(from: 0, to: claims.count, by: 64) {
            still.formUnion(try await desk.prolong(Array(claims[start..<min(start + 64, claims.count)])))
        }
        for claim in claims where !still.contains(claim) {
            // One that is being ended is none the less ours until its transaction says otherwise.
            guard let holding = holdings[claim.id], holding.job.claim == claim, holding.phase != .ending else { continue }
            holding.task?.cancel()
            queue.removeAll { $0 == claim.id }
            holdings[claim.id] = nil
            if holding.phase == .running { strays.insert(claim) }
            bell.ring()
        }
    }

    /// Ends claims of workers that give no signs; returns how many. `atOnce`: of all others, by whoever knows that there are none.
    @discardableResult
    func relieve(atOnce: Bool = false) async throws -> Int {
        let claims = try await desk.strangers()
        let silent = vigil.look(at: claims, world.elapsed())
        let count = try await desk.takeOver(atOnce ? claims : silent)
        if count > 0 {
            log.warning("jobs_taken_over", ["jobs": .count(count)])
            told()
        }
        return count
    }

    func tellProgress() async throws {
        let news = holdings.values.compactMap { holding in
            holding.progress.take().map { (claim: holding.job.claim, progress: $0.progress, doing: $0.doing) }
        }
        if !news.isEmpty { try await desk.tell(news) }
    }

    func giveBackQueued() {
        for id in queue {
            guard let holding = holdings[id] else { continue }
            holdings[id]?.phase = .ending
            record(holding.job, .givenBack)
        }
        queue = []
    }

    /// Tells every try to stop.
    func stop() {
        isStopped = true
        for holding in holdings.values { holding.task?.cancel() }
    }

    /// Gives back what did not stop.
    func giveBackAll() {
        giveBackQueued()
        for holding in holdings.values where holding.phase == .running {
            holdings[holding.job.claim.id] = nil
            strays.insert(holding.job.claim)
            record(holding.job, .givenBack)
        }
    }
}
