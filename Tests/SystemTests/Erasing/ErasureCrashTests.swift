import Foundation
import Testing

/// The erasing program is killed at moments that nobody chose, again and again, and run again.
@Suite("an erasure that is cut short")
struct ErasureCrashTests {
    private static let people = 8
    private static let killingsEach = 3

    @Test("killed at any moment and run again, an erasure is complete, and nobody else lost anything")
    func killed() throws {
        let scene = try ErasureScene(.sqlite)
        try scene.tell(["org", "create", "clinic"])
        var eva = try ErasureStory("Eva", in: "clinic", scene)
        for _ in 0..<2 { try eva.write() }
        try eva.change()
        var stories: [ErasureStory] = []
        for number in 0..<Self.people {
            stories.append(try ErasureStory("\(number)", in: "clinic", scene))
            try stories[number].write()
        }
        let bodies = try stories.map { try #require(try scene.sealedBodies(of: $0.person, in: "clinic").first) }
        let checkpoint = try scene.scratch.file("checkpoint", Data(try scene.tell(["journal", "checkpoint"]).output.utf8))
        var databases = [try scene.copyDatabase("before")]
        var usual: TimeInterval = 0.3
        var wasCut = 0

        for (number, story) in stories.enumerated() {
            let erasing = ["subject", "erase", story.person, "--org", "clinic", "--now", "--json"]
            for _ in 0..<Self.killingsEach {
                let running = try scene.start(erasing)
                usleep(UInt32(TimeInterval.random(in: 0.2 * usual...1.1 * usual) * 1_000_000))
                kill(running.process.processIdentifier, SIGKILL)
                if try running.wait().status == 128 + SIGKILL { wasCut += 1 }
            }
            databases.append(try scene.copyDatabase("cut-\(number)"))
            let start = Date()
            #expect(try scene.json(try scene.tell(erasing))["state"] as? String == "complete")
            usual = Date().timeIntervalSince(start)
            databases.append(try scene.copyDatabase("erased-\(number)"))

            let files = try Files.all(in: scene.keyFolder.appending(path: "organisations/clinic"))
            #expect(files.count == 1, "one epoch is left, and nothing half-made or half-destroyed: \(files)")
            var thief = Thief(
                tenants: ["clinic", "_journal", "_kit", "_backup"], subjects: stories.map(\.person) + [eva.person, "clinic", "_journal"])
            try thief.take(keyFolder: scene.keyFolder)
            for database in databases { for file in try Files.all(in: database) { thief.take(try Data(contentsOf: file)) } }
            #expect(thief.unwrapAll() == [])
            for (other, body) in bodies.enumerated() {
                #expect((thief.open(body) == nil) == (other <= number), "erased: \(number), opened: \(other)")
            }
        }
        #expect(wasCut > 0)
        let listed = try scene.ask(["record", "list", "note", "--org", "clinic"]).output
        #expect(listed.split(separator: "\n").count == eva.records.count)
        let history = try scene.ask(["record", "history", "note", eva.records[0], "--org", "clinic"]).output
        #expect(eva.texts.allSatisfy { listed.contains($0) || history.contains($0) })
        let verified = try scene.json(try scene.tell(["journal", "verify", "--since", checkpoint.path, "--json"]))
        #expect((verified["faults"] as? [Any])?.isEmpty == true)
        try scene.tell(["check"])
    }
}
