import Access
import Base
import Runtime
import Store
import TestKit
import Testing

/// The life of jobs under everything that can happen to them, against a model of it.
@Suite("the life of jobs", .timeLimit(.minutes(3)))
struct StateMachineTests {
    @Test("whatever happens, writes take effect once, tries are bounded and nothing is lost", arguments: EngineMatrix.all)
    func histories(_ engine: EngineMatrix) async throws {
        for seed in 1...(engine == .sqlite ? 12 : 3) as ClosedRange<UInt64> {
            try await JobGround.with(engine) { ground in
                let fixed = FixedWorld(seed: seed)
                var model = try JobModel(ground, fixed, seed: seed)
                for number in 0..<200 {
                    try await model.step()
                    if number % 20 == 0 { try await model.check() }
                }
                try await model.settle()
                try await model.check()
                for desk in model.desks where engine != .sqlite && desk.worker != model.desks[0].worker { await desk.database.close() }
            }
        }
    }

    @Test(
        "of several with one key the first is taken, whatever became of it, and each organisation has its own", arguments: EngineMatrix.all)
    func uniqueKey(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            func request(_ tenant: Identifier?) throws -> JobRequest {
                try Errands.plain.request(Errand(), in: tenant, key: "digest 7", ground.world)
            }
            let first = try request("clinic")
            #expect(try await ground.enqueue(first))
            #expect(try await !ground.enqueue(request("clinic")))
            #expect(try await ground.enqueue(request(nil)))
            try await ground.queue.cancel(first.id)
            #expect(try await !ground.enqueue(request("clinic")))
            #expect(try await ground.count("1 = 1") == 2)
        }
    }

    @Test("a job that was asked for in a transaction that is undone is not there", arguments: EngineMatrix.all)
    func undone(_ engine: EngineMatrix) async throws {
        struct Undone: Error {}
        try await JobGround.with(engine) { ground in
            let request = try Errands.plain.request(Errand(), in: nil, ground.world)
            await #expect(throws: Undone.self) {
                try await ground.database.write { tx in
                    try request.enqueue(tx)
                    throw Undone()
                }
            }
            #expect(try await ground.queue.status(of: request.id) == nil)
        }
    }

    @Test("a write that fails leaves the job as it was", arguments: EngineMatrix.all)
    func failedWrite(_ engine: EngineMatrix) async throws {
        struct Refused: Error {}
        try await JobGround.with(engine) { ground in
            let desk = JobDesk(ground.database, [Errands.tracing(Errands.plain)], term: .seconds(15), ground.world)
            try await ground.enqueue(try Errands.plain.request(Errand(), in: "clinic", ground.world))
            let job = try #require(try await desk.run(.everything).claimed.first)
            await #expect(throws: Refused.self) { try await desk.finish(job) { _ in throw Refused() } }
            #expect(try await ground.queue.status(of: job.claim.id)?.state == .running)
            #expect(try await desk.finish(job) { _ in })
        }
    }

    @Test("old jobs that are over are removed, dead letters and all others stay", arguments: EngineMatrix.all)
    func purge(_ engine: EngineMatrix) async throws {
        try await JobGround.with(engine) { ground in
            let fixed = FixedWorld(seed: 3)
            let desk = JobDesk(ground.database, [Errands.tracing(Errands.plain)], term: .seconds(15), fixed.world)
            let requests = try (0..<1_200).map { try Errands.plain.request(Errand(number: $0), in: "clinic", fixed.world) }
            try await ground.enqueue(requests)
            let failure = JobFailure(Failure(.fault, "test", Text(verbatim: "test")))
            while true {
                let claimed = try await desk.run(.everything).claimed
                if claimed.isEmpty { break }
                _ = try await desk.run(
                    JobRound {
                        $0.endings = claimed.enumerated().map { JobEnding($1.claim, $0 == 0 ? .failed(failure, again: nil) : .done) }
                    })
            }
            let dead = try await ground.count("state = 'dead'")
            let queue = JobQueue(ground.database, fixed.world)
            #expect(try await queue.purge(olderThan: .seconds(60)) == 0)
            fixed.advance(by: .seconds(61))
            #expect(try await queue.purge(olderThan: .seconds(60)) == 1_200 - dead)
            #expect(try await ground.count("1 = 1") == dead && dead > 0)
        }
    }
}

extension JobRound {
    /// Takes whatever there is of the kinds of these tests.
    static let everything = JobRound {
        $0.wakes = true
        $0.room = 64
        $0.kinds = [Errands.plain.shape.name, Errands.brief.shape.name]
    }
}
