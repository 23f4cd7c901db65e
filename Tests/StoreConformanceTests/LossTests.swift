import Base
import Store
import TestKit
import Testing

/// The connection goes away at every point of a transaction. What is said afterwards is true.
@Suite(.timeLimit(.minutes(2)))
struct LossTests {
    private func withProxy(_ engine: EngineMatrix, _ body: (Database, FaultProxy, SuperuserSession) async throws -> Void) async throws {
        let settings = EngineSettings {
            $0.isProxied = true
            $0.mostConnections = 2
        }
        try await engine.withStore(Counters.schema(engine), settings) { store in
            try await store.database.write { tx in try Counters.add("a", 1, tx) }
            try await body(store.database, try #require(store.proxy), try store.superuser())
        }
    }

    @Test("lost before the commit, the closure runs again and counts once", arguments: EngineMatrix.servers)
    func beforeCommit(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let struck = proxy.strike(.loseBefore(.statement("INSERT INTO counters")))
            let runs = Tally()
            let found = await failure {
                try await database.write { tx in
                    runs.next()
                    try Counters.set("a", (try Counters.amount("a", tx) ?? 0) + 1, tx)
                    try Counters.add("b", 2, tx)
                }
            }
            #expect(struck.hasHappened)
            #expect(found == nil)
            #expect(runs.total == 2)
            try await database.expectCounters(["a": 2, "b": 2])
        }
    }

    @Test("lost where a statement was run and not answered, the closure runs again and counts once", arguments: EngineMatrix.servers)
    func beforeAnswer(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let struck = proxy.strike(.loseAnswer(.statement("UPDATE counters")))
            let runs = Tally()
            let found = await failure {
                try await database.write { tx in
                    runs.next()
                    try tx.execute("UPDATE counters SET amount = amount + 1")
                }
            }
            #expect(struck.hasHappened)
            #expect(found == nil)
            #expect(runs.total == 2)
            try await database.expectCounters(["a": 2])
        }
    }

    @Test("lost with the commit on its way, the outcome is unknown and nothing was written", arguments: EngineMatrix.servers)
    func commitNotForwarded(_ engine: EngineMatrix) async throws {
        try await expectUnknownOutcome(engine, .loseBefore(.commit), leaving: "1")
    }

    @Test("lost with the commit done, the outcome is unknown and all was written", arguments: EngineMatrix.servers)
    func commitNotAnswered(_ engine: EngineMatrix) async throws {
        try await expectUnknownOutcome(engine, .loseAnswer(.commit), leaving: "2")
    }

    /// A write struck around its commit, and how many rows another session finds afterwards.
    private func expectUnknownOutcome(_ engine: EngineMatrix, _ fault: FaultProxy.Fault, leaving rows: String) async throws {
        try await withProxy(engine) { database, proxy, session in
            let struck = proxy.strike(fault)
            let runs = Tally()
            let found = await failure {
                try await database.write { tx in
                    runs.next()
                    try Counters.add("b", 2, tx)
                }
            }
            #expect(struck.hasHappened)
            #expect(found == Failure.databaseOutcomeUnknown)
            #expect(runs.total == 1, "what may have happened is not done again")
            let told = try session.run("SELECT count(*) FROM counters")
            #expect(told == rows)
        }
    }

    @Test("lost after the commit, the answer stands and the next call connects anew", arguments: EngineMatrix.servers)
    func afterCommit(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let struck = proxy.strike(.loseAfter(.commit))
            try await database.write { tx in try Counters.add("b", 2, tx) }
            #expect(struck.hasHappened)
            for number in 0..<4 { try await database.write { tx in try Counters.add("\(number)", number, tx) } }
            let there = try await Counters.all(database)
            #expect(there.count == 6)
        }
    }

    @Test("a read whose connection is lost is asked again", arguments: EngineMatrix.servers)
    func reads(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let first = proxy.strike(.loseBefore(.statement("SELECT name, amount FROM counters")))
            try await database.expectCounters(["a": 1])
            #expect(first.hasHappened)
            let second = proxy.strike(.loseAnswer(.statement("SELECT amount FROM counters")))
            let amount = try await database.read { tx in try Counters.amount("a", tx) }
            #expect(second.hasHappened)
            #expect(amount == 1)
        }
    }

    @Test("a server that falls silent is left at the deadline", arguments: EngineMatrix.servers)
    func silence(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let hasty = database.under { $0.deadline = .milliseconds(800) }
            let struck = proxy.strike(.stall(.statement("INSERT INTO counters")))
            let found = await failure { try await hasty.write { tx in try Counters.add("b", 2, tx) } }
            #expect(struck.hasHappened)
            #expect(found == Failure.databaseDeadlineExceeded)
            let reading = proxy.strike(.stall(.statement("SELECT name, amount")))
            let unanswered = await failure { try await Counters.all(hasty) }
            #expect(reading.hasHappened)
            #expect(unanswered == Failure.databaseDeadlineExceeded)
            proxy.heal()
            try await database.expectCounters(["a": 1])
        }
    }

    @Test("where nobody answers it says unavailable, and works once they do", arguments: EngineMatrix.servers)
    func refusal(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            proxy.refuse()
            let hasty = database.under { $0.deadline = .milliseconds(700) }
            let found = await failure { try await hasty.write { tx in try Counters.add("b", 2, tx) } }
            #expect(found?.kind == .unavailable)
            let reading = await failure { try await Counters.all(hasty) }
            #expect(reading?.kind == .unavailable)
            proxy.heal()
            try await database.write { tx in try Counters.add("c", 3, tx) }
            try await database.expectCounters(["a": 1, "c": 3])
        }
    }

    @Test("through a hundred losses at any moment, what was answered is there once", arguments: EngineMatrix.servers)
    func manyLosses(_ engine: EngineMatrix) async throws {
        try await withProxy(engine) { database, proxy, _ in
            let losing = Task {
                for _ in 0..<100 where !Task.isCancelled {
                    proxy.loseAll()
                    for _ in 0..<400 { await Task.yield() }
                }
            }
            var (written, unknown): (Set<String>, Set<String>) = ([], [])
            for number in 0..<300 {
                let found = await failure { try await database.write { tx in try Counters.add("\(number)", number, tx) } }
                switch found?.kind {
                case nil: written.insert("\(number)")
                case .outcomeUnknown: unknown.insert("\(number)")
                case .unavailable, .deadlineExceeded: break
                case .some(let kind): Issue.record("\(number): \(kind)")
                }
            }
            losing.cancel()
            await losing.value
            var there = Set(try await Counters.all(database).keys)
            there.remove("a")
            #expect(there.isSuperset(of: written))
            #expect(there.subtracting(written).isSubset(of: unknown))
        }
    }
}
