import Foundation
import Testing

/// An installation with organisations, people and notes, worked on by the real binary.
struct KeysGround {
    let scratch: Scratch
    let data: String
    /// Beside what the machine says.
    var environment: [String: String] = [:]

    /// A note, and whose it is.
    struct Kept: Hashable, Sendable {
        let organisation: String
        let subject: String
        let id: String
        let text: String
    }

    /// Empty, at this program's schema.
    init(environment: [String: String] = [:]) throws {
        scratch = try Scratch()
        data = scratch.path("data")
        self.environment = environment
        let migrated = try run("migrate")
        try #require(migrated.status == 0, "\(migrated.errors)")
    }

    /// A copy of another's folder, beside it.
    init(copying other: KeysGround, as name: String) throws {
        scratch = other.scratch
        data = scratch.path(name)
        environment = other.environment
        try? FileManager.default.removeItem(atPath: data)
        try FileManager.default.copyItem(atPath: other.data, toPath: data)
    }

    var keys: String { data + "/keys" }

    @discardableResult
    func run(_ arguments: String..., with extra: [String: String] = [:]) throws -> Zancada.Outcome {
        try Zancada.run(arguments + ["--data", data], environment: environment.merging(extra) { $1 })
    }

    func object(_ arguments: String...) throws -> [String: Any] {
        let outcome = try Zancada.run(arguments + ["--data", data], environment: environment)
        try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    func make(_ organisation: String) throws {
        let made = try run("org", "create", organisation)
        try #require(made.status == 0, "\(made.errors)")
    }

    /// A note of a new person, or of one who is there.
    func keep(_ text: String, in organisation: String, about subject: String? = nil) throws -> Kept {
        let subject =
            try subject
            ?? #require(try object("subject", "create", "--org", organisation, "--json")["subject"] as? String)
        let body = try scratch.file("\(UUID().uuidString).json", Data(#"{"text": "\#(text)"}"#.utf8)).path
        let made = try object("record", "put", "note", "--org", organisation, "--subject", subject, "--json", body)
        return Kept(organisation: organisation, subject: subject, id: try #require(made["id"] as? String), text: text)
    }

    func read(_ note: Kept) throws -> Zancada.Outcome { try run("record", "get", "note", note.id, "--org", note.organisation) }

    func expectReadable(_ notes: [Kept], _ comment: String = "") throws {
        for note in notes {
            let outcome = try read(note)
            #expect(outcome.status == 0 && outcome.output.contains(note.text), "\(comment) \(outcome.errors)")
        }
    }

    func expectWhole(_ comment: String = "") throws {
        let verified = try run("journal", "verify", "--json")
        #expect(verified.status == 0 && verified.output.contains(#""faults":[]"#), "\(comment) \(verified.output) \(verified.errors)")
    }

    /// One epoch an organisation and nothing else, one root key, nothing that broke off.
    func expectClean(root: [String] = ["root.key"], _ comment: String = "") throws {
        for organisation in try FileManager.default.contentsOfDirectory(atPath: keys + "/organisations") {
            let names = try FileManager.default.contentsOfDirectory(atPath: keys + "/organisations/" + organisation)
            #expect(names.count == 1 && names.allSatisfy { Int($0) != nil }, "\(comment) \(organisation): \(names)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: keys).filter { $0.contains("root") }
        #expect(names.sorted() == root, "\(comment)")
        let status = try run("keys", "status")
        #expect(status.status == 0, "\(comment) \(status.output) \(status.errors)")
    }

    /// Every file of the folder of keys, but the lock.
    func keyBytes() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: keys).filter { $0 != "lock" }
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: keys + "/" + $0) ?? Data()) })
    }
}

/// A program beside ours, run to its end.
@discardableResult
func tool(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
}
