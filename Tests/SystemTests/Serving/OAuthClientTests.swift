import Foundation
import TestKit
import Testing

/// Identity at the program's door, for a client of OAuth that others wrote, and for whoever sends what makes no sense.
@Suite("Identity at the door", .serialized, .timeLimit(.minutes(4)))
struct OAuthClientTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let json = "Content-Type: application/json"
    private static let password = "viento-norte-27-lagos"

    private func service() async throws -> (Service, Wire) {
        let service = try await Service(
            scratch.path("data"), environment: ["ZANCADA_PACE_ANONYMOUS_BURST": "0", "ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0"])
        try #require(try service.run("org", "create", "clinic").status == 0)
        return (service, try Wire(service))
    }

    /// Makes an account by command, and returns what it is answered at sign-in.
    private func login(_ service: Service, _ wire: Wire, _ address: String, _ role: String) throws -> [String: Any] {
        let made = try service.run("admin", "create", address, "--name", "Ana", "--org", "clinic", "--role", role, "--json")
        try #require(made.status == 0, "\(made.errors)")
        let link = try #require(try object(made.output)["link"] as? String)
        let code = try #require(link.split(separator: "=").last)
        let reset = try wire.ask(
            "POST", "/api/v1/auth/reset", [Self.json], body: "{\"code\":\"\(code)\",\"password\":\"\(Self.password)\"}")
        try #require(reset.status == 204, "\(reset)")
        let answer = try wire.ask(
            "POST", "/api/v1/auth/login", [Self.json], body: "{\"email\":\"\(address)\",\"password\":\"\(Self.password)\"}")
        try #require(answer.status == 200, "\(answer)")
        return try object(answer.body)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("PyPI's Authlib finds the keys, gets tokens by every way that is named, checks them, and is refused as RFC 6749 says")
    func authlib() async throws {
        let (service, wire) = try await service()
        // The program hears of an account that a command made within half a second; what it gave out before is over then.
        _ = try login(service, wire, "admin@example.org", "organisation_admin")
        try await Task.sleep(for: .seconds(1))
        let asked = try wire.ask(
            "POST", "/api/v1/auth/login", [Self.json], body: #"{"email":"admin@example.org","password":"\#(Self.password)"}"#)
        let admin = try object(asked.body)
        let bearer = "Authorization: Bearer \(admin["access_token"] ?? "")"
        let made = try wire.ask(
            "POST", "/api/v1/organisation/clients", [bearer, Self.json], body: #"{"name":"Hospital","roles":["therapist","coach"]}"#)
        try #require(made.status == 201, "\(made)")
        let client = try object(made.body)
        let other = try login(service, wire, "ben@example.org", "coach")
        let said = try PythonProgram.run(
            PythonProgram.script("oauth_client.py"),
            [
                try service.address(), "http://localhost:8080", client["client_id"] as? String ?? "",
                client["client_secret"] as? String ?? "", other["refresh_token"] as? String ?? "",
            ], with: "authlib", "factors", "schemathesis", in: scratch)
        #expect(said.status == 0 && said.output.isEmpty, "\(said.output)")
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains("request failed"))
    }

    @Test("whatever is sent to a route of identity, by whomever, the answer is a refusal with a sentence and no fault")
    func nonsense() async throws {
        let (service, wire) = try await service()
        let fields = try ["organisation_admin", "patient"].map { role in
            "Authorization: Bearer \(try login(service, wire, "\(role.prefix(3))@example.org", role)["access_token"] ?? "")"
        }
        let callers = [
            [], [fields[0]], [fields[1]], ["Authorization: Bearer zs1.a.b"], ["Authorization: Basic ////"], ["Cookie: session=zs1.x.y"],
        ]
        let document = try object(try wire.get("/openapi.json").body)
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        let bodies = [
            "", "{", "null", "[]", "{}", #"{"email":5,"password":[],"code":{},"roles":"x","organisation":7,"refresh_token":1e400}"#,
            #"{"email":"a\u0000@b.c","password":"\u0000","code":"\u0000","organisation":"\u0000","roles":["\u0000"],"name":"\u0000"}"#,
            #"{"email":"a@b.example","password":"\#(String(repeating: "a", count: 9_000))","code":"x","organisation":"\#(String(repeating: "o", count: 200))","name":"n","roles":["patient"],"credential":"zd1.a.b","refresh_token":"zr1.a.0.b","new_password":"y","person":"a","grantee":"b","role":"coach"}"#,
            String(repeating: "[", count: 10_000),
        ]
        var asked = 0
        for (path, operations) in paths where ["/auth/", "/organisation", "/accounts", "/oauth2"].contains(where: { path.contains($0) }) {
            for method in operations.keys where method != "parameters" {
                let place = path.replacing(#/\{[^}]*\}/#, with: "0190a3c0-0000-7000-8000-00000000000a")
                // Ends what the others need.
                if path.hasSuffix("/logout") || (method == "delete" && path.hasSuffix("/sessions")) { continue }
                for caller in callers {
                    for body in method == "get" ? [""] : bodies {
                        let type = path.contains("/oauth2") ? "Content-Type: application/x-www-form-urlencoded" : Self.json
                        let answer = try wire.ask(method.uppercased(), place, caller + (body.isEmpty ? [] : [type]), body: body)
                        asked += 1
                        #expect(answer.status < 500, "\(method) \(path) \(body.prefix(60)): \(answer.body)")
                    }
                }
            }
        }
        #expect(asked > 500)
        let million = #"{"email":"a@b.example","password":"\#(String(repeating: "a", count: 1 << 20))"}"#
        #expect(try wire.ask("POST", "/api/v1/auth/login", [Self.json], body: million).status == 413)
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains("request failed"), "\(end.errors.suffix(2_000))")
    }
}
