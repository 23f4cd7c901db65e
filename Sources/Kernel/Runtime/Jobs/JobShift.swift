import Access
import Base
import Store

/// The jobs that one worker holds, from the claim until the row says what became of them.
actor JobShift {
    /// A job in our hands.
    struct Holding {
        enum Phase {
            /// Claimed, for the next slot that is free.
            case queued
            case running
            /// The handler returned; the row does not know yet.
            case ending
        }

        let job: ClaimedJob
        let claimedAt: Duration
        let progress: JobProgress
        var phase = Phase.queued
        var startedAt = Duration.zero
        var task: Task<Void, Never>?
        /// When it was told to stop because its time was over.
        var overdueAt: Duration?
    }

    let desk: JobDesk
    let settings: JobSettings
    let log: Log
    /// Rung when a round is due: something ended, something is to be looked for.
    let bell = Bell()
    /// Rung when a job tells how far it is.
    let progressBell = Bell()
    let handlers: [String: JobHandler]
    var holdings: [ID<Job>: Holding] = [:]
    /// Claimed and not begun, in order.
    var queue: [ID<Job>] = []
    var endings: [JobEnding] = []
    private var turns = JobTurns()
    var vigil: JobVigil
    /// Tries that go on though they were told to stop and nobody waits for them any more.
    var strays: Set<JobClaim> = []
    var isClosing = false
    var isStopped = false
    private var mayHaveMore = true
    private var wasTold = true
    private(set) var nextMoment: Instant?
    /// Ends that are being written.
    private var writing = 0
    /// How many may be: SQLite puts what waits into one commit; of PostgreSQL's connections others need some too.
    private var mostWriting: Int { desk.database.dialect == .sqlite ? 256 : 16 }
    /// How long tries take just now, in seconds.
    private var usualSeconds = 1.0

    init(_ handlers: [JobHandler], _ database: Database, _ settings: JobSettings, _ log: Log, _ world: World) {
        desk = JobDesk(database, handlers, term: settings.claim, world)
        self.settings = settings
        self.log = log
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.shape.name, $0) })
        vigil = JobVigil(term: settings.claim)
    }

    var world: World { desk.world }
    var running: Int { holdings.values.count { $0.phase == .running } }

    /// A job that does not stop when told to keeps nobody from a slot, until there are as many of them as slots.
    private var slots: Int { max(0, settings.slots - max(0, strays.count - settings.slots)) }

    /// How many jobs to hold for each slot: where they are short, as many as begin within some milliseconds, so that a slot need not
    /// wait for a transaction; where they are long, one.
    private var depth: Int { min(max(Int(0.03 / max(usualSeconds, 1e-6)), 1), 64) }

    /// Something may have been written down: the next round looks.
    func told() {
        (wasTold, mayHaveMore) = (true, true)
        bell.ring()
    }

    /// Claims nothing from now on.
    func close() {
        isClosing = true
        giveBackQueued()
        bell.ring()
    }

    /// How long nothing need be done.
    var patience: Duration {
        if !endings.isEmpty { return .zero }
        return nextMoment.map { min(max(world.now().duration(to: $0), .zero), JobWorker.look) } ?? JobWorker.look
    }

    var gauges: [Gauge] {
        [
            Gauge("jobs_running_here", Double(running)), Gauge("jobs_queued_here", Double(queue.count)),
            Gauge("jobs_not_stopping", Double(strays.count)),
        ]
    }

    var isIdle: Bool { holdings.isEmpty && endings.isEmpty }

    /// One transaction: what ended, what is due, what is next. Nothing where there is nothing to say.
    func round() async throws {
        var order = JobRound()
        order.endings = Array(endings.prefix(JobRound.mostEndings))
        order.wakes = !isClosing && (wasTold || nextMoment.map { $0 <= world.now() } ?? false)
        order.room = isClosing || !(mayHaveMore || order.wakes) ? 0 : room
        guard !order.endings.isEmpty || order.wakes || order.room > 0 else { return }
        order.kinds = Set(handlers.keys)
        for holding in holdings.values where holding.phase != .ending {
            order.held[JobTenant.text(holding.job.tenant), default: 0] += 1
        }
        order.mostHeld = settings.perOrganisation >= settings.slots ? .max : settings.perOrganisation * depth
        order.turns = turns
        if order.wakes { (wasTold, mayHaveMore) = (false, true) }
        let result: JobRound.Result
        do { result = try await desk.run(order) } catch {
            if order.wakes { wasTold = true }
            throw error
        }
        endings.removeFirst(order.endings.count)
        for ending in order.endings where holdings[ending.claim.id]?.job.claim == ending.claim { holdings[ending.claim.id] = nil }
        if order.wakes { nextMoment = (endings.compactMap(\.again) + [result.nextMoment].compactMap { $0 }).min() }
        if order.room > 0 {
            turns = result.turns
            // What was told meanwhile is looked at in the next round.
            if !wasTold { mayHaveMore = !result.isDrained }
        }
        take(result.claimed)
    }

    /// How many jobs to claim: as many as slots take soon, and no more than that again while writes of ended ones are under way.
    private var room: Int {
        let (most, ending) = (slots * depth, holdings.values.count { $0.phase == .ending })
        return max(0, min(most - holdings.count + ending, 2 * most - holdings.count, JobRound.mostRoom))
    }

    private func take(_ jobs: [ClaimedJob]) {
        for job in jobs {
            // Our own claim before this one was taken from us, and its try may still run.
            if let former = holdings.removeValue(forKey: job.claim.id), former.phase == .running {
                former.task?.cancel()
                strays.insert(former.job.claim)
            }
            holdings[job.claim.id] = Holding(job: job, claimedAt: world.elapsed(), progress: JobProgress(ringing: progressBell))
            queue.append(job.claim.id)
        }
        if Set(queue.compactMap { holdings[$0]?.job.priority }).count > 1 {
            queue.sort { (holdings[$0]?.job.priority ?? .bulk) < (holdings[$1]?.job.priority ?? .bulk) }
        }
        if isClosing { giveBackQueued() } else { startQueued() }
    }

    func startQueued() {
        var free = slots - running
        guard free > 0, !queue.isEmpty, writing < mostWriting else { return }
        var ofTenant: [String: Int] = [:]
        for holding in holdings.values where holding.phase == .running { ofTenant[JobTenant.text(holding.job.tenant), default: 0] += 1 }
        queue.removeAll { id in
            guard let holding = holdings[id], holding.phase == .queued else { return true }
            let tenant = JobTenant.text(holding.job.tenant)
            guard free > 0, ofTenant[tenant, default: 0] < settings.perOrganisation else { return false }
            free -= 1
            ofTenant[tenant, default: 0] += 1
            start(holding.job, holding.progress)
            return true
        }
    }

    private func start(_ job: ClaimedJob, _ progress: JobProgress) {
        guard let handler = handlers[job.kind] else { return }
        holdings[job.claim.id]?.phase = .running
        holdings[job.claim.id]?.startedAt = world.elapsed()
        holdings[job.claim.id]?.task = Task { @concurrent [weak self] in
            let result = await handler.attempt(job, progress)
            await self?.finished(job, result)
        }
    }

    private func finished(_ job: ClaimedJob, _ result: JobResult) async {
        guard let holding = holdings[job.claim.id], holding.job.claim == job.claim else {
            if strays.remove(job.claim) != nil { bell.ring() }
            return
        }
        let seconds = Double((world.elapsed() - holding.startedAt).wholeMicroseconds) / 1e6
        usualSeconds += (seconds - usualSeconds) / (seconds < usualSeconds ? 4 : 2)
        holdings[job.claim.id]?.phase = .ending
        startQueued()
        switch result {
        case .ended(let end):
            if let write = end.write {
                writing += 1
                await finish(job, write)
                writing -= 1
                startQueued()
            } else {
                record(job, .done)
            }
        case .failed(let failure, let isFinal): fail(job, failure, isFinal: isFinal)
        case .cancelled:
            if holding.overdueAt != nil {
                fail(job, .timeOver, isFinal: false)
            } else if isClosing {
                record(job, .givenBack)
            } else {
                fail(job, .brokenOff, isFinal: false)
            }
        }
    }

    func record(_ job: ClaimedJob, _ verdict: JobEnding.Verdict) {
        endings.append(JobEnding(job.claim, verdict))
        bell.ring()
    }

    func fail(_ job: ClaimedJob, _ failure: JobFailure, isFinal: Bool) {
        var again: Instant?
        if !isFinal, job.attempt < job.mostTries, let limits = handlers[job.kind]?.shape.limits {
            let moment = world.now() + limits.pause(after: job.attempt, world.random)
            again = moment
            nextMoment = min(nextMoment ?? moment, moment)
        }
        let fields: LogFields = [
            "job": .id(job.claim.id), "kind": .public(job.kind), "attempt": .count(job.attempt), "failure": .public(failure.code),
        ]
        if again == nil { log.error("job_died", fields) } else { log.info("job_failed", fields) }
        record(job, .failed(failure, again: again))
    }
}
