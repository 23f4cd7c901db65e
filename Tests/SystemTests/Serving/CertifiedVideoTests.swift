import Base
import Foundation
import TestKit
import Testing

/// A real video is measured, a therapist with an account certifies it on the page, and whoever is given the files checks them with the
/// program alone.
@Suite("A certified video", .timeLimit(.minutes(3)))
struct CertifiedVideoTests {
    private static let (eva, password) = ("eva@example.org", "viento-norte-27-lagos")
    private static let json = "Content-Type: application/json"
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    /// Somebody with an account and a session; their id as well.
    private func therapist(_ service: Service, _ wire: Wire) throws -> (visitor: DoorVisitor, account: String) {
        let made = try service.run("admin", "create", Self.eva, "--name", "Eva Ruiz", "--org", "clinic", "--role", "therapist", "--json")
        let code = try #require((try object(made.output)["link"] as? String)?.split(separator: "=").last, "\(made.errors)")
        let set = try wire.ask("POST", "/api/v1/auth/reset", [Self.json], body: "{\"code\":\"\(code)\",\"password\":\"\(Self.password)\"}")
        try #require(set.status == 204, "\(set)")
        let visitor = DoorVisitor(wire)
        let signed = try visitor.post("/sign-in", ["email": Self.eva, "password": Self.password])
        try #require(signed.status == 303, "\(signed)")
        let me = try object(try visitor.get("/api/v1/auth/me", ["Accept: application/json"]).body)
        return (visitor, try #require(me["account"] as? String, "\(me)"))
    }

    private func measured(_ wire: Wire, _ bearer: String) async throws -> String {
        let video = Array(try Data(contentsOf: URL(filePath: Zancada.samples + "/walk.mp4")))
        let agreed = try wire.ask(
            "POST", "/api/v1/consents/give", [bearer, Self.json], body: #"{"purpose":"evaluation","text_version":1}"#)
        try #require(agreed.status == 200, "\(agreed)")
        let begun = try wire.ask(
            "POST", "/api/v1/evaluations", [bearer, Self.json, "Idempotency-Key: \(UUID().uuidString)"],
            body: #"{"bytes":\#(video.count),"language":"es"}"#)
        let said = try object(begun.body)
        let (id, size) = (try #require(said["id"] as? String), try #require(said["part_bytes"] as? Int))
        for (number, start) in stride(from: 0, to: video.count, by: size).enumerated() {
            let part = Array(video[start..<min(start + size, video.count)])
            var digest = Digest()
            digest.update(part)
            let bytes = try #require(Hexadecimal.read(digest.hexadecimal.utf8))
            let sent = try wire.ask(
                "PUT", "/api/v1/evaluations/\(id)/parts/\(number)",
                [bearer, "Content-Type: application/octet-stream", "Content-Digest: sha-256=:\(Base64.string(bytes)):"], bytes: part)
            try #require(sent.status == 204, "\(sent)")
        }
        try #require(try wire.ask("POST", "/api/v1/evaluations/\(id)/finish", [bearer]).status == 200)
        try await eventually(seconds: 90) {
            try await Task.sleep(for: .seconds(1))
            return try object(try wire.get("/api/v1/evaluations/\(id)", [bearer]).body)["state"] as? String == "pre_assessment"
        }
        return id
    }

    @Test("is signed on the page, shown at its address, and right for whoever measures it again")
    func certified() async throws {
        let free = ["ANONYMOUS_BURST", "SIGN_IN_ADDRESS_BURST", "PAGE_BURST", "SESSION_BURST", "FREE", "BASIC"]
        let service = try await Service(
            scratch.path("data"), environment: Dictionary(uniqueKeysWithValues: free.map { ("ZANCADA_PACE_\($0)", "0") }))
        try #require(try service.run("org", "create", "clinic").status == 0)
        let wire = try Wire(service)
        let person = try #require(
            try object(try service.run("subject", "create", "--org", "clinic", "--json").output)["subject"] as? String)
        let bearer = try service.bearer(person, org: "clinic", roles: ["patient"])
        let id = try await measured(wire, bearer)
        let (visitor, account) = try therapist(service, wire)
        let review = "/evaluations/\(id)/review"
        #expect(try visitor.get(review).status == 404)
        let admin = try service.bearer("admin-1", org: "clinic", roles: ["organisation_admin"])
        let related = try wire.ask(
            "POST", "/api/v1/organisation/relations", [admin, Self.json],
            body: #"{"person":"\#(person)","grantee":"\#(account)","role":"therapist"}"#)
        try #require(related.status == 201, "\(related)")

        let page = try visitor.get(review)
        #expect(page.status == 200 && page.body.contains("Certificar") || page.body.contains("Certify"))
        let version = try #require(page.body.components(separatedBy: "name=\"version\" value=\"").last?.prefix { $0 != "\"" })
        let done = try visitor.post(
            review, ["decision": "amend", "version": String(version), "amend_repetitions": "7", "amend_words": "Buen paso."])
        #expect(done.status == 303 && done.fields["location"] == "/worklist?done=certified", "\(done)")

        let key = try service.run("journal", "checkpoint", "--key").output.trimmingCharacters(in: .newlines)
        let names = ["report": "report.html", "report.json": "report.json", "certificate": "certificate.json", "observations": "o.jsonl"]
        for (name, file) in names {
            let answer = try wire.get("/api/v1/evaluations/\(id)/\(name)", [bearer, "Accept-Language: es"])
            try #require(answer.status == 200, "\(answer)")
            try Data(answer.body.utf8).write(to: URL(filePath: scratch.path(file)))
        }
        for file in ["report.html", "report.json", "certificate.json"] {
            let run = try Zancada.run(
                ["verify", scratch.path(file), "--key", key, "--observations", scratch.path("o.jsonl"), "--language", "en"])
            #expect(run.status == 0 && run.output.contains("All is right.") && run.output.contains("the report is the same"), "\(run)")
            #expect(run.output.contains("There are 7 repetitions") && run.output.contains("Eva Ruiz"))
        }
        let certificate = try object(try String(contentsOfFile: scratch.path("certificate.json"), encoding: .utf8))
        let statement = try object(try #require(certificate["statement"] as? String))
        let number = try #require(statement["number"] as? String)
        let shown = try wire.get("/certificates/\(number)", ["Accept: text/html", "Accept-Language: es"])
        #expect(shown.status == 200 && shown.body.contains("Eva Ruiz") && !shown.body.contains("Buen paso") && !shown.body.contains(person))
        // The proof alone is one that the Python verifier knows.
        let proof = try #require(certificate["proof"] as? String)
        try proof.write(toFile: scratch.path("proof.json"), atomically: true, encoding: .utf8)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", Zancada.root.appending(path: "docs/verify_journal.py").path, key, scratch.path("proof.json")]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains(person), "\(end.errors.suffix(2_000))")
    }
}
