import Foundation
import Testing

/// `zancada token`, as an operator meets it.
@Suite("zancada token")
struct TokenCommandTests {
    private func run(_ arguments: String..., in scratch: Scratch) throws -> Zancada.Outcome {
        try Zancada.run(["token"] + arguments + ["--data", scratch.path("data")])
    }

    @Test("a token is printed alone on a line, and its key stays")
    func token() throws {
        let scratch = try Scratch()
        let first = try run("--actor", "ana", "--org", "clinic", "--role", "therapist", "--for", "15m", in: scratch)
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
        #expect(first.output.hasSuffix("\n") && first.output.split(separator: ".").count == 3)
        let key = scratch.path("data/keys/token.key")
        let bytes = FileManager.default.contents(atPath: key)
        #expect(bytes?.count == 32)
        let second = try run("--actor", "ana", "--json", in: scratch)
        #expect(second.status == 0 && second.output.contains(#""token":"ey"#) && second.output.contains(#""expires_at":"#))
        #expect(FileManager.default.contents(atPath: key) == bytes)
    }

    @Test("--rotate makes another key and says its name")
    func rotate() throws {
        let scratch = try Scratch()
        let first = try run("--rotate", "--json", in: scratch)
        let second = try run("--rotate", "--discard", "--json", in: scratch)
        #expect(first.status == 0 && second.status == 0, "\(first.errors) \(second.errors)")
        #expect(first.output.contains(#"{"key":""#) && first.output != second.output)
    }

    @Test(
        "what cannot be is refused in a sentence",
        arguments: [
            [], ["--actor", "ana", "--role", "king"], ["--actor", "ana", "--for", "25h"], ["--actor", "ana", "--for", "soon"],
            ["--actor", "ana", "--tier", "gold"], ["--actor", "ana", "--assurance", "face"], ["--actor", "ana", "--discard"],
        ])
    func refused(_ arguments: [String]) throws {
        let scratch = try Scratch()
        let outcome = try Zancada.run(["token"] + arguments + ["--data", scratch.path("data")])
        #expect(outcome.status == 64 && outcome.complaints.count == 1 && outcome.output.isEmpty, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("data/keys/token.key")))
    }
}
