import Access
import Base
import Runtime
import Store
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
}

extension JobGround {
    func count(_ condition: SQL) async throws -> Int {
        try await database.first("SELECT count(*) AS many FROM jobs WHERE \(condition)") { try $0["many"] } ?? 0
    }
}
