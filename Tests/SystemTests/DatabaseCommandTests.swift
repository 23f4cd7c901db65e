import Foundation
import Testing

/// `zancada migrate` and `zancada check` as an operator runs them, on SQLite and on PostgreSQL.
@Suite("migrate and check")
struct DatabaseCommandTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var data: String { scratch.path("data") }
    private var file: String { data + "/zancada.db" }

    /// Without what the machine says about databases.
    private func run(_ arguments: [String], database: String? = nil) throws -> Zancada.Outcome {
        try Zancada.run(arguments, environment: database.map { ["ZANCADA_DATABASE_URL": $0] } ?? [:])
    }

    private func sqlite(_ statement: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(sys.argv[2]); d.commit()", file, statement,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    /// What psql complains of.
    private func psql(_ statement: String, at address: String) throws -> String {
        let binaries = try #require(Zancada.environment("ZANCADA_TEST_POSTGRES_BIN"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binaries + "/psql")
        process.arguments = ["-X", "-d", address, "-c", statement]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }

    @Test("what is not there yet is said, made, found sound, and made once")
    func lifeOnSQLite() throws {
        let before = try run(["check", "--data", data])
        #expect(before.status == 69)
        #expect(before.errors.contains("zancada migrate"))
        #expect(!FileManager.default.fileExists(atPath: data), "check makes nothing")

        let first = try run(["migrate", "--data", data])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("✓ installation 1"))
        #expect(try run(["check", "--data", data]).status == 0)

        let again = try run(["migrate", "--data", data, "--json"])
        let json = try #require(try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
        #expect(json["taken"] as? [String] == [])
        let named = try #require(json["installation"] as? String)
        #expect(first.output.contains(named), "the name stays")

        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("a database that a newer program made is left alone", arguments: ["es", "en"])
    func newer(language: String) throws {
        #expect(try run(["migrate", "--data", data]).status == 0)
        try sqlite("INSERT INTO schema_migrations VALUES ('tomorrow', 1, 'people', 'expand', printf('%064d', 0), 1, 1)")
        for command in ["migrate", "check"] {
            let outcome = try run([command, "--data", data, "--language", language])
            #expect(outcome.status == (command == "check" ? 65 : 69))
            #expect((outcome.output + outcome.errors).contains(language == "es" ? "más nuevo" : "newer program"))
        }
    }

    @Test("what is wrong with the file is one sentence, never a crash")
    func damaged() throws {
        #expect(try run(["migrate", "--data", data]).status == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        let broken: [(String, Data)] = [
            ("text", Data(String(repeating: "not a database\n", count: 500).utf8)), ("half", whole.prefix(whole.count / 2)),
            ("garbled", whole.prefix(4096) + Data(repeating: 0xff, count: whole.count - 4096)), ("empty page", whole.prefix(100)),
        ]
        for (name, content) in broken {
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            try content.write(to: URL(fileURLWithPath: file))
            let outcome = try run(["check", "--data", data])
            #expect([65, 69, 74].contains(outcome.status), "\(name): \(outcome.status)")
            let said = outcome.output + outcome.errors
            #expect(!said.isEmpty && !said.contains("fatal") && !said.contains("Error("), "\(name): \(said)")
        }
    }

    @Test("a wrong address or key is refused without its password")
    func refusals() throws {
        for address in ["mysql://root:geheim@h/d", "postgres://root:geheim@127.0.0.1:1/d", "postgres://root:geheim/d"] {
            let outcome = try run(["check"], database: address)
            #expect(outcome.status != 0)
            #expect(outcome.complaints.count == 1, "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains("geheim"))
        }
        let typo = try Zancada.run(["check", "--data", data], environment: ["ZANCADA_DATABASE_ULR": "x"])
        #expect(typo.errors.contains("ZANCADA_DATABASE_URL"), "the nearest name is told: \(typo.errors)")
    }

    @Test("the owner migrates and grants; the program's role checks, and cannot migrate")
    func lifeOnPostgres() throws {
        func address(_ name: String) throws -> String {
            try #require(Zancada.environment("ZANCADA_TEST_\(name)_URL"), "scripts/services is not running: make test starts it")
        }
        let owner = try address("OWNER")
        let migrated = try run(["migrate", "--grant-to", "zancada_app"], database: owner)
        #expect(migrated.status == 0, "\(migrated.errors)")
        #expect(try run(["migrate"], database: owner).output.contains("nothing to migrate"))

        let checked = try run(["check"], database: try address("APP"))
        #expect(checked.status == 0, "\(checked.output) \(checked.errors)")
        for statement in ["UPDATE journal_entries SET actor = 'x'", "DELETE FROM journal_positions", "DELETE FROM schema_migrations"] {
            #expect(try psql(statement, at: try address("APP")).contains("permission denied"), "\(statement)")
        }
        let superuser = try run(["check"], database: try address("SUPERUSER"))
        #expect(superuser.status == 1)
        #expect(superuser.output.contains("SUPERUSER"))
        let pooled = try run(["check", "--database-direct", try address("APP")], database: try address("POOLED"))
        #expect(pooled.status == 0, "\(pooled.output) \(pooled.errors)")

        let unknown = try run(["migrate", "--grant-to", "nobody_at_all"], database: owner)
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("CREATE ROLE nobody_at_all"))
        #expect(try run(["check"], database: try address("ASCII")).errors.contains("UTF8"))
    }
}
