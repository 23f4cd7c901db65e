import Access
import Base
import Factors
import HTTPTypes
import Identity
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Proving anew, policies and administrators", .timeLimit(.minutes(3)))
struct StepUpTests {
    @Test("who proved who they are long ago changes nothing, until they prove it again by what they have", arguments: EngineMatrix.all)
    func stepUp(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            var entered = await house.login()
            let app = try await house.app(as: entered.token)
            house.fixed.advance(by: .seconds(15 * 60))
            entered = await house.ask("auth.refresh", ["refresh_token": entered.text("refresh_token")])
            let changing = house.feature.routes.filter { route in
                route.name.hasPrefix("mfa.") && route.access == .signedIn && route.method != .get
                    && !route.name.hasPrefix("mfa.step_up")
            }
            #expect(changing.count == 14)
            let members: [String: Any] = [
                "code": "123456", "name": "x", "number": "+573001234567", "ceremony": FactorGround.ana.text, "credential": [:],
            ]
            for route in changing {
                let answer = await house.ask(route.name, members, as: entered.token, id: FactorGround.ana.text)
                #expect(answer.brief == "403 step_up_needed", "\(route.name)")
            }
            #expect(await house.ask("mfa.read", as: entered.token).status == 200)
            #expect(await house.ask("mfa.step_up_options", as: entered.token).json?["methods"]?.array == [.string("totp")])
            #expect(await house.ask("auth.reauthenticate", ["password": FactorHouse.password], as: entered.token).status == 403)
            let wrong = ["method": "totp", "code": FactorGround.other(house.now(app))]
            #expect(await house.ask("mfa.step_up", wrong, as: entered.token).brief == "422 second_factor_wrong")
            let proved = await house.ask("mfa.step_up", ["method": "totp", "code": house.now(app)], as: entered.token)
            #expect(proved.status == 200 && proved.text("assurance") == "secondFactor")
            #expect(await house.ask("mfa.totp.remove", as: proved.token).status == 204)
            #expect(await house.ask("mfa.totp.remove", as: proved.token).brief == "404 factor_not_found")
        }
    }

    @Test("a passkey proves a session, and lifts it")
    func passkey() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let entered = await house.login()
            var key = SoftwareKey()
            _ = try await house.passkey(on: &key, as: entered.token)
            let begun = await house.ask("mfa.step_up_options", as: entered.token)
            let credential = try key.get(try FactorHouse.options(begun, in: "passkey"))
            let members: [String: Any] = [
                "method": "passkey", "ceremony": begun.json?["passkey"]?["ceremony"]?.string ?? "",
                "credential": FactorHouse.object(credential),
            ]
            #expect(await house.ask("mfa.step_up", members, as: entered.token).text("assurance") == "passkey")
            #expect(await house.ask("mfa.step_up", members, as: entered.token).brief == "422 second_factor_wrong")
        }
    }

    @Test("who has a role that demands a second factor is a guest until it was given", arguments: EngineMatrix.all)
    func policy(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person("doc@example.org", ["physician"])
            try await house.person("admin@example.org", ["organisation_admin"])
            let admin = await house.login("admin@example.org").token
            let policy = await house.ask("policy.set", ["second_factor_roles": ["physician"]], as: admin)
            try #require(policy.status == 204, "\(policy.brief) \(policy.faults)")
            house.fixed.advance(by: .seconds(1))
            let entered = await house.login("doc@example.org")
            #expect(entered.json?["roles"]?.array == [.string("guest")])
            // What was set up just now was given just now.
            let app = try await house.app(as: entered.token)
            let renewed = await house.ask("auth.refresh", ["refresh_token": entered.text("refresh_token")])
            #expect(renewed.json?["roles"]?.array == [.string("physician")] && renewed.text("assurance") == "secondFactor")
            let asked = await house.login("doc@example.org")
            let second = await house.verify(asked.pending, "totp", house.now(app))
            #expect(second.json?["roles"]?.array == [.string("physician")])
        }
    }

    @Test("mail stands in for whoever has set nothing up, and lifts their session")
    func mailStandsIn() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let token = await house.login().token
            #expect(await house.ask("mfa.step_up_options", as: token).json?["methods"]?.array == [.string("mail"), .string("password")])
            #expect(await house.ask("mfa.step_up_send", ["method": "mail"], as: token).status == 202)
            let code = try await house.mailedCode()
            #expect(await house.ask("mfa.step_up", ["method": "mail", "code": code], as: token).text("assurance") == "secondFactor")
        }
    }

    @Test("an administrator frees who lost everything: sessions end, both are told", arguments: EngineMatrix.all)
    func reset(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            let ana = try await house.person()
            try await house.person("admin@example.org", ["organisation_admin"])
            let entered = await house.login()
            _ = try await house.app(as: entered.token)
            var key = SoftwareKey()
            _ = try await house.passkey(on: &key, as: entered.token)
            let admin = await house.login("admin@example.org")
            let mailed = try await house.mailed()
            #expect(mailed.count == 2)
            #expect(await house.ask("member.remove_second_factors", as: entered.token, id: ana.text).status == 403)
            #expect(await house.ask("member.remove_second_factors", as: admin.token, id: FactorGround.ben.text).status == 404)
            #expect(await house.ask("member.remove_second_factors", as: admin.token, id: ana.text).status == 204)
            #expect(try await house.mailed() == ["Your account has no second factor any more"])
            #expect(try await house.told().contains("deleted second_factors"))
            #expect(await house.ask("auth.me", as: entered.token).status == 401)
            house.fixed.advance(by: .seconds(1))
            #expect(!(await house.login()).token.isEmpty)
            house.fixed.advance(by: .seconds(15 * 60))
            let later = await house.ask("auth.refresh", ["refresh_token": admin.text("refresh_token")])
            #expect(await house.ask("member.remove_second_factors", as: later.token, id: ana.text).brief == "403 step_up_needed")
        }
    }

    @Test("whose account belongs to another organisation as well is not this one's to weaken")
    func elsewhere() async throws {
        try await FactorHouse.with { house in
            let ana = try await house.person()
            _ = try await AdminDesk(house.parts).grant(["physician"], to: try MailAddress(FactorHouse.ana), in: "hospital")
            try await house.person("admin@example.org", ["organisation_admin"])
            house.fixed.advance(by: .seconds(1))
            _ = try await house.app(as: await house.login().token)
            let admin = await house.login("admin@example.org").token
            #expect(await house.ask("member.remove_second_factors", as: admin, id: ana.text).brief == "403 belongs_elsewhere")
            #expect(!(await house.login()).pending.isEmpty)
        }
    }

    @Test("what is added and removed is told by mail; without mail it works as well", arguments: [true, false])
    func letters(_ sendsMail: Bool) async throws {
        try await FactorHouse.with(sendsMail: sendsMail) { house in
            try await house.person()
            let token = await house.login().token
            _ = try await house.app(as: token)
            _ = await house.ask("mfa.recovery_codes", as: token)
            _ = await house.ask("mfa.totp.remove", as: token)
            let told = ["Your account has another second factor", "New recovery codes", "A second factor was removed from your account"]
            let mailed = try await house.mailed()
            #expect(mailed == (sendsMail ? told : []))
        }
    }
}
