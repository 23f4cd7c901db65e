import Access
import Base
import Identity
import Runtime
import Store
import TestKit
import Testing

@Suite("Registering, forgetting, being invited")
struct RegistrationTests {
    private static let other = "otra-clave-de-montes-9"

    private func open(_ desk: IdentityDesk, as role: String? = "patient") async throws -> String {
        try await desk.person("admin@example.org")
        let token = await desk.login("admin@example.org").token
        let set = await desk.ask("policy.set", ["second_factor_roles": [String](), "registration": role as Any? ?? ""], as: token)
        try #require(set.status == 204, "\(set)")
        desk.fixed.advance(by: .seconds(1))
        return await desk.login("admin@example.org").token
    }

    private func register(_ desk: IdentityDesk, _ address: String, _ password: String) async -> IdentityDesk.Answer {
        await desk.ask("auth.register", ["email": address, "name": "Eva", "password": password, "organisation": "clinic"])
    }

    @Test("the link and the password together open the account, once", arguments: EngineMatrix.both)
    func confirm(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            _ = try await open(desk)
            #expect(await register(desk, "eva@example.org", IdentityDesk.good).status == 202)
            let code = try await desk.mailedCode()
            #expect(await desk.login("eva@example.org").code == "sign_in_failed", "not before it is confirmed")
            #expect(await desk.ask("auth.confirm", ["code": code, "password": Self.other]).code == "wrong_password")
            #expect(await desk.ask("auth.confirm", ["code": code + "x", "password": IdentityDesk.good]).code == "link_over")
            #expect(await desk.ask("auth.confirm", ["code": code, "password": IdentityDesk.good]).status == 204)
            #expect(await desk.ask("auth.confirm", ["code": code, "password": IdentityDesk.good]).code == "link_over")
            let login = await desk.login("EVA@Example.ORG")
            #expect(login.json?["roles"]?.array?.compactMap(\.string) == ["patient"])
            #expect(try await desk.told("clinic").contains("granted membership"))
        }
    }

    @Test("whoever registers somebody else's address first gains nothing")
    func preRegistered() async throws {
        try await IdentityDesk.with { desk in
            _ = try await open(desk)
            #expect(await register(desk, "eva@example.org", Self.other).status == 202)
            let thiefs = try await desk.mailedCode()
            #expect(await register(desk, "eva@example.org", IdentityDesk.good).status == 202)
            let hers = try await desk.mailedCode()
            #expect(await desk.ask("auth.confirm", ["code": thiefs, "password": Self.other]).code == "link_over")
            #expect(await desk.ask("auth.confirm", ["code": hers, "password": Self.other]).code == "wrong_password")
            #expect(await desk.ask("auth.confirm", ["code": hers, "password": IdentityDesk.good]).status == 204)
            #expect(await desk.login("eva@example.org", Self.other).code == "sign_in_failed")
            #expect(await desk.login("eva@example.org").status == 200)
        }
    }

    @Test("the answer is the same for an address that has an account, and its owner is told")
    func known() async throws {
        try await IdentityDesk.with { desk in
            _ = try await open(desk)
            let (known, unknown) = (
                await register(desk, "admin@example.org", Self.other), await register(desk, "new@example.org", Self.other)
            )
            #expect(known.status == 202 && unknown.status == 202 && known.fields == unknown.fields)
            try await desk.deliverMail()
            let mails = desk.mailer.sent.suffix(2)
            #expect(Set(mails.map(\.to.text)) == ["admin@example.org", "new@example.org"])
            #expect(await desk.login("admin@example.org").status == 200, "the password is as it was")
        }
    }

    @Test("nobody registers where the organisation lets nobody, is none, or no mail goes out; nor as more than a patient")
    func closed() async throws {
        try await IdentityDesk.with { desk in
            let token = try await open(desk, as: nil)
            for organisation in ["clinic", "hospital", "nowhere", "_identity"] {
                let answer = await desk.ask(
                    "auth.register", ["email": "a@example.org", "name": "A", "password": Self.other, "organisation": organisation])
                #expect(answer.status == 403 && answer.code == "registration_closed")
            }
            let body: [String: Any] = ["second_factor_roles": [String](), "registration": "therapist"]
            #expect(await desk.ask("policy.set", body, as: token).status == 422)
            #expect(await desk.ask("policy.set", [:], as: token).faults == ["/second_factor_roles required"])
        }
        try await IdentityDesk.with(sendsMail: false) { desk in
            #expect(await register(desk, "a@example.org", Self.other).code == "registration_needs_mail")
            #expect(await desk.ask("auth.forgot", ["email": "a@example.org"]).code == "reset_needs_mail")
        }
    }

    @Test(
        "look-alikes, control characters and long addresses are refused by name",
        arguments: [
            "еva@example.org", "eva@ехample.org", "ev\u{131}@example.org", "bob\u{212A}@example.org", "e\u{301}va@example.org",
            "eva@example.org\u{0}",
            "eva@example.org\r\nBcc: x@example.org", " eva@example.org", "eva@example.org ", "eva", "eva@", "@example.org",
            "eva@[127.0.0.1]",
            "\"eva\"@example.org", String(repeating: "a", count: 250) + "@example.org",
        ])
    func lookAlikes(_ address: String) async throws {
        try await IdentityDesk.with { desk in
            let token = try await open(desk)
            let answer = await register(desk, address, Self.other)
            #expect(answer.status == 422 && answer.faults.contains("/email mail_address"), "\(answer)")
            let invited = await desk.ask("invitation.create", ["email": address, "roles": ["patient"]], as: token)
            #expect(invited.faults == ["/email mail_address"])
            #expect(await desk.ask("auth.forgot", ["email": address]).code == "mail_address")
            #expect(await desk.login(address).code == "sign_in_failed")
        }
    }

    @Test(
        "a new password by link: once, of the newest mail, for an hour, and every session and token before it is over",
        arguments: EngineMatrix.both)
    func reset(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let before = await desk.login("ana@example.org")
            #expect(await desk.ask("auth.forgot", ["email": "ana@example.org"]).status == 202)
            let first = try await desk.mailedCode()
            #expect(await desk.ask("auth.forgot", ["email": "ANA@example.org"]).status == 202)
            let second = try await desk.mailedCode()
            #expect(await desk.ask("auth.reset", ["code": first, "password": Self.other]).code == "link_over")
            #expect(await desk.ask("auth.reset", ["code": second, "password": "12345678"]).faults.first?.hasPrefix("/password") == true)
            #expect(await desk.isIn(before.token))
            let used = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { await desk.ask("auth.reset", ["code": second, "password": Self.other]).status } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(used.filter { $0 == 204 }.count == 1, "\(used)")
            #expect(await !desk.isIn(before.token))
            #expect(await desk.refresh(before.refresh).code == "session_over")
            #expect(await desk.login("ana@example.org").code == "sign_in_failed")
            #expect(await desk.login("ana@example.org", Self.other).status == 200)
            #expect(try await desk.told().contains("updated password"))
            #expect(await desk.ask("auth.forgot", ["email": "ana@example.org"]).status == 202)
            let late = try await desk.mailedCode()
            desk.fixed.advance(by: .seconds(3_600))
            #expect(await desk.ask("auth.reset", ["code": late, "password": IdentityDesk.good]).code == "link_over")
        }
    }

    @Test("forgetting sends nothing to who has no account, and says the same; mails to one address are few")
    func forgot() async throws {
        try await IdentityDesk.with { desk in
            try await desk.person("ana@example.org")
            let (known, unknown) = (
                await desk.ask("auth.forgot", ["email": "ana@example.org"]), await desk.ask("auth.forgot", ["email": "eva@example.org"])
            )
            #expect(known.status == 202 && unknown.status == 202 && known.fields == unknown.fields)
            try await desk.deliverMail()
            #expect(desk.mailer.sent.filter { $0.to.text == "eva@example.org" }.isEmpty)
            for address in ["ana@example.org", "eva@example.org"] {
                for _ in 0..<4 { _ = await desk.ask("auth.forgot", ["email": address]) }
                #expect(await desk.ask("auth.forgot", ["email": address]).code == "too_many_attempts")
            }
        }
    }

    @Test("a changed password keeps this session and ends the others; the old one must be right", arguments: EngineMatrix.both)
    func change(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            try await desk.person("ana@example.org")
            let (mine, other) = (await desk.login("ana@example.org"), await desk.login("ana@example.org"))
            let wrong = await desk.ask("auth.password", ["password": Self.other, "new_password": Self.other], as: mine.token)
            #expect(wrong.status == 422 && wrong.faults == ["/password wrong_password"], "signing in again would not help: \(wrong)")
            let right = ["password": IdentityDesk.good, "new_password": Self.other]
            #expect(await desk.ask("auth.password", right, as: mine.token).status == 204)
            #expect(await desk.refresh(other.refresh).code == "session_over")
            desk.fixed.advance(by: .milliseconds(1))
            let renewed = await desk.refresh(mine.refresh)
            #expect(renewed.status == 200, "\(renewed)")
            #expect(await desk.isIn(renewed.token))
            #expect(try await desk.told().filter { $0 == "denied password" }.count == 1)
        }
    }

    private func invited(_ desk: IdentityDesk, _ address: String, _ roles: [String] = ["coach"], by token: String) async throws -> (
        id: String, code: String
    ) {
        let answer = await desk.ask("invitation.create", ["email": address, "roles": roles], as: token)
        try #require(answer.status == 201, "\(answer)")
        return (answer.text("id"), try await desk.mailedCode())
    }

    @Test("an invitation makes an account, once; an account that is there gives its password", arguments: EngineMatrix.both)
    func accept(_ engine: EngineMatrix) async throws {
        try await IdentityDesk.with(engine) { desk in
            let token = try await open(desk)
            let (_, code) = try await invited(desk, "eva@example.org", by: token)
            let body = ["code": code, "name": "Eva", "password": Self.other]
            let used = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { await desk.ask("auth.accept_invitation", body).status } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(used.filter { $0 == 204 }.count == 1, "\(used)")
            #expect(await desk.ask("auth.accept_invitation", body).code == "link_over")
            #expect(await desk.login("eva@example.org", Self.other).json?["roles"]?.array?.compactMap(\.string) == ["coach"])

            let (_, again) = try await invited(desk, "eva@example.org", ["therapist"], by: token)
            let thief = await desk.ask("auth.accept_invitation", ["code": again, "name": "X", "password": IdentityDesk.good])
            #expect(thief.code == "wrong_password")
            #expect(await desk.ask("auth.accept_invitation", ["code": again, "password": Self.other]).status == 204)
            let roles = await desk.login("eva@example.org", Self.other).json?["roles"]?.array?.compactMap(\.string)
            #expect(roles == ["coach", "therapist"], "what they had stays")
            #expect(try await desk.told("clinic").filter { $0 == "created invitation" }.count == 2)
        }
    }

    @Test("the last administrator who takes up an invitation as a patient still administers")
    func demotion() async throws {
        try await IdentityDesk.with { desk in
            let token = try await open(desk)
            let (_, code) = try await invited(desk, "admin@example.org", ["patient"], by: token)
            #expect(await desk.ask("auth.accept_invitation", ["code": code, "password": IdentityDesk.good]).status == 204)
            #expect(
                await desk.login("admin@example.org").json?["roles"]?.array?.compactMap(\.string) == ["organisation_admin", "patient"])
        }
    }

    @Test("withdrawn, a week old, or of another organisation it is over")
    func over() async throws {
        try await IdentityDesk.with { desk in
            let token = try await open(desk)
            try await desk.person("chief@example.org", in: "hospital")
            let foreign = await desk.login("chief@example.org").token
            let (id, code) = try await invited(desk, "eva@example.org", by: token)
            #expect(await desk.ask("invitation.withdraw", as: foreign, id: id).status == 404)
            #expect(await desk.ask("invitation.withdraw", as: token, id: id).status == 204)
            #expect(await desk.ask("invitation.withdraw", as: token, id: id).status == 404)
            let body = ["name": "Eva", "password": Self.other]
            #expect(await desk.ask("auth.accept_invitation", body.merging(["code": code]) { $1 }).code == "link_over")
            let (_, old) = try await invited(desk, "eva@example.org", by: token)
            #expect(await desk.ask("invitation.list", as: token).json?["invitations"]?.array?.count == 1)
            desk.fixed.advance(by: .seconds(7 * 86_400))
            #expect(await desk.ask("auth.accept_invitation", body.merging(["code": old]) { $1 }).code == "link_over")
            #expect(await desk.login("eva@example.org", Self.other).code == "sign_in_failed")
        }
    }

    @Test(
        "nobody is invited as operator, reviewer of a feature, nothing, or a role that is none",
        arguments: [
            ["operator"], ["exercise_reviewer"], [], ["no role"], ["patient", "operator"], ["_identity"],
        ])
    func roles(_ roles: [String]) async throws {
        try await IdentityDesk.with { desk in
            let token = try await open(desk)
            let answer = await desk.ask("invitation.create", ["email": "eva@example.org", "roles": roles], as: token)
            #expect(answer.faults == ["/roles not_a_choice"], "\(answer)")
            let member = await desk.ask("auth.me", as: token).text("account")
            #expect(await desk.ask("member.set_roles", ["roles": roles], as: token, id: member).faults == ["/roles not_a_choice"])
            #expect(await desk.ask("client.create", ["name": "x", "roles": roles], as: token).faults == ["/roles not_a_choice"])
        }
    }
}
