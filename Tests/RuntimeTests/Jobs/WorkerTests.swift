import Access
import Base
import Runtime
import Store
import Synchronization
import TestKit
import Testing

/// Jobs, done by workers that run.
@Suite("workers", .timeLimit(.minutes(2)))
struct WorkerTests {
    @Test("a job is done, and its write took effect once", arguments: EngineMatrix.all)
    func done(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.working([Errands.tracing(Errands.plain)]) { _ in
                let request = try Errands.plain.request(Errand(), in: "clinic", ground.world)
                try await ground.enqueue(request)
                try await ground.reaches(.done, request)
                let status = try #require(try await ground.queue.status(of: request.id))
                #expect(status.attempts == 1 && status.tenant == "clinic" && status.failure == nil && status.finishedAt != nil)
                #expect(try await ground.traces() == [request.id.description: 1])
            }
        }
    }

    @Test("many jobs, with and without a write, are each done once", arguments: EngineMatrix.all)
    func many(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let seen = Tally<Int>()
            let plain = Errands.plain.handler { _, errand in
                seen.add(errand.number)
                return .done
            }
            var requests: [JobRequest] = []
            for number in 0..<300 {
                let tenant = try Identifier("clinic-\(number % 7)")
                requests.append(try Errands.plain.request(Errand(number: number), in: tenant, ground.world))
                requests.append(try Errands.brief.request(Errand(number: number), in: tenant, ground.world))
            }
            try await ground.enqueue(requests)
            try await ground.working([plain, Errands.tracing(Errands.brief)]) { _ in
                try await eventually { try await ground.count("state <> 'done'") == 0 }
            }
            #expect(seen.all.sorted() == Array(0..<300))
            let traces = try await ground.traces()
            #expect(traces.count == 300 && traces.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("two workers on two handles do each job once", arguments: EngineMatrix.all)
    func twoWorkers(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let other = engine == .sqlite ? ground.database : try ground.store.another()
            let requests = try (0..<400).map { try Errands.plain.request(Errand(number: $0), in: Identifier("c-\($0 % 3)"), ground.world) }
            try await ground.enqueue(requests)
            let handler = Errands.tracing(Errands.plain)
            try await ground.working([handler]) { _ in
                try await ground.working([handler], other) { _ in
                    try await eventually { try await ground.count("state <> 'done'") == 0 }
                }
            }
            let traces = try await ground.traces()
            #expect(traces.count == 400 && traces.values.allSatisfy { $0 == 1 })
            #expect(try await ground.count("attempts > 1") == 0)
            if engine != .sqlite { await other.close() }
        }
    }

    @Test("no more jobs of one organisation run at once than are allowed", arguments: EngineMatrix.all)
    func perOrganisation(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let release = Occurrence()
            let running = Mutex([String: Int]())
            let most = Mutex([String: Int]())
            let handler = Errands.plain.handler { run, _ in
                let tenant = run.tenant?.text ?? ""
                let now = running.withLock { running in
                    running[tenant, default: 0] += 1
                    return running[tenant, default: 0]
                }
                most.withLock { $0[tenant] = max($0[tenant] ?? 0, now) }
                if tenant == "other" { release.happen() } else { try await release.wait() }
                running.withLock { $0[tenant, default: 0] -= 1 }
                return .done
            }
            try await ground.enqueue((0..<20).map { try Errands.plain.request(Errand(number: $0), in: "clinic", ground.world) })
            try await ground.working([handler], nil, JobSettings { ($0.slots, $0.perOrganisation) = (4, 2) }) { _ in
                try await eventually { running.withLock { $0["clinic"] == 2 } }
                // There is a slot for somebody else, though the first has many waiting.
                try await ground.enqueue(try Errands.plain.request(Errand(), in: "other", ground.world))
                try await eventually { try await ground.count("state <> 'done'") == 0 }
            }
            #expect(most.withLock { $0 } == ["clinic": 2, "other": 1])
        }
    }

    @Test("a job is not begun before its moment", arguments: EngineMatrix.all)
    func moment(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.working([Errands.tracing(Errands.plain)]) { _ in
                let request = try Errands.plain.request(
                    Errand(), in: "clinic", notBefore: ground.world.now() + .milliseconds(300), ground.world)
                try await ground.enqueue(request)
                #expect(try await ground.state(of: request) == .waiting)
                try await ground.reaches(.done, request)
                let status = try #require(try await ground.queue.status(of: request.id))
                #expect(try #require(status.startedAt) >= request.notBefore)
            }
        }
    }

    @Test("how far a job is can be seen while it runs", arguments: EngineMatrix.all)
    func progress(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let release = Occurrence()
            let handler = Errands.plain.handler { run, _ in
                for part in 0...50 { run.report(Double(part) / 100, Text(es: "Parte \(part)", en: "Part \(part)")) }
                try await release.wait()
                return .done
            }
            try await ground.working([handler]) { _ in
                let request = try Errands.plain.request(Errand(), in: "clinic", ground.world)
                try await ground.enqueue(request)
                try await eventually { try await ground.queue.status(of: request.id)?.progress == 0.5 }
                #expect(try await ground.queue.status(of: request.id)?.doing == Text(es: "Parte 50", en: "Part 50"))
                release.happen()
                try await ground.reaches(.done, request)
            }
        }
    }

    @Test("lists are paged, by state, kind and organisation, and figures say how many wait", arguments: EngineMatrix.all)
    func lists(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let mine = try (0..<7).map { try Errands.plain.request(Errand(number: $0), in: "clinic", priority: .bulk, ground.world) }
            let others = [
                try Errands.brief.request(Errand(), in: nil, ground.world),
                try Errands.plain.request(Errand(), in: "other", notBefore: .latest, ground.world),
            ]
            try await ground.enqueue(mine + others)
            let selection = JobQueue.Selection {
                ($0.state, $0.kind, $0.tenant) = (.ready, Errands.plain.shape.name, "clinic")
            }
            let first = try await ground.queue.page(of: selection, PageRequest(limit: 4))
            let second = try await ground.queue.page(of: selection, PageRequest(limit: 4, after: first.next))
            #expect((first.items + second.items).map(\.id) == mine.map(\.id).reversed() && second.next == nil)
            let own = try await ground.queue.page(of: .init { $0.isInstallation = true }, PageRequest())
            #expect(own.items.map(\.id) == [others[0].id])
            let gauges = try await ground.queue.gauges().reduce(into: [:]) { $0[$1.name] = $1.value }
            #expect(gauges["jobs_ready_bulk"] == 7 && gauges["jobs_ready_normal"] == 1 && gauges["jobs_ready_urgent"] == 0)
            let ready = try await ground.queue.readyByKind()
            #expect(ready.map(\.kind) == ready.map(\.kind).sorted() && ready.reduce(0) { $0 + $1.count } == 8)
            #expect(ready.first { $0.kind == Errands.plain.shape.name }?.ageSeconds ?? -1 >= 0)
            #expect(gauges["jobs_waiting"] == 1 && gauges["jobs_running"] == 0 && gauges["jobs_dead"] == 0)
            #expect(gauges["jobs_ready_urgent_age_seconds"] == 0 && (gauges["jobs_ready_bulk_age_seconds"] ?? -1) >= 0)
            await #expect(throws: Failure.self) { try await ground.queue.retry(mine[0].id) }
            await #expect(throws: Failure.noSuch) { try await ground.queue.cancel(ground.world.id()) }
            await #expect(throws: Failure.self) { try await ground.queue.page(of: selection, PageRequest(after: Cursor([1, 2]))) }
        }
    }
}

extension Failure {
    fileprivate static var noSuch: Failure {
        Failure(
            .notFound, "no_such_job",
            Text(
                es: "No existe ese trabajo, o terminó hace tiempo y se eliminó: revise el identificador.",
                en: "There is no such job, or it ended long ago and was removed: check the id."))
    }
}

extension JobGround {
    func count(_ condition: SQL) async throws -> Int {
        try await database.first("SELECT count(*) AS many FROM jobs WHERE \(condition)") { try $0["many"] } ?? 0
    }
}
