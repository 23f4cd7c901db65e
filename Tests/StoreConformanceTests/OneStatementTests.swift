import Base
import Store
import TestKit
import Testing

/// A write of one statement, whose commit may travel with it: as whole, as walled and as honest as any other.
@Suite(.timeLimit(.minutes(2)))
struct OneStatementTests {
    private static func adding(_ name: String, _ amount: Int) -> SQL {
        "INSERT INTO counters (name, amount) VALUES (\(name), \(amount)) RETURNING amount"
    }

    @Test("it is there when the call returns, and its answer is the statement's", arguments: EngineMatrix.all)
    func writes(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            for number in 0..<20 {
                #expect(try await store.database.writeFirst(Self.adding("\(number)", number)) { try $0["amount"] as Int } == number)
            }
            let none: Int? = try await store.database.writeFirst("UPDATE counters SET amount = 1 WHERE name = \("x") RETURNING amount") {
                try $0["amount"]
            }
            #expect(none == nil)
            try await store.database.expectCounters(Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", $0) }))
        }
    }

    @Test("one that is refused leaves nothing, and the next is served", arguments: EngineMatrix.all)
    func refusals(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let database = store.database
            _ = try await database.writeFirst(Self.adding("a", 1)) { _ in true }
            let twice = await failure { _ = try await database.writeFirst(Self.adding("a", 2)) { _ in true } }
            #expect(twice?.kind == .conflict)
            let partly = await failure {
                _ = try await database.writeFirst("INSERT INTO counters (name, amount) VALUES ('b', 1), ('a', 1)") { _ in true }
            }
            #expect(partly?.kind == .conflict)
            _ = try await database.writeFirst(Self.adding("c", 3)) { _ in true }
            try await database.expectCounters(["a": 1, "c": 3])
        }
    }

    @Test("the wall between organisations holds, and does not stay up for the next", arguments: EngineMatrix.servers)
    func walls(_ engine: EngineMatrix) async throws {
        let schema: [SQL] =
            ["CREATE TABLE patients (id TEXT PRIMARY KEY, tenant TEXT COLLATE \"C\" NOT NULL)"]
            + Dialect.postgres.organisationWall(table: "patients")
        try await engine.withStore(schema, EngineSettings { $0.mostConnections = 1 }) { store in
            let here = store.database.within(organisation: "here")
            _ = try await here.writeFirst("INSERT INTO patients (id, tenant) VALUES ('h', 'here')") { _ in true }
            for database in [here, store.database] {
                let across = await failure {
                    _ = try await database.writeFirst("INSERT INTO patients (id, tenant) VALUES ('t', 'there')") { _ in true }
                }
                #expect(across != nil)
            }
            let there = store.database.within(organisation: "there")
            let changed: String? = try await there.writeFirst("UPDATE patients SET id = 'x' RETURNING id") { try $0["id"] }
            #expect(changed == nil)
            #expect(try await here.first("SELECT id FROM patients") { try $0["id"] as String } == "h")
        }
    }

    @Test("lost with the statement on its way or done, the outcome is unknown and it is not run again", arguments: EngineMatrix.servers)
    func losses(_ engine: EngineMatrix) async throws {
        for (fault, rows) in [
            (FaultProxy.Fault.loseBefore(.statement("INSERT INTO counters")), "0"), (.loseAnswer(.statement("INSERT")), "1"),
        ] {
            let settings = EngineSettings {
                $0.isProxied = true
                $0.mostConnections = 1
            }
            try await engine.withStore(Counters.schema(engine), settings) { store in
                let proxy = try #require(store.proxy)
                let struck = proxy.strike(fault)
                let found = await failure { _ = try await store.database.writeFirst(Self.adding("a", 1)) { _ in true } }
                #expect(struck.hasHappened)
                #expect(found == Failure.databaseOutcomeUnknown)
                #expect(try store.superuser().run("SELECT count(*) FROM counters") == rows)
                _ = try await store.database.writeFirst(Self.adding("b", 1)) { _ in true }
            }
        }
    }

    @Test("one that waits for another's row goes on from what that one left", arguments: EngineMatrix.all)
    func contention(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let database = store.database
            _ = try await database.writeFirst(Self.adding("a", 0)) { _ in true }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        _ = try await database.writeFirst("UPDATE counters SET amount = amount + 1 WHERE name = 'a'") { _ in true }
                    }
                }
                try await group.waitForAll()
            }
            try await database.expectCounters(["a": 40])
        }
    }
}
