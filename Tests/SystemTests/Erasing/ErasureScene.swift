import Foundation
import Testing

/// An installation with people in it, worked with through the real binary, and what somebody could keep of it: copies of its
/// files, and all that the program said which was no answer with content.
final class ErasureScene {
    enum Engine: String, CaseIterable {
        case sqlite
        case postgres
    }

    let engine: Engine
    let scratch: Scratch
    /// Standard error of every command, and standard output of those that are not asked for content.
    private(set) var log = Data()
    private let server: ScratchServer?

    init(_ engine: Engine) throws {
        self.engine = engine
        scratch = try Scratch()
        server = engine == .postgres ? try ScratchServer() : nil
        let options = server == nil ? [] : ["--grant-to", "zancada_app"]
        try tell(["migrate"] + options, database: server?.owner)
    }

    var data: URL { scratch.url.appending(path: "data") }
    var keyFolder: URL { data.appending(path: "keys") }
    private var environment: [String: String] { environment(nil) }

    /// The same, and for backups of PostgreSQL a role that sees all rows.
    var backupEnvironment: [String: String] {
        environment.merging(server.map { ["ZANCADA_BACKUP_DATABASE_URL": $0.everything] } ?? [:]) { $1 }
    }

    private func environment(_ database: String?) -> [String: String] {
        server.map { ["ZANCADA_DATABASE_URL": database ?? $0.app] } ?? [:]
    }

    /// A command whose answer holds no content, so that it may stand in a log.
    @discardableResult
    func tell(_ arguments: [String], database: String? = nil, status: Int32 = 0) throws -> Zancada.Outcome {
        let outcome = try ask(arguments, database: database, status: status)
        log += Data(outcome.output.utf8)
        return outcome
    }

    /// A command that answers with content, which is whose who asked.
    @discardableResult
    func ask(_ arguments: [String], database: String? = nil, status: Int32 = 0) throws -> Zancada.Outcome {
        let outcome = try Zancada.run(arguments + ["--data", data.path], environment: environment(database))
        log += Data(outcome.errors.utf8)
        try #require(outcome.status == status, "\(arguments.prefix(3)): \(outcome.status) \(outcome.errors)")
        return outcome
    }

    func stalled(_ arguments: [String], isMute: Bool = false) throws -> StalledProgram {
        let program = try StalledProgram(arguments + ["--data", data.path], environment: environment, isMute: isMute)
        try program.halt()
        return program
    }

    func start(_ arguments: [String]) throws -> Zancada.Running {
        try Zancada.start(arguments + ["--data", data.path], environment: environment)
    }

