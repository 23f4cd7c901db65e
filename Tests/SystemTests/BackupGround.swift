import Foundation
import Testing

/// An installation that makes backups, on either engine, worked on by the real binary.
final class BackupGround {
    let scene: ErasureScene
    /// The kit as it was printed.
    private(set) var kit = ""
    private let restoreServers: RestoreServers?

    init(_ engine: ErasureScene.Engine) throws {
        scene = try ErasureScene(engine)
        restoreServers = engine == .postgres ? RestoreServers() : nil
        try scene.tell(["org", "create", "clinic"])
        try confirm()
    }

    /// One whose kit nobody has confirmed yet.
    init(adopting scene: ErasureScene) throws {
        self.scene = scene
        restoreServers = nil
        kit = try String(contentsOfFile: scene.data.path + "/recovery-kit.txt", encoding: .utf8)
    }

    var folder: String { scene.scratch.path("backups") }
    var kitPath: String { scene.scratch.path("kit.txt") }

    /// As an operator does: prints the kit, types the line that is asked for.
    func confirm() throws {
        kit = try String(contentsOfFile: scene.data.path + "/recovery-kit.txt", encoding: .utf8)
        _ = try scene.scratch.file("kit.txt", Data(kit.utf8))
        let outcome = try answer(["kit", "confirm"]) { line in self.line(line) }
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    func line(_ number: Int) -> String {
        let line = kit.split(separator: "\n").first { $0.trimmingCharacters(in: .whitespaces).hasPrefix("\(number)  ") } ?? ""
        return line.split(separator: " ").last.map(String.init) ?? ""
    }

    /// Runs a command that asks for lines of the kit, and answers what `typing` says.
    func answer(_ arguments: [String], typing: (Int) -> String) throws -> Zancada.Outcome {
        let process = Zancada.process(arguments + ["--data", scene.data.path], environment: backupEnvironment)
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, errors)
        try process.run()
        var said = ""
        var answered = 0
        while true {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
            let questions = said.matches(of: #/Type line (\d) of the printed kit [^:]+: /#)
            while answered < questions.count {
                try input.fileHandleForWriting.write(contentsOf: Data((typing(Int(questions[answered].1) ?? 0) + "\n").utf8))
                answered += 1
            }
        }
        process.waitUntilExit()
        return Zancada.Outcome(
            status: process.terminationStatus,
            output: String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self), errors: said)
    }

    /// Backups of PostgreSQL read as a role that sees all rows.
    var backupEnvironment: [String: String] { scene.backupEnvironment }

    @discardableResult
    func run(_ arguments: [String], status: Int32 = 0) throws -> Zancada.Outcome {
        let outcome = try Zancada.run(arguments + ["--data", scene.data.path], environment: backupEnvironment)
        try #require(outcome.status == status, "\(arguments): \(outcome.status) \(outcome.errors)")
        return outcome
    }

    /// The id of a new backup.
    @discardableResult
    func backUp() throws -> String {
        try #require(try scene.json(try run(["backup", "--to", folder, "--json"]))["backup"] as? String)
    }

    func start(_ arguments: [String]) throws -> Zancada.Running {
        try Zancada.start(arguments + ["--data", scene.data.path], environment: backupEnvironment)
    }

    /// A restored installation: its folder of data, and what reaches its database.
    struct Restored {
        let data: String
        let environment: [String: String]

        func run(_ arguments: [String]) throws -> Zancada.Outcome {
            try Zancada.run(arguments + ["--data", data], environment: environment)
        }
    }

    /// Where a restore may go: a new folder, and for PostgreSQL an empty database.
    func target(_ name: String) throws -> Restored {
        let environment = try restoreServers.map { ["ZANCADA_DATABASE_URL": try $0.empty()] } ?? [:]
        return Restored(data: scene.scratch.path(name), environment: environment)
    }

    func restore(_ arguments: [String] = [], to target: Restored, from folder: String? = nil, kit: String? = nil) throws -> Zancada.Outcome
    {
        try target.run(["restore", "--from", folder ?? self.folder, "--kit", kit ?? kitPath] + arguments)
    }

    func end() throws {
        try restoreServers?.drop()
        try scene.end()
    }
}

/// Empty databases on the servers that run for the tests.
final class RestoreServers {
    private var names: [String] = []

    private func superuser() throws -> String {
        try #require(Zancada.environment("ZANCADA_TEST_SUPERUSER_URL"), "scripts/services is not running: make test starts it")
    }

    /// Its address, as a role that sees all rows.
    func empty() throws -> String {
        let name = "zancada_restore_\(UUID().uuidString.prefix(8).lowercased())"
        try run("CREATE DATABASE \(name) OWNER zancada_owner")
        names.append(name)
        var parts = try #require(URLComponents(string: try superuser()))
        parts.path = "/\(name)"
        return try #require(parts.string)
    }

    func drop() throws { for name in names { try run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") } }

    private func run(_ statement: String) throws {
        try Tool.run("/usr/bin/env", ["psql", "-X", "-q", "-d", try superuser(), "-c", statement])
    }
}
