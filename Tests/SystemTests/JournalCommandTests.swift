import Base
import Foundation
import Testing
import Transparency

/// The journal as operators and outsiders meet it: the real program on the real file, which somebody may have changed behind it.
@Suite("the journal by command", .timeLimit(.minutes(5)))
struct JournalCommandTests {
    let scratch: Scratch
    private let data: String
    private let subject: String

    /// An installation with one organisation, one person and three notes about them.
    init() throws {
        scratch = try Scratch()
        data = scratch.path("data")
        for arguments in [["migrate"], ["org", "create", "clinic"]] {
            let outcome = try Zancada.run(arguments + ["--data", data])
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
        let person = try Zancada.run(["subject", "create", "--org", "clinic", "--data", data])
        try #require(person.status == 0, "\(person.errors)")
        subject = person.output.trimmingCharacters(in: .newlines)
        for number in 1...3 { try put("Nota \(number)", in: data) }
    }

    private func put(_ text: String, in data: String, _ more: String...) throws {
        let body = try scratch.file("note.json", Data("{\"text\": \"\(text)\"}".utf8)).path
        let outcome = try Zancada.run(
            ["record", "put", "note", "--org", "clinic", "--subject", subject, "--json", body, "--data", data] + more)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func run(_ arguments: String..., in folder: String? = nil) throws -> Zancada.Outcome {
        try Zancada.run(arguments + ["--data", folder ?? data])
    }

    private func checkpoint(in folder: String? = nil) throws -> String {
        let outcome = try run("journal", "checkpoint", in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try scratch.file("checkpoint-\(UUID().uuidString)", Data(outcome.output.utf8)).path
    }

    private func key() throws -> String { try run("journal", "checkpoint", "--key").output.trimmingCharacters(in: .newlines) }

    private func python(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    private func check(_ export: String) throws -> (status: Int32, output: String) {
        try python([Zancada.root.appending(path: "docs/verify_journal.py").path, try key(), export])
    }

    /// Somebody with the file and without our rules.
    private func tamper(_ statements: String) throws {
        let code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit(); c.close()"
        let free = ["entries_stay", "entries_remain", "subjects_stay", "subjects_remain"].map { "DROP TRIGGER IF EXISTS journal_\($0);" }
        try #require(try python(["-c", code, data + "/zancada.db", free.joined() + statements]).status == 0)
    }

    private static let columns =
        "id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject, subjects, key_version, salt, leaf, body"

    private static let changes: [(String, String)] = [
        ("UPDATE journal_entries SET actor = 'nobody' WHERE entry = 3", "Entry 3 (position 2)"),
        ("DELETE FROM journal_subjects WHERE entry = 3; DELETE FROM journal_entries WHERE entry = 3", "Position 2 "),
        (
            """
            UPDATE journal_entries SET entry = 99 WHERE entry = 3; UPDATE journal_entries SET entry = 3 WHERE entry = 4;
            UPDATE journal_entries SET entry = 4 WHERE entry = 99
            """, "checkpoint of size 5"
        ),
        (
            "INSERT INTO journal_entries (entry, \(columns)) SELECT 6, \(columns) FROM journal_entries WHERE entry = 3",
            "at positions 2 and 5"
        ),
        ("DELETE FROM journal_subjects WHERE entry > 3; DELETE FROM journal_entries WHERE entry > 3", "has 5 entries and the journal 3"),
        ("DELETE FROM journal_subjects WHERE entry = 3", "Entry 3 is not found"),
    ]

    @Test("an entry that was altered, removed, moved, doubled or cut off is named, with exit code 65", arguments: changes.indices)
    func tampering(_ change: Int) throws {
        _ = try checkpoint()
        #expect(try run("journal", "verify").status == 0)
        try tamper(Self.changes[change].0)
        let outcome = try run("journal", "verify")
        #expect(outcome.status == 65)
        #expect(outcome.output.hasPrefix("ALTERED") && outcome.output.contains(Self.changes[change].1), "\(outcome.output)")
        #expect(outcome.errors.isEmpty)
    }

    @Test("a journal that was forked or set back is refused by whoever kept a checkpoint of the other")
    func forked() throws {
        // The key with which both sign is made with the first checkpoint.
        _ = try checkpoint()
        let copy = scratch.path("copy")
        try FileManager.default.copyItem(atPath: data, toPath: copy)
        try put("Esto pasó", in: data)
        try put("Esto pasó en su lugar", in: copy)
        let (one, other) = (try checkpoint(), try checkpoint(in: copy))
        let since = try run("journal", "verify", "--since", one, in: copy)
        #expect(since.status == 65 && since.output.contains("checkpoint of size 6 does not fit"), "\(since.output)")
        // The one who wrote on does not get away with it either.
        try put("Y siguió", in: copy)
        let longer = try run("journal", "verify", "--since", one, in: copy)
        #expect(longer.status == 65 && longer.output.contains("checkpoint of size 6 does not fit"), "\(longer.output)")
        #expect(try run("journal", "verify", "--since", other, in: copy).status == 0)
        try put("Y aquí", in: data)
        try put("Y aquí", in: data)
        let later = try checkpoint()
        let back = try run("journal", "verify", "--since", later, in: copy)
        #expect(back.status == 65 && back.output.contains("has 8 entries and the journal 7"), "\(back.output)")

        // Two witnesses who compare what they saw.
        let verifier = try NoteVerifier(try key())
        let seen = try SignedCheckpoint(Array(try Data(contentsOf: URL(fileURLWithPath: one))))
        let shown = try SignedCheckpoint(Array(try Data(contentsOf: URL(fileURLWithPath: other))))
        var witness = try Witness(origin: seen.checkpoint.origin, keys: [verifier], last: seen)
        let refusal = #expect(throws: Failure.self) { try witness.accept(shown, proof: nil) }
        #expect(refusal?.code == "journal_forked")
    }

    @Test("what is no checkpoint of this installation is one clear sentence")
    func otherCheckpoints() throws {
        let elsewhere = scratch.path("elsewhere")
        #expect(try run("migrate", in: elsewhere).status == 0)
        #expect(try run("org", "create", "clinic", in: elsewhere).status == 0)
        let foreign = try checkpoint(in: elsewhere)
        let none = try scratch.file("none", Data("hello\n".utf8)).path
        for (file, said) in [(foreign, "another installation's"), (none, "not a checkpoint"), (scratch.path("missing"), "missing")] {
            let outcome = try run("journal", "verify", "--since", file)
            #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.output)")
            #expect(outcome.complaints.count == 1 && outcome.errors.contains(said), "\(outcome.errors)")
        }
        for (command, code) in [("verify", "65"), ("prove", "66"), ("export", "73"), ("follow", "Exit codes: 0"), ("checkpoint", "65")] {
            #expect(try Zancada.run(["journal", command, "--help"]).output.contains(code), "\(command)")
        }
    }

    @Test("a proof of what was never written is refused")
    func unknownProofs() throws {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        let unknown = try run("journal", "prove", id, "--org", "clinic")
        #expect(unknown.status == 66 && unknown.complaints.count == 1 && unknown.output.isEmpty, "\(unknown.errors)")
        let line = try #require(try run("journal", "follow", "--org", "clinic", "--from", "2").output.split(separator: "\n").first)
        let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let record = try #require(entry["record"] as? String)
        let later = try run("journal", "prove", record, "--org", "clinic", "--version", "9")
        #expect(later.status == 66 && later.complaints.count == 1, "\(later.errors)")
        #expect(entry["shape"] as? Int == 1 && entry["sealing_subject"] as? String == subject && entry["on_behalf_of"] is NSNull)
    }

    @Test("an outsider computes an export anew: all of it, one organisation's, or from a position on")
    func export() throws {
        #expect(try run("org", "create", "other").status == 0)
        for (name, options) in [
            ("whole", []), ("bodies", ["--bodies"]), ("one", ["--org", "clinic"]), ("rest", ["--from", "3"]), ("end", ["--from", "7"]),
        ] {
            let file = scratch.path(name)
            let outcome = try Zancada.run(["journal", "export", "--output", file, "--data", data] + options)
            #expect(outcome.status == 0 && outcome.output.isEmpty, "\(name): \(outcome.errors)")
            let verdict = try check(file)
            #expect(verdict.status == 0, "\(name): \(verdict.output)")
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(text.contains("sealed_body") == (name == "bodies"))
            #expect(text.contains("\"tenant\":\"other\"") == (name != "one"), "\(name)")
        }
        let told = try run("journal", "follow", "--org", "clinic").output
        #expect(told.components(separatedBy: "\"exported\"").count == 6, "each export is told")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).allSatisfy { !$0.contains("partial") })

        // What was altered on its way.
        let text = try String(contentsOfFile: scratch.path("bodies"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var swapped = lines
        swapped.swapAt(2, 3)
        let alterations: [[String]] = [
            lines.filter { !$0.contains("\"position\":2,") }, Array(lines.dropLast(2)) + [""], swapped, Array(lines[0...2] + lines[2...]),
            lines.map { $0.replacing("\"created\"", with: "\"deleted\"") }, lines.map { $0.replacing("\"leaf\":\"", with: "\"leaf\":\"0") },
            lines.map { $0.replacing("sealed_body\":\"", with: "sealed_body\":\"AAAA") },
        ]
        for (number, altered) in alterations.enumerated() {
            let file = try scratch.file("altered", Data(altered.joined(separator: "\n").utf8)).path
            let verdict = try check(file)
            #expect(verdict.status == 1 && verdict.output.contains("WRONG"), "\(number): \(verdict.output)")
        }
    }

    @Test("the export of a journal that was tampered with is wrong, and the place is named")
    func exportOfAltered() throws {
        try tamper("UPDATE journal_entries SET actor = 'nobody' WHERE entry = 3")
        let file = scratch.path("export")
        #expect(try run("journal", "export", "--output", file).status == 0)
        let verdict = try check(file)
        #expect(verdict.status == 1 && verdict.output.contains("position 2"), "\(verdict.output)")
    }

    @Test("an export that cannot be written leaves nothing under its name, and says why")
    func exportRefusals() throws {
        let taken = try scratch.file("taken", Data("mine".utf8)).path
        for (arguments, status, said) in [
            (["--output", taken], 73, "is there already"), (["--output", scratch.path("no/such/folder")], 73, "cannot be made"),
            (["--output", scratch.url.path], 73, "not the name of a file"),
            (["--output", scratch.path("beyond"), "--from", "999"], 64, "no position 999"),
            (["--output", scratch.path("nobody"), "--org", "nobody"], 66, "org create"),
        ] as [([String], Int32, String)] {
            let outcome = try Zancada.run(["journal", "export", "--data", data] + arguments)
            #expect(outcome.status == status && outcome.complaints.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(said), "\(outcome.errors)")
        }
        #expect(try String(contentsOfFile: taken, encoding: .utf8) == "mine")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
        #expect(!left.contains("beyond") && !left.contains("nobody") && left.allSatisfy { !$0.contains("partial") }, "\(left)")
    }

    @Test("whoever follows is waited for, in memory of one size")
    func slowReader() throws {
        try tamper(
            """
            INSERT INTO journal_entries (\(Self.columns)) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
            SELECT id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject, subjects, key_version, salt,
            leaf, randomblob(6000) FROM n JOIN journal_entries ON entry = 3
            """)
        // Reads a line, waits until the program has come to rest before a full pipe, and reads on.
        let code = """
            import resource, subprocess, sys, time
            follow = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
            lines, used, still = [follow.stdout.readline()], None, 0
            while still < 10 and follow.poll() is None:
                now = open(f"/proc/{follow.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
                used, still = now, still + 1 if now == used else 0
                time.sleep(0.02)
            lines += follow.stdout.readlines()
            print(follow.wait(), len(lines), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
            """
        let outcome = try python(["-c", code, Zancada.binary, "journal", "follow", "--org", "clinic", "--data", data])
        let figures = outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(figures.count == 3, "\(outcome.output)")
        #expect(figures[0] == 0 && figures[1] == 20_005)
        #expect(figures[2] < 90, "of 120 MB of entries \(figures[2]) MB were held")
    }

    @Test("who waits for entries ends well when told to, and when nobody reads any more", arguments: [SIGINT, SIGTERM])
    func waiting(_ signal: Int32) throws {
        let running = try Zancada.start(["journal", "follow", "--wait", "--org", "clinic", "--data", data])
        let deadline = ContinuousClock().now + .seconds(30)
        while try Data(contentsOf: running.output).filter({ $0 == UInt8(ascii: "\n") }).count < 5, ContinuousClock().now < deadline {
            usleep(5_000)
        }
        kill(running.process.processIdentifier, signal)
        let outcome = try running.wait()
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.status) \(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == 5)
        for command in ["follow --wait --org clinic", "export"] {
            let code = """
                import subprocess, sys
                program = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                program.stdout.close()
                print(program.wait(), program.stderr.read().decode())
                """
            let words = command.split(separator: " ").map(String.init)
            let closed = try python(["-c", code, Zancada.binary, "journal"] + words + ["--data", data])
            #expect(closed.output.hasPrefix("0 \n"), "\(command): \(closed.output)")
        }
    }
}
