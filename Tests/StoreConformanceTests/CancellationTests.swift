import Base
import Store
import TestKit
import Testing

/// Whoever is cancelled is answered at once and truly: `.cancelled` means that nothing was done.
@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
    private static let single = EngineSettings {
        $0.mostConnections = 1
        $0.deadline = .seconds(60)
    }

    /// Holds the one writer or connection while `body` runs.
    private func whileBusy(_ store: TestStore, _ body: () async throws -> Void) async throws {
        let (begun, over) = (Occurrence(), Occurrence())
        let database = store.database
        async let holding: Void = database.write { tx in
            begun.happen()
            try over.block()
        }
        try await begun.wait()
        do { try await body() } catch {
            over.happen()
            throw error
        }
        over.happen()
        try await holding
    }

    @Test("a write that waits its turn is cancelled while the other still runs", arguments: EngineMatrix.all)
    func waitingWrite(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), Self.single) { store in
            let database = store.database
            let ran = Occurrence()
            try await whileBusy(store) {
                let waiting = Task {
                    await failure {
                        try await database.write { tx in
                            ran.happen()
                            try Counters.add("a", 1, tx)
                        }
                    }
                }
                for _ in 0..<100 { await Task.yield() }
                waiting.cancel()
                let found = await waiting.value
                #expect(found == Failure.databaseCancelled)
            }
            #expect(!ran.hasHappened)
            try await database.expectCounters([:])
        }
    }

    @Test("a read that waits for a connection is cancelled while the other still runs", arguments: EngineMatrix.servers)
    func waitingRead(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), Self.single) { store in
            let database = store.database
            try await whileBusy(store) {
                let waiting = [
                    Task { await failure { try await database.read { tx in try Counters.amount("a", tx) } } },
                    Task { await failure { try await Counters.all(database) } },
                ]
                for _ in 0..<100 { await Task.yield() }
                for task in waiting { task.cancel() }
                for task in waiting {
                    let found = await task.value
                    #expect(found == Failure.databaseCancelled)
                }
            }
        }
    }

    @Test("a call of a task that was cancelled before does nothing", arguments: EngineMatrix.all)
    func cancelledBefore(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            let found = await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return [
                    await failure { try await database.write { tx in try Counters.add("a", 1, tx) } },
                    await failure { try await database.read { tx in try Counters.amount("a", tx) } },
                ]
            }.value
            #expect(found == [Failure.databaseCancelled, Failure.databaseCancelled])
            try await database.expectCounters([:])
        }
    }

    @Test("a statement that runs in a write is broken off", arguments: EngineMatrix.all)
    func runningWrite(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), Self.single) { store in
            let database = store.database
            let begun = Occurrence()
            let running = Task {
                await failure {
                    try await database.write { tx in
                        try Counters.add("a", 1, tx)
                        begun.happen()
                        _ = try tx.first(engine.longStatement) { try $0["n"] as Int }
                    }
                }
            }
            try await begun.wait()
            running.cancel()
            let found = await running.value
            #expect(found == Failure.databaseCancelled)
            // The connection, or the writer, goes on with the next.
            try await database.write { tx in try Counters.add("b", 2, tx) }
            try await database.expectCounters(["b": 2])
        }
    }

    @Test("a statement that runs in a read is broken off", arguments: EngineMatrix.all)
    func runningRead(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), Self.single) { store in
            let database = store.database
            let begun = Occurrence()
            let running = Task {
                await failure {
                    try await database.read { tx in
                        begun.happen()
                        return try tx.first(engine.longStatement) { try $0["n"] as Int }
                    }
                }
            }
            try await begun.wait()
            running.cancel()
            let found = await running.value
            #expect(found == Failure.databaseCancelled)
            let alone = Task { await failure { try await database.first(engine.longStatement) { try $0["n"] as Int } } }
            for _ in 0..<100 { await Task.yield() }
            alone.cancel()
            let foundAlone = await alone.value
            #expect(foundAlone == Failure.databaseCancelled)
            try await database.expectCounters([:])
        }
    }

    /// Wherever the cancellation meets the write, waiting, running, committing or done, the answer agrees with the data.
    @Test("the answer to a cancellation at any moment is true", arguments: EngineMatrix.all)
    func anyMoment(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            var answers: [(number: Int, failure: Failure?)] = []
            for round in 0..<20 {
                answers += await withTaskGroup(of: (number: Int, failure: Failure?).self) { group in
                    for part in 0..<15 {
                        let number = round * 15 + part
                        group.addTask {
                            let writing = Task {
                                await failure { try await database.write { tx in try Counters.add("\(number)", number, tx) } }
                            }
                            for _ in 0..<(number % 7 * number % 211) { await Task.yield() }
                            writing.cancel()
                            let found = await writing.value
                            return (number, found)
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
            }
            let there = try await Counters.all(database)
            for (number, found) in answers {
                let isThere = there["\(number)"] != nil
                switch found?.kind {
                case nil: #expect(isThere, "\(number) was answered and is not there")
                case .cancelled: #expect(!isThere, "\(number) was cancelled and is there")
                // Honest, where the commit was under way.
                case .outcomeUnknown: break
                case .some(let kind): Issue.record("\(number) failed with \(kind)")
                }
            }
        }
    }

    @Test("a cancellation while the commit is under way does not guess", arguments: EngineMatrix.servers)
    func atCommit(_ engine: EngineMatrix) async throws {
        let settings = EngineSettings {
            $0.isProxied = true
            $0.deadline = .seconds(1)
        }
        try await engine.withStore(Counters.schema(engine), settings) { store in
            let proxy = try #require(store.proxy)
            let database = store.database
            // A commit before it, so that the connection is there.
            try await database.write { tx in try Counters.add("a", 1, tx) }
            let struck = proxy.strike(.stall(.commit))
            let writing = Task { await failure { try await database.write { tx in try Counters.add("b", 2, tx) } } }
            try await struck.wait()
            writing.cancel()
            let found = await writing.value
            #expect(found?.kind == .outcomeUnknown)
            proxy.heal()
            proxy.loseAll()
            try await database.write { tx in try Counters.add("c", 3, tx) }
        }
    }

    /// Wherever a caller leaves, before it stands in line, in it, or as it is taken from it, it is counted out as often as it was
    /// counted in.
    @Test("the line's count comes back to nothing after callers that were refused, cancelled or too late", arguments: EngineMatrix.servers)
    func count(_ engine: EngineMatrix) async throws {
        let settings = EngineSettings {
            $0.mostConnections = 1
            $0.mostWaiting = 2500
        }
        try await engine.withStore(Counters.schema(engine), settings) { store in
            let database = store.database
            for round in 1...20 {
                // Most of their time is over at once, while the connection takes them on.
                let hasty = database.under { $0.deadline = .milliseconds(2 * round) }
                await withTaskGroup { group in
                    for number in 0..<3000 {
                        group.addTask {
                            let reading = Task { await failure { try await Counters.all(hasty) } }
                            if number % 3 == 0 { reading.cancel() }
                            _ = await reading.value
                        }
                    }
                }
                let waiting = database.gauges.first { $0.name == "callers_waiting" }?.value
                #expect(waiting == 0)
            }
            // Connecting anew looks at the count.
            let name = try #require(try store.superuser().run("SELECT current_database()"))
            try store.superuser().cutConnections(to: name)
            try await database.expectCounters([:])
        }
    }

    @Test("a statement that stands alone and was sent is not said to have done nothing", arguments: EngineMatrix.servers)
    func alone(_ engine: EngineMatrix) async throws {
        try await engine.withStore { store in
            let hasty = store.database.under { $0.deadline = .milliseconds(500) }
            let late = await failure { try await hasty.executeAlone(engine.longStatement) }
            #expect(late == Failure.databaseOutcomeUnknown)
            let session = try store.superuser()
            let runs =
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(30)' AND state = 'active'"
            let database = store.database
            let waiting = Task { await failure { try await database.executeAlone(engine.longStatement) } }
            try await eventually { try session.run(runs) == "1" }
            waiting.cancel()
            let cancelled = await waiting.value
            #expect(cancelled == Failure.databaseOutcomeUnknown)
            // It does not go on with nobody waiting for it.
            try await eventually { try session.run(runs) == nil }
            let before = await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure { try await database.executeAlone("SELECT 1") }
            }.value
            #expect(before == Failure.databaseCancelled)
        }
    }
}
