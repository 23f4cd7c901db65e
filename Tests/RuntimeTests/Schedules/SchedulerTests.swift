import Access
import Base
import Runtime
import Store
import TestKit
import Testing

/// What schedulers ask for, moment by moment.
@Suite("schedulers", .timeLimit(.minutes(2)))
struct SchedulerTests {
    /// A database with jobs and schedules, and a world whose clock stands at noon of 1 January 2026.
    struct Ground: Sendable {
        let store: TestStore
        let fixed: FixedWorld
        let database: Database

        func scheduler(_ schedules: [Schedule], _ database: Database? = nil, _ world: World? = nil, zone: String = "UTC") throws
            -> Scheduler
        {
            try Scheduler(schedules, zone: zone, database ?? self.database, JobGround.silence, world ?? fixed.world)
        }

        /// What was asked for: the moments, in order.
        func asked() async throws -> [String] {
            let payloads: [String] = try await database.rows("SELECT payload FROM jobs ORDER BY id") { try $0["payload"] }
            return payloads.compactMap { $0.split(separator: "\"").first { $0.hasPrefix("20") }.map(String.init) }
        }
    }

    private func with(_ engine: EngineMatrix, _ body: (Ground) async throws -> Void) async throws {
        let series = [JobTables.migrations, ScheduleTables.migrations]
        let schema = series.flatMap(\.migrations).flatMap { $0.statements(engine.dialect) }
        try await engine.withStore(schema) { store in
            let noon = try #require(Instant("2026-01-01T12:00:00Z"))
            try await body(Ground(store: store, fixed: FixedWorld(seed: 5, at: noon), database: store.database))
        }
    }

    private func schedule(
        _ world: World, _ rhythm: ScheduleRhythm = .daily(hour: 3, minute: 30), zone: ScheduleZone = .installation,
        missed: ScheduleMissed = .once
    ) -> Schedule {
        let kind = JobKind<String>("test.digest", Text(es: "Resumen", en: "Digest"))
        return Schedule("test.daily", Text(es: "Diario", en: "Daily"), rhythm, zone: zone, missed: missed) { moment in
            try kind.request(String(moment.description.prefix(16)), in: nil, world)
        }
    }

