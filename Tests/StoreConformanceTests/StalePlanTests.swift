import Base
import Store
import TestKit
import Testing

/// Statements that a session keeps by name outlive neither a change of their tables nor the session's forgetting them, and no
/// caller notices.
@Suite(.timeLimit(.minutes(2)))
struct StalePlanTests {
    private func expectAmounts(_ database: Database, at place: SourceLocation = #_sourceLocation) async throws {
        let alone = try await database.first("SELECT amount FROM counters") { try $0["amount"] as Int }
        let inside = try await database.read { tx in try tx.first("SELECT amount FROM counters") { try $0["amount"] as Int } }
        let writing = try await database.write { tx in try Counters.amount("a", tx) }
        #expect([alone, inside, writing] == [1, 1, 1], sourceLocation: place)
    }

    @Test("a column whose type changed is read as it is now", arguments: EngineMatrix.servers)
    func changedType(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            try await store.database.write { tx in try Counters.add("a", 1, tx) }
            try await expectAmounts(store.database)
            for type in ["integer", "smallint", "bigint"] {
                try store.superuser().run("ALTER TABLE counters ALTER amount TYPE \(type)")
                try await expectAmounts(store.database)
            }
        }
    }

    @Test("a session that forgot its statements learns them again, however many a closure runs", arguments: EngineMatrix.servers)
    func forgotten(_ engine: EngineMatrix) async throws {
        let statements = (0..<20).map { number in
            let alias = SQL(name: "n\(number)")
            return "SELECT amount AS \(alias) FROM counters WHERE name = \("a")" as SQL
        }
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let database = store.database
            try await database.write { tx in try Counters.add("a", 1, tx) }
            for _ in 0..<2 {
                let sum = try await database.write { tx in
                    try statements.reduce(0) { sum, statement in sum + (try tx.first(statement) { _ in 1 } ?? 0) }
                }
                #expect(sum == statements.count)
                try await expectAmounts(database)
                try await database.write { tx in try tx.execute("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$") }
            }
            try await expectAmounts(database)
        }
    }
}
