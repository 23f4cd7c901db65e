import Foundation
import Testing

/// One person is erased, another stays. Everything that anybody could have kept is searched for what the one person's records said,
/// and every key that is left is tried on everything that was ever sealed about them.
@Suite("erasure, searched for everywhere")
struct ErasureTests {
    /// What was written about somebody: the text of each version, unlike anything else in the world.
    private struct Story {
        let person: String
        var texts: [String] = []
        var records: [String] = []
    }

    private static func marker(_ letters: Int = 64) -> String {
        // An accent now and then: such text has other bytes in each form.
        String((0..<letters).map { $0 % 21 == 20 ? "ñ" : Character(UnicodeScalar(UInt8.random(in: 97...122))) })
    }

    @Test("nothing is left of an erased person, and all of the others", arguments: ErasureScene.Engine.allCases)
    func erasure(_ engine: ErasureScene.Engine) throws {
        let scene = try ErasureScene(engine)
        defer { #expect(throws: Never.self) { try scene.end() } }
        for organisation in ["clinic", "other"] { try scene.tell(["org", "create", organisation]) }
        var ana = Story(person: try scene.person(in: "clinic"))
        var eva = Story(person: try scene.person(in: "clinic"))
        var far = Story(person: try scene.person(in: "other"))
        let passing = try scene.person(in: "clinic")
        let subjects = [ana.person, eva.person, far.person, passing, "clinic", "other", "_journal"]
        func thief() -> Thief { Thief(tenants: ["clinic", "other", "_journal"], subjects: subjects) }

        func write(_ story: inout Story, in organisation: String = "clinic", long: Bool = false) throws {
            let marker = Self.marker()
            story.texts.append(marker)
            let text = long ? Array(repeating: marker, count: 100).joined(separator: " ") : marker
            story.records.append(try scene.note(text, of: story.person, in: organisation))
        }
        func change(_ story: inout Story, in organisation: String = "clinic") throws {
            story.texts.append(Self.marker())
            try scene.note(try #require(story.texts.last), changing: story.records[0], in: organisation)
        }

        // Somebody reads the file meanwhile, so that SQLite's log keeps all this.
        let reader = try scene.otherReader()
        for _ in 0..<2 {
            try write(&ana)
            try write(&eva)
        }
        try write(&far, in: "other")
        try change(&ana)
        try change(&eva)
        var copies = [try scene.copyDatabase("early")]
        try reader?.end()
        let early = try scene.copyKeys("early-keys")

        // An epoch rolls, and all is wrapped anew.
        try scene.note(Self.marker(), of: passing, in: "clinic")
        try scene.tell(["subject", "erase", passing, "--org", "clinic", "--now"])
        let middle = try scene.copyKeys("middle-keys")
        try write(&ana, long: true)
        try change(&ana)
        try change(&eva)
        for _ in 0..<2 { try write(&eva) }

        // All that can be done with a person's records.
        for story in [ana, eva] {
            try scene.ask(["record", "get", "note", story.records[0], "--org", "clinic"])
            try scene.ask(["record", "history", "note", story.records[0], "--org", "clinic"])
            let listed = try scene.json(
                try scene.ask(["record", "list", "note", "--org", "clinic", "--subject", story.person, "--json"]))
            #expect((listed["records"] as? [Any])?.count == story.records.count)
        }
        _ = try scene.json(
            try scene.ask(["journal", "prove", ana.records[0], "--version", "1", "--disclose", "--org", "clinic"]))
        let bodies = try scene.sealedBodies(of: ana.person, in: "clinic")
        let others =
            try scene.sealedBodies(of: eva.person, in: "clinic") + scene.sealedBodies(of: far.person, in: "other")
        #expect(bodies.count == ana.texts.count && others.count == eva.texts.count + far.texts.count)
        _ = try scene.tell(["journal", "checkpoint", "--key"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        _ = try scene.scratch.file("checkpoint", Data(try scene.tell(["journal", "checkpoint"]).output.utf8))
        copies.append(try scene.backUp("backup"))

        // A program that has just read the person, with its files open.
        let telling = try scene.stalled(["subject", "export", ana.person, "--org", "clinic"])
        copies.append(try scene.copyDatabase("late"))
        let late = try scene.copyKeys("late-keys")

        // Whoever had all of it then could read everything: the search can find.
        var knowing = thief()
        for folder in [early, middle, late] { try knowing.take(keyFolder: folder) }
        for copy in copies.dropFirst(engine == .sqlite ? 0 : 0) { for file in try Files.all(in: copy) { knowing.take(try Data(contentsOf: file)) } }
        #expect(knowing.unwrapAll() == [])
        for body in bodies + others { #expect(knowing.has(body) || body.bytes.count > 3_000, "\(body.name) lies in a copy") }
        func texts(_ bodies: [Thief.SealedBody], _ thief: Thief) -> [String] { bodies.compactMap { thief.open($0) } }
        #expect(texts(bodies, knowing).count == bodies.count)
        for text in ana.texts { #expect(texts(bodies, knowing).contains { $0.contains(text) }) }
        #expect(texts(others, knowing).count == others.count)
        for number in 1...2 { #expect(knowing.keys.values.contains("epoch \(number) of clinic")) }

        // What must not be found: what was said, and each key that could open it, down to the cipher's.
        let words = Dictionary(uniqueKeysWithValues: zip(1..., ana.texts).map { ("text \($0)", $1) })
        var gone: [String: [UInt8]] = [:]
        for (key, name) in knowing.keys where name.contains(ana.person) || name.contains(passing) || name.hasSuffix(" of clinic") {
            if name.hasPrefix("search") { continue }
            gone[name] = key
            for body in bodies where name.contains(ana.person) {
                let entry = Thief.entryKey(key, body)
                gone["entry key of \(body.name)"] = entry
                gone["cipher's key of \(body.name)"] = Thief.cipherKey(entry, body)
            }
        }
        #expect(gone.count == 2 + 1 + 1 + 2 * bodies.count, "\(gone.keys)")
        let search = TraceSearch(texts: words, keys: gone)
        let found = try search.traces(inMemoryOf: telling.pid)
        #expect(found.contains("text 1") && found.contains("key 1 of \(ana.person) in clinic") && found.contains("epoch 2 of clinic"))
        #expect(try telling.finish().status == 0)

        // The erasure. Somebody has the old epoch's file open, as if to bring it back.
        let doomed = try FileHandle(forReadingFrom: scene.keyFolder.appending(path: "organisations/clinic/2"))
        let erasing = try scene.stalled(["subject", "erase", ana.person, "--org", "clinic", "--now", "--json"], isMute: true)
        print("ERASER", try search.traces(inMemoryOf: erasing.pid).sorted())
        let answer = try erasing.finish()
        #expect(try scene.json(answer)["state"] as? String == "complete")
        let rest = try #require(try doomed.readToEnd())
        #expect(rest.count > 200 && rest.allSatisfy { $0 == 0 })

        // A program that was started anew, and what it then does.
        let following = try scene.start(["journal", "follow", "--org", "clinic", "--wait"])
        defer { following.process.terminate() }
        try waitUntil { try String(contentsOf: following.output, encoding: .utf8).split(separator: "\n").last?.contains("rolled") ?? false }
        print("FOLLOWING", try search.traces(inMemoryOf: following.process.processIdentifier).sorted())
        following.process.terminate()
        _ = try following.wait()
    }

    private func waitUntil(_ isSo: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: 20)
        while try !isSo() {
            try #require(Date() < end)
            usleep(5_000)
        }
    }
}
