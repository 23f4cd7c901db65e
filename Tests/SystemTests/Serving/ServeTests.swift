import Foundation
import TestKit
import Testing

/// The program at work, and the other commands beside it.
@Suite("serve", .timeLimit(.minutes(3)))
struct ServeTests {
    let scratch: Scratch
    private var data: String { scratch.path("data") }

    init() throws { scratch = try Scratch() }

    /// A program at work with one organisation and one person.
    private func clinic() async throws -> (Service, person: String) {
        let service = try await Service(data)
        try #require(try service.run("org", "create", "clinic").status == 0)
        let person = try service.run("subject", "create", "--org", "clinic")
        try #require(person.status == 0, "\(person.errors)")
        return (service, person.output.trimmingCharacters(in: .newlines))
    }

    @Test("prepares an empty folder, says that it is ready, and ends when it is told to")
    func life() async throws {
        let service = try await Service(data)
        #expect(try Zancada.run(["check", "--data", data]).status == 0, "somebody may look on")
        let end = try service.stop()
        #expect(end.status == 0)
        #expect(end.errors.contains("\"stopped\""))
        #expect(!FileManager.default.fileExists(atPath: data + "/zancada.db-control"))
    }

    @Test("runs the commands of other processes, with their files, their input and their exit codes")
    func commands() async throws {
        let (service, person) = try await clinic()
        let body = try scratch.file("note.json", Data("{\"text\": \"Uno\"}".utf8))
        let put = try service.run("record", "put", "note", "--org", "clinic", "--subject", person, "--json", body.path)
        #expect(put.status == 0, "\(put.errors)")
        #expect(put.output.contains("Uno"))
        #expect(try service.run("record", "list", "note", "--org", "clinic").output.contains("Uno"))
        #expect(try service.run("record", "get", "note", "nothing", "--org", "clinic").status == 66)
        let foreign = try service.run("record", "list", "note", "--org", "other")
        #expect(foreign.status == 66 && foreign.complaints.count == 1)
        #expect(
            try Zancada.run(["record", "list", "note", "--org", "other", "--data", data, "--language", "es"]).errors.contains("No hay"))
        let lines = try Conversation(["record", "put", "note", "--lines", "--org", "clinic", "--subject", person, "--data", data])
        for number in 1...100 { #expect(lines.say("{\"text\": \"\(number)\"}")) }
        #expect(lines.say("{\"text\": 7}"))
        #expect(lines.end() == 65)
        let heard = try lines.heard()
        #expect(heard.count == 101 && heard.filter { $0.contains("\"id\"") }.count == 100)
        #expect(try service.run("journal", "verify", "--records").status == 0)
        _ = try service.stop()
    }

    @Test("a command whose program is killed says that nobody knows what became of it")
    func killed() async throws {
        let (service, person) = try await clinic()
        let lines = try Conversation(["record", "put", "note", "--lines", "--org", "clinic", "--subject", person, "--data", data])
        #expect(lines.say("{\"text\": \"Uno\"}"))
        try await eventually { try lines.heard().count == 1 }
        try service.strike()
        #expect(lines.end() == 74)
        // What a killed program left there keeps nobody out.
        let again = try await Service(data)
        #expect(try again.run("record", "list", "note", "--org", "clinic").output.contains("Uno"))
        _ = try again.stop()
    }

