import Foundation
import Testing

@Suite("backup and restore by the real binary", .timeLimit(.minutes(10)))
struct BackupTests {
    @Test("with the kit alone, an empty machine has everything again, from either of two backups", arguments: ErasureScene.Engine.allCases)
    func whole(_ engine: ErasureScene.Engine) throws {
        let ground = try BackupGround(engine)
        defer { #expect(throws: Never.self) { try ground.end() } }
        let scene = ground.scene
        var eva = try ErasureStory("Eva", in: "clinic", scene)
        for _ in 0..<3 { try eva.write() }
        let checkpoint = try scene.scratch.file("checkpoint", Data(try scene.tell(["journal", "checkpoint"]).output.utf8))
        let first = try ground.backUp()
        try eva.write()
        try scene.tell(["org", "create", "other"])
        var far = try ErasureStory("Far", in: "other", scene)
        try far.write()
        // SQLite's owner is at work while its database is copied.
        let owner = engine == .sqlite ? try scene.start(["journal", "follow", "--org", "clinic", "--wait"]) : nil
        if let owner { try waitForOutput(owner) }
        let second = try ground.backUp()
        if let owner {
            owner.process.terminate()
            _ = try owner.wait()
        }
        #expect(try scene.json(try ground.run(["backup", "verify", "--to", ground.folder, "--json"]))["whole"] as? Bool == true)
        let listed = try scene.json(try ground.run(["backup", "list", "--to", ground.folder, "--json"]))
        #expect((listed["backups"] as? [[String: Any]])?.compactMap { $0["backup"] as? String } == [first, second])

        let rehearsed = try ground.target("rehearsed")
        let rehearsal = try ground.restore(["--rehearse", "--json"], to: rehearsed)
        #expect(rehearsal.status == 0 && rehearsal.output.contains(#""rehearsal":true"#), "\(rehearsal.errors)")
        #expect(
            !FileManager.default.fileExists(atPath: rehearsed.data)
                && !FileManager.default.fileExists(atPath: rehearsed.data + ".rehearsal"))

        let restored = try ground.target("restored")
        let report = try scene.json(try checked(try ground.restore(["--json"], to: restored)))
        #expect(report["opened_organisations"] as? Int == 2 && report["lost_entries"] as? Int == 0 && (report["tables"] as? Int ?? 0) >= 14)
        let notes = try restored.run(["record", "list", "note", "--org", "clinic"]).output
        #expect(eva.texts.allSatisfy { notes.contains($0) })
        #expect(try restored.run(["record", "list", "note", "--org", "other"]).output.contains(far.texts[0]))
        #expect(try restored.run(["journal", "verify", "--records", "--since", checkpoint.path]).status == 0)
        // It goes on: new entries, a checkpoint that continues the old one.
        let person = try restored.run(["subject", "create", "--org", "clinic"])
        #expect(person.status == 0, "\(person.errors)")
        #expect(try restored.run(["journal", "checkpoint"]).status == 0)

        // An occupied place is left as it is.
        let taken = try ground.restore(to: restored)
        #expect(taken.status == 73 && taken.complaints.count == 1, "\(taken.errors)")
        #expect(try restored.run(["record", "list", "note", "--org", "clinic"]).output == notes)

        // A witness who saw more than the older backup has refuses what is restored from it.
        let later = try scene.scratch.file("later", Data(try scene.tell(["journal", "checkpoint"]).output.utf8))
        let older = try ground.target("older")
        let lost = try scene.json(try checked(try ground.restore(["--backup", first, "--json"], to: older)))
        #expect((lost["lost_entries"] as? Int ?? 0) >= 2)
        #expect(try older.run(["journal", "verify", "--since", later.path]).status == 65)
        #expect(try older.run(["journal", "verify", "--since", checkpoint.path]).status == 0)
        let before = try older.run(["record", "list", "note", "--org", "clinic"]).output
        #expect(eva.texts.prefix(3).allSatisfy { before.contains($0) } && !before.contains(eva.texts[3]))
    }

