import Base
import Store
import TestKit
import Testing

/// A write closure happens once and whole, or not at all, however often it ran.
@Suite(.timeLimit(.minutes(2)))
struct ClosureTests {
    @Test("a closure that throws changes nothing and its error comes out", arguments: EngineMatrix.all)
    func closureThrowsChangesNothingIts(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            await #expect(throws: Refusal(reason: "no")) {
                try await store.database.write { tx in
                    try Counters.add("a", 1, tx)
                    throw Refusal(reason: "no")
                }
            }
            try await store.database.expectCounters([:])
        }
    }

    @Test("of many at once, those that throw are gone and the others are there", arguments: EngineMatrix.all)
    func manyAtOnceThoseThrow(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            await withTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        _ = try? await database.write { tx in
                            try Counters.add("\(number)", number, tx)
                            if number % 3 == 0 { throw Refusal(reason: "a third refuses") }
                        }
                    }
                }
            }
            let expected = (0..<300).filter { $0 % 3 != 0 }.map { ("\($0)", $0) }
            try await database.expectCounters(Dictionary(uniqueKeysWithValues: expected))
        }
    }

    @Test("a statement that failed undoes all, even where its error was caught", arguments: EngineMatrix.all)
    func statementFailedUndoesAllEven(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let found = await failure {
                try await store.database.write { tx in
                    try Counters.add("a", 1, tx)
                    try? Counters.add("a", 2, tx)
                    try? Counters.add("b", 3, tx)
                }
            }
            #expect(found != nil)
            try await store.database.expectCounters([:])
        }
    }

    @Test("what failed inside leaves the connection as good as before", arguments: EngineMatrix.all)
    func whatFailedInsideLeavesConnection(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            for number in 0..<20 {
                _ = await failure {
                    try await store.database.write { tx in
                        try Counters.add("gone", 1, tx)
                        if number % 2 == 0 { try Counters.add("gone", 1, tx) }
                        throw Refusal(reason: "no")
                    }
                }
                _ = await failure {
                    try await store.database.first("SELECT nonsense FROM nowhere") { try $0["nonsense"] as Int }
                }
                try await store.database.write { tx in try Counters.add("\(number)", number, tx) }
            }
            let found = try await Counters.all(store.database)
            #expect(found.count == 20)
        }
    }

    @Test("a closure that ran again counts once", arguments: EngineMatrix.servers)
    func closureRanAgainCountsOnce(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in try Counters.add("a", 1, tx) }
            let (looked, changed, runs) = (Occurrence(), Occurrence(), Tally())
            async let result = database.write { tx in
                let run = runs.next()
                let seen = try Counters.amount("a", tx) ?? 0
                looked.happen()
                try changed.block()
                try Counters.add("run \(run)", seen, tx)
                try Counters.set("a", seen * 10, tx)
                return run
            }
            try await looked.wait()
            try await database.write { tx in try Counters.set("a", 2, tx) }
            changed.happen()
            let last = try await result
            #expect(last == runs.total)
            #expect(runs.total > 1)
            try await database.expectCounters(["a": 20, "run \(last)": 2])
        }
    }

    @Test("a closure that never gets through says so and changes nothing", arguments: EngineMatrix.servers)
    func closureNeverGetsThroughSays(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostTries = 3 }) { store in
            let session = try store.superuser()
            try await store.database.write { tx in try Counters.add("a", 1, tx) }
            let runs = Tally()
            let found = await failure {
                try await store.database.write { tx in
                    let seen = try Counters.amount("a", tx) ?? 0
                    let run = runs.next()
                    // Another program is quicker, every time.
                    try store.superuser().run("UPDATE counters SET amount = amount + 1 WHERE name = 'a'")
                    try Counters.add("run \(run)", 0, tx)
                    try Counters.set("a", seen * 100, tx)
                }
            }
            #expect(found?.kind == .conflict)
            #expect(found?.code == "contended")
            #expect(runs.total == 3)
            let told = try session.run("SELECT amount FROM counters")
            #expect(told == "4")
        }
    }

    @Test("a read that writes is refused", arguments: EngineMatrix.all)
    func readWritesRefused(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let inside = await failure { try await store.database.read { tx in try Counters.add("a", 1, tx) } }
            let outside = await failure {
                try await store.database.first("INSERT INTO counters (name, amount) VALUES (\("b"), \(1)) RETURNING amount") {
                    try $0["amount"] as Int
                }
            }
            #expect(inside == Failure.readOnlyTransaction)
            #expect(outside == Failure.readOnlyTransaction)
            try await store.database.write { tx in try Counters.add("c", 1, tx) }
            try await store.database.expectCounters(["c": 1])
        }
    }

    @Test("counts and returned rows of writes are true", arguments: EngineMatrix.all)
    func countsReturnedRowsWritesTrue(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let counts = try await store.database.write { tx in
                let inserted = try tx.execute("INSERT INTO counters (name, amount) VALUES (\("a"), \(1)), (\("b"), \(2)), (\("c"), \(3))")
                let changed = try tx.execute("UPDATE counters SET amount = amount + 1 WHERE amount > \(1)")
                let none = try tx.execute("DELETE FROM counters WHERE name = \("z")")
                let first = try tx.first("DELETE FROM counters WHERE amount > \(2) RETURNING name") { try $0["name"] as String }
                let ignored = try tx.execute("INSERT INTO counters (name, amount) VALUES (\("a"), \(9)) ON CONFLICT (name) DO NOTHING")
                return [inserted, changed, none, first == nil ? 0 : 1, ignored]
            }
            #expect(counts == [3, 2, 0, 1, 0])
            // Both rows are deleted although one was asked for.
            try await store.database.expectCounters(["a": 1])
        }
    }

    @Test("after closing nothing begins any more", arguments: EngineMatrix.all)
    func afterClosingNothingBeginsAny(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            try await store.database.write { tx in try Counters.add("a", 1, tx) }
            await store.database.close()
            let found = [
                await failure { try await store.database.write { tx in try Counters.add("b", 1, tx) } },
                await failure { try await store.database.read { tx in try Counters.amount("a", tx) } },
                await failure { try await Counters.all(store.database) },
            ]
            for failure in found { #expect(failure?.kind == .unavailable) }
        }
    }

    @Test("a statement that begins, divides or ends transactions is refused and undoes all", arguments: EngineMatrix.all)
    func transactionStatements(_ engine: EngineMatrix) async throws {
        var statements: [SQL] = [
            "COMMIT", "END", "ROLLBACK", "BEGIN", "SAVEPOINT one", "RELEASE one", "\n -- so be it\n /* all of it */ commit",
        ]
        if engine != .sqlite {
            statements += [
                "/* all /* of */ it */ commit", "START TRANSACTION", "ABORT", "COMMIT AND CHAIN", "SET zancada.organisation = 'x'",
                "SET LOCAL work_mem = '1MB'",
                "RESET ALL",
                "DISCARD ALL", "DEALLOCATE ALL", "PREPARE p AS SELECT 1", "SELECT Set_Config('zancada.organisation', 'x', false)",
                "LISTEN plans",
            ]
        }
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let database = store.database
            // The engine's own statements are known to the connection by now.
            for name in ["a", "b"] { try await database.write { tx in try Counters.add(name, 1, tx) } }
            for statement in statements {
                let found = [
                    await failure {
                        try await database.write { tx in
                            try Counters.add("c", 1, tx)
                            try tx.execute(statement)
                        }
                    },
                    // Whoever hides it saves nothing either.
                    await failure {
                        try await database.write { tx in
                            try Counters.add("d", 1, tx)
                            do { try tx.execute(statement) } catch {}
                        }
                    },
                    await failure { try await database.read { tx in try tx.execute(statement) } },
                    await failure { try await database.first(statement) { _ in 0 } },
                ]
                #expect(found == Array(repeating: Failure.transactionStatementRefused, count: 4), "\(statement.markedText)")
                try await database.expectCounters(["a": 1, "b": 1])
            }
        }
    }
}
