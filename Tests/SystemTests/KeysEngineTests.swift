import Foundation
import TestKit
import Testing

/// The root key in a real transit engine, by the real binary.
@Suite("the root key in a transit engine", .serialized, .timeLimit(.minutes(4)))
struct KeysEngineTests {
    /// A ground whose root key is the engine's.
    private func ground(_ server: OpenBao, token: String = OpenBao.token) throws -> KeysGround {
        var ground = try KeysGround()
        ground.environment = try environment(ground, server, token: token)
        return ground
    }

    private func environment(_ ground: KeysGround, _ server: OpenBao, token: String = OpenBao.token) throws -> [String: String] {
        let file = try ground.scratch.file("token-\(UUID().uuidString)", Data(token.utf8)).path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return ["ZANCADA_KEYS_ROOT": "\(server.address)/transit/zancada", "ZANCADA_KEYS_TOKEN_FILE": file]
    }

    @Test("everything works with it, and what is wrong with it is one sentence; nothing is lost")
    func life() async throws {
        try await OpenBao.with { server in
            let ground = try ground(server)
            try ground.make("clinic")
            let note = try ground.keep("hombro", in: "clinic")
            #expect(!FileManager.default.fileExists(atPath: ground.keys + "/root.key"))
            try ground.expectReadable([note])
            #expect(try ground.object("keys", "roll", "--org", "clinic", "--json")["epoch"] as? Int == 2)
            try await server.call("POST", "transit/keys/zancada/rotate", "{}")
            let status = try ground.object("keys", "status", "--json")
            let root = try #require(status["root"] as? [String: Any])
            #expect(root["kind"] as? String == "transit" && root["files_former"] as? Int == 2, "\(status)")
            #expect(try ground.object("keys", "rotate-root", "--json")["wrapped"] as? Int == 2)
            try ground.expectReadable([note])
            try ground.expectWhole()
            try ground.expectClean(root: [])

            let before = try ground.keyBytes()
            try await server.call("POST", "transit/keys/another", "{}")
            let open = try ground.scratch.file("open-token", Data(OpenBao.token.utf8)).path
            let cases: [(String, Int32, String, [String: String])] = [
                ("wrong token", 69, "does not accept the token", try environment(ground, server, token: "nobody")),
                ("another key", 65, "transit:transit/zancada", ["ZANCADA_KEYS_ROOT": "\(server.address)/transit/another"]),
                ("a file", 65, "transit:transit/zancada", ["ZANCADA_KEYS_ROOT": "file:"]),
                ("nobody there", 69, "cannot be reached", ["ZANCADA_KEYS_ROOT": "http://127.0.0.1:1/transit/zancada"]),
                ("in clear", 65, "use https", ["ZANCADA_KEYS_ROOT": "http://vault.example/transit/zancada"]),
                ("no key", 65, "https://host:port/mount/key", ["ZANCADA_KEYS_ROOT": server.address]),
                ("open token", 65, "chmod 600", ["ZANCADA_KEYS_TOKEN_FILE": open]),
                ("no token", 69, "missing-token", ["ZANCADA_KEYS_TOKEN_FILE": ground.scratch.path("missing-token")]),
            ]
            for (name, status, said, environment) in cases {
                for command in [
                    ["record", "get", "note", note.id, "--org", "clinic"], ["keys", "roll", "--org", "clinic"], ["keys", "rotate-root"],
                    ["org", "create", "other"],
                ] {
                    // A file that is not there is "missing" before it is "another's".
                    if name == "a file", command[0] != "record" { continue }
                    let outcome = try Zancada.run(
                        command + ["--data", ground.data], environment: ground.environment.merging(environment) { $1 })
                    let isMissing = name == "a file" && outcome.status == 69
                    #expect(outcome.status == status || isMissing, "\(name) \(command): \(outcome.status) \(outcome.errors)")
                    #expect(outcome.complaints.count == 1, "\(name) \(command): \(outcome.errors)")
                    #expect(outcome.errors.contains(said) || isMissing, "\(name) \(command): \(outcome.errors)")
                    #expect(!outcome.errors.contains(OpenBao.token + "\n") && !outcome.output.contains(note.text))
                }
            }
            try await server.call("PUT", "sys/seal", "{}")
            let sealed = try ground.read(note)
            #expect(sealed.status == 69 && sealed.errors.contains("unseal"), "\(sealed.errors)")
            #expect(try ground.run("keys", "status").status == 69)
            #expect(try ground.keyBytes() == before)
        }
    }

    @Test("keys move from the file to the engine and back; the file is destroyed on the way and made on the way back")
    func moving() async throws {
        try await OpenBao.with { server in
            var ground = try KeysGround()
            for name in ["clinic", "other"] { try ground.make(name) }
            let note = try ground.keep("hombro", in: "clinic")
            let engine = try environment(ground, server)

            ground.environment = engine.merging(["ZANCADA_KEYS_FORMER_ROOT": "file:"]) { $1 }
            // Before anything has moved, and with both known, everything works.
            try ground.expectReadable([note])
            let second = try ground.keep("rodilla", in: "other")
            #expect(try ground.object("keys", "rotate-root", "--json")["wrapped"] as? Int == 3)
            ground.environment = engine
            try ground.expectReadable([note, second])
            try ground.expectWhole()
            try ground.expectClean(root: [])

            ground.environment = [
                "ZANCADA_KEYS_FORMER_ROOT": try #require(engine["ZANCADA_KEYS_ROOT"]),
                "ZANCADA_KEYS_FORMER_TOKEN_FILE": try #require(engine["ZANCADA_KEYS_TOKEN_FILE"]),
            ]
            try ground.expectReadable([note])
            #expect(try ground.object("keys", "resume", "--json")["wrapped"] as? Int == 4)
            ground.environment = [:]
            try ground.expectReadable([note, second])
            try ground.expectWhole()
            try ground.expectClean()
        }
    }
}
