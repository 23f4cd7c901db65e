import Foundation
import TestKit
import Testing

/// The made-up clinic, as somebody sees it who tries the program.
@Suite("The demonstration", .timeLimit(.minutes(4)))
struct DemoTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func fill(_ folder: String, _ more: String...) throws -> Zancada.Outcome {
        try Zancada.run(["demo", "--data", scratch.path(folder), "--listen", "127.0.0.1:0", "--fill-only"] + more)
    }

    private func password(_ folder: String) throws -> String {
        let kept = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(filePath: scratch.path(folder) + "/demo.json")))
        return try #require((kept as? [String: String])?["password"])
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @Test("is filled once, says everywhere that it is made up, and lets in whom it names")
    func clinic() async throws {
        let made = try fill("clinic")
        try #require(made.status == 0, "\(made.errors)")
        let password = try password("clinic")
        #expect(made.output.contains(password) && made.output.contains("made up"))
        let running = try Zancada.start(["demo", "--data", scratch.path("clinic"), "--listen", "127.0.0.1:0"])
        defer { if running.process.isRunning { kill(running.process.processIdentifier, SIGKILL) } }
        var port = ""
        try await eventually(seconds: 20) {
            let said = try String(contentsOf: running.output, encoding: .utf8)
            port = said.firstMatch(of: /at http:\/\/127\.0\.0\.1:([0-9]+):/).map { String($0.1) } ?? ""
            return !port.isEmpty
        }
        // As it was: nothing is filled twice.
        #expect(try self.password("clinic") == password)
        let wire = Wire(port: try #require(UInt16(port)))
        #expect(
            try wire.get("/sign-in", ["Accept: text/html", "Accept-Language: en"]).body.contains("the people and their data are made up"))
        let expected = [("paciente", 21, 1), ("medica", 28, 2), ("entrenador", 28, 2)]
        for (who, count, refused) in expected {
            let entered = try wire.ask(
                "POST", "/api/v1/auth/login", ["Content-Type: application/json"],
                body: #"{"email":"\#(who)@demo.example","password":"\#(password)"}"#)
            try #require(entered.status == 200, "\(entered)")
            let bearer = "Authorization: Bearer \(try #require(try json(entered.body)["access_token"] as? String))"
            let listed = try wire.get("/api/v1/evaluations?limit=100", [bearer])
            let items = try #require(try json(listed.body)["items"] as? [[String: Any]])
            #expect(items.count == count && items.count(where: { $0["state"] as? String == "refused" }) == refused, "\(who)")
            #expect(items.allSatisfy { $0["state"] as? String != "failed" && $0["state"] as? String != "waiting" })
            let one = try #require(items.last { $0["result"] as? [String: Any] != nil }?["id"] as? String)
            let report = try wire.get("/api/v1/evaluations/\(one)/report", [bearer, "Accept-Language: en"])
            #expect(report.body.contains("Demonstration data: nobody was filmed."))
        }
        kill(running.process.processIdentifier, SIGTERM)
        #expect(try running.wait().status == 0)
    }

    @Test("takes no folder of somebody else, listens to this machine alone, and begins anew where it was broken off")
    func folders() throws {
        try FileManager.default.createDirectory(atPath: scratch.path("mine"), withIntermediateDirectories: true)
        try Data("kept".utf8).write(to: URL(filePath: scratch.path("mine/thesis.txt")))
        let foreign = try fill("mine")
        #expect(foreign.status == 64 && foreign.complaints.count == 1)
        #expect(try String(contentsOfFile: scratch.path("mine/thesis.txt"), encoding: .utf8) == "kept")
        #expect(try Zancada.run(["demo", "--data", scratch.path("open"), "--listen", "0.0.0.0:0"]).status == 64)

        try FileManager.default.createDirectory(atPath: scratch.path("half"), withIntermediateDirectories: true)
        for name in ["demo-unfinished", "zancada.db"] { try Data("x".utf8).write(to: URL(filePath: scratch.path("half/\(name)"))) }
        let again = try fill("half")
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test("is not there where nobody asked for it")
    func empty() async throws {
        let service = try await Service(scratch.path("data"))
        let wire = try Wire(service)
        let page = try wire.get("/sign-in", ["Accept: text/html", "Accept-Language: en"])
        #expect(page.status == 200 && !page.body.contains("made up"))
        #expect(try service.stop().status == 0)
    }
}
