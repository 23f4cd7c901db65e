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

    @Test("a token of an organisation is entered in its journal, by a program at work too")
    func entered() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        func told() throws -> [String] {
            let news = try Zancada.run(["journal", "follow", "--org", "clinic", "--data", data])
            return news.output.split(separator: "\n").filter { $0.contains(#""kind":"access_token""#) }.map(String.init)
        }
        let service = try await Service(data)
        try #require(try service.run("org", "create", "clinic").status == 0)
        #expect(try run("--actor", "ana", "--org", "clinic", "--role", "therapist", in: scratch).status == 0)
        #expect(try run("--actor", "root", "--role", "operator", in: scratch).status == 0)
        #expect(try told().count == 1)
        _ = try service.stop()
        #expect(try run("--actor", "eva", "--org", "clinic", in: scratch).status == 0)
        let entries = try told()
        #expect(entries.count == 2 && entries.allSatisfy { $0.contains(#""verb":"granted""#) && $0.contains(#""actor":"operator""#) })
        #expect(entries.first?.contains(#""on_behalf_of":"ana""#) == true && entries.last?.contains(#""on_behalf_of":"eva""#) == true)
        #expect(try Zancada.run(["journal", "verify", "--data", data]).status == 0)
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
