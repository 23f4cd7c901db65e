import Foundation
import TestKit
import Testing

/// Clients of others at the program's door: what our own code writes and reads agrees with itself in any case.
@Suite("Clients of others", .serialized, .timeLimit(.minutes(4)))
struct ClientTests {
    let scratch: Scratch
    private var data: String { scratch.path("data") }

    init() throws { scratch = try Scratch() }

    private func service(isSecure: Bool) async throws -> Service {
        let service = try await Service(
            data,
            environment: [
                "ZANCADA_HTTP_OWN_AUTHORITY": "\(isSecure)", "ZANCADA_PACE_FREE": "0", "ZANCADA_PACE_ANONYMOUS_BURST": "0",
            ])
        try #require(try service.run("org", "create", "clinic").status == 0)
        return service
    }

    @Test(
        "PyPI's websockets signs in, hears of changes, comes back without missing any, and is closed as documented",
        arguments: [false, true])
    func live(isSecure: Bool) async throws {
        let service = try await service(isSecure: isSecure)
        let field = "Authorization: Bearer "
        let token = try service.bearer("ana", org: "clinic", roles: ["therapist"], tier: "enterprise").dropFirst(field.count)
        let short = try service.run("token", "--actor", "eva", "--org", "clinic", "--role", "therapist", "--for", "5s")
        try #require(short.status == 0, "\(short.errors)")
        let said = try PythonProgram.run(
            PythonProgram.script("live_client.py"),
            [try service.address(), String(token), short.output.trimmingCharacters(in: .newlines)]
                + (isSecure ? [data + "/tls/authority.pem"] : []), with: "clients", in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
        #expect(try service.stop().status == 0)
    }

    @Test("floods of HTTP/2 and frames that break its rules end their connection, cost little, and hold up no neighbour")
    func hostile() async throws {
        let service = try await service(isSecure: true)
        let before = try service.mostMemory()
        let said = try PythonProgram.run(
            PythonProgram.script("hostile_http2.py"), [try service.address(), data + "/tls/authority.pem"], with: "clients", in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
        #expect(try service.mostMemory() - before < 96 << 20)
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains("request failed"))
    }

    @Test("the operator's page is one that axe, narrow screens and both themes have no complaint about")
    func operatorPage() async throws {
        let service = try await service(isSecure: false)
        let wire = try Wire(service)
        for target in ["/", "/nowhere", "/readyz", "/api/v1/exercises"] { _ = try wire.get(target) }
        let field = "Authorization: Bearer "
        let token = try service.bearer("root", roles: ["operator"]).dropFirst(field.count)
        let said = try PythonProgram.run(
            PythonProgram.script("browse_operator.py"),
            [try service.address(), String(token), Zancada.root.appending(path: "out/pages").path], with: "browser", in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
        #expect(try service.stop().status == 0)
    }
}

extension Service {
    /// The most that it ever had in memory, in bytes.
    func mostMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) << 10
    }
}