    func json(_ outcome: Zancada.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    // What the people of the scene do.

    func person(in organisation: String) throws -> String {
        try tell(["subject", "create", "--org", organisation]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The id of a new note, or of the one that got a new version.
    @discardableResult
    func note(_ text: String, of person: String? = nil, changing record: String? = nil, in organisation: String) throws -> String {
        let file = try scratch.file("note.json", try JSONEncoder().encode(["text": text]))
        defer { try? FileManager.default.removeItem(at: file) }
        var arguments = ["record", "put", "note"] + (record.map { [$0] } ?? []) + ["--org", organisation, "--json", file.path]
        if let person { arguments += ["--subject", person] }
        return try #require(try json(try ask(arguments))["id"] as? String)
    }

    /// The person's sealed bodies as they lie in the journal, from the archive that they take away.
    func sealedBodies(of person: String, in organisation: String) throws -> [Thief.SealedBody] {
        try ask(["subject", "export", person, "--org", organisation]).output.split(separator: "\n").compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let proof = object?["proof"] as? [String: Any], let entry = proof["entry"] as? [String: Any],
                let record = entry["record"] as? String, let body = (proof["sealed_body"] as? String).flatMap({ Data(base64Encoded: $0) })
            else { return nil }
            return Thief.SealedBody(
                tenant: organisation, kind: try #require(entry["kind"] as? String), record: record,
                version: try #require(entry["version"] as? Int), bytes: Array(body))
        }
    }

    /// The files of the database as they lie there now; SQLite's log with them. A folder that stays as it is.
    func copyDatabase(_ name: String) throws -> URL {
        let folder = scratch.url.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let server {
            try server.copyFiles(to: folder)
        } else {
            for ending in ["", "-wal", "-shm"] {
                let file = data.appending(path: "zancada.db\(ending)")
                guard FileManager.default.fileExists(atPath: file.path) else { continue }
                try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
            }
        }
        return folder
    }

    /// A backup by the database's own means.
    func backUp(_ name: String) throws -> URL {
        let folder = scratch.url.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let target = folder.appending(path: "backup").path
        if let server {
            try server.dump(to: target)
        } else {
            let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
            try Tool.run("/usr/bin/env", ["python3", "-c", script, data.path + "/zancada.db", target])
        }
        return folder
    }

    func copyKeys(_ name: String) throws -> URL {
        let folder = scratch.url.appending(path: name)
        try FileManager.default.copyItem(at: keyFolder, to: folder)
        return folder
    }

    /// While it lives, SQLite's log keeps what was written: somebody else is reading the file.
    func otherReader() throws -> OtherReader? {
        engine == .sqlite ? try OtherReader(of: data.path + "/zancada.db") : nil
    }

    /// What the server wrote down of its own accord.
    func serverLog() throws -> Data { try server?.log() ?? Data() }

    func end() throws { try server?.drop() }
}

/// A program that reads the database file and does not come to an end.
final class OtherReader {
    private let process = Process()
    private let input = Pipe()

    init(of path: String) throws {
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute('BEGIN')
            connection.execute('SELECT count(*) FROM journal_entries').fetchall()
            print('reading', flush=True)
            sys.stdin.read()
            """
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try #require(output.fileHandleForReading.availableData.starts(with: Data("reading".utf8)))
    }

    func end() throws {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    deinit { if process.isRunning { process.terminate() } }
}

/// A database of its own on the servers that run for the tests.
struct ScratchServer {
    let owner: String
    let app: String
    /// As the superuser in this database.
    let everything: String
    private let superuser: String
    private let name: String
    private let folder: URL
    private let binaries: String
    /// Where the server's log stood when the database was made.
    private let firstSegment: String
    private let logStart: Int

    init() throws {
        func variable(_ name: String) throws -> String {
            try #require(Zancada.environment("ZANCADA_TEST_\(name)"), "scripts/services is not running: make test starts it")
        }
        let name = "zancada_erasure_\(UUID().uuidString.prefix(8).lowercased())"
        func address(_ role: String) throws -> String {
            var parts = try #require(URLComponents(string: try variable("\(role)_URL")))
            parts.path = "/\(name)"
            return try #require(parts.string)
        }
        self.name = name
        (owner, app, superuser) = (try address("OWNER"), try address("APP"), try variable("SUPERUSER_URL"))
        everything = try address("SUPERUSER")
        binaries = try variable("POSTGRES_BIN")
        folder = URL(fileURLWithPath: try variable("POSTGRES_DATA"))
        logStart = try Data(contentsOf: Self.logFile(folder)).count
        try Tool.run(
            binaries + "/psql",
            [
                "-X", "-q", "-d", superuser, "-c", "CREATE DATABASE \(name) OWNER zancada_owner", "-c",
                "GRANT CONNECT ON DATABASE \(name) TO zancada_app",
            ])
        firstSegment = try Tool.run(binaries + "/psql", ["-XAtq", "-d", superuser, "-c", "SELECT pg_walfile_name(pg_current_wal_lsn())"])
    }

    private static func logFile(_ folder: URL) -> URL { folder.deletingLastPathComponent().appending(path: "primary.log") }

    private func query(_ statement: String) throws -> String {
        try Tool.run(binaries + "/psql", ["-XAtq", "-d", superuser, "-c", statement])
    }

    /// The database's own files, written out before, and its write-ahead log since it was made.
    func copyFiles(to target: URL) throws {
        _ = try query("CHECKPOINT")
        let number = try query("SELECT oid FROM pg_database WHERE datname = '\(name)'")
        for file in try Files.all(in: folder.appending(path: "base/\(number)")) {
            try Self.copy(file, to: target)
        }
        let current = try query("SELECT pg_walfile_name(pg_current_wal_lsn())")
        for file in try Files.all(in: folder.appending(path: "pg_wal")) {
            let segment = file.lastPathComponent
            guard segment.count == 24, segment >= firstSegment, segment <= current else { continue }
            try Self.copy(file, to: target)
        }
    }

    /// The server may take a file away at any moment.
    private static func copy(_ file: URL, to folder: URL) throws {
        do {
            try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
            return
        }
    }

    func dump(to path: String) throws {
        var parts = try #require(URLComponents(string: superuser))
        parts.path = "/\(name)"
        try Tool.run(binaries + "/pg_dump", ["-d", try #require(parts.string), "-f", path])
    }

    func log() throws -> Data { try Data(contentsOf: Self.logFile(folder)).dropFirst(logStart) }

    func drop() throws { _ = try query("DROP DATABASE \(name) WITH (FORCE)") }
}

/// Other programs.
enum Tool {
    /// What it says, without white space around. Throws where it fails.
    @discardableResult
    static func run(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(path) \(arguments.first ?? "")")
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
