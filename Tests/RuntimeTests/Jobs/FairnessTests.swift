import Access
import Base
import Runtime
import Store
import TestKit
import Testing

/// Who comes first.
@Suite("turns", .timeLimit(.minutes(2)))
struct FairnessTests {
    private func desk(_ ground: JobGround) -> JobDesk {
        JobDesk(ground.database, [Errands.tracing(Errands.plain)], term: .seconds(15), ground.world)
    }

    private func requests(_ count: Int, _ tenant: Identifier, _ ground: JobGround, _ priority: JobPriority = .normal) throws -> [JobRequest]
    {
        try (0..<count).map { try Errands.plain.request(Errand(number: $0), in: tenant, priority: priority, ground.world) }
    }

    @Test("an organisation with thousands waiting does not make others wait", arguments: EngineMatrix.all)
    func turns(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.enqueue(requests(5_000, "flood", ground))
            for name in ["ann", "bob", "zoe"] as [Identifier] { try await ground.enqueue(requests(5, name, ground)) }
            let desk = desk(ground)
            var (order, round) = ([String](), JobRound.everything)
            round.room = 1
            for _ in 0..<20 {
                let result = try await desk.run(round)
                round.turns = result.turns
                order += result.claimed.compactMap { $0.tenant?.text }
            }
            #expect(order == Array(repeating: ["ann", "bob", "flood", "zoe"], count: 5).flatMap { $0 })
        }
    }

    @Test("in one claim of many everybody has a share, and what some do not need goes to the others", arguments: EngineMatrix.all)
    func shares(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.enqueue(requests(100, "flood", ground) + requests(2, "ann", ground))
            var round = JobRound.everything
            round.room = 10
            let claimed = try await desk(ground).run(round).claimed.compactMap { $0.tenant?.text }
            #expect(claimed == ["ann", "flood", "ann", "flood"] + Array(repeating: "flood", count: 6))
        }
    }

    @Test("priorities come first, and room that the first leaves goes to the next", arguments: EngineMatrix.all)
    func priorities(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.enqueue(
                requests(5, "ann", ground, .bulk) + requests(2, "bob", ground, .normal) + requests(1, "zoe", ground, .urgent))
            var round = JobRound.everything
            round.room = 4
            let claimed = try await desk(ground).run(round).claimed.map(\.priority)
            #expect(claimed == [.urgent, .normal, .normal, .bulk])
        }
    }

    @Test("more organisations than are read at once all have their turn", arguments: EngineMatrix.all)
    func manyOrganisations(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let names = (100..<300).map { "clinic-\($0)" }
            for name in names { try await ground.enqueue(requests(3, Identifier(name), ground)) }
            let desk = desk(ground)
            var (order, round) = ([String](), JobRound.everything)
            round.room = 20
            for _ in 0..<10 {
                let result = try await desk.run(round)
                round.turns = result.turns
                order += result.claimed.compactMap { $0.tenant?.text }
            }
            #expect(order.sorted() == names)
        }
    }

    @Test("no more than so many of one organisation are held", arguments: EngineMatrix.all)
    func bound(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.enqueue(requests(10, "ann", ground) + requests(10, "bob", ground))
            var round = JobRound.everything
            (round.room, round.mostHeld, round.held) = (10, 3, ["ann": 2])
            let result = try await desk(ground).run(round)
            let claimed = result.claimed.compactMap { $0.tenant?.text }.sorted()
            #expect(claimed == ["ann", "bob", "bob", "bob"] && !result.isDrained)
        }
    }

    @Test("kinds that a program does not know stay for one that does, however many, and hide nothing", arguments: EngineMatrix.all)
    func unknownKinds(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let newer = JobKind<Errand>("newer.errand", Text(es: "Nuevo", en: "New")) { _ in }
            for number in 0..<100 {
                try await ground.enqueue(try newer.request(Errand(), in: Identifier("a-\(number)"), priority: .urgent, ground.world))
            }
            try await ground.enqueue(requests(1, "zoe", ground, .bulk))
            let result = try await desk(ground).run(.everything)
            #expect(result.claimed.count == 1 && result.isDrained)
            #expect(try await ground.count("state = 'ready'") == 100)
        }
    }

    @Test("two workers that take at once take different jobs", arguments: EngineMatrix.all)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            try await ground.enqueue(requests(200, "ann", ground) + requests(200, "bob", ground))
            let other = engine == .sqlite ? ground.database : try ground.store.another()
            let desks = [ground.database, other].map { JobDesk($0, [Errands.tracing(Errands.plain)], term: .seconds(15), ground.world) }
            let taken = try await withThrowingTaskGroup(of: [JobClaim].self) { group in
                for desk in desks {
                    group.addTask {
                        var taken: [JobClaim] = []
                        var round = JobRound.everything
                        round.room = 8
                        for _ in 0..<60 { taken += try await desk.run(round).claimed.map(\.claim) }
                        return taken
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == 400 && Set(taken.map(\.id)).count == 400)
            if engine != .sqlite { await other.close() }
        }
    }
}
