import Base
import Store
import Synchronization
import TestKit
import Testing

/// Transactions at the same time end as if they had run one after the other.
@Suite(.timeLimit(.minutes(2)))
struct IsolationTests {
    /// Runs both at once and waits for both.
    private func together(_ one: @escaping @Sendable () async throws -> Void, _ other: @escaping @Sendable () async throws -> Void)
        async throws
    {
        async let first: Void = one()
        async let second: Void = other()
        _ = try await (first, second)
    }

    @Test("no update is lost", arguments: EngineMatrix.all)
    func noUpdateLost(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 4 }) { store in
            let database = store.database
            try await database.write { tx in try Counters.add("visits", 0, tx) }
            let done = Tally()
            try await withThrowingTaskGroup { group in
                for _ in 0..<60 {
                    group.addTask {
                        let found = await failure {
                            try await database.write { tx in
                                try Counters.set("visits", (try Counters.amount("visits", tx) ?? -1) + 1, tx)
                            }
                        }
                        // Giving up after many tries is an answer, so long as it is a true one.
                        #expect(found == nil || found?.code == "contended", "\(String(describing: found))")
                        if found == nil { done.next() }
                    }
                }
                try await group.waitForAll()
            }
            #expect(done.total >= 30)
            try await database.expectCounters(["visits": done.total])
        }
    }

    @Test("of two who are on call one stays, by a lock on the rule", arguments: EngineMatrix.all)
    func oneStaysByName(_ engine: EngineMatrix) async throws {
        try await leaveCall(engine) { tx in
            try tx.lock("on_call")
            return try tx.first("SELECT count(*) AS n FROM counters WHERE amount = 1") { try $0["n"] as Int } ?? 0
        }
    }

    @Test("of two who are on call one stays, by locks on the rows", arguments: EngineMatrix.all)
    func oneStaysByRows(_ engine: EngineMatrix) async throws {
        try await leaveCall(engine) { tx in
            try tx.rows("SELECT amount FROM counters ORDER BY name\(tx.dialect.forUpdate)") { try $0["amount"] as Int }.reduce(0, +)
        }
    }

    /// The write skew: each may leave as long as another stays, and each looks before either has left.
    private func leaveCall(
        _ engine: EngineMatrix, _ countOnCall: @escaping @Sendable (borrowing Transaction) throws -> Int
    ) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in
                try Counters.add("ana", 1, tx)
                try Counters.add("eva", 1, tx)
            }
            let meeting = Meeting(of: 2)
            @Sendable func leave(_ name: String) async throws {
                try await database.write { tx in
                    if tx.dialect == .postgres { try meeting.arrive() }
                    if try countOnCall(tx) > 1 { try Counters.set(name, 0, tx) }
                }
            }
            try await together({ try await leave("ana") }, { try await leave("eva") })
            let left = try await Counters.all(database)
            #expect(left.values.reduce(0, +) == 1)
        }
    }

    @Test("a rule over a set holds where the lock comes before the look", arguments: EngineMatrix.all)
    func lockThenLook(_ engine: EngineMatrix) async throws {
        try await fillThreePlaces(engine) { tx in
            try tx.lock("places")
            return try tx.first("SELECT count(*) AS n FROM counters") { try $0["n"] as Int } ?? 0
        }
    }

    @Test("a rule over a set holds where the look comes before the lock", arguments: EngineMatrix.all)
    func lookThenLock(_ engine: EngineMatrix) async throws {
        try await fillThreePlaces(engine) { tx in
            let before = try tx.first("SELECT count(*) AS n FROM counters") { try $0["n"] as Int } ?? 0
            try tx.lock("places")
            return before
        }
    }

    private func fillThreePlaces(
        _ engine: EngineMatrix, _ countTaken: @escaping @Sendable (borrowing Transaction) throws -> Int
    ) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for place in 0..<12 {
                    group.addTask {
                        try await database.write { tx in
                            guard try countTaken(tx) < 3 else { return false }
                            try Counters.add("place \(place)", 1, tx)
                            return true
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(taken == 3)
            let places = try await Counters.all(database)
            #expect(places.count == 3)
        }
    }

    @Test("locks of different names do not wait for each other", arguments: EngineMatrix.all)
    func locksDifferentNamesDoNot(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            let meeting = Meeting(of: 2)
            @Sendable func hold(_ name: String) async throws {
                try await database.write { tx in
                    try tx.lock(name)
                    if tx.dialect == .postgres { try meeting.arrive() }
                    try Counters.add(name, 1, tx)
                }
            }
            try await together({ try await hold("one") }, { try await hold("two") })
            try await database.expectCounters(["one": 1, "two": 1])
        }
    }

    @Test("a read sees no phantom and no change", arguments: EngineMatrix.all)
    func readSeesNoPhantomNo(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in try Counters.add("a", 1, tx) }
            let (looked, changed) = (Occurrence(), Occurrence())
            async let seen = database.read { tx in
                let before = try tx.rows("SELECT name, amount FROM counters") { try $0["amount"] as Int }
                looked.happen()
                try changed.block()
                let after = try tx.rows("SELECT name, amount FROM counters") { try $0["amount"] as Int }
                return [before, after]
            }
            try await looked.wait()
            try await database.write { tx in
                try Counters.add("b", 2, tx)
                try Counters.set("a", 9, tx)
            }
            changed.happen()
            let found = try await seen
            #expect(found == [[1], [1]])
            try await database.expectCounters(["a": 9, "b": 2])
        }
    }

    @Test("whoever has written reads it from then on", arguments: EngineMatrix.all)
    func whoeverHasWrittenReadsFrom(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            for number in 1...50 {
                try await store.database.write { tx in try Counters.add("\(number)", number, tx) }
                let seen = try await store.database.first("SELECT amount FROM counters WHERE name = \("\(number)")") {
                    try $0["amount"] as Int
                }
                let inside = try await store.database.read { tx in try Counters.amount("\(number)", tx) }
                #expect(seen == number)
                #expect(inside == number)
            }
        }
    }

    @Test("two that wait for each other both end well", arguments: EngineMatrix.all)
    func twoWaitForEachOther(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            try await database.write { tx in
                try Counters.add("a", 0, tx)
                try Counters.add("b", 0, tx)
            }
            let meeting = Meeting(of: 2)
            @Sendable func raise(_ first: String, _ second: String) async throws {
                try await database.write { tx in
                    try tx.execute("UPDATE counters SET amount = amount + 1 WHERE name = \(first)")
                    if tx.dialect == .postgres { try meeting.arrive() }
                    try tx.execute("UPDATE counters SET amount = amount + 1 WHERE name = \(second)")
                }
            }
            try await together({ try await raise("a", "b") }, { try await raise("b", "a") })
            try await database.expectCounters(["a": 2, "b": 2])
        }
    }

    @Test("a read cannot hold a name", arguments: EngineMatrix.all)
    func lockInRead(_ engine: EngineMatrix) async throws {
        try await engine.withStore { store in
            let found = await failure { try await store.database.read { tx in try tx.lock("plans") } }
            #expect(found == Failure.readOnlyTransaction)
        }
    }

    /// The row is held by another program; some who want it stand in its queue, and one was overtaken so often that it wants to be
    /// alone.
    @Test("a row that another program holds stops nobody who wants another", arguments: EngineMatrix.servers)
    func hotRow(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 3 }) { store in
            let database = store.database
            try await database.write { tx in
                try Counters.add("hot", 0, tx)
                try Counters.add("cold", 0, tx)
            }
            let holder = try store.superuser()
            try holder.run("BEGIN; UPDATE counters SET amount = 1 WHERE name = 'hot'")
            let waiting = Task { await failure { try await database.write { tx in try Counters.set("hot", 2, tx) } } }
            let session = try store.superuser()
            try await eventually { try session.run("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'") == "1" }
            let hasty = database.under { $0.deadline = .seconds(3) }
            try await withThrowingTaskGroup { group in
                for _ in 0..<3 {
                    let runs = Tally()
                    group.addTask {
                        try await hasty.write { tx in
                            if runs.next() < 6 { try tx.execute("DO $$ BEGIN RAISE EXCEPTION 'overtaken' USING ERRCODE = '40001'; END $$") }
                            try tx.execute("UPDATE counters SET amount = amount + 1 WHERE name = 'cold'")
                        }
                    }
                    group.addTask { _ = try await Counters.all(hasty) }
                }
                try await group.waitForAll()
            }
            try holder.run("ROLLBACK")
            let found = await waiting.value
            #expect(found == nil)
            try await database.expectCounters(["hot": 2, "cold": 3])
        }
    }
}
