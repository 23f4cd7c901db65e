import Base
import Foundation
import SQLiteEngine
import Store
import Testing

@Suite("SQLite: one file, several names and programs")
struct SQLiteNameTests {
    private static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    @Test("a database is had once, by whatever name", arguments: ["link.db", "folder/test.db", "chain.db", "./test.db"])
    func severalNames(_ name: String) async throws {
        let folder = try Folder()
        try Self.link("\(folder.path)/link.db", to: "test.db")
        try Self.link("\(folder.path)/chain.db", to: "\(folder.path)/link.db")
        try Self.link("\(folder.path)/folder", to: folder.path)
        let (_, first) = try folder.open()
        try await first.makeNotes(1)
        let refused = try await failure { try folder.open { $0.path = "\(folder.path)/\(name)" } }
        #expect(refused?.kind == .unavailable)
        #expect(refused?.message.english.contains("another program") ?? false)
        await first.close()
        let (_, other) = try folder.open { $0.path = "\(folder.path)/\(name)" }
        #expect(try await other.noteCount() == 1)
        #expect(try await failure { try folder.open() }?.kind == .unavailable)
        await other.close()
    }

    @Test("a link to a file that is still to be made has it made where it leads, in a folder made too")
    func linkToNothing() async throws {
        let folder = try Folder()
        try Self.link("\(folder.path)/link.db", to: "deep/down/test.db")
        let (_, database) = try folder.open { $0.path = "\(folder.path)/link.db" }
        try await database.makeNotes(1)
        await database.close()
        let (_, same) = try folder.open { $0.path = "\(folder.path)/deep/down/test.db" }
        #expect(try await same.noteCount() == 1)
        await same.close()
    }

    /// SQLite's locks are the process's, and any descriptor of the file that it closes lets go of them all.
    @Test("opening a database twice leaves the first one's locks in place")
    func keepsLocks() async throws {
        let folder = try Folder()
        let (_, database) = try folder.open()
        try await database.makeNotes(1)
        #expect(try await failure { try folder.open() }?.kind == .unavailable)
        let other = try OtherProgram(
            """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
            try:
                print(db.execute('PRAGMA journal_mode = DELETE').fetchone()[0], flush=True)
            except sqlite3.OperationalError as error:
                print(error, flush=True)
            """, folder.file)
        try other.end()
        #expect(other.said == "database is locked")
        await database.close()
    }

    @Test("a program begins while another looks on, who keeps what it saw, however long the log is", arguments: [1, 100])
    func beginsBesideOnlooker(loggedRows: Int) async throws {
        let folder = try Folder()
        let (_, first) = try folder.open()
        try await first.makeNotes(3)
        let (_, onlooker) = try folder.open { $0.isReadOnly = true }
        let gate = Gate()
        let looking = Task {
            try await onlooker.read { tx in
                let counting: SQL = "SELECT count(*) AS count FROM notes"
                let before = try tx.first(counting) { try $0["count"] as Int }
                gate.pass()
                return [before, try tx.first(counting) { try $0["count"] as Int }]
            }
        }
        await gate.reached()
        let text = String(repeating: "x", count: 4_000)
        try await first.write { tx in
            for row in 0..<loggedRows { try tx.execute("INSERT INTO notes VALUES (\(100 + row), \(text))") }
        }
        await first.close()
        let (_, again) = try folder.open()
        try await again.write { tx in try tx.execute("INSERT INTO notes VALUES (11, 'x')") }
        #expect(try await again.noteCount() == 4 + loggedRows)
        gate.open()
        #expect(try await looking.value == [3, 3])
        await onlooker.close()
        await again.close()
    }
}

@Suite("SQLite: backups do not strike the database")
struct SQLiteBackupTargetTests {
    @Test(
        "a backup onto the database itself or a file beside it is refused, by whatever name",
        arguments: [
            "test.db", "./test.db", "/test.db", "link.db", "hard.db", "folder/test.db", "test.db-wal", "test.db-shm", "test.db-owner",
            "test.db-journal", "folder/test.db-journal", "cut",
        ])
    func ontoItself(_ name: String) async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open()
        try await database.makeNotes(5)
        let files = FileManager.default
        try files.createSymbolicLink(atPath: "\(folder.path)/link.db", withDestinationPath: "test.db")
        try files.createSymbolicLink(atPath: "\(folder.path)/folder", withDestinationPath: folder.path)
        try files.createSymbolicLink(atPath: "\(folder.path)/cut.part", withDestinationPath: "test.db")
        try files.linkItem(atPath: folder.file, toPath: "\(folder.path)/hard.db")
        let before = try files.attributesOfItem(atPath: folder.file)[.systemFileNumber] as? Int
        #expect(try await failure { try await engine.backup(to: "\(folder.path)/\(name)") }?.code == "backup_onto_itself")
        #expect(try files.attributesOfItem(atPath: folder.file)[.systemFileNumber] as? Int == before)
        try await database.write { tx in try tx.execute("INSERT INTO notes VALUES (10, 'x')") }
        #expect(try await database.noteCount() == 6)
        await database.close()
    }

    @Test("a backup through a link stands where it leads")
    func throughLink() async throws {
        let folder = try Folder()
        let (engine, database) = try folder.open()
        try await database.makeNotes(5)
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/latest.db", withDestinationPath: "copy.db")
        try await engine.backup(to: "\(folder.path)/latest.db")
        try await engine.backup(to: "\(folder.path)/latest.db")
        await database.close()
        let (_, copy) = try folder.open { $0.path = "\(folder.path)/copy.db" }
        #expect(try await copy.noteCount() == 5)
        await copy.close()
    }
}
