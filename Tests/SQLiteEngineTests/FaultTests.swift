import Base
import Foundation
import SQLiteEngine
import Store
import Testing

@Suite("SQLite: files and faults")
struct SQLiteFaultTests {
    @Test("a new database is in WAL with full synchronisation, and for its owner's eyes alone")
    func settings() async throws {
        let folder = try Folder()
        let path = "\(folder.path)/new/deep/test.db"
        let engine = try SQLiteDatabase.openEngine(SQLiteConfiguration(path: path), world: .live)
        let database = Database(engine)
        try await database.makeNotes(1)
        let settings: [(SQL, String, Int)] = [
            ("PRAGMA synchronous", "synchronous", 2), ("PRAGMA foreign_keys", "foreign_keys", 1),
            ("PRAGMA trusted_schema", "trusted_schema", 0), ("PRAGMA cell_size_check", "cell_size_check", 1),
        ]
        for (pragma, name, value) in settings {
            let written: Int? = try await database.write { tx in try tx.first(pragma) { try $0[name] } }
            #expect(written == value, "\(name)")
        }
        #expect(try await database.write { tx in try tx.first("PRAGMA journal_mode") { try $0["journal_mode"] as String } } == "wal")
        for file in [path, path + "-wal", path + "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
        #expect(try await database.check().filter { $0.code != "disk_nearly_full" }.isEmpty)
        await database.close()
    }

    @Test("a second program is refused by name of file and process, and may look on")
    func secondProgram() async throws {
        let folder = try Folder()
        let (_, first) = try folder.open()
        try await first.makeNotes(3)
        let refused = try await failure { try folder.open() }
        #expect(refused?.kind == .unavailable)
        #expect(refused?.message.english.contains(folder.file) ?? false)
        #expect(refused?.message.spanish.contains("\(ProcessInfo.processInfo.processIdentifier)") ?? false)
        let (_, onlooker) = try folder.open { $0.isReadOnly = true }
        #expect(try await onlooker.noteCount() == 3)
        #expect(try await failure { try await onlooker.write { tx in try tx.execute("DELETE FROM notes") } } == .readOnlyTransaction)
        await onlooker.close()
        await first.close()
        let (_, again) = try folder.open()
        #expect(try await again.noteCount() == 3)
        await again.close()
    }

    @Test("another process that has the database is named, and its end frees it")
    func otherProcess() async throws {
        let folder = try Folder()
        let holder = try OtherProgram(
            """
            import fcntl, os, sys
            file = open(sys.argv[1], 'w+')
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(str(os.getpid())); file.flush()
            print('held', flush=True)
            sys.stdin.read()
            """, folder.file + "-owner")
        #expect(holder.said == "held")
        let refused = try await failure { try folder.open() }
        #expect(refused?.message.english.contains("\(holder.number)") ?? false)
        try holder.end()
        let (_, database) = try folder.open()
        await database.close()
    }

    @Test("a file that another program keeps locked is said, and nothing is done")
    func lockedByOther() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes()
        let holder = try OtherProgram(
            """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.execute('BEGIN IMMEDIATE')
            print('held', flush=True)
            sys.stdin.read()
            """, folder.file)
        #expect(holder.said == "held")
        let locked = try await failure { try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (1, 'x')") } }
        #expect(locked?.kind == .unavailable)
        #expect(locked?.message.english.contains("another program has locked") ?? false)
        try holder.end()
        try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (1, 'x')") }
        #expect(try await database.noteCount() == 1)
        await database.close()
    }

    @Test("a file that is no database, a folder, and a folder that cannot be made are said")
    func wrongFiles() async throws {
        let folder = try Folder()
        try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: folder.file))
        #expect(try await failure { try folder.open() }?.code == "not_a_database")
        #expect(
            try await failure { try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder.path), world: .live) }?.kind == .unavailable)
        let beneathFile = try await failure {
            try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder.file + "/x/y.db"), world: .live)
        }
        #expect(beneathFile?.kind == .unavailable)
        #expect(beneathFile?.message.english.contains("cannot be made") ?? false)
        let absent = try await failure {
            try SQLiteDatabase.openEngine(
                folder.configuration {
                    $0.path = folder.path + "/none/x.db"; $0.isReadOnly = true
                }, world: .live)
        }
        #expect(absent?.message.english.contains("does not exist") ?? false)
    }

    @Test("a corrupt page is said by whoever reads it and by the checks, and is no crash")
    func corruptPage() async throws {
        let folder = try Folder()
        let (_, first) = try folder.open()
        try await first.makeNotes(5_000)
        await first.close()
        var bytes = try Data(contentsOf: URL(filePath: folder.file))
        for page in 4..<10 { for offset in 0..<200 { bytes[page * 4096 + offset] = 0xA5 } }
        try bytes.write(to: URL(filePath: folder.file))
        let (engine, database) = try folder.open()
        let broken = try await failure { try await database.rows("SELECT body FROM notes") { try $0["body"] as String } }
        #expect(broken?.code == "database_corrupt")
        #expect(try await database.check().first?.severity == .broken)
        #expect(try await engine.checkIntegrity().isEmpty == false)
        await database.close()
    }

    @Test("a read-only file is said when it is opened, not half-way")
    func readOnlyFile() async throws {
        let folder = try Folder()
        let (_, first) = try folder.open()
        try await first.makeNotes(1)
        await first.close()
        // Root may write where the rights say no, but not where the file is immutable.
        let isRoot = getuid() == 0
        try run(isRoot ? ["chattr", "+i", folder.file] : ["chmod", "400", folder.file])
        let refused = try await failure { try folder.open() }
        try run(isRoot ? ["chattr", "-i", folder.file] : ["chmod", "600", folder.file])
        #expect(refused?.kind == .unavailable)
        #expect(refused?.message.english.contains("written to") ?? false, "\(String(describing: refused))")
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test("a backup made while others write is whole, and is one moment's")
    func backupWhileWriting() async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open()
        try await database.write { tx in
            try tx.execute("CREATE TABLE pairs (id INTEGER PRIMARY KEY, half INTEGER NOT NULL, pad TEXT) STRICT")
        }
        try await database.write { tx in
            try tx.load(
                into: "pairs", columns: ["id", "half", "pad"],
                rows: (0..<20_000).map { [.integer($0), .integer($0 % 2), .text(String(repeating: "p", count: 200))] })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for id in 0..<200 {
                    try await database.write { tx in
                        try tx.execute("INSERT INTO pairs VALUES (\(30_000 + 2 * id), 0, ''), (\(30_001 + 2 * id), 1, '')")
                    }
                }
            }
            group.addTask { try await engine.backup(to: folder.path + "/copy.db") }
            try await group.waitForAll()
        }
        let copy = try SQLiteDatabase.openEngine(SQLiteConfiguration(path: folder.path + "/copy.db"), world: .live)
        let halves = try await Database(copy).first("SELECT count(*) AS all_rows, sum(half) AS halves FROM pairs") {
            [try $0["all_rows"] as Int, try $0["halves"] as Int]
        }
        #expect((halves?[0] ?? 0) >= 20_000 && halves?[0] == 2 * (halves?[1] ?? 0))
        #expect(try await copy.checkIntegrity().isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/copy.db.part") == false)
        #expect(try await failure { try await engine.backup(to: folder.path + "/none/copy.db") }?.kind == .cannotCreate)
        await Database(copy).close()
        await database.close()
    }

    @Test("a query by an index searches by it among 100,000 rows")
    func queryPlan() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(100_000)
        try await database.write { tx in try tx.execute("CREATE INDEX notes_by_body ON notes (body, id)") }
        let plan: [String] = try await database.rows(
            "EXPLAIN QUERY PLAN SELECT id FROM notes WHERE body >= \("note 5") ORDER BY body, id LIMIT \(50)"
        ) { try $0["detail"] }
        #expect(plan == ["SEARCH notes USING COVERING INDEX notes_by_body (body>?)"])
        await database.close()
    }
}
