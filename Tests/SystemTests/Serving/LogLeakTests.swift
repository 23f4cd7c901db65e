import Foundation
import TestKit
import Testing

/// Patient data through everything that a program at work listens to, and none of it in what it writes to its operators.
@Suite("logs and metrics hold no patient data", .timeLimit(.minutes(3)))
struct LogLeakTests {
    /// What a patient's data look like; none of these texts may come out.
    private static let secrets = [
        "Quispe", "Mamani", "ana.quispe@correo.example", "DNI-48151623", "48151623", "fractura-de-radio", "paracetamol", "Xochitl",
        "contrasena-7731", "Quisp%C3%A9", "\u{1F9B4}hueso",
    ]
    private static let joined = "Xochitl Quispe Mamani ana.quispe@correo.example DNI-48151623 fractura-de-radio paracetamol contrasena-7731"
    private static let encoded = joined.replacingOccurrences(of: " ", with: "%20")

    @Test("in paths, queries, fields, bodies, tokens, broken JSON and broken HTTP")
    func nothing() async throws {
        let scratch = try Scratch()
        let service = try await Service(
            scratch.path("data"),
            environment: [
                "ZANCADA_LOG_LEVEL": "debug", "ZANCADA_LOG_REQUESTS_PERCENT": "100", "ZANCADA_PACE_FREE": "0",
                "ZANCADA_PACE_ANONYMOUS_BURST": "0",
            ])
        try #require(try service.run("org", "create", "clinic").status == 0)
        let wire = try Wire(service)
        let staff = try service.bearer("ana.quispe@correo.example", org: "clinic", roles: ["organisation_admin", "therapist"])
        let stranger = try service.bearer("Xochitl Quispe", org: "Mamani", roles: ["patient"])
        var asked = 0
        for target in Self.targets {
            for fields in [[], [staff], [stranger], Self.oddFields, ["Authorization: Bearer \(Self.encoded)"]] {
                _ = try wire.ask("GET", target, fields)
                for body in Self.bodies {
                    for type in ["application/json", "application/x-www-form-urlencoded", "text/\(Self.encoded)"] {
                        _ = try wire.ask(
                            "POST", target, fields + ["Content-Type: \(type)", "Idempotency-Key: \(Self.encoded)"], body: body)
                        asked += 1
                    }
                }
            }
        }
        #expect(asked > 100)
        for bytes in Self.broken { _ = try wire.send(bytes.utf8) }
        let metrics = try wire.get("/metrics").body
        #expect(metrics.contains("http_requests_total"))
        expectClean(metrics, "metrics")
        let end = try service.stop()
        #expect(end.status == 0)
        #expect(end.errors.contains(#""event":"request""#), "it does log requests")
        expectClean(end.errors, "log")
        expectClean(end.output, "output")
    }

    private func expectClean(_ text: String, _ place: String) {
        for secret in Self.secrets {
            let line = text.split(separator: "\n").first { $0.localizedCaseInsensitiveContains(secret) }
            #expect(line == nil, "\(place) holds \(secret): \(line ?? "")")
        }
    }

    private static let targets = [
        "/api/v1/exercises/\(encoded)", "/api/v1/exercises?q=\(encoded)&limit=\(encoded)", "/api/v1/notes", "/\(encoded)",
        "/operator?still=\(encoded)", "/healthz?name=\(encoded)", "/%ff\(encoded)", "/api/v1/notes/\(encoded)/history",
    ]

    private static let oddFields = [
        "Cookie: session=\(encoded)", "User-Agent: \(joined)", "Referer: https://example.org/\(encoded)", "X-Patient: \(joined)",
        "traceparent: 00-\(encoded)-x-01", "tracestate: quispe=\(encoded)", "If-Match: \"\(encoded)\"", "Accept-Language: \(encoded)",
        "Origin: https://\(encoded)", "X-Request-ID: \(encoded)",
    ]

    private static let bodies = [
        #"{"text":"\#(joined)","name":{"given":"Xochitl","family":"Quispe"}}"#, #"{"text":"\#(joined)"#, joined,
        #"{"Quispe":1,"Quispe":2}"#, "name=\(encoded)&paracetamol=\(encoded)", "[\"\(joined)\",\u{1F9B4}hueso]",
    ]

    private static let broken = [
        "GET /\(encoded) HTTP/9.9\r\nHost: \(encoded)\r\n\r\n", "\(joined)\r\n\r\n", "GET / HTTP/1.1\r\n\(joined)\r\n\r\n",
        "POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n{\"text\":\"\(joined)\"",
        "POST /api/v1/notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(joined)\r\n",
        "\(encoded) / HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
}
