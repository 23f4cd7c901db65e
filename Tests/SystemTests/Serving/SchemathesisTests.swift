import Foundation
import Testing

/// The API as a stranger would try it: every route of the real program, from its own description.
@Suite("The API and its description", .serialized, .timeLimit(.minutes(5)))
struct SchemathesisTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("whatever is sent to any route, the answer is one that its description names, and never a fault of ours")
    func described() async throws {
        let service = try await Service(scratch.path("data"))
        defer { _ = try? service.stop() }
        let address = try service.address()
        #expect(try service.run("org", "create", "clinic").status == 0)
        let token = try service.run(
            "token", "--actor", "operator-1", "--org", "clinic", "--role", "operator", "--role", "therapist", "--role",
            "exercise_reviewer", "--role", "organisation_admin", "--tier", "enterprise", "--for", "1h")
        try #require(token.status == 0, "\(token.errors)")

        // Without missing_required_header: it does not know 428, which is what a missing If-Match is (RFC 6585, section 3).
        let run = try PythonProgram.run(
            try PythonProgram.packages("schemathesis").appending(path: "bin/schemathesis").path,
            [
                "run", "\(address)/openapi.json", "--header",
                "Authorization: Bearer \(token.output.trimmingCharacters(in: .whitespacesAndNewlines))", "--checks",
                """
                not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                response_schema_conformance,unsupported_method,allow_header_conformance,ignored_auth
                """, "--phases", "coverage,fuzzing,stateful", "--max-examples", "25", "--max-time", "75", "--seed", "7", "--workers", "2",
                "--continue-on-failure", "--suppress-health-check", "all", "--no-shrink", "--report-dir", scratch.path("report"),
            ], with: "schemathesis", atMost: 240, in: scratch)
        let start = run.output.range(of: "= FAILURES =")?.lowerBound ?? run.output.startIndex
        #expect(run.status == 0, "\(run.output[start...].prefix(6_000))")
        #expect(try service.stop().status == 0)
    }
}

extension Service {
    /// Where it listens, as `http://127.0.0.1:43211`, or with https.
    func address() throws -> String {
        let line = try String(contentsOf: running.output, encoding: .utf8)
        let start = try #require(line.range(of: "http"))
        return String(line[start.lowerBound...].prefix { $0 != "\"" })
    }
}
