import Foundation
import Testing

/// What was written about somebody: the text of each version, unlike anything else in the world.
struct ErasureStory {
    let name: String
    let person: String
    let organisation: String
    private(set) var texts: [String] = []
    private(set) var records: [String] = []
    private let scene: ErasureScene

    init(_ name: String, in organisation: String, _ scene: ErasureScene) throws {
        self.name = name
        self.organisation = organisation
        self.scene = scene
        person = try scene.person(in: organisation)
    }

    mutating func write(isLong: Bool = false) throws {
        let marker = Self.marker()
        texts.append(marker)
        let text = isLong ? Array(repeating: marker, count: 100).joined(separator: " ") : marker
        records.append(try scene.note(text, of: person, in: organisation))
    }

    /// The first note's next version.
    mutating func change() throws {
        texts.append(Self.marker())
        try scene.note(texts[texts.count - 1], changing: records[0], in: organisation)
    }

    /// An accent now and then: such text has other bytes in each form.
    private static func marker() -> String {
        String((0..<64).map { $0 % 21 == 20 ? "ñ" : Character(UnicodeScalar(UInt8.random(in: 97...122))) })
    }

    var namedTexts: [String: String] {
        Dictionary(uniqueKeysWithValues: zip(1..., texts).map { ("\(name)'s text \($0)", $1) })
    }
}

/// An installation's life until somebody asks to be erased: two organisations, two epochs, records that were written, changed, read,
/// listed, exported, proved and disclosed; and all that somebody could have kept of it.
struct ErasureLife {
    let scene: ErasureScene
    let ana: ErasureStory
    let eva: ErasureStory
    /// Of another organisation.
    let far: ErasureStory
    /// Erased before, which rolled the first epoch.
    let passing: ErasureStory
    /// Ana's, and everybody else's.
    let bodies: [Thief.SealedBody]
    let others: [Thief.SealedBody]
    /// Of the first version of Ana's first note.
    let disclosedKey: [UInt8]
    let verifier: String
    let checkpoint: URL
    private(set) var databases: [URL]
    let keyFolders: [URL]

    init(_ scene: ErasureScene) throws {
        self.scene = scene
        for organisation in ["clinic", "other"] { try scene.tell(["org", "create", organisation]) }
        var ana = try ErasureStory("Ana", in: "clinic", scene)
        var eva = try ErasureStory("Eva", in: "clinic", scene)
        var far = try ErasureStory("Far", in: "other", scene)
        var passing = try ErasureStory("Passing", in: "clinic", scene)

        // Somebody reads the file meanwhile, so that SQLite's log keeps all this.
        let reader = try scene.otherReader()
        for _ in 0..<2 {
            try ana.write()
            try eva.write()
        }
        try far.write()
        try ana.change()
        try eva.change()
        databases = [try scene.copyDatabase("early")]
        try reader?.end()
        let early = try scene.copyKeys("early-keys")

        try passing.write()
        try scene.tell(["subject", "erase", passing.person, "--org", "clinic", "--now"])
        try ana.write(isLong: true)
        for _ in 0..<2 { try eva.write() }
        try ana.change()

        for story in [ana, eva] {
            try scene.ask(["record", "get", "note", story.records[0], "--org", "clinic"])
            try scene.ask(["record", "history", "note", story.records[0], "--org", "clinic"])
            let listed = try scene.json(try scene.ask(["record", "list", "note", "--org", "clinic", "--subject", story.person, "--json"]))
            #expect((listed["records"] as? [Any])?.count == story.records.count)
        }
        let proof = try scene.json(
            try scene.ask(["journal", "prove", ana.records[0], "--version", "1", "--disclose", "--org", "clinic"]))
        disclosedKey = try #require(Self.bytes(proof["entry_key"] as? String))
        bodies = try scene.sealedBodies(of: ana.person, in: "clinic")
        others = try scene.sealedBodies(of: eva.person, in: "clinic") + scene.sealedBodies(of: far.person, in: "other")
        #expect(bodies.count == ana.texts.count && others.count == eva.texts.count + far.texts.count)
        verifier = try scene.tell(["journal", "checkpoint", "--key"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        checkpoint = try scene.scratch.file("checkpoint", Data(try scene.tell(["journal", "checkpoint"]).output.utf8))
        databases.append(try scene.backUp("backup"))
        keyFolders = [early, try scene.copyKeys("late-keys")]
        (self.ana, self.eva, self.far, self.passing) = (ana, eva, far, passing)
    }

    /// While a program has it open.
    mutating func copyDatabase(_ name: String) throws { databases.append(try scene.copyDatabase(name)) }

    /// Of the copies: SQLite's beside its file, PostgreSQL's by their numbers.
    func writeAheadLogs() throws -> [URL] {
        try databases.flatMap { try Files.all(in: $0) }.filter { file in
            file.lastPathComponent.hasSuffix("-wal") || file.lastPathComponent.utf8.count == 24
        }
    }

    /// Somebody with these folders of keys, every copy of the database, and all logs.
    func thief(with keyFolders: [URL]) throws -> Thief {
        var thief = Thief(
            tenants: ["clinic", "other", "_journal", "_kit", "_backup"],
            subjects: [ana, eva, far, passing].map(\.person) + ["clinic", "other", "_journal"])
        for folder in keyFolders { try thief.take(keyFolder: folder) }
        for database in databases { for file in try Files.all(in: database) { thief.take(try Data(contentsOf: file)) } }
        thief.take(scene.log)
        thief.take(try scene.serverLog())
        #expect(thief.unwrapAll() == [], "what a key commits to, it opens")
        return thief
    }

    private static func bytes(_ hexadecimal: String?) -> [UInt8]? {
        guard let digits = hexadecimal?.utf8.map({ UInt8(Character(UnicodeScalar($0)).hexDigitValue ?? 0) }) else { return nil }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
