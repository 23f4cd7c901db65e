import Base
import SQLiteEngine
import Store
import Testing

@Suite("SQLite: reading and writing")
struct SQLiteBasicsTests {
    @Test("an integer that is no truth value and a text that is no UTF-8 are faults")
    func strictColumns() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        #expect(
            try await failure { _ = try await database.first("SELECT 2 AS yes") { try $0["yes"] as Bool } }?.code == "wrong_column_type")
        #expect(
            try await failure { _ = try await database.first("SELECT CAST(x'ff' AS TEXT) AS t") { try $0["t"] as String } }?.code
                == "wrong_column_type")
        await database.close()
    }

    @Test("a read that writes and gives rows is refused, and so is a lock in a read")
    func readsDoNotWrite() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        #expect(try await failure { _ = try await database.rows("DELETE FROM notes RETURNING id") { _ in 0 } } == .readOnlyTransaction)
        #expect(try await failure { try await database.read { tx in try tx.lock("plans") } } == .readOnlyTransaction)
        await database.close()
    }

    @Test("a closure cannot begin, end or leave a transaction, nor change settings")
    func transactionsBelongToTheEngine() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        // The engine's own statements have run by then, and are kept.
        try await database.makeNotes()
        _ = try await database.read { tx in try tx.execute("SELECT 1") }
        let refused: [SQL] = [
            "COMMIT", "ROLLBACK", "BEGIN", "BEGIN IMMEDIATE", "END", "SAVEPOINT one", "RELEASE one", "ROLLBACK TO one", "SAVEPOINT mine",
            "ATTACH 'other.db' AS other", "PRAGMA synchronous = OFF", "PRAGMA query_only = OFF", "PRAGMA user_version = 7",
        ]
        for sql in refused {
            let written = try await failure {
                try await database.write { tx in
                    try tx.execute("INSERT INTO notes VALUES (1, 'x')")
                    try tx.execute(sql)
                }
            }
            #expect(written == .transactionStatementRefused, "\(sql.markedText)")
            let read = try await failure { try await database.read { tx in try tx.execute(sql) } }
            #expect(read == .transactionStatementRefused, "\(sql.markedText)")
            let alone = try await failure { try await database.rows(sql) { _ in 0 } }
            #expect(alone == .transactionStatementRefused, "\(sql.markedText)")
        }
        #expect(try await database.noteCount() == 0)
        #expect(try await failure { try await database.write { tx in try tx.execute("SELECT 1; SELECT 2") } }?.code == "bad_statement")
        await database.close()
    }

    @Test("a row of another length than the columns of a load is a fault, and nothing is loaded")
    func loads() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(5)
        let short: [[SQLValue]] = [[.integer(10), .text("x")], [.integer(11)]]
        let refused = try await failure {
            try await database.write { tx in try tx.load(into: "notes", columns: ["id", "body"], rows: short) }
        }
        #expect(refused?.code == "wrong_column_count")
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

}
