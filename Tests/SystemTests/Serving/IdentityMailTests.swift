import Foundation
import TestKit
import Testing

/// Accounts that come by mail, through the real program and a real mail server.
@Suite("Accounts by mail", .timeLimit(.minutes(3)))
struct IdentityMailTests {
    private static let password = "cinco perros verdes corren"
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func json(_ members: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
    }

    private func member(_ name: String, of body: String) throws -> String {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any], "\(body)")
        return try #require(object[name] as? String, "\(body)")
    }

    /// The code of the link in the newest mail to somebody; `count`: how many they have got by then.
    private func code(_ office: PostOffice, to address: String, _ count: Int) async throws -> String {
        try await eventually(seconds: 30) { try office.mails.filter { $0.to == [address] }.count == count }
        let text = try #require(try office.mails.last { $0.to == [address] }?.text)
        return try #require(text.components(separatedBy: "code=").last?.prefix { !$0.isWhitespace }).description
    }

    @Test("somebody registers, confirms, forgets the password, and is invited elsewhere, each by a mail whose link is good once")
    func mails() async throws {
        try await PostOffice.with(.starttls) { office in
            let environment = [
                "ZANCADA_MAIL_SERVER": try office.address, "ZANCADA_MAIL_FROM": "Clínica <clinica@example.org>",
                "ZANCADA_MAIL_CA_FILE": office.authorityFile ?? "", "ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0",
            ]
            let service = try await Service(scratch.path("data"), environment: environment)
            let wire = try Wire(service)
            func post(_ path: String, _ members: [String: Any], _ fields: [String] = []) throws -> (status: Int, body: String) {
                let answer = try wire.ask(
                    "POST", "/api/v1/\(path)", fields + ["Content-Type: application/json"], body: try json(members))
                return (answer.status, answer.body)
            }
            let ready = try String(contentsOf: service.running.output, encoding: .utf8)
            let setUp = try #require(ready.components(separatedBy: "code=").last?.prefix { $0 != "\"" }).description
            #expect(
                try post(
                    "auth/setup",
                    ["code": setUp, "organisation": "clinic", "email": "ana@example.org", "name": "Ana", "password": Self.password]
                ).status == 204)
            // Each change of what is demanded ends the tokens that were made before it.
            func bearer() throws -> [String] {
                ["Authorization: Bearer \(try member("access_token", of: try signIn("ana@example.org", Self.password, post).body))"]
            }
            let policy = #"{"second_factor_roles": [], "registration": "patient"}"#
            let told = try wire.ask("PUT", "/api/v1/organisation/policy", try bearer() + ["Content-Type: application/json"], body: policy)
            #expect(told.status == 204, "\(told)")

            // Registering answers the same whether or not the address has an account.
            let leo: [String: Any] = [
                "email": "leo@example.org", "name": "Leo", "password": Self.password, "organisation": "clinic", "language": "en",
            ]
            #expect(try post("auth/register", leo).status == 202)
            #expect(try post("auth/register", leo.merging(["email": "ana@example.org"]) { $1 }).status == 202)
            let confirmation = try await code(office, to: "leo@example.org", 1)
            #expect(try signIn("leo@example.org", Self.password, post).status == 401, "not confirmed yet")
            #expect(try post("auth/confirm", ["code": confirmation, "password": "another one it is"]).status == 422)
            #expect(try post("auth/confirm", ["code": confirmation, "password": Self.password]).status == 204)
            #expect(try post("auth/confirm", ["code": confirmation, "password": Self.password]).status == 422)
            let session = try signIn("leo@example.org", Self.password, post)
            #expect(session.status == 200 && session.body.contains(#""roles":["patient"]"#))
            try await eventually { try office.mails.contains { $0.to == ["ana@example.org"] && $0.subject == "Ya tiene una cuenta" } }

            // Nobody learns who has an account by asking for another password.
            #expect(try post("auth/forgot", ["email": "nobody@example.org"]).status == 202)
            #expect(try post("auth/forgot", ["email": "leo@example.org"]).status == 202)
            let reset = try await code(office, to: "leo@example.org", 2)
            let other = "siete gatos azules duermen"
            #expect(try post("auth/reset", ["code": reset, "password": other]).status == 204)
            #expect(try post("auth/reset", ["code": reset, "password": other]).status == 422)
            let old = ["Authorization: Bearer \(try member("access_token", of: session.body))"]
            #expect(try wire.get("/api/v1/auth/me", old).status == 401, "the former session is over")
            #expect(try signIn("leo@example.org", Self.password, post).status == 401)
            #expect(try signIn("leo@example.org", other, post).status == 200)
            try await eventually { try office.mails.contains { $0.to == ["leo@example.org"] && $0.subject == "Your password was changed" } }

            // An invitation goes out in a mail, and its link is not shown to whoever invites.
            let invited = try post("organisation/invitations", ["email": "eva@example.org", "roles": ["physician"]], try bearer())
            #expect(invited.status == 201 && !invited.body.contains("link"))
            let invitation = try await code(office, to: "eva@example.org", 1)
            #expect(try post("auth/accept", ["code": invitation, "name": "Eva", "password": Self.password]).status == 204)
            #expect(try signIn("eva@example.org", Self.password, post).body.contains(#""roles":["physician"]"#))

            let mails = try office.mails
            #expect(mails.allSatisfy { $0.encrypted && $0.defects.isEmpty })
            #expect(!mails.contains { $0.to == ["nobody@example.org"] })
            #expect(mails.allSatisfy { !($0.text ?? "").contains(Self.password) })
            let end = try service.stop()
            #expect(end.status == 0 && !end.errors.contains("leo@example.org") && !end.errors.contains("code="))
        }
    }

    private func signIn(
        _ address: String, _ password: String, _ post: (String, [String: Any], [String]) throws -> (status: Int, body: String)
    ) throws -> (status: Int, body: String) {
        try post("auth/login", ["email": address, "password": password], [])
    }
}
