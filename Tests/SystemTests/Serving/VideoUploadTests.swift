import Base
import Foundation
import TestKit
import Testing

/// A real video of a walk goes in over HTTP, and its report comes out, however often the program is struck down on the way.
@Suite("A video over HTTP", .timeLimit(.minutes(3)))
struct VideoUploadTests {
    let scratch: Scratch
    private let walk = Zancada.samples + "/walk.mp4"

    init() throws { scratch = try Scratch() }

    private struct Upload {
        let id: String
        let parts: [[UInt8]]
    }

    private func patient(_ service: Service) throws -> (person: String, bearer: String) {
        let made = try service.run("subject", "create", "--org", "clinic", "--json")
        let person = try #require(try json(made.output)["subject"] as? String)
        return (person, try service.bearer(person, org: "clinic", roles: ["patient"]))
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func begin(_ video: [UInt8], _ wire: Wire, _ bearer: String) throws -> Upload {
        let fields = [bearer, "Content-Type: application/json", "Idempotency-Key: \(UUID().uuidString)"]
        let answer = try wire.ask("POST", "/api/v1/evaluations", fields, body: #"{"bytes":\#(video.count),"language":"en"}"#)
        try #require(answer.status == 201, "\(answer)")
        let said = try json(answer.body)
        let size = try #require(said["part_bytes"] as? Int)
        return Upload(
            id: try #require(said["id"] as? String),
            parts: stride(from: 0, to: video.count, by: size).map { Array(video[$0..<min($0 + size, video.count)]) })
    }

    private func send(_ number: Int, of upload: Upload, _ wire: Wire, _ bearer: String) throws -> Int {
        var digest = Digest()
        digest.update(upload.parts[number])
        let bytes = try #require(Hexadecimal.read(digest.hexadecimal.utf8))
        return try wire.ask(
            "PUT", "/api/v1/evaluations/\(upload.id)/parts/\(number)",
            [bearer, "Content-Type: application/octet-stream", "Content-Digest: sha-256=:\(Base64.string(bytes)):"],
            bytes: upload.parts[number]
        ).status
    }

    private func ended(_ id: String, _ wire: Wire, _ bearer: String) async throws -> [String: Any] {
        var said: [String: Any] = [:]
        try await eventually(seconds: 90) {
            // The token is of no tier that may ask more often.
            try await Task.sleep(for: .seconds(2))
            said = try json(try wire.get("/api/v1/evaluations/\(id)", [bearer]).body)
            return said["state"] as? String != "waiting"
        }
        return said
    }

    @Test("a program that is killed between parts and while it measures loses nothing; the video is gone afterwards")
    func killed() async throws {
        let video = Array(try Data(contentsOf: URL(filePath: walk)))
        let data = scratch.path("data")
        var service = try await Service(data)
        try #require(try service.run("org", "create", "clinic").status == 0)
        let (person, bearer) = try patient(service)
        var wire = try Wire(service)
        let refused = try wire.ask(
            "POST", "/api/v1/evaluations", [bearer, "Content-Type: application/json", "Idempotency-Key: \(UUID().uuidString)"],
            body: #"{"bytes":1000}"#)
        #expect(refused.status == 403 && refused.body.contains("consent_needed"))
        let agreed = try wire.ask(
            "POST", "/api/v1/consents/give", [bearer, "Content-Type: application/json"], body: #"{"purpose":"evaluation","text_version":1}"#
        )
        try #require(agreed.status == 200, "\(agreed)")
        let upload = try begin(video, wire, bearer)
        for number in upload.parts.indices.dropLast() { #expect(try send(number, of: upload, wire, bearer) == 204) }
        try service.strike()

        service = try await Service(data)
        wire = try Wire(service)
        let between = try json(try wire.get("/api/v1/evaluations/\(upload.id)", [bearer]).body)
        #expect(between["missing"] as? [Int] == [upload.parts.count - 1])
        for number in upload.parts.indices { #expect(try send(number, of: upload, wire, bearer) == 204) }
        #expect(try wire.ask("POST", "/api/v1/evaluations/\(upload.id)/finish", [bearer]).status == 200)
        try service.strike()

        service = try await Service(data, environment: ["ZANCADA_JOBS_CLAIM": "1s"])
        wire = try Wire(service)
        let end = try await ended(upload.id, wire, bearer)
        #expect(end["state"] as? String == "pre_assessment" && end["is_pre_assessment"] as? Bool == true, "\(end)")
        #expect((end["result"] as? [String: Any])?["exercise"] as? String == "gait")
        let report = try wire.get("/api/v1/evaluations/\(upload.id)/report", [bearer, "Accept-Language: en"])
        #expect(report.status == 200 && report.body.contains("Walking") && report.fields["content-security-policy"] != nil)
        for file in ["report.json", "angles.csv", "motion.trc", "observations"] {
            #expect(try wire.get("/api/v1/evaluations/\(upload.id)/\(file)", [bearer]).status == 200, "\(file)")
        }
        // Somebody else's is as one that never was.
        let (other, stranger) = try patient(service)
        #expect(other != person)
        for path in [upload.id, UUID().uuidString.lowercased()] {
            #expect(try wire.get("/api/v1/evaluations/\(path)", [stranger]).status == 404)
            #expect(try wire.get("/api/v1/evaluations/\(path)/report", [stranger]).status == 404)
        }
        try await eventually { try FileManager.default.subpathsOfDirectory(atPath: data + "/videos").filter { $0.contains("/") }.isEmpty }
        let log = try service.stop()
        #expect(log.status == 0 && !log.errors.contains(person))
    }

    @Test("one program answers and another measures, on PostgreSQL; the queue is a figure meanwhile")
    func apart() async throws {
        let server = try ScratchServer()
        let data = scratch.path("apart")
        let app = ["ZANCADA_DATABASE_URL": server.app]
        let migrated = try Zancada.run(
            ["migrate", "--grant-to", "zancada_app", "--data", data], environment: ["ZANCADA_DATABASE_URL": server.owner])
        try #require(migrated.status == 0, "\(migrated.errors)")
        let api = try await Service(data, role: "api", environment: app)
        try #require(try api.run("org", "create", "clinic").status == 0)
        let (_, bearer) = try patient(api)
        let wire = try Wire(api)
        let agreed = try wire.ask(
            "POST", "/api/v1/consents/give", [bearer, "Content-Type: application/json"], body: #"{"purpose":"evaluation","text_version":1}"#
        )
        try #require(agreed.status == 200, "\(agreed)")
        let upload = try begin(Array(try Data(contentsOf: URL(filePath: walk))), wire, bearer)
        for number in upload.parts.indices { #expect(try send(number, of: upload, wire, bearer) == 204) }
        #expect(try wire.ask("POST", "/api/v1/evaluations/\(upload.id)/finish", [bearer]).status == 200)
        try await eventually {
            try wire.get("/metrics").body.contains(#"jobs_kind_queue_depth{kind="evaluation.measure"} 1"#)
        }
        let measuring = try await Service(data, role: "evaluation", environment: app)
        #expect(try await ended(upload.id, wire, bearer)["state"] as? String == "pre_assessment")
        for service in [measuring, api] { #expect(try service.stop().status == 0) }
    }

    /// What people send by mistake, and what somebody may send on purpose.
    private func noVideos() throws -> [(name: String, bytes: [UInt8])] {
        func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
        let whole = try bytes(scratch.clip("whole.mp4", "-f", "lavfi", "-i", "testsrc=size=320x240:duration=3"))
        return [
            ("letter", Array("This is a letter, not a video. ".utf8)),
            ("playlist", Array("ffconcat version 1.0\nfile /etc/passwd\n".utf8)),
            ("picture", try bytes(scratch.clip("picture.png", "-f", "lavfi", "-i", "testsrc=size=320x240", "-frames:v", "1"))),
            ("sound", try bytes(scratch.clip("sound.mp4", "-f", "lavfi", "-i", "sine=duration=2"))),
            ("half", Array(whole.prefix(whole.count / 2))), ("nobody", whole),
            (
                "hours",
                try bytes(scratch.clip("long.mp4", "-f", "lavfi", "-i", "color=size=64x64:rate=1:duration=10800", "-preset", "ultrafast"))
            ),
        ]
    }

    @Test("what is no video is refused in words that say what to do")
    func noVideo() async throws {
        let service = try await Service(scratch.path("other"))
        try #require(try service.run("org", "create", "clinic").status == 0)
        let (_, bearer) = try patient(service)
        let wire = try Wire(service)
        let agreed = try wire.ask(
            "POST", "/api/v1/consents/give", [bearer, "Content-Type: application/json"], body: #"{"purpose":"evaluation","text_version":1}"#
        )
        try #require(agreed.status == 200)
        var uploads: [(name: String, upload: Upload)] = []
        for (name, bytes) in try noVideos() {
            let upload = try begin(bytes, wire, bearer)
            for number in upload.parts.indices { #expect(try send(number, of: upload, wire, bearer) == 204, "\(name)") }
            #expect(try wire.ask("POST", "/api/v1/evaluations/\(upload.id)/finish", [bearer]).status == 200, "\(name)")
            uploads.append((name, upload))
        }
        for (name, upload) in uploads {
            let end = try await ended(upload.id, wire, bearer)
            #expect(end["state"] as? String == "refused", "\(name): \(end)")
            let message = (end["refusal"] as? [String: Any])?["message"] as? String ?? ""
            #expect(message.count > 20, "\(name): \(end)")
            // Of pictures without a person there is a report, which says so; of what cannot be read there is none.
            let report = try wire.get("/api/v1/evaluations/\(upload.id)/report", [bearer]).status
            #expect(report == (name == "nobody" ? 200 : 409), "\(name)")
        }
        #expect(try service.stop().status == 0)
    }
}
