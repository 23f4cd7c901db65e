import Foundation
import Testing

/// `zancada keys` as an operator uses it, with the root key in a file.
@Suite("keys by command", .timeLimit(.minutes(3)))
struct KeysCommandTests {
    private func verbs(_ ground: KeysGround, _ organisation: String) throws -> [String] {
        try ground.run("journal", "follow", "--org", organisation).output.split(separator: "\n").map { line in
            let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return "\(entry["verb"] ?? "") \(entry["kind"] ?? "") \(entry["version"] ?? "")"
        }
    }

    @Test("an epoch is rolled, erasures are complete by it, the root is rotated, and the journal tells of each")
    func life() throws {
        let ground = try KeysGround()
        for name in ["clinic", "other"] { try ground.make(name) }
        let (ana, berta) = (try ground.keep("hombro", in: "clinic"), try ground.keep("rodilla", in: "clinic"))
        let before = try Data(contentsOf: URL(fileURLWithPath: ground.keys + "/root.key"))
        #expect(try ground.object("subject", "erase", ana.subject, "--org", "clinic", "--json")["state"] as? String == "pending")

        func clinic() throws -> [String: Any] {
            let organisations = try #require(try ground.object("keys", "status", "--json")["organisations"] as? [[String: Any]])
            return try #require(organisations.first { $0["organisation"] as? String == "clinic" })
        }
        let waiting = try clinic()
        #expect(waiting["erasures_pending"] as? Int == 1 && waiting["erasures_complete"] as? Int == 0)
        let rolled = try ground.object("keys", "roll", "--org", "clinic", "--json")
        #expect(rolled["epoch"] as? Int == 2 && rolled["rewrapped"] as? Int == 1)
        #expect(rolled["completed"] as? [String] == [ana.subject])
        let done = try clinic()
        #expect(done["epochs"] as? [Int] == [2] && done["erasures_pending"] as? Int == 0 && done["erasures_complete"] as? Int == 1)

        let rotated = try ground.object("keys", "rotate-root", "--json")
        #expect(rotated["wrapped"] as? Int == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: ground.keys + "/root.key")) != before)
        #expect(try ground.object("keys", "resume", "--json")["wrapped"] as? Int == 0)
        try ground.expectReadable([berta])
        #expect(try ground.read(ana).status == 66)
        try ground.expectWhole()
        try ground.expectClean()
        let told = try verbs(ground, "clinic")
        for verb in ["erased subject 0", "rolled subject 2", "rolled root 0", "listed keys 0"] { #expect(told.contains(verb), "\(told)") }
        #expect(try verbs(ground, "other").contains("rolled root 0"))
        #expect(try ground.run("keys", "roll", "--org", "nobody").status == 66)
        #expect(try ground.run("keys", "rotate-root", "--keys-former-root", "file:").status == 64)
    }

    @Test("what the folder of keys lacks or holds wrongly is one sentence with its place, and nothing changes")
    func faults() throws {
        let ground = try KeysGround()
        for name in ["clinic", "other"] { try ground.make(name) }
        let note = try ground.keep("hombro", in: "clinic")
        let stranger = try KeysGround()
        try stranger.make("clinic")

        let root = ground.keys + "/root.key"
        let epoch = ground.keys + "/organisations/clinic/1"
        let files = FileManager.default
        func put(_ bytes: Data, _ path: String) throws {
            try bytes.write(to: URL(fileURLWithPath: path))
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        let cases: [(String, Int32, String, () throws -> Void)] = [
            ("missing root key", 69, root, { try files.removeItem(atPath: root) }),
            ("wrong root key", 65, ground.keys, { try put(Data(repeating: 7, count: 32), root) }),
            ("short root key", 65, root, { try put(Data(repeating: 7, count: 31), root) }),
            (
                "a stranger's root key", 65, ground.keys,
                { try put(try Data(contentsOf: URL(fileURLWithPath: stranger.keys + "/root.key")), root) }
            ),
            (
                "another organisation's epoch", 65, epoch,
                { try put(try Data(contentsOf: URL(fileURLWithPath: ground.keys + "/organisations/other/1")), epoch) }
            ),
            (
                "another installation's epoch", 65, ground.keys,
                { try put(try Data(contentsOf: URL(fileURLWithPath: stranger.keys + "/organisations/clinic/1")), epoch) }
            ),
            ("truncated epoch", 65, epoch, { try put(try Data(contentsOf: URL(fileURLWithPath: epoch)).prefix(100), epoch) }),
            (
                "altered epoch", 65, epoch,
                {
                    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: epoch)), as: UTF8.self)
                    let key = try #require(text.firstRange(of: #""key":""#)?.upperBound)
                    let place = text.index(key, offsetBy: 70)
                    try put(Data(text.replacingCharacters(in: place...place, with: text[place] == "A" ? "B" : "A").utf8), epoch)
                }
            ),
            ("missing epoch", 69, "clinic", { try files.removeItem(atPath: epoch) }),
            ("open root key", 65, root, { try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: root) }),
            ("open folder", 65, ground.keys, { try files.setAttributes([.posixPermissions: 0o750], ofItemAtPath: ground.keys) }),
        ]
        let aside = ground.scratch.path("aside")
        try files.copyItem(atPath: ground.keys, toPath: aside)
        for (name, status, place, harm) in cases {
            try harm()
            let harmed = try ground.keyBytes()
            let commands = [
                ["record", "get", "note", note.id, "--org", "clinic"], ["keys", "roll", "--org", "clinic"], ["keys", "rotate-root"],
            ]
            for command in commands where !(name == "missing epoch" && command == ["keys", "rotate-root"]) {
                let outcome = try Zancada.run(command + ["--data", ground.data])
                #expect(outcome.status == status, "\(name) \(command): \(outcome.status) \(outcome.errors)")
                #expect(outcome.complaints.count == 1 && outcome.errors.contains(place), "\(name) \(command): \(outcome.errors)")
                #expect(!outcome.output.contains(note.text))
            }
            #expect(try ground.keyBytes() == harmed, "\(name) changed nothing")
            try files.removeItem(atPath: ground.keys)
            try files.copyItem(atPath: aside, toPath: ground.keys)
        }
        try ground.expectReadable([note])
        try ground.expectWhole()
    }

    @Test("a folder of keys on a disk that cannot be written is read, and changes are refused with its place")
    func readOnly() throws {
        let ground = try KeysGround()
        try ground.make("clinic")
        let note = try ground.keep("hombro", in: "clinic")
        #expect(try ground.run("journal", "checkpoint").status == 0)
        let before = try ground.keyBytes()
        /// Root writes where no mode lets it, but not to a disk that is mounted so.
        func bound(_ command: String) -> String {
            geteuid() == 0
                ? "mount --bind '\(ground.keys)' '\(ground.keys)' && mount -o remount,bind,ro '\(ground.keys)' && \(command)"
                : "chmod -R a-w '\(ground.keys)'; \(command); status=$?; chmod -R u+w '\(ground.keys)'; exit $status"
        }
        func run(_ arguments: String) throws -> (Int32, String) {
            let said = ground.scratch.path("said")
            let command = bound("'\(Zancada.binary)' \(arguments) --data '\(ground.data)' > '\(said)' 2>&1")
            let status = geteuid() == 0 ? try tool("unshare", "-m", "sh", "-c", command) : try tool("sh", "-c", command)
            return (status, try String(contentsOfFile: said, encoding: .utf8))
        }
        let (status, text) = try run("record get note \(note.id) --org clinic")
        #expect(status == 0 && text.contains(note.text), "\(text)")
        #expect(try run("journal verify").0 == 0)
        for change in ["keys roll --org clinic", "keys rotate-root", "org create other", "subject erase \(note.subject) --org clinic"] {
            let (status, text) = try run(change)
            #expect(status == 74 && text.contains(ground.keys), "\(change): \(status) \(text)")
        }
        #expect(try ground.keyBytes() == before)
        try ground.expectReadable([note])
        try ground.expectClean()
    }
}
