import Access
import Base
import Factors
import Identity
import Runtime
import Store
import TestKit
import Testing

@Suite("The second step of signing in, over HTTP", .timeLimit(.minutes(3)))
struct SecondStepTests {
    @Test("the password and a code of the app let in, as sure as that; a code is good once", arguments: EngineMatrix.all)
    func authenticator(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            let first = await house.login()
            #expect(first.text("assurance") == "password")
            let app = try await house.app(as: first.token)
            let asked = await house.login()
            #expect(asked.token.isEmpty && asked.json?["methods"]?.array == [.string("totp")])
            let code = house.now(app)
            #expect(await house.verify(asked.pending, "totp", FactorGround.other(code)).brief == "401 second_factor_wrong")
            let entered = await house.verify(asked.pending, "totp", code)
            #expect(entered.status == 200 && entered.text("assurance") == "secondFactor" && !entered.text("refresh_token").isEmpty)
            #expect(await house.ask("auth.me", as: entered.token).text("assurance") == "secondFactor")
            let again = await house.login()
            #expect(await house.verify(again.pending, "totp", code).brief == "401 second_factor_wrong")
        }
    }

    @Test("what is no sign-in of theirs opens nothing: forged, too old, another account's, closed meanwhile")
    func pending() async throws {
        try await FactorHouse.with { house in
            let ana = try await house.person()
            try await house.person("ben@example.org")
            let app = try await house.app(as: await house.login().token)
            let bens = try await house.app(as: await house.login("ben@example.org").token)
            let asked = await house.login()
            for text in [
                asked.pending + "x", String(asked.pending.dropLast()), "", "zp1",
                asked.pending.replacing(ana.text, with: FactorGround.ben.text),
            ] {
                let answer = await house.verify(text, "totp", house.now(app))
                #expect(answer.brief == (text.isEmpty ? "422 invalid_record" : "401 session_over"), "\(text)")
            }
            let other = await house.login("ben@example.org")
            #expect(await house.verify(other.pending, "totp", house.now(app)).brief == "401 second_factor_wrong")
            #expect(await house.verify(other.pending, "totp", house.now(bens)).status == 200)
            house.fixed.advance(by: .seconds(601))
            #expect(await house.verify(asked.pending, "totp", house.now(app)).brief == "401 session_over")
            let late = await house.login()
            try await AdminDesk(house.parts).setDisabled(true, try MailAddress(FactorHouse.ana))
            #expect(await house.verify(late.pending, "totp", house.now(app)).brief == "401 session_over")
            #expect(await house.ask("mfa.send", ["pending": late.pending, "method": "mail"]).brief == "401 session_over")
        }
    }

    @Test("a method that is not set up answers as a wrong code, and sends nothing", arguments: ["mail", "sms", "recovery"])
    func notSetUp(_ method: String) async throws {
        try await FactorHouse.with { house in
            try await house.person()
            _ = try await house.app(as: await house.login().token)
            _ = try await house.mailed()
            let asked = await house.login()
            #expect(await house.verify(asked.pending, method, "123456").brief == "401 second_factor_wrong")
            if method != "recovery" {
                #expect(await house.ask("mfa.send", ["pending": asked.pending, "method": method]).brief == "422 factor_not_offered")
            }
            #expect(try await house.mailed().isEmpty && house.texts.sent.isEmpty)
            #expect(await house.ask("mfa.passkey_options", ["pending": asked.pending]).brief == "422 factor_not_offered")
        }
    }

    @Test("five wrong codes, and nothing is looked at for a minute, not even the right one", arguments: EngineMatrix.all)
    func budget(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            let app = try await house.app(as: await house.login().token)
            let asked = await house.login()
            for _ in 0..<5 {
                #expect(await house.verify(asked.pending, "totp", FactorGround.other(house.now(app))).status == 401)
            }
            let waiting = await house.verify(asked.pending, "totp", house.now(app))
            #expect(waiting.brief == "429 too_many_tries" && waiting.retryAfter == .seconds(60))
            house.fixed.advance(by: .seconds(61))
            #expect(await house.verify(asked.pending, "totp", house.now(app)).status == 200)
        }
    }

    @Test("a body that says nothing useful is refused by its fields")
    func bodies() async throws {
        try await FactorHouse.with { house in
            #expect(await house.ask("mfa.verify").faults == ["/pending required", "/method required"])
            #expect(await house.ask("mfa.verify", ["pending": "x", "method": "magic", "code": "1"]).faults == ["/method method"])
            #expect(
                await house.ask("mfa.verify", ["pending": "x", "method": "passkey", "ceremony": "no"]).faults
                    == ["/credential required", "/ceremony id_expected"])
            #expect(await house.ask("mfa.send", ["pending": "x", "method": "totp"]).faults == ["/method method"])
            #expect(await house.ask("passkeys.sign_in").faults == ["/ceremony required", "/credential required"])
        }
    }

    @Test("codes by mail and by text message", arguments: EngineMatrix.all)
    func sent(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            let token = await house.login().token
            #expect(await house.ask("mfa.mail.begin", as: token).status == 202)
            let first = try await house.mailedCode()
            #expect(await house.ask("mfa.mail.confirm", ["code": FactorGround.other(first)], as: token).brief == "422 factor_code_wrong")
            #expect(await house.ask("mfa.mail.confirm", ["code": first], as: token).status == 204)
            house.fixed.advance(by: .seconds(31))
            #expect(await house.ask("mfa.phone.begin", ["number": "300 123"], as: token).faults == ["/number phone_number"])
            #expect(await house.ask("mfa.phone.begin", ["number": "+57 300 123 4567"], as: token).status == 202)
            #expect(await house.ask("mfa.phone.confirm", ["code": try house.texts.code()], as: token).status == 204)
            #expect(await house.ask("mfa.read", as: token).text("phone") == "•••• 67")
            house.fixed.advance(by: .seconds(31))
            let asked = await house.login()
            #expect(asked.json?["methods"]?.array == [.string("sms"), .string("mail")])
            #expect(await house.ask("mfa.send", ["pending": asked.pending, "method": "sms"]).status == 202)
            #expect(await house.ask("mfa.send", ["pending": asked.pending, "method": "mail"]).brief == "429 too_many_codes")
            #expect(await house.verify(asked.pending, "sms", try house.texts.code()).status == 200)
            house.fixed.advance(by: .seconds(31))
            #expect(await house.ask("mfa.send", ["pending": asked.pending, "method": "mail"]).status == 202)
            let mailed = try await house.mailedCode()
            #expect(await house.verify(asked.pending, "mail", mailed).status == 200)
            #expect(await house.verify(asked.pending, "mail", mailed).brief == "401 second_factor_wrong")
            house.texts.breakDown()
            house.fixed.advance(by: .seconds(31))
            #expect(await house.ask("mfa.send", ["pending": asked.pending, "method": "sms"]).brief == "503 sms_not_sent")
        }
    }

    @Test("where nobody sends text messages, none are offered")
    func noTexts() async throws {
        try await FactorHouse.with(sendsTexts: false) { house in
            try await house.person()
            let token = await house.login().token
            #expect(await house.ask("mfa.phone.begin", ["number": "+573001234567"], as: token).brief == "422 factor_not_offered")
        }
    }

    @Test("a recovery code lets in once; they end with the last thing they stand in for")
    func recovery() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let token = await house.login().token
            #expect(await house.ask("mfa.recovery_codes", as: token).brief == "422 factor_not_offered")
            _ = try await house.app(as: token)
            let codes = await house.ask("mfa.recovery_codes", as: token).json?["codes"]?.array?.compactMap(\.string) ?? []
            #expect(codes.count == 10 && Set(codes).count == 10)
            let asked = await house.login()
            #expect(await house.verify(asked.pending, "recovery", codes[3].lowercased()).status == 200)
            #expect(await house.verify(asked.pending, "recovery", codes[3]).brief == "401 second_factor_wrong")
            #expect(await house.ask("mfa.read", as: token).json?["recovery_codes_left"]?.integer == 9)
            #expect(await house.ask("mfa.totp.remove", as: token).status == 204)
            #expect(await house.ask("mfa.read", as: token).json?["recovery_codes_left"]?.integer == 0)
            #expect(!(await house.login()).token.isEmpty)
        }
    }
}
