import Base
import Store
import TestKit
import Testing

/// What a server says when something is wrong with itself, and what the program is told.
@Suite(.timeLimit(.minutes(2)))
struct ServerErrorTests {
    /// The states are the server's own (PostgreSQL 15 documentation, appendix A); a statement that raises them stands in for a
    /// disk that is full or torn.
    @Test(
        "has its code, saves nothing and leaves the connection in order", arguments: EngineMatrix.servers,
        [
            ("53100", "database_disk_full"), ("53200", "database_overloaded"), ("58030", "database_storage"), ("XX001", "database_storage"),
            ("22003", "value_refused"), ("42501", "database_permission_denied"), ("42P01", "bad_statement"),
        ])
    func states(_ engine: EngineMatrix, _ expected: (state: String, code: String)) async throws {
        let raising: SQL =
            switch expected.state {
            case "53100": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$"
            case "53200": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53200'; END $$"
            case "58030": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '58030'; END $$"
            case "XX001": "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'XX001'; END $$"
            case "22003": "SELECT 2147483647::integer + 1 AS n"
            case "42501": "SELECT rolpassword AS n FROM pg_authid"
            default: "SELECT n FROM nowhere"
            }
        try await engine.withStore(Counters.schema(engine), EngineSettings { $0.mostConnections = 1 }) { store in
            let database = store.database
            let found = [
                await failure {
                    try await database.write { tx in
                        try Counters.add("a", 1, tx)
                        try tx.execute(raising)
                    }
                },
                await failure { try await database.read { tx in try tx.execute(raising) } },
                await failure { try await database.first(raising) { _ in 0 } },
            ]
            #expect(found.map { $0?.code } == Array(repeating: expected.code, count: 3))
            try await database.write { tx in try Counters.add("b", 2, tx) }
            try await database.expectCounters(["b": 2])
        }
    }
}
