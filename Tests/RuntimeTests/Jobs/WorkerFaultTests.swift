import Access
import Base
import Runtime
import Store
import Synchronization
import TestKit
import Testing

/// What workers do when jobs, databases and other workers do not do as they should.
@Suite("workers in trouble", .timeLimit(.minutes(3)))
struct WorkerFaultTests {
    private struct Broken: Error {}

    @Test(
        "a poison job is tried as often as it may and then lies among the dead, with its reason, until somebody sends it back",
        arguments: EngineMatrix.all)
    func poison(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let tries = Tally<Int>()
            let isMended = Mutex(false)
            let handler = Errands.brief.handler { run, _ in
                tries.add(run.attempt)
                guard isMended.withLock({ $0 }) else { throw Broken() }
                return Errands.trace(run)
            }
            try await ground.working([handler]) { _ in
                let request = try Errands.brief.request(Errand(), in: "clinic", ground.world)
                try await ground.enqueue(request)
                try await ground.reaches(.dead, request)
                #expect(tries.all == [1, 2, 3])
                let letters = try await ground.queue.page(of: .deadLetters, PageRequest()).items
                #expect(letters.map(\.id) == [request.id] && letters.first?.failure?.code == "job_failed")
                isMended.withLock { $0 = true }
                try await ground.queue.retry(request.id)
                try await ground.reaches(.done, request)
                #expect(tries.all == [1, 2, 3, 1])
                #expect(try await ground.traces() == [request.id.description: 1])
            }
        }
    }

    @Test("what trying again does not mend is tried once", arguments: EngineMatrix.all)
    func final(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let tries = Tally<Int>()
            let refusing = Errands.brief.handler { run, _ in
                tries.add(run.attempt)
                throw Failure(.forbidden, "not_yours", Text(es: "No es suyo.", en: "It is not yours."))
            }
            let reading = JobKind<[String]>("test.errand", Text(verbatim: "x")).handler { _, _ in .done }
            try await ground.working([refusing, reading]) { _ in
                let refused = try Errands.brief.request(Errand(), in: nil, ground.world)
                let unreadable = try Errands.plain.request(Errand(), in: nil, ground.world)
                try await ground.enqueue(refused, unreadable)
                try await ground.reaches(.dead, refused)
                try await ground.reaches(.dead, unreadable)
                #expect(tries.all == [1])
                #expect(try await ground.queue.status(of: refused.id)?.failure?.message.english == "It is not yours.")
                #expect(try await ground.queue.status(of: unreadable.id)?.failure?.code == "job_payload")
            }
        }
    }

    @Test("a job that never returns loses its slot to others, counts as failed, and is reported", arguments: EngineMatrix.all)
    func neverReturns(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let (stuck, release) = (Occurrence(), Occurrence())
            let deaf = JobKind<Errand>("test.deaf", Text(verbatim: "x")) {
                $0.time = .milliseconds(30)
                $0.mostTries = 1
            }
            // Not cut short by cancellation.
            let handler = deaf.handler { run, _ in
                stuck.happen()
                try await Task.detached { try await release.wait(seconds: 60) }.value
                return Errands.trace(run)
            }
            let settings = JobSettings {
                ($0.slots, $0.perOrganisation, $0.claim, $0.grace, $0.stopping) = (1, 1, .seconds(2), .milliseconds(30), .zero)
            }
            try await ground.working([handler, Errands.tracing(Errands.plain)], nil, settings) { worker in
                let (one, other) = (
                    try deaf.request(Errand(), in: nil, ground.world), try Errands.plain.request(Errand(), in: nil, ground.world)
                )
                try await ground.enqueue(one)
                try await stuck.wait()
                try await ground.enqueue(other)
                try await ground.reaches(.done, other)
                try await ground.reaches(.dead, one)
                #expect(try await ground.queue.status(of: one.id)?.failure?.code == "job_time_over")
                #expect(await worker.gauges.first { $0.name == "jobs_not_stopping" }?.value == 1)
                release.happen()
                try await eventually { await worker.gauges.first { $0.name == "jobs_not_stopping" }?.value == 0 }
                #expect(try await ground.traces() == [other.id.description: 1])
            }
        }
    }

    @Test("a job whose time is over is told to stop, and tried again", arguments: EngineMatrix.all)
    func overdue(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let kind = JobKind<Errand>("test.slow", Text(verbatim: "x")) {
                ($0.time, $0.firstPause) = (.milliseconds(30), .milliseconds(1))
            }
            let handler = kind.handler { run, _ in
                if run.attempt == 1 { try await Task.sleep(for: .seconds(60)) }
                return Errands.trace(run)
            }
            try await ground.working([handler]) { _ in
                let request = try kind.request(Errand(), in: nil, ground.world)
                try await ground.enqueue(request)
                try await ground.reaches(.done, request)
                #expect(try await ground.queue.status(of: request.id)?.attempts == 2)
            }
        }
    }

    @Test(
        "a worker that loses its database is relieved, has no effect any more, and goes on when it is back", arguments: EngineMatrix.servers
    )
    func cutOff(_ engine: EngineMatrix) async throws {
        let settings = EngineSettings {
            ($0.isProxied, $0.deadline) = (true, .seconds(2))
        }
        try await JobGround.with(engine, settings) { ground in
            let proxy = try #require(ground.store.proxy)
            let safe = try ground.store.another()
            let control = JobGround(store: ground.store, database: safe, world: ground.world)
            let (started, release, who) = (Occurrence(), Occurrence(), Tally<String>())
            func handler(_ name: String) -> JobHandler {
                Errands.plain.handler { run, errand in
                    who.add(name)
                    if name == "cut", errand.number == 1 {
                        started.happen()
                        try await release.wait(seconds: 60)
                    }
                    return Errands.trace(run)
                }
            }
            let settings = JobSettings { $0.claim = .seconds(1) }
            try await ground.working([handler("cut")], nil, settings) { _ in
                let first = try Errands.plain.request(Errand(number: 1), in: "clinic", ground.world)
                try await control.enqueue(first)
                try await started.wait()
                proxy.refuse()
                try await control.working([handler("safe")], safe, settings) { _ in try await control.reaches(.done, first) }
                release.happen()
                proxy.heal()
                let next = try Errands.plain.request(Errand(number: 2), in: "clinic", ground.world)
                try await control.enqueue(next)
                try await control.reaches(.done, next)
                #expect(who.all == ["cut", "safe", "cut"])
                #expect(try await control.traces() == [first.id.description: 1, next.id.description: 1])
                #expect(try await control.queue.status(of: first.id)?.attempts == 2)
            }
            await safe.close()
        }
    }

    @Test("an end whose answer was lost takes effect once", arguments: EngineMatrix.servers)
    func lostAnswer(_ engine: EngineMatrix) async throws {
        for fault in [FaultProxy.Fault.loseAnswer(.commit), .loseBefore(.commit), .loseBefore(.statement("INSERT INTO trace"))] {
            try await JobGround.with(engine, EngineSettings { $0.isProxied = true }) { ground in
                let (started, release) = (Occurrence(), Occurrence())
                let handler = Errands.plain.handler { run, _ in
                    started.happen()
                    try await release.wait()
                    return Errands.trace(run)
                }
                try await ground.working([handler]) { _ in
                    let request = try Errands.plain.request(Errand(), in: "clinic", ground.world)
                    try await ground.enqueue(request)
                    try await started.wait()
                    let struck = ground.store.proxy?.strike(fault)
                    release.happen()
                    try await struck?.wait()
                    try await ground.reaches(.done, request)
                    #expect(try await ground.traces() == [request.id.description: 1])
                    #expect(try await ground.queue.status(of: request.id)?.attempts == 1)
                }
            }
        }
    }

    @Test("what a killed program had claimed is begun again", arguments: EngineMatrix.all)
    func killed(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let kind = JobKind<Errand>("test.brief", Text(verbatim: "x")) { $0.firstPause = .milliseconds(1) }
            let handler = Errands.tracing(kind)
            let request = try kind.request(Errand(), in: "clinic", ground.world)
            try await ground.enqueue(request)
            let dead = JobDesk(ground.database, [handler], term: .seconds(3_600), ground.world)
            let job = try #require(try await dead.run(.everything).claimed.first)
            try await ground.working([handler], nil, JobSettings { $0.claim = .seconds(1) }) { _ in try await ground.reaches(.done, request)
            }
            #expect(try await !dead.finish(job) { _ in Issue.record("an effect of the dead") })
            #expect(try await ground.queue.status(of: request.id)?.attempts == 2)
        }
    }

    @Test("a job that is cancelled while it runs is told to stop, and has no effect", arguments: EngineMatrix.all)
    func cancelled(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let (started, stopped) = (Occurrence(), Occurrence())
            let handler = Errands.plain.handler { run, _ in
                started.happen()
                do { try await Task.sleep(for: .seconds(60)) } catch { stopped.happen() }
                return Errands.trace(run)
            }
            try await ground.working([handler], nil, JobSettings { $0.claim = .seconds(1) }) { _ in
                let request = try Errands.plain.request(Errand(), in: "clinic", ground.world)
                try await ground.enqueue(request)
                try await started.wait()
                try await ground.queue.cancel(request.id)
                try await stopped.wait()
                await #expect(throws: Failure.self) { try await ground.queue.cancel(request.id) }
                #expect(try await ground.state(of: request) == .cancelled)
            }
            #expect(try await ground.traces().isEmpty)
        }
    }

    @Test("a worker that is to end lets jobs end, and gives back those that do not", arguments: EngineMatrix.all)
    func ending(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let (started, release) = (Tally<Int>(), Occurrence())
            let handler = Errands.plain.handler { run, errand in
                started.add(errand.number)
                if errand.number == 1 { try await release.wait() } else { try await Task.sleep(for: .seconds(60)) }
                return Errands.trace(run)
            }
            let requests = try (1...2).map { try Errands.plain.request(Errand(number: $0), in: "clinic", ground.world) }
            try await ground.enqueue(requests)
            let worker = JobWorker(
                [handler], ground.database, JobSettings { $0.stopping = .seconds(1) }, JobGround.silence, ground.world)
            let running = Task { await worker.run() }
            try await eventually { started.count == 2 }
            running.cancel()
            release.happen()
            let late = try Errands.plain.request(Errand(number: 3), in: "clinic", ground.world)
            try await ground.enqueue(late)
            await running.value
            #expect(try await ground.state(of: requests[0]) == .done)
            #expect(try await ground.state(of: late) == .ready)
            let status = try #require(try await ground.queue.status(of: requests[1].id))
            #expect(status.state == .ready && status.attempts == 0)
            #expect(try await ground.traces() == [requests[0].id.description: 1] && started.all.sorted() == [1, 2])
        }
    }
}
