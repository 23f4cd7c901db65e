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

    @Test("A closure that throws leaves nothing, and so does one that hides a failed statement", arguments: Way.allCases)
    func allOrNothing(_ way: Way) async throws {
        struct Mine: Error {}
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY")
        let sql = table.sql
        await #expect(throws: Mine.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO \(sql) VALUES (1)")
                throw Mine()
            }
        }
        let failure = await #expect(throws: Failure.self) {
            try await database.write { tx in
                try tx.execute("INSERT INTO \(sql) VALUES (2)")
                do { try tx.execute("INSERT INTO \(sql) VALUES (2)") } catch {}
            }
        }
        #expect(failure?.code == "unique_violated")
        let count = try await database.first("SELECT count(*) AS n FROM \(sql)") { try $0["n"] as Int }
        #expect(count == 0)
        try await table.drop(database)
    }

    @Test("A read and a point read cannot write", arguments: Way.allCases)
    func readsDoNotWrite(_ way: Way) async throws {
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY")
        let sql = table.sql
        let inRead = await #expect(throws: Failure.self) {
            _ = try await database.read { tx in try tx.execute("INSERT INTO \(sql) VALUES (1)") }
        }
        let inQuery = await #expect(throws: Failure.self) {
            _ = try await database.rows("INSERT INTO \(sql) VALUES (1) RETURNING id") { _ in 1 }
        }
        #expect(inRead?.code == "read_only_transaction")
        #expect(inQuery?.code == "read_only_transaction")
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

    @Test("Counters that many change at once lose no change", arguments: Way.allCases)
    func noLostUpdate(_ way: Way) async throws {
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY, n bigint NOT NULL")
        let sql = table.sql
        _ = try await database.write { tx in try tx.execute("INSERT INTO \(sql) SELECT g, 0 FROM generate_series(0, 3) g") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<200 {
                group.addTask {
                    try await database.write { tx in
                        let n: Int? = try tx.first("SELECT n FROM \(sql) WHERE id = \(task % 4)") { try $0["n"] }
                        try tx.execute("UPDATE \(sql) SET n = \((n ?? 0) + 1) WHERE id = \(task % 4)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let sum = try await database.first("SELECT sum(n) AS n FROM \(sql)") { try $0["n"] as Int }
        #expect(sum == 200)
        try await table.drop(database)
    }

    @Test("A rule over a set holds under a lock, whenever the closure asks for it", arguments: Way.allCases, [true, false])
    func locks(_ way: Way, locksFirst: Bool) async throws {
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY, team bigint NOT NULL")
        let sql = table.sql
        let name = table.name
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<60 {
                group.addTask {
                    try await database.write { tx in
                        if locksFirst { try tx.lock("\(name) \(task % 2)") }
                        let count = try tx.first("SELECT count(*) AS n FROM \(sql) WHERE team = \(task % 2)") { try $0["n"] as Int } ?? 0
                        if !locksFirst { try tx.lock("\(name) \(task % 2)") }
                        if count < 3 { try tx.execute("INSERT INTO \(sql) VALUES (\(task), \(task % 2))") }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counts = try await database.rows("SELECT team, count(*) AS n FROM \(sql) GROUP BY team ORDER BY team") { try $0["n"] as Int }
        #expect(counts == [3, 3])
        let held = try await database.first(
            """
            SELECT count(*) AS n FROM pg_locks JOIN pg_database ON oid = database
            WHERE locktype = 'advisory' AND datname = current_database()
            """
        ) { try $0["n"] as Int }
        #expect(held == 0)
        try await table.drop(database)
    }

    @Test("Bulk load writes what insert writes, and loads nothing where a key is there", arguments: Way.allCases)
    func bulkLoad(_ way: Way) async throws {
        let database = try way.open()
        let table = try await Scratch(database, "id bigint PRIMARY KEY, name text, ok boolean, r double precision, x bytea, i integer")
        let sql = table.sql
        let name = table.name
        let columns = ["id", "name", "ok", "r", "x", "i"]
        let rows = (0..<20_000).map { n -> [SQLValue] in
            let flag: SQLValue = n % 3 == 0 ? .null : .bool(n % 2 == 0)
            return [.integer(Int64(n)), .text("señal \(n)"), flag, .real(Double(n) / 2), .bytes([1, 2]), .integer(7)]
        }
        let count = try await database.write { tx in
            try tx.execute("INSERT INTO \(sql) (id) VALUES (-1)")
            let count = try tx.load(into: name, columns: columns, rows: rows)
            try tx.execute("UPDATE \(sql) SET i = 8 WHERE id = 0")
            return count
        }
        #expect(count == 20_000)
        let line = try await database.first(
            "SELECT count(*) AS n, count(ok) AS ok, max(name) AS name, sum(i) AS i FROM \(sql)"
        ) { "\(try $0["n"] as Int) \(try $0["ok"] as Int) \(try $0["name"] as String) \(try $0["i"] as Int)" }
        #expect(line == "20001 13333 señal 9999 140001")
        let failure = await #expect(throws: Failure.self) {
            _ = try await database.write { tx in try tx.load(into: name, columns: columns, rows: rows) }
        }
        #expect(failure?.kind == .conflict)
        try await table.drop(database)
    }
}
