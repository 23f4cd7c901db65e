import Foundation
import Testing

/// One person is erased, another stays. Everything that anybody could have kept is searched for what the one person's records said,
/// and every key that is left is tried on everything that was ever sealed about them.
@Suite("erasure, searched for everywhere")
struct ErasureTests {
    @Test("nothing is left of an erased person, and all of the others", arguments: ErasureScene.Engine.allCases)
    func erasure(_ engine: ErasureScene.Engine) throws {
        let scene = try ErasureScene(engine)
        defer { #expect(throws: Never.self) { try scene.end() } }
        var life = try ErasureLife(scene)
        // A program that has just read the person, with its files open.
        let reading = try scene.stalled(["subject", "export", life.ana.person, "--org", "clinic"])
        try life.copyDatabase("late")
        let knowing = try everythingOpens(life)
        let (gone, staying) = (Self.search(for: life.ana, life, knowing), Self.search(for: life.eva, life, knowing))
        let known = try gone.traces(inMemoryOf: reading.pid)
        for name in ["Ana's text", "key 1 of \(life.ana.person)", "epoch 2 of clinic"] {
            #expect(known.contains { $0.hasPrefix(name) }, "it can be found: \(name)")
        }
        try reading.finish()

        try erase(life, gone)
        try startedAnew(life, gone, staying)
        try life.copyDatabase("after")
        try nothingOpens(life, knowing)
        try nothingInClear(life, knowing)
        try answers(life)
    }

    /// Whoever had the old keys could read everything: what follows is able to find.
    private func everythingOpens(_ life: ErasureLife) throws -> Thief {
        let thief = try life.thief(with: life.keyFolders)
        for body in life.bodies + life.others { #expect(thief.has(body) || body.bytes.count > 3_000, "\(body.name) lies in a copy") }
        var log = Thief(tenants: [], subjects: [])
        for file in try life.writeAheadLogs() { log.take(try Data(contentsOf: file)) }
        #expect(life.bodies.contains { log.has($0) }, "the write-ahead log alone has some")
        let read = life.bodies.compactMap { thief.open($0) }
        for text in life.ana.texts { #expect(read.contains { $0.contains(text) }) }
        #expect(life.others.allSatisfy { thief.open($0) != nil })
        return thief
    }

    private func erase(_ life: ErasureLife, _ gone: TraceSearch) throws {
        // Somebody has the old epoch's file open, as if to bring it back.
        let doomed = try FileHandle(forReadingFrom: life.scene.keyFolder.appending(path: "organisations/clinic/2"))
        let erasing = try life.scene.stalled(["subject", "erase", life.ana.person, "--org", "clinic", "--now", "--json"], isMute: true)
        #expect(try gone.traces(inMemoryOf: erasing.pid) == [], "the program that erased")
        #expect(try life.scene.json(try erasing.finish())["state"] as? String == "complete")
        let bytes = try #require(try doomed.readToEnd())
        #expect(bytes.count > 200 && bytes.allSatisfy { $0 == 0 })
        let standing = try FileManager.default.contentsOfDirectory(atPath: life.scene.keyFolder.path + "/organisations/clinic")
        #expect(standing == ["3"])
    }

    /// What programs that began after the erasure have in their memory, whatever they do.
    private func startedAnew(_ life: ErasureLife, _ gone: TraceSearch, _ staying: TraceSearch) throws {
        let following = try life.scene.start(["journal", "follow", "--org", "clinic", "--wait"])
        defer { following.process.terminate() }
        let end = Date(timeIntervalSinceNow: 20)
        while try !String(contentsOf: following.output, encoding: .utf8).split(separator: "\n").contains(where: {
            $0.contains("\"rolled\"") && $0.contains(life.ana.person)
        }) {
            try #require(Date() < end, "the journal comes to its end")
            usleep(5_000)
        }
        #expect(try gone.traces(inMemoryOf: following.process.processIdentifier) == [])
        following.process.terminate()
        _ = try following.wait()

        for command in [
            ["record", "list", "note", "--json"], ["subject", "export", life.ana.person], ["subject", "export", life.eva.person],
        ] {
            let program = try life.scene.stalled(command + ["--org", "clinic"], isMute: command[0] == "record")
            #expect(try gone.traces(inMemoryOf: program.pid) == [], "\(command)")
            if command.last == life.eva.person {
                let found = try staying.traces(inMemoryOf: program.pid)
                for name in ["Eva's text", "key 1 of \(life.eva.person)"] { #expect(found.contains { $0.hasPrefix(name) }) }
            }
            #expect(try program.finish().status == 0)
        }
    }

    /// Every key that is left, or comes of one that is left, on everything.
    private func nothingOpens(_ life: ErasureLife, _ knowing: Thief) throws {
        var thief = try life.thief(with: [life.scene.keyFolder])
        #expect(thief.keys.values.contains("epoch 3 of clinic") && thief.keys.values.contains { $0.contains(life.eva.person) })
        for (key, name) in knowing.keys where Self.isGone(name, life) { #expect(thief.keys[key] == nil, "\(name)") }
        for body in life.bodies { #expect(thief.open(body) == nil, "\(body.name)") }
        for body in life.others { #expect(thief.open(body) != nil, "\(body.name)") }
        // What was disclosed opens what it was disclosed for.
        thief.take(key: life.disclosedKey, called: "disclosed")
        #expect(life.bodies.filter { thief.open($0) != nil }.map(\.name) == ["\(life.ana.records[0]), version 1"])
    }

    /// In no file that there is or was: neither what was said about anybody, nor a key.
    private func nothingInClear(_ life: ErasureLife, _ knowing: Thief) throws {
        let texts = [life.ana, life.eva, life.far, life.passing].map(\.namedTexts).reduce(into: [:]) { $0.merge($1) { $1 } }
        let keys = knowing.keys.filter { $1 != "root" }.map { ($1, $0) }
        let search = TraceSearch(texts: texts, keys: Dictionary(keys) { $1 })
        for folder in life.databases + life.keyFolders + [life.scene.data] {
            for file in try Files.all(in: folder) { #expect(search.traces(in: try Data(contentsOf: file)) == [], "\(file.path)") }
        }
        #expect(life.scene.log.count > 1_000 && search.traces(in: life.scene.log) == [])
        #expect(search.traces(in: try life.scene.serverLog()) == [])
    }

    /// What the program says of it afterwards.
    private func answers(_ life: ErasureLife) throws {
        let (scene, ana, record) = (life.scene, life.ana, life.ana.records[0])
        let body = try scene.scratch.file("more.json", Data(#"{"text": "more"}"#.utf8)).path
        let refused: [([String], Int32, String)] = [
            (["record", "get", "note", record], 66, "no such record"), (["record", "history", "note", record], 66, "no such record"),
            (["record", "put", "note", record, "--json", body], 66, "no such record"),
            (["record", "put", "note", "--subject", ana.person, "--json", body], 65, "erased for good"),
            (["journal", "prove", record, "--disclose"], 65, "nothing opens it any more"),
        ]
        for (command, status, said) in refused {
            let outcome = try scene.ask(command + ["--org", "clinic"], status: status)
            #expect(outcome.complaints.count == 1 && outcome.errors.contains(said) && outcome.output.isEmpty, "\(outcome.errors)")
        }
        let listed = try scene.json(try scene.ask(["record", "list", "note", "--org", "clinic", "--subject", ana.person, "--json"]))
        #expect((listed["records"] as? [Any])?.isEmpty == true)
        let exported = try scene.ask(["subject", "export", ana.person, "--org", "clinic"])
        #expect(TraceSearch(texts: ana.namedTexts).traces(in: Data(exported.output.utf8)) == [])
        let all = try scene.ask(["record", "list", "note", "--org", "clinic"]).output
        #expect(all.split(separator: "\n").count == life.eva.records.count)
        let history = try scene.ask(["record", "history", "note", life.eva.records[0], "--org", "clinic"]).output
        #expect(life.eva.texts.allSatisfy { all.contains($0) || history.contains($0) })

        // The tree is whole, goes on from where it was, and still has the entry.
        let verified = try scene.json(try scene.tell(["journal", "verify", "--since", life.checkpoint.path, "--json"]))
        #expect((verified["faults"] as? [Any])?.isEmpty == true)
        let proof = try scene.scratch.file(
            "proof.json", Data(try scene.ask(["journal", "prove", record, "--version", "1", "--org", "clinic"]).output.utf8))
        let outsider = Zancada.root.appending(path: "docs/verify_journal.py").path
        try Tool.run("/usr/bin/env", ["python3", outsider, life.verifier, life.checkpoint.path, proof.path])
    }

    private static func isGone(_ name: String, _ life: ErasureLife) -> Bool {
        name.contains(life.ana.person) || name.contains(life.passing.person) || ["epoch 1 of clinic", "epoch 2 of clinic"].contains(name)
    }

    /// For what somebody's records said and each key that could open it, down to the cipher's.
    private static func search(for story: ErasureStory, _ life: ErasureLife, _ knowing: Thief) -> TraceSearch {
        let bodies = (life.bodies + life.others).filter { story.records.contains($0.record) }
        var keys: [String: [UInt8]] = [:]
        for (key, name) in knowing.keys where name.contains(story.person) || story.name == "Ana" && isGone(name, life) {
            keys[name] = key
            guard name.contains(story.person) else { continue }
            for body in bodies {
                let entry = Thief.entryKey(key, body)
                keys["entry key of \(body.name)"] = entry
                keys["cipher's key of \(body.name)"] = Thief.cipherKey(entry, body)
            }
        }
        return TraceSearch(texts: story.namedTexts, keys: keys)
    }
}
