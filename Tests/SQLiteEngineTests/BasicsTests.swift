import Base
import SQLiteEngine
import Store
import Testing

@Suite("SQLite: reading and writing")
struct SQLiteBasicsTests {
    @Test("what was written is read, by both ways of reading")
    func writesAndReads() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        let changed = try await database.write { tx in
            try tx.execute("INSERT INTO notes (id, body) VALUES (\(1), \("uno")), (\(2), \("dos"))")
        }
        #expect(changed == 2)
        let body: String? = try await database.first("SELECT body FROM notes WHERE id = \(2)") { try $0["body"] }
        #expect(body == "dos")
        let bodies: [String] = try await database.read { tx in try tx.rows("SELECT body FROM notes ORDER BY id") { try $0["body"] } }
        #expect(bodies == ["uno", "dos"])
        await database.close()
    }

    @Test(
        "values at their limits come back as they were",
        arguments: [
            SQLValue.integer(.max), .integer(.min), .real(.infinity), .real(-.infinity), .real(.leastNonzeroMagnitude), .real(0), .text(""),
            .text("García 👩🏽‍⚕️ \u{FFFF}\u{10FFFF}"), .bytes([]), .bytes([0, 255, 0]), .bool(true), .bool(false), .null,
            .text(String(repeating: "ñ", count: 20_000)), .bytes([UInt8](repeating: 0, count: 40_000)),
        ])
    func limits(_ value: SQLValue) async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let same: SQLValue? = try await database.write { tx in
            try tx.execute("CREATE TABLE one (value ANY) STRICT")
            try tx.execute("INSERT INTO one (value) VALUES (\(value))")
            return try tx.first("SELECT value FROM one") { row in
                switch value {
                case .null: try (row["value"] as Int64?) == nil ? .null : .integer(0)
                case .bool: .bool(try row["value"])
                case .integer: .integer(try row["value"])
                case .real: .real(try row["value"])
                case .text: .text(try row["value"])
                case .bytes: .bytes(try row["value"])
                }
            }
        }
        #expect(same == value)
        await database.close()
    }

    @Test("NUL in a text and NaN are refused, negative zero loses its sign")
    func validates() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        #expect(try await failure { _ = try await database.first("SELECT \("a\0b") AS a") { _ in 0 } } == .textContainsNUL)
        #expect(try await failure { _ = try await database.first("SELECT \(Double.nan) AS a") { _ in 0 } } == .realIsNotANumber)
        let zero: Double? = try await database.first("SELECT \(-0.0) AS a") { try $0["a"] }
        #expect(zero?.sign == .plus)
        await database.close()
    }

    @Test("a column of another type, NULL or missing is a fault that names it")
    func strictColumns() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        #expect(
            try await failure { _ = try await database.first("SELECT 'a' AS age") { try $0["age"] as Int } }
                == .wrongType("age", expected: "an integer"))
        #expect(try await failure { _ = try await database.first("SELECT NULL AS age") { try $0["age"] as Int } } == .unexpectedNull("age"))
        #expect(try await failure { _ = try await database.first("SELECT 1 AS age") { try $0["name"] as Int } } == .missingColumn("name"))
        #expect(
            try await failure { _ = try await database.first("SELECT 2 AS yes") { try $0["yes"] as Bool } }?.code == "wrong_column_type")
        #expect(
            try await failure { _ = try await database.first("SELECT CAST(x'ff' AS TEXT) AS t") { try $0["t"] as String } }?.code
                == "wrong_column_type")
        await database.close()
    }

    @Test("a read that writes is refused, on either way of reading, and so is a lock in one")
    func readsDoNotWrite() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        #expect(try await failure { try await database.read { tx in try tx.execute("DELETE FROM notes") } } == .readOnlyTransaction)
        #expect(try await failure { _ = try await database.rows("DELETE FROM notes RETURNING id") { _ in 0 } } == .readOnlyTransaction)
        #expect(try await failure { try await database.read { tx in try tx.lock("plans") } } == .readOnlyTransaction)
        await database.close()
    }

    @Test("a closure cannot begin, end or leave a transaction, nor change settings")
    func transactionsBelongToTheEngine() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        for sql: SQL in ["COMMIT", "SAVEPOINT mine", "ATTACH 'other.db' AS other", "PRAGMA synchronous = OFF", "PRAGMA query_only = OFF"] {
            #expect(try await failure { try await database.write { tx in try tx.execute(sql) } }?.code == "bad_statement")
            #expect(try await failure { try await database.read { tx in try tx.execute(sql) } }?.code == "bad_statement")
        }
        #expect(try await failure { try await database.write { tx in try tx.execute("SELECT 1; SELECT 2") } }?.code == "bad_statement")
        await database.close()
    }

    @Test("a load is all or nothing, and a row of another length is a fault")
    func loads() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(5)
        let twice: [[SQLValue]] = [[.integer(10), .text("x")], [.integer(3), .text("x")]]
        let short: [[SQLValue]] = [[.integer(10), .text("x")], [.integer(11)]]
        for (rows, code) in [(twice, "unique_violated"), (short, "wrong_column_count")] {
            let refused = try await failure {
                try await database.write { tx in try tx.load(into: "notes", columns: ["id", "body"], rows: rows) }
            }
            #expect(refused?.code == code)
        }
        #expect(try await database.noteCount() == 5)
        await database.close()
    }

    @Test("broken rules of the tables are named")
    func constraints() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.write { tx in
            try tx.execute(
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER CONSTRAINT sane CHECK (age < 130)) STRICT"
            )
            try tx.execute("CREATE TABLE plans (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id)) STRICT")
            try tx.execute("INSERT INTO people VALUES (1, 'Ana', 30)")
        }
        let rows: [(SQL, Failure)] = [
            ("INSERT INTO people VALUES (1, 'Eva', 30)", .violated(.unique, "people.id")),
            ("INSERT INTO people VALUES (2, 'Ana', 30)", .violated(.unique, "people.name")),
            ("INSERT INTO people VALUES (2, NULL, 30)", .violated(.notNull, "people.name")),
            ("INSERT INTO people VALUES (2, 'Eva', 300)", .violated(.check, "sane")),
            ("INSERT INTO plans VALUES (1, 7)", .violated(.foreignKey, nil)),
        ]
        for (sql, expected) in rows {
            #expect(try await failure { try await database.write { tx in try tx.execute(sql) } } == expected)
        }
        #expect(
            try await failure { try await database.write { tx in try tx.execute("INSERT INTO people VALUES (2, 'Eva', 'old')") } }?.code
                == "check_violated")
        await database.close()
    }

    @Test("the same statement can run inside itself, and an answer is given row by row")
    func nests() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(3)
        let pairs = try await database.read { tx in
            var pairs: [[Int]] = []
            try tx.each("SELECT id FROM notes ORDER BY id") { outer in
                let first: Int = try outer["id"]
                try tx.each("SELECT id FROM notes ORDER BY id") { inner in
                    pairs.append([first, try inner["id"]])
                    return true
                }
                return first < 1
            }
            return pairs
        }
        #expect(pairs == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]])
        await database.close()
    }

    @Test("a table that changed shows its new columns through a kept statement")
    func noticesNewColumns() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(1)
        let star: SQL = "SELECT * FROM notes"
        _ = try await database.rows(star) { try $0["id"] as Int }
        try await database.write { tx in try tx.execute("ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'") }
        let colours: [String] = try await database.rows(star) { try $0["colour"] }
        #expect(colours == ["red"])
        await database.close()
    }

    @Test("migrations are taken once")
    func migrates() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        let migrator = Migrator([
            MigrationSeries(
                "plans",
                [
                    Migration(1, "create plans") { ["CREATE TABLE plans (id \($0.text) PRIMARY KEY)\($0.strict)"] },
                    Migration(2, "pack", unity: .separate) { _ in ["VACUUM"] },
                ])
        ])
        #expect(try await migrator.migrate(database, now: { .epoch }).map(\.title) == ["plans 1: create plans", "plans 2: pack"])
        #expect(try await migrator.migrate(database, now: { .epoch }).isEmpty)
        await database.close()
    }
}