    private func checked(_ outcome: Zancada.Outcome) throws -> Zancada.Outcome {
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    private func waitForOutput(_ running: Zancada.Running) throws {
        let end = Date(timeIntervalSinceNow: 20)
        while try Data(contentsOf: running.output).isEmpty {
            try #require(Date() < end, "the program says something")
            usleep(5_000)
        }
    }

    @Test("the keys of tokens and of the own authority stay behind: a restored program makes new ones and takes no former token")
    func leftBehind() async throws {
        let ground = try BackupGround(.sqlite)
        defer { #expect(throws: Never.self) { try ground.end() } }
        let service = try await Service(ground.scene.data.path, environment: ["ZANCADA_HTTP_OWN_AUTHORITY": "true"])
        let former = try service.bearer("ana", org: "clinic", roles: ["therapist"])
        #expect(try service.stop().status == 0)
        let kept = ["keys/token.key", "keys/token.jwks", "tls/authority.key"]
        for name in kept { #expect(FileManager.default.fileExists(atPath: "\(ground.scene.data.path)/\(name)"), "\(name)") }
        try ground.backUp()
        let restored = try ground.target("restored")
        _ = try checked(try ground.restore(to: restored))
        for name in kept { #expect(!FileManager.default.fileExists(atPath: "\(restored.data)/\(name)"), "\(name)") }
        let again = try await Service(restored.data)
        let wire = try Wire(again)
        #expect(try wire.get("/api/v1/exercises", [former]).status == 401)
        let fresh = try again.bearer("ana", org: "clinic", roles: ["therapist"])
        #expect(try wire.get("/api/v1/exercises", [fresh]).status == 200)
        #expect(try again.stop().status == 0)
    }

    @Test("an erased person stays erased when data older than the erasure come back", arguments: ErasureScene.Engine.allCases)
    func erased(_ engine: ErasureScene.Engine) throws {
        let ground = try BackupGround(engine)
        defer { #expect(throws: Never.self) { try ground.end() } }
        let scene = ground.scene
        var (ana, bea, eva) = (
            try ErasureStory("Ana", in: "clinic", scene), try ErasureStory("Bea", in: "clinic", scene),
            try ErasureStory("Eva", in: "clinic", scene)
        )
        for _ in 0..<2 {
            try ana.write()
            try bea.write()
            try eva.write()
        }
        let anas = try scene.sealedBodies(of: ana.person, in: "clinic") + scene.sealedBodies(of: bea.person, in: "clinic")
        let evas = try scene.sealedBodies(of: eva.person, in: "clinic")
        let old = try ground.backUp()
        try scene.tell(["subject", "erase", ana.person, "--org", "clinic", "--now"])
        // Bea's erasure is pending: her keys open copies until the epoch rolls.
        try scene.tell(["subject", "erase", bea.person, "--org", "clinic"])
        try ground.backUp()

        let restored = try ground.target("restored")
        let report = try scene.json(try checked(try ground.restore(["--backup", old, "--json"], to: restored)))
        #expect(report["erasures"] as? Int == 2)
        for story in [ana, bea] {
            let read = try restored.run(["record", "get", "note", story.records[0], "--org", "clinic"])
            #expect(read.status == 66 && read.output.isEmpty, "\(story.name): \(read.errors)")
        }
        let notes = try restored.run(["record", "list", "note", "--org", "clinic"]).output
        #expect(eva.texts.allSatisfy { notes.contains($0) } && notes.split(separator: "\n").count == 2)
        #expect(try restored.run(["journal", "verify", "--records"]).status == 0)
        // The pending one goes on to its end.
        #expect(try restored.run(["keys", "roll", "--org", "clinic"]).status == 0)
        #expect(try restored.run(["keys", "status", "--json"]).output.contains(#""erasures_complete": 2"#))

        // Everything that the restored machine has, the backups, the kit and the old data, with every key that is left.
        let people = [ana, bea, eva].map(\.person)
        var thief = Thief(
            tenants: ["clinic", "_journal", "_kit", "_backup"], subjects: people + ["clinic", "_journal", "_kit", "_backup"])
        try thief.take(keyFolder: URL(fileURLWithPath: restored.data + "/keys"))
        for folder in [URL(fileURLWithPath: restored.data), URL(fileURLWithPath: ground.folder), try scene.copyDatabase("now")] {
            for file in try Files.all(in: folder) { thief.take(try Data(contentsOf: file)) }
        }
        #expect(thief.unwrapAll() == [])
        for body in anas { #expect(thief.open(body) == nil, "\(body.name)") }
        // What finds nothing is able to find: Eva's bodies open with what the restored machine has on SQLite.
        if engine == .sqlite { for body in evas { #expect(thief.open(body) != nil, "\(body.name)") } }
        let search = TraceSearch(texts: [ana, bea, eva].map(\.namedTexts).reduce(into: [:]) { $0.merge($1) { $1 } })
        for file in try Files.all(in: URL(fileURLWithPath: ground.folder)) + Files.all(in: URL(fileURLWithPath: restored.data)) {
            #expect(search.traces(in: try Data(contentsOf: file)) == [], "\(file.path)")
        }
    }

    @Test("without a confirmed kit there is no backup; its QR code is read; its files are gone once it is confirmed")
    func kit() throws {
        let scene = try ErasureScene(.sqlite)
        try scene.tell(["org", "create", "clinic"])
        let backup = ["backup", "--to", scene.scratch.path("backups")]
        let refused = try scene.ask(backup, status: 75)
        #expect(refused.complaints.count == 1 && refused.errors.contains("kit confirm"))
        #expect(!FileManager.default.fileExists(atPath: scene.scratch.path("backups")))
        let (text, picture) = (scene.data.path + "/recovery-kit.txt", scene.data.path + "/recovery-kit.svg")
        for path in [text, picture] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        let printed = try String(contentsOfFile: text, encoding: .utf8)
        let code = try Self.code(in: try String(contentsOfFile: picture, encoding: .utf8), scene.scratch)
        let shown = try scene.ask(["kit", "show"]).output
        #expect(shown.contains("█▀") && printed.split(separator: "\n").suffix(5).allSatisfy { shown.contains($0) })
        try scene.ask(["kit", "status"], status: 1)

        let ground = try BackupGround(adopting: scene)
        let wrong = try ground.answer(["kit", "confirm"]) { ground.line($0 % 5 + 1) }
        #expect(wrong.status == 65 && FileManager.default.fileExists(atPath: text), "\(wrong.errors)")
        try ground.confirm()
        for path in [text, picture] { #expect(!FileManager.default.fileExists(atPath: path)) }
        #expect(try scene.ask(["kit", "status", "--json"]).output.contains(#""on_this_machine":false"#))
        let gone = try scene.ask(["kit", "show"], status: 75)
        #expect(gone.errors.contains("kit renew"))
        try ground.backUp()

        // The QR code is a kit, and so it stays through a change of the root key; a new kit takes its place once it is asked for.
        let scanned = try scene.scratch.file("scanned", Data(code.utf8)).path
        try scene.tell(["keys", "rotate-root"])
        try ground.backUp()
        #expect(try ground.restore(to: try ground.target("by-qr"), kit: scanned).status == 0)
        try scene.tell(["kit", "renew"])
        try ground.run(["backup", "--to", ground.folder], status: 75)
        #expect(try ground.restore(to: try ground.target("still"), kit: scanned).status == 0)
        try ground.confirm()
        try ground.backUp()
        let old = try ground.restore(to: try ground.target("no-more"), kit: scanned)
        #expect(old.status == 65 && old.complaints.count == 1 && old.errors.contains("do not") || old.errors.contains("does not open"))
        #expect(try ground.restore(to: try ground.target("renewed")).status == 0)
        try scene.tell(["keys", "status"])
    }

    /// What a reader of QR codes reads in the picture, by Debian's zbarimg.
    private static func code(in svg: String, _ scratch: Scratch) throws -> String {
        let path = try #require(svg.firstMatch(of: #/<path d="([^"]+)"/#)?.1)
        let squares = path.matches(of: #/M(\d+) (\d+)h/#).compactMap { match in Int(match.1).flatMap { x in Int(match.2).map { (x, $0) } } }
        let (side, scale) = ((squares.map(\.0).max() ?? 0) + 5, 4)
        var pixels = [UInt8](repeating: 255, count: side * side * scale * scale)
        for (x, y) in squares {
            for row in 0..<scale { for column in 0..<scale { pixels[(y * scale + row) * side * scale + x * scale + column] = 0 } }
        }
        let picture = try scratch.file("code.pgm", Data("P5 \(side * scale) \(side * scale) 255\n".utf8) + Data(pixels))
        return try Tool.run("/usr/bin/env", ["zbarimg", "--quiet", "--raw", picture.path])
    }

    @Test("what cannot be is refused in one sentence, and nothing is touched")
    func refusals() throws {
        let ground = try BackupGround(.sqlite)
        let scene = ground.scene
        var eva = try ErasureStory("Eva", in: "clinic", scene)
        try eva.write()
        func refused(_ outcome: Zancada.Outcome, _ status: Int32, _ said: String) {
            #expect(
                outcome.status == status && outcome.complaints.count == 1 && outcome.errors.contains(said),
                "\(outcome.status) \(outcome.errors)")
        }
        refused(try ground.run(["backup"], status: 64), 64, "backup.folder")
        refused(try ground.run(["backup", "list", "--to", ground.folder], status: 66), 66, "no folder")
        let occupied = scene.scratch.path("occupied")
        try FileManager.default.createDirectory(atPath: occupied, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: occupied + "/letter.odt", contents: Data())
        refused(try ground.run(["backup", "--to", occupied], status: 65), 65, "letter.odt")
        #expect(try FileManager.default.contentsOfDirectory(atPath: occupied) == ["letter.odt"])
        let former = try ground.backUp()
        try eva.write()
        let archive = try Data(contentsOf: URL(fileURLWithPath: ground.folder + "/keys"))
        try ground.backUp()

        // Another installation's folder and kit.
        let other = try BackupGround(.sqlite)
        refused(try other.run(["backup", "--to", ground.folder], status: 65), 65, "another installation")
        refused(try other.run(["backup", "prune", "--keep", "1", "--to", ground.folder], status: 65), 65, "another installation")
        refused(try ground.restore(to: try ground.target("a"), kit: other.kitPath), 65, "does not open")
        let mistyped = ground.kit.replacing(ground.line(3), with: Self.mistyped(ground.line(3)))
        let path = try scene.scratch.file("mistyped", Data(mistyped.utf8)).path
        refused(try ground.restore(to: try ground.target("a"), kit: path), 65, "Line 3")
        refused(try ground.restore(["--backup", "none"], to: try ground.target("a")), 66, "no backup none")
        refused(try ground.restore(to: try ground.target("a"), from: occupied), 66, "no backups")

        // A key archive of before, a damaged block, a damaged list.
        func damaged(_ change: (String) throws -> Void) throws -> Zancada.Outcome {
            let copy = scene.scratch.path("damaged")
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: ground.folder, toPath: copy)
            try change(copy)
            return try ground.restore(to: try ground.target("a"), from: copy)
        }
        refused(try damaged { try archive.write(to: URL(fileURLWithPath: $0 + "/keys")) }, 65, "older")
        refused(try damaged { try Self.flip(in: $0 + "/packs") }, 65, "block")
        refused(try damaged { try Self.flip(in: $0 + "/backups") }, 65, "list")
        refused(try damaged { try FileManager.default.removeItem(atPath: $0 + "/keys") }, 66, "no backups")
        #expect(try !FileManager.default.contentsOfDirectory(atPath: scene.scratch.url.path).contains { $0.hasPrefix("a") })
        _ = try scene.scratch.file("b")
        refused(try ground.restore(to: BackupGround.Restored(data: scene.scratch.path("b"), environment: [:])), 73, "not empty")
        #expect(try ground.restore(["--backup", former], to: try ground.target("a")).status == 0)
    }

    private static func mistyped(_ line: String) -> String { (line.hasPrefix("A") ? "B" : "A") + line.dropFirst() }

    private static func flip(in folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let file = URL(fileURLWithPath: folder + "/" + name)
            var bytes = try Data(contentsOf: file)
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: file)
        }
    }
}
