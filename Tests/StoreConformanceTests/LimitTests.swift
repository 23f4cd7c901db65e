import Base
import Store
import TestKit
import Testing

/// Every wait has a deadline and every queue an end.
@Suite(.timeLimit(.minutes(2)))
struct LimitTests {
    @Test("a statement beyond its deadline is broken off and nothing is written", arguments: EngineMatrix.all)
    func statementDeadline(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let hasty = store.database.under { $0.deadline = .milliseconds(300) }
            let found = [
                await failure {
                    try await hasty.write { tx in
                        try Counters.add("a", 1, tx)
                        _ = try tx.first(engine.longStatement) { try $0["n"] as Int }
                    }
                },
                await failure { try await hasty.read { tx in try tx.first(engine.longStatement) { try $0["n"] as Int } } },
                await failure { try await hasty.first(engine.longStatement) { try $0["n"] as Int } },
            ]
            #expect(found == Array(repeating: Failure.databaseDeadlineExceeded, count: 3))
            try await store.database.write { tx in try Counters.add("b", 2, tx) }
            try await store.database.expectCounters(["b": 2])
        }
    }

    @Test("who waits beyond the deadline is told so and never runs", arguments: EngineMatrix.all)
    func waitingDeadline(_ engine: EngineMatrix) async throws {
        try await withHeldWriter(engine, EngineSettings { $0.mostConnections = 1 }) { database, over in
            let found = await failure {
                try await database.under { $0.deadline = .milliseconds(200) }.write { tx in try Counters.add("a", 1, tx) }
            }
            over.happen()
            return found
        } then: { database, found in
            #expect(found == Failure.databaseDeadlineExceeded)
            try await database.write { tx in try Counters.add("b", 2, tx) }
            try await database.expectCounters(["b": 2])
        }
    }

    @Test("one more than the queue holds is refused at once", arguments: EngineMatrix.all)
    func fullQueue(_ engine: EngineMatrix) async throws {
        let settings = EngineSettings {
            $0.mostConnections = 1
            $0.mostWaiting = 4
        }
        try await withHeldWriter(engine, settings) { database, over in
            await withTaskGroup { group in
                for number in 0..<20 {
                    group.addTask { await failure { try await database.write { tx in try Counters.add("\(number)", number, tx) } } }
                }
                var answers: [Failure?] = []
                for await answer in group {
                    answers.append(answer)
                    // The refused are answered while the queue is full; only then does it move.
                    if answers.count == 16 { over.happen() }
                }
                return answers
            }
        } then: { database, answers in
            let refused = answers.compactMap { $0 }
            #expect(refused.count == 16)
            for failure in refused { #expect(failure.kind == .overloaded) }
            let there = try await Counters.all(database)
            #expect(there.count == 4)
            // It takes on work again.
            try await database.write { tx in try Counters.add("later", 1, tx) }
        }
    }

    /// Runs `body` while a write holds the only connection, until `body` lets it go (the occurrence that it is given); `after`,
    /// with what `body` found, once that write has ended.
    private func withHeldWriter<Found: Sendable>(
        _ engine: EngineMatrix, _ settings: EngineSettings, _ body: (Database, Occurrence) async throws -> Found,
        then after: (Database, Found) async throws -> Void
    ) async throws {
        try await engine.withStore(Counters.schema(engine), settings) { store in
            let database = store.database
            let (begun, over) = (Occurrence(), Occurrence())
            async let holding: Void = database.write { _ in
                begun.happen()
                try over.block()
            }
            try await begun.wait()
            let found = try await body(database, over)
            try await holding
            try await after(database, found)
        }
    }

    @Test("ten thousand callers at once are all served", arguments: EngineMatrix.all)
    func crowd(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.deadline = .seconds(90) }) { store in
            let database = store.database
            try await withThrowingTaskGroup { group in
                for number in 0..<10_000 {
                    group.addTask {
                        try await database.write { tx in try Counters.add("\(number)", number, tx) }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await withThrowingTaskGroup { group in
                for number in 0..<10_000 {
                    group.addTask {
                        try await database.first("SELECT amount FROM counters WHERE name = \("\(number)")") { try $0["amount"] as Int }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ?? -1_000_000) }
            }
            #expect(sum == 49_995_000)
        }
    }

    @Test("what was accepted before closing is finished", arguments: EngineMatrix.all)
    func closing(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let database = store.database
            let (begun, over) = (Occurrence(), Occurrence())
            let holding = Task {
                await failure {
                    try await database.write { tx in
                        begun.happen()
                        try over.block()
                        try Counters.add("a", 1, tx)
                    }
                }
            }
            try await begun.wait()
            let closing = Task { await database.close() }
            // Once it refuses new work it is closing; then the last one goes on.
            try await eventually {
                let found = await failure {
                    try await database.under { $0.deadline = .milliseconds(50) }.write { _ in }
                }
                return found?.kind == .unavailable
            }
            over.happen()
            await closing.value
            let found = await holding.value
            #expect(found == nil)
        }
    }
}
