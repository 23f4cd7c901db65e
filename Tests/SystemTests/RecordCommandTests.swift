import Foundation
import Testing

/// Organisations, people, records and the journal as an operator works with them, before there is a server.
@Suite("records and the journal by command")
struct RecordCommandTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var data: String { scratch.path("data") }

    private func run(_ arguments: String...) throws -> Zancada.Outcome {
        try Zancada.run(arguments + ["--data", data])
    }

    private func object(_ outcome: Zancada.Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func python(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Zancada.root.appending(path: "docs/verify_journal.py").path] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("a note is kept, changed, proved to an outsider, and erased; the journal stays whole")
    func life() throws {
        let early = try run("org", "create", "clinic")
        #expect(early.status == 69 && early.errors.contains("zancada migrate"), "\(early.errors)")
        #expect(try run("migrate").status == 0)
        let organisation = try object(try run("org", "create", "clinic", "--json"))
        #expect(organisation["created"] as? Bool == true)
        let subject = try #require(try object(try run("subject", "create", "--org", "clinic", "--json"))["subject"] as? String)

        let body = try scratch.file("note.json", Data(#"{"text": "Rodilla derecha, dolor 3 de 10"}"#.utf8)).path
        let made = try object(try run("record", "put", "note", "--org", "clinic", "--subject", subject, "--json", body))
        let id = try #require(made["id"] as? String)
        #expect(made["version"] as? Int == 1)
        let second = try scratch.file("second.json", Data(#"{"text": "Rodilla derecha, sin dolor"}"#.utf8)).path
        let changed = try object(try run("record", "put", "note", id, "--org", "clinic", "--json", second))
        #expect(changed["version"] as? Int == 2)
        let read = try object(try run("record", "get", "note", id, "--org", "clinic", "--json"))
        #expect((read["body"] as? [String: String])?["text"] == "Rodilla derecha, sin dolor")
        let history = try run("record", "history", "note", id, "--org", "clinic")
        #expect(history.output.contains("dolor 3 de 10") && history.output.contains("sin dolor"))
        let page = try object(try run("record", "list", "note", "--org", "clinic", "--subject", subject, "--json"))
        #expect((page["records"] as? [Any])?.count == 1)

        #expect(try object(try run("record", "delete", "note", id, "--org", "clinic", "--json"))["deleted_at"] is String)
        #expect(try run("record", "list", "note", "--org", "clinic").output.isEmpty)
        #expect(try object(try run("record", "restore", "note", id, "--org", "clinic", "--json"))["version"] as? Int == 4)

        // An outsider, with our public key alone.
        let key = try run("journal", "checkpoint", "--key").output.trimmingCharacters(in: .whitespacesAndNewlines)
        let checkpoint = try scratch.file("checkpoint", Data(try run("journal", "checkpoint").output.utf8)).path
        let proof = try scratch.file("proof.json", Data(try run("journal", "prove", id, "--org", "clinic").output.utf8)).path
        #expect(try python(key, checkpoint, proof) == 0)
        let forged = try String(contentsOfFile: proof, encoding: .utf8).replacing("\"restored\"", with: "\"created\"")
        #expect(try python(key, try scratch.file("forged.json", Data(forged.utf8)).path) == 1)

        // Everything about the person, each entry with a proof of its own.
        let lines = try run("subject", "export", subject, "--org", "clinic").output.split(separator: "\n").dropFirst()
        let exported = try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
        let texts = exported.compactMap { ($0["body"] as? [String: String])?["text"] }
        // Deleting and restoring are versions of their own.
        #expect(texts == ["Rodilla derecha, dolor 3 de 10"] + Array(repeating: "Rodilla derecha, sin dolor", count: 3))
        for (number, line) in exported.enumerated() {
            let proof = try JSONSerialization.data(withJSONObject: try #require(line["proof"]))
            #expect(try python(key, try scratch.file("exported-\(number).json", proof).path) == 0)
        }

        let erased = try object(try run("subject", "erase", subject, "--org", "clinic", "--now", "--json"))
        #expect(erased["state"] as? String == "complete")
        for flags in [[], ["--now"]] {
            let again = try object(try Zancada.run(["subject", "erase", subject, "--org", "clinic", "--data", data, "--json"] + flags))
            #expect(again["state"] as? String == "complete", "an erasure stays complete")
        }
        let whole = try object(try run("journal", "verify", "--records", "--json"))
        #expect((whole["faults"] as? [Any])?.isEmpty == true && whole["records"] as? Int == 0)
        let gone = try run("record", "get", "note", id, "--org", "clinic")
        #expect(gone.status == 66 && gone.complaints.count == 1, "\(gone.errors)")
        let verified = try object(try run("journal", "verify", "--since", checkpoint, "--json"))
        #expect((verified["faults"] as? [Any])?.isEmpty == true)
        #expect(try run("check").status == 0)
        let told = try run("journal", "follow", "--org", "clinic").output
        for verb in ["created", "updated", "read", "listed", "exported", "erased", "rolled"] {
            #expect(told.contains("\"\(verb)\""), "\(verb)")
        }
    }

    @Test("what is wrong is one sentence")
    func refusals() throws {
        #expect(try run("migrate").status == 0)
        #expect(try run("org", "create", "clinic").status == 0)
        let empty = try scratch.file("empty.json", Data(#"{"text": "", "extra": 1}"#.utf8)).path
        let cases: [([String], Int32, String)] = [
            (["record", "put", "note", "--org", "nobody", "--subject", "p", "--json", empty], 66, "org create"),
            (["record", "put", "plan", "--org", "clinic", "--json", empty], 64, "note"),
            (["record", "put", "note", "--org", "clinic", "--subject", "p", "--json", empty], 65, "/extra"),
            (["record", "put", "note", "--org", "clinic", "--json", scratch.path("missing")], 65, "missing"),
            (["record", "get", "note", "01890a5d-ac96-774b-bcce-b302099a8057", "--org", "clinic"], 66, "no such record"),
            (["org", "create", "Clínica"], 64, "1"),
        ]
        for (arguments, status, said) in cases {
            let outcome = try Zancada.run(arguments + ["--data", data])
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.complaints.count == 1 && outcome.errors.contains(said), "\(arguments): \(outcome.errors)")
        }
    }
}