    @Test("asks once for each moment, and not when it is first seen", arguments: EngineMatrix.all)
    func once(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let scheduler = try ground.scheduler([schedule(ground.fixed.world)])
            for _ in 0..<(3 * 24 * 2) {
                await scheduler.look()
                await scheduler.look()
                ground.fixed.advance(by: .seconds(1_800))
            }
            #expect(try await ground.asked() == ["2026-01-02T03:30", "2026-01-03T03:30", "2026-01-04T03:30"])
            let status = try #require(try await scheduler.statuses().first)
            #expect(status.nextAt == Instant("2026-01-05T03:30:00Z") && status.lastAt == Instant("2026-01-04T03:30:00Z"))
        }
    }

    @Test("one run makes up for those that were missed, or none does", arguments: [ScheduleMissed.once, .skip])
    func missed(_ missed: ScheduleMissed) async throws {
        for engine in EngineMatrix.all {
            try await with(engine) { ground in
                let scheduler = try ground.scheduler([schedule(ground.fixed.world, missed: missed)])
                await scheduler.look()
                ground.fixed.advance(by: .seconds(5 * 86_400))
                await scheduler.look()
                #expect(try await ground.asked() == (missed == .once ? ["2026-01-06T03:30"] : []))
                ground.fixed.setClock(to: try #require(Instant("2026-01-07T03:30:20Z")))
                await scheduler.look()
                #expect(try await ground.asked().last == "2026-01-07T03:30")
            }
        }
    }

    @Test("a rhythm of seconds that nobody attended for years is asked for once", arguments: EngineMatrix.all)
    func longMissed(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let scheduler = try ground.scheduler([schedule(ground.fixed.world, .every(.seconds(7)))])
            await scheduler.look()
            ground.fixed.advance(by: .seconds(10 * 365 * 86_400))
            await scheduler.look()
            #expect(try await ground.asked().count == 1)
        }
    }

    @Test("two schedulers at once ask once", arguments: EngineMatrix.all)
    func two(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let other = engine == .sqlite ? ground.database : try ground.store.another()
            let schedulers = try [ground.database, other].map { try ground.scheduler([schedule(ground.fixed.world)], $0) }
            for _ in 0..<10 {
                await withTaskGroup { group in
                    for scheduler in schedulers { group.addTask { await scheduler.look() } }
                }
                ground.fixed.advance(by: .seconds(12 * 3_600))
            }
            #expect(try await ground.asked() == (2...5).map { "2026-01-0\($0)T03:30" })
            if engine != .sqlite { await other.close() }
        }
    }

    @Test("two schedulers whose clocks lie apart ask once", arguments: EngineMatrix.all)
    func apart(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let ahead = World(
                now: { ground.fixed.world.now() + .seconds(1_200) }, elapsed: ground.fixed.world.elapsed, random: ground.fixed.world.random)
            let schedulers = [
                try ground.scheduler([schedule(ground.fixed.world)]), try ground.scheduler([schedule(ahead)], nil, ahead),
            ]
            for _ in 0..<(2 * 24 * 6) {
                for scheduler in schedulers { await scheduler.look() }
                ground.fixed.advance(by: .seconds(600))
            }
            #expect(try await ground.asked() == ["2026-01-02T03:30", "2026-01-03T03:30"])
        }
    }

    @Test("a clock that jumps forward asks for nothing twice, and one that jumps back stalls nothing", arguments: EngineMatrix.all)
    func jumps(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let scheduler = try ground.scheduler([schedule(ground.fixed.world)])
            func look(at text: String) async throws {
                ground.fixed.setClock(to: try #require(Instant(text)))
                await scheduler.look()
                await scheduler.look()
            }
            await scheduler.look()
            try await look(at: "2026-01-02T03:30:01Z")
            // A minute back over the moment, and again.
            try await look(at: "2026-01-02T03:29:01Z")
            try await look(at: "2026-01-02T03:30:02Z")
            #expect(try await ground.asked() == ["2026-01-02T03:30"])
            // A year ahead by mistake, and back.
            try await look(at: "2027-01-02T10:00:00Z")
            try await look(at: "2026-01-02T10:00:00Z")
            try await look(at: "2026-01-03T03:30:05Z")
            try await look(at: "2026-01-04T03:30:05Z")
            #expect(
                try await ground.asked() == ["2026-01-02T03:30", "2027-01-02T03:30", "2026-01-03T03:30", "2026-01-04T03:30"])
        }
    }

    @Test("a rhythm that changed begins anew, in its own zone", arguments: EngineMatrix.all)
    func changed(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            try await ground.scheduler([schedule(ground.fixed.world)]).look()
            let later = try ground.scheduler([schedule(ground.fixed.world, .daily(hour: 9, minute: 0), zone: .named("America/Bogota"))])
            await later.look()
            #expect(try await later.statuses().map(\.nextAt) == [Instant("2026-01-01T14:00:00Z")])
            ground.fixed.advance(by: .seconds(7_210))
            await later.look()
            #expect(try await ground.asked() == ["2026-01-01T14:00"])
        }
    }

    @Test("a zone that does not exist ends the start with a sentence that names it")
    func unknownZone() async throws {
        try await with(.sqlite) { ground in
            #expect(throws: Failure.self) { try ground.scheduler([], zone: "Europe/Madird") }
            do {
                _ = try ground.scheduler([schedule(ground.fixed.world, zone: .named("Mars/Base"))])
                Issue.record("taken")
            } catch let failure as Failure {
                #expect(failure.kind == .invalid && failure.message.english.contains("Mars/Base"))
            }
        }
    }

    @Test("a request that cannot be made is asked for again later, and holds up no other schedule", arguments: EngineMatrix.all)
    func failing(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground in
            let (world, tally) = (ground.fixed.world, Tally<Int>())
            let failing = Schedule("test.failing", Text(verbatim: "x"), .daily(hour: 3, minute: 30)) { _ in
                tally.add(1)
                throw Failure(.unavailable, "test", Text(verbatim: "x"))
            }
            let scheduler = try ground.scheduler([failing, schedule(world)])
            await scheduler.look()
            ground.fixed.setClock(to: try #require(Instant("2026-01-02T03:30:01Z")))
            #expect(await scheduler.look() == nil)
            await scheduler.look()
            #expect(try await ground.asked() == ["2026-01-02T03:30"] && tally.count == 2)
        }
    }

    @Test("a scheduler that runs asks by itself, and ends with its task")
    func runs() async throws {
        for engine in EngineMatrix.all {
            try await with(engine) { ground in
                let scheduler = try Scheduler(
                    [schedule(.live, .every(.seconds(1)))], zone: "UTC", ground.database, JobGround.silence, .live)
                let running = Task { await scheduler.run() }
                try await eventually { try await ground.asked().count >= 2 }
                running.cancel()
                await running.value
            }
        }
    }
}
