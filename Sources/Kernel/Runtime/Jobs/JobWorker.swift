import Base
import Store
import Synchronization

/// Does jobs, several at once, on one of any number of machines.
///
/// It is woken when something is written down, sleeps until exactly the next moment for which a job waits, and looks by itself each
/// five seconds, for whatever nobody could tell it. A job is claimed for a span of time that is prolonged as long as the program
/// lives; one whose worker is silent is begun again by another. Whoever ends a job must hold its claim, so what it writes takes effect
/// once.
package struct JobWorker: Sendable {
    private let handlers: [JobHandler]
    private let database: Database
    private let settings: JobSettings
    private let log: Log
    private let world: World
    private let present = Present()

    /// Two handlers of one kind are a programmer's error.
    package init(_ handlers: [JobHandler], _ database: Database, _ settings: JobSettings, _ log: Log, _ world: World) {
        precondition(Set(handlers.map(\.shape.name)).count == handlers.count, "a kind of job has one handler")
        self.handlers = handlers
        self.database = database
        self.settings = settings
        self.log = log
        self.world = world
    }

    /// Looks by itself as often as this.
    static let look: Duration = .seconds(5)
    /// Progress is written at most this often.
    private static let progressPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(5)

    /// Works until the task is cancelled. Then it claims nothing more, lets running jobs end for as long as `jobs.stopping` says, tells
    /// those that are left to stop, and gives them back. Does not throw: what goes wrong with the database is logged, and tried again.
    package func run() async {
        let shift = JobShift(handlers, database, settings, log, world)
        let isOver = Flag()
        present.shift.withLock { $0 = shift }
        // Not a child: ending in good order takes transactions, which a cancelled task has none of.
        let work = Task { @concurrent in await self.work(shift, isOver) }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            isOver.raise()
            shift.bell.ring()
        }
        present.shift.withLock { $0 = nil }
    }

    /// Jobs that run here, that wait for a slot here, and that do not stop though they were told to.
    package var gauges: [Gauge] {
        get async {
            let shift = present.shift.withLock { $0 }
            return await shift?.gauges ?? []
        }
    }

    private func work(_ shift: JobShift, _ isOver: Flag) async {
        let ears = Task { @concurrent in
            for await _ in database.notifications(on: JobTables.channel) { await shift.told() }
        }
        let looking = Task { @concurrent in await keep(shift) }
        let telling = Task { @concurrent in
            while !Task.isCancelled {
                await shift.progressBell.wait(atMost: .seconds(3_600))
                await logged("job_progress") { try await shift.tellProgress() }
                await sleep(Self.progressPause)
            }
        }
        let owns = await relieveAtStart(shift)
        await serve(shift, until: isOver)
        await end(shift)
        for task in [ears, looking, telling] { task.cancel() }
        shift.progressBell.ring()
        for task in [ears, looking, telling] { await task.value }
        await owns?.release()
    }

    /// On SQLite nobody else can be at a job when the first worker of its only program begins.
    private func relieveAtStart(_ shift: JobShift) async -> (any Lease)? {
        guard database.dialect == .sqlite else { return nil }
        var lease: (any Lease)?
        await logged("job_relief") {
            lease = try await database.lease("zancada_jobs")
            if lease != nil { try await shift.relieve(atOnce: true) }
        }
        return lease
    }

    private func serve(_ shift: JobShift, until isOver: Flag) async {
        var pause: Duration = .zero
        while !isOver.isRaised {
            let isFine = await logged("job_round") { try await shift.round() }
            pause = isFine ? .zero : min(max(pause * 2, .milliseconds(50)), Self.longestPause)
            if isFine {
                await shift.bell.wait(atMost: await shift.patience)
            } else {
                await Bell().wait(atMost: pause)
            }
        }
    }

    /// Time limits each second, signs of life thrice in the term of a claim, a look by itself each five seconds.
    private func keep(_ shift: JobShift) async {
        var (beaten, looked, slept, purged) = (world.elapsed(), world.elapsed(), world.elapsed(), world.elapsed())
        while !Task.isCancelled {
            await sleep(min(.seconds(1), settings.claim / 6))
            await shift.watch()
            let now = world.elapsed()
            if now - beaten >= settings.claim / 3 {
                beaten = now
                await logged("job_beat") { try await shift.beat() }
            }
            if now - looked >= min(Self.look, settings.claim / 2) {
                looked = now
                await logged("job_look") { try await shift.relieve() }
                await shift.told()
            }
            if now - slept >= .seconds(60) {
                slept = now
                await logged("job_overslept") { _ = try await shift.desk.wakeOverslept() }
            }
            if now - purged >= .seconds(3_600) {
                purged = now
                await logged("job_purge") { _ = try await JobQueue(database, world).purge(olderThan: settings.kept) }
            }
        }
    }

    private func end(_ shift: JobShift) async {
        await shift.close()
        await serve(shift, for: settings.stopping)
        await shift.stop()
        await serve(shift, for: min(settings.grace, .seconds(5)))
        await shift.giveBackAll()
        await logged("job_round") { try await shift.round() }
    }

    /// Until nothing is held any more, at most so long.
    private func serve(_ shift: JobShift, for time: Duration) async {
        let until = world.elapsed() + time
        while !(await shift.isIdle), world.elapsed() < until {
            let isFine = await logged("job_round") { try await shift.round() }
            if await shift.isIdle { return }
            await (isFine ? shift.bell : Bell()).wait(atMost: min(until - world.elapsed(), .milliseconds(200)))
        }
    }

    private func sleep(_ duration: Duration) async {
        do { try await Task.sleep(for: duration) } catch { return }
    }

    /// Whether it went well.
    @discardableResult
    private func logged(_ event: StaticString, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch {
            if !Task.isCancelled { log.warning(event, ["failure": .error(error)]) }
            return false
        }
    }
}

/// Raised once, seen by all.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}

/// The shift that works just now.
private final class Present: Sendable {
    let shift = Mutex<JobShift?>(nil)
}