    @Test("commands that nobody reads, and one that waits for its input, hold up no other")
    func slowReaders() async throws {
        let (service, person) = try await clinic()
        let lines = try Conversation(["record", "put", "note", "--lines", "--org", "clinic", "--subject", person, "--data", data])
        let text = String(repeating: "largo ", count: 1_000)
        for _ in 1...60 { #expect(lines.say("{\"text\": \"\(text)\"}")) }
        try await eventually { try lines.heard().count == 60 }
        // More than a pipe holds.
        let stuck = try (1...4).map { _ in
            let process = Zancada.process(["record", "list", "note", "--org", "clinic", "--json", "--data", data], environment: [:])
            process.standardOutput = Pipe()
            try process.run()
            return process
        }
        for _ in 1...5 { #expect(try service.run("record", "list", "note", "--org", "clinic", "--limit", "1").status == 0) }
        for process in stuck {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        #expect(try service.run("record", "list", "note", "--org", "clinic", "--limit", "1").status == 0)
        #expect(lines.end() == 0)
        _ = try service.stop()
    }

    @Test("garbage at the socket is turned away")
    func garbage() async throws {
        let service = try await Service(data)
        let code = """
            import socket, sys, os
            for sent in [b"", b"\\n", b"{}\\n", b"x" * 300000, b'{"arguments":["version"],"folder":"/","language":"es"}\\n', b"\\xff\\n"]:
                s = socket.socket(socket.AF_UNIX); s.settimeout(5)
                os.chdir(sys.argv[1]); s.connect("zancada.db-control")
                try:
                    s.sendall(sent); s.shutdown(socket.SHUT_WR); s.recv(100)
                except (BrokenPipeError, ConnectionResetError): pass
                s.close()
            """
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", code, data]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        #expect(try service.run("org", "create", "clinic").status == 0)
        _ = try service.stop()
    }

    @Test(
        "a second program, an unknown role, and one that SQLite cannot have, are refused with a sentence",
        arguments: [["--role", "all"], ["--role", "gatekeeper"], ["--role", "worker"]])
    func refused(_ arguments: [String]) async throws {
        let service = try await Service(data)
        let outcome = try Zancada.run(["serve", "--data", data] + arguments)
        #expect([64, 69].contains(outcome.status))
        #expect(outcome.complaints.count == 1)
        _ = try service.stop()
    }
}

/// What operators decide, and see of it.
@Suite("configuration by command", .timeLimit(.minutes(1)))
struct ConfigurationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("a key with a typo names the nearest, in the file, the environment and on the command line")
    func typos() throws {
        let file = try scratch.file("config.json", Data("{\"jobs\": {\"stoping\": \"5s\"}}".utf8))
        let inFile = try Zancada.run(["serve", "--data", scratch.path("data"), "--config", file.path])
        #expect(inFile.status == 65 && inFile.errors.contains("jobs.stopping"))
        let inEnvironment = try Zancada.run(["config"], environment: ["ZANCADA_JOBS_STOPING": "5s"])
        #expect(inEnvironment.status == 65 && inEnvironment.errors.contains("ZANCADA_JOBS_STOPPING"))
        #expect(try Zancada.run(["config", "--databse", "x"]).status == 64)
        let value = try Zancada.run(["config"], environment: ["ZANCADA_JOBS_STOPPING": "soon"])
        #expect(value.status == 65 && value.errors.contains("jobs.stopping"))
    }

    @Test("shows each key with its value and where that comes from, and of a secret only that it is set")
    func rows() throws {
        let file = try scratch.file("config.json", Data("{\"jobs\": {\"stopping\": \"5s\"}}".utf8))
        let secret = "postgres://zancada:hunter2@localhost/zancada"
        for form in [[], ["--json"]] {
            let outcome = try Zancada.run(["config", "--config", file.path] + form, environment: ["ZANCADA_DATABASE_URL": secret])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!outcome.output.contains("hunter2") && !outcome.errors.contains("hunter2"))
            #expect(outcome.output.contains("5s") && outcome.output.contains(file.path))
        }
        let json = try Zancada.run(["config", "--json"]).output
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(rows.count > 8)
        for row in rows { #expect((row["meaning_es"] as? String)?.isEmpty == false && row["source"] as? String == "default") }
    }

    @Test("roles and version answer people and programs")
    func printed() throws {
        for command in ["roles", "version"] {
            #expect(try Zancada.run([command]).status == 0)
            let json = try Zancada.run([command, "--json"])
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
        }
    }
}
