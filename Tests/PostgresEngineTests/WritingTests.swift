import Base
import PostgresEngine
import Store
import Testing

@Suite("PostgreSQL: writing and reading")
struct PostgresWritingTests {
    /// Straight to the server, and through PgBouncer.
    enum Way: String, CaseIterable, Sendable {
        case straight
        case pooled

        func open(_ change: (inout PostgresConfiguration) throws -> Void = { _ in }) throws -> Database {
            try Servers.open {
                if self == .pooled {
                    $0.url = try Servers.pooledOwner()
                    $0.direct = try Servers.url("OWNER")
                }
                try change(&$0)
            }
        }
    }

    @Test("What is written is read back, of every type", arguments: Way.allCases)
    func roundTrip(_ way: Way) async throws {
        let database = try way.open()
        let table = try await Scratch(
            database, "id text PRIMARY KEY, n bigint, r double precision, b boolean, x bytea, t text, i integer, s smallint")
        let sql = table.sql
        let changed = try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO \(sql) VALUES (\("a"), \(Int64.min), \(-0.5), \(true), \([0, 255] as [UInt8]), \("ñandú 🦤"), 7, 8), \
                (\("b"), \(nil as Int64?), \(nil as Double?), \(nil as Bool?), \([] as [UInt8]), \(""), NULL, NULL)
                """)
        }
        #expect(changed == 2)
        for _ in 0..<2 {
            let rows = try await database.rows("SELECT id, n, r, b, x, t, i, s FROM \(sql) ORDER BY id") { row in
                let line: [String] = [
                    try row["id"], "\(try row["n"] as Int64?)", "\(try row["r"] as Double?)", "\(try row["b"] as Bool?)",
                    "\(try row["x"] as [UInt8])", try row["t"], "\(try row["i"] as Int?)", "\(try row["s"] as Int?)",
                ]
                return line.joined(separator: "|")
            }
            #expect(
                rows == [
                    "a|Optional(-9223372036854775808)|Optional(-0.5)|Optional(true)|[0, 255]|ñandú 🦤|Optional(7)|Optional(8)",
                    "b|nil|nil|nil|[]||nil|nil",
                ])
        }
        let sums = try await database.first("SELECT sum(n) AS s, count(*) AS c FROM \(sql)") { row in
            [try row["s"] as Int64, try row["c"] as Int64]
        }
        #expect(sums == [Int64.min, 2])
        try await table.drop(database)
    }

    @Test("Statements run while the rows of another are read", arguments: Way.allCases)
    func nesting(_ way: Way) async throws {
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY, half bigint")
        let sql = table.sql
        let seen = try await database.write { tx in
            try tx.execute("INSERT INTO \(sql) SELECT g, NULL FROM generate_series(1, 500) g")
            var seen = 0
            try tx.each("SELECT id FROM \(sql) ORDER BY id") { row in
                let id: Int = try row["id"]
                try tx.execute("UPDATE \(sql) SET half = \(id / 2) WHERE id = \(id)")
                seen += 1
                return seen < 400
            }
            return seen
        }
        #expect(seen == 400)
        let changed = try await database.first("SELECT count(half) AS n FROM \(sql)") { try $0["n"] as Int }
        #expect(changed == 400)
        try await table.drop(database)
    }

    @Test("Names are given back, whether the closure came through or threw", arguments: Way.allCases)
    func namesGivenBack(_ way: Way) async throws {
        struct Mine: Error {}
        let database = try way.open()
        let name = "name \(way)"
        for isThrowing in [false, true] {
            do {
                try await database.write { tx in
                    try tx.execute("SELECT 1")
                    // Behind a statement: the closure is started again with the name held first.
                    try tx.lock(name)
                    if isThrowing { throw Mine() }
                }
            } catch is Mine {}
            let held = try await database.first(
                """
                SELECT count(*) AS n FROM pg_locks JOIN pg_database ON oid = database
                WHERE locktype = 'advisory' AND datname = current_database()
                """
            ) { try $0["n"] as Int }
            #expect(held == 0)
        }
        await database.close()
    }
}
