import Foundation
import TestKit
import Testing

/// However requests arrive, and whoever asks.
@Suite("What arrives in pieces, and who has nothing", .timeLimit(.minutes(3)))
struct DeliveryTests {
    let scratch: Scratch
    private var data: String { scratch.path("data") }

    init() throws { scratch = try Scratch() }

    private func statuses(_ answer: [UInt8]) -> [String] {
        String(decoding: answer, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
    }

    @Test("requests that come a byte at a time, or several at once, are each answered, in order")
    func pieces() async throws {
        let service = try await Service(data, environment: ["ZANCADA_PACE_ANONYMOUS_BURST": "0"])
        let wire = try Wire(service)
        let form = "theme=dark&return=%2Foperator"
        let requests = [
            "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /preferences HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)",
            "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /preferences HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntheme\r\n5;x=y\r\n=dark\r\n0\r\n\r\n",
            "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /operator HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ]
        let expected = ["200", "303", "404", "303", "200", "405", "401"]
        let stream = Array(requests.joined().utf8)
        let whole = try wire.send(stream)
        #expect(statuses(whole) == expected)
        for size in [1, 2, 3, 7, 64] {
            let sliced = try wire.send(stream, inPiecesOf: size)
            #expect(statuses(sliced) == expected, "in pieces of \(size)")
        }
        // Many at once, all in one piece.
        let many = String(repeating: requests[0] + requests[2], count: 100) + requests[6]
        #expect(statuses(try wire.send(many.utf8)) == Array(repeating: ["200", "404"], count: 100).flatMap { $0 } + ["401"])
        #expect(try service.stop().status == 0)
    }

    @Test("a patient about whom nothing is filed finds nothing, which is no fault")
    func nothingFiled() async throws {
        let service = try await Service(data)
        try #require(try service.run("org", "create", "clinic").status == 0)
        let wire = try Wire(service)
        for actor in ["01a201e4-b1b4-73ee-894e-156d2fbf6f50", "somebody"] {
            let patient = try service.bearer(actor, org: "clinic", roles: ["patient"])
            let list = try wire.get("/api/v1/exercises", [patient])
            #expect(list.status == 200 && list.body.hasPrefix(#"{"items":["#), "\(list)")
            let reviews = try wire.get("/api/v1/exercise-reviews", [patient])
            #expect(reviews.status == 200 || reviews.status == 403, "\(reviews)")
            #expect(try wire.get("/api/v1/exercises/01a201e4-b1b4-73ee-894e-156d2fbf6f50", [patient]).status == 404)
            // A topic of their own is refused or told; the stream would go on.
            #expect([403, 404].contains(try wire.get("/api/v1/events?topic=subjects/none-such&topic=records/nothing", [patient]).status))
        }
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains("request failed"))
    }

    @Test("a command that another process has run ends when that process does")
    func callers() async throws {
        let service = try await Service(data)
        try #require(try service.run("org", "create", "clinic").status == 0)
        let person = try service.run("subject", "create", "--org", "clinic").output.trimmingCharacters(in: .newlines)
        func ended() throws -> Int {
            try String(contentsOf: service.running.errors, encoding: .utf8).components(separatedBy: #""event":"command run""#).count - 1
        }
        let before = try ended()
        // One waits for lines that never come, the other for news.
        let lines = try Conversation(["record", "put", "note", "--lines", "--org", "clinic", "--subject", person, "--data", data])
        #expect(lines.say(#"{"text": "Uno"}"#))
        try await eventually { try lines.heard().count == 1 }
        let news = try Conversation(["journal", "follow", "--org", "clinic", "--wait", "--data", data])
        try await eventually { try !news.heard().isEmpty }
        #expect(try ended() == before, "both are at work")
        for caller in [lines, news] {
            kill(caller.process.processIdentifier, SIGKILL)
            caller.process.waitUntilExit()
        }
        try await eventually { try ended() == before + 2 }
        #expect(try service.stop().status == 0)
    }
}
