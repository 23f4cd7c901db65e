import Access
import Base
import Factors
import Identity
import Store
import TestKit
import Testing
import Web

@Suite("Pages of second factors", .timeLimit(.minutes(3)))
struct SecondStepPageTests {
    /// Signs in by the page, as far as the password goes.
    private func begin(_ house: FactorHouse, next: String? = nil) async -> (answer: FactorHouse.Answer, cookies: [String: String]) {
        var form = ["email": FactorHouse.ana, "password": FactorHouse.password]
        form["next"] = next
        let answer = await house.ask("sign_in.submit", form: form)
        return (answer, answer.cookies(["a": "b"]))
    }

    @Test("the second step by page: wrong, right, and where one wanted to go", arguments: EngineMatrix.all)
    func secondStep(_ engine: EngineMatrix) async throws {
        try await FactorHouse.with(engine) { house in
            try await house.person()
            let app = try await house.app(as: await house.login().token)
            let (asked, cookies) = await begin(house, next: "/exercises")
            #expect(asked.location == "/sign-in/second?next=%2Fexercises" && cookies["pending"] != nil)
            let page = await house.ask("sign_in.second_page", query: [("next", "/exercises")], cookies: cookies)
            #expect(page.status == 200 && page.page.contains("one-time-code") && page.page.contains(#"name="next" value="/exercises""#))
            let form = ["method": "totp", "code": FactorGround.other(house.now(app)), "next": "/exercises"]
            let wrong = await house.ask("sign_in.second_submit", form: form, cookies: cookies)
            #expect(wrong.status == 422 && wrong.page.contains("field-code-error") && wrong.page.contains("is not right"))
            let right = await house.ask(
                "sign_in.second_submit", form: form.merging(["code": house.now(app)]) { $1 }, cookies: cookies)
            #expect(right.status == 303 && right.location == "/exercises")
            let inside = right.cookies(cookies)
            #expect(inside["pending"] == nil && inside[SessionCookie.secureName] != nil)
            #expect(await house.ask("auth.me", cookies: inside).text("assurance") == "secondFactor")
        }
    }

    @Test("a second step without a first leads back to it, and never elsewhere", arguments: ["", "x", "zp1.a.b.c.d.e"])
    func noFirst(_ pending: String) async throws {
        try await FactorHouse.with { house in
            let cookies = ["pending": pending]
            #expect(await house.ask("sign_in.second_page", query: [("next", "/a")], cookies: cookies).location == "/sign-in?next=%2Fa")
            #expect(
                await house.ask("sign_in.second_submit", form: ["method": "totp", "code": "1", "next": "//evil.example"], cookies: cookies)
                    .location
                    == "/sign-in")
            #expect(await house.ask("sign_in.second_send", form: ["method": "mail"], cookies: cookies).location == "/sign-in")
            #expect(await house.ask("sign_in.second_options", cookies: cookies).brief == "401 session_over")
        }
    }

    @Test("a code is sent from the page, and too many are said on it")
    func sent() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let token = await house.login().token
            _ = await house.ask("mfa.mail.begin", as: token)
            _ = await house.ask("mfa.mail.confirm", ["code": try await house.mailedCode()], as: token)
            house.fixed.advance(by: .seconds(31))
            let (_, cookies) = await begin(house)
            #expect(await house.ask("sign_in.second_page", cookies: cookies).page.contains("/sign-in/second/send"))
            let going = await house.ask("sign_in.second_send", form: ["method": "mail"], cookies: cookies)
            #expect(going.location == "/sign-in/second?method=mail&sent=yes")
            let again = await house.ask("sign_in.second_send", form: ["method": "mail"], cookies: cookies)
            #expect(again.status == 429 && again.page.contains("A code was sent a short while ago"))
            let code = try await house.mailedCode()
            #expect(await house.ask("sign_in.second_submit", form: ["method": "mail", "code": code], cookies: cookies).status == 303)
        }
    }

    @Test("a passkey by page: alone, tied to its browser, and behind a password")
    func passkeys() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            var key = SoftwareKey()
            _ = try await house.passkey(on: &key, as: await house.login().token)
            #expect(await house.ask("sign_in.page").page.contains(#"data-options="/api/v1/auth/passkeys/options""#))
            let begun = await house.ask("passkeys.options")
            var form = [
                "ceremony": begun.text("ceremony"), "credential": FactorHouse.text(try key.get(try FactorHouse.options(begun))),
                "next": "/account",
            ]
            let stranger = await house.ask("sign_in.passkey_submit", form: form)
            #expect(stranger.status == 422 && stranger.page.contains("is not right") && stranger.cookies().isEmpty)
            let mine = await house.ask("sign_in.passkey_submit", form: form, cookies: begun.cookies())
            #expect(mine.status == 303 && mine.cookies()[SessionCookie.secureName] != nil)
            let (_, cookies) = await begin(house)
            let page = await house.ask("sign_in.second_page", cookies: cookies).page
            #expect(page.contains("<noscript>") && page.contains(Assets.passkeys.path))
            let options = await house.ask("sign_in.second_options", cookies: cookies)
            form = [
                "method": "passkey", "ceremony": options.text("ceremony"),
                "credential": FactorHouse.text(try key.get(try FactorHouse.options(options))),
            ]
            #expect(await house.ask("sign_in.second_submit", form: form, cookies: cookies).status == 303)
            form["credential"] = "{"
            let broken = await house.ask("sign_in.second_submit", form: form, cookies: cookies)
            #expect(broken.status == 422)
        }
    }

    @Test("the pages of one's account, in both languages", arguments: Language.allCases)
    func account(_ language: Language) async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let cookies = await begin(house).cookies
            let ask = { (name: String, id: String?) in await house.ask(name, id: id, cookies: cookies, language: language) }
            #expect(await ask("factor.page", nil).page.contains(language == .spanish ? "Solo contraseña" : "Password alone"))
            for name in [
                "app_page", "app_code_page", "mail_page", "mail_code_page", "phone_page", "phone_code_page", "passkey_new_page",
                "recovery_page",
            ] {
                #expect(await ask("factor.\(name)", nil).status == 200, "\(name)")
            }
            #expect(await ask("factor.ask_remove", "totp").status == 404)
            #expect(await ask("factor.ask_remove", "recovery").status == 404)
            let secret = await house.ask("factor.app_begin", form: [:], cookies: cookies, language: language).page
            #expect(secret.contains("<svg class=\"qr\""))
            let typed = try #require(secret.firstMatch(of: /id="secret"[^>]*>([A-Z2-7 \n]+)</)).1
            let app = try FactorHouse.app(typed: String(typed))
            let wrong = await house.ask(
                "factor.app_confirm", form: ["code": FactorGround.other(house.now(app))], cookies: cookies, language: language)
            #expect(wrong.status == 422 && wrong.page.contains("field-code-error"))
            let done = await house.ask("factor.app_confirm", form: ["code": house.now(app)], cookies: cookies)
            #expect(done.location == "/account/second-factors?done=factor_added")
            #expect(await ask("factor.page", nil).page.contains(language == .spanish ? "Protegida" : "Protected"))
            let codes = await house.ask("factor.recovery_make", form: [:], cookies: cookies, language: language)
            #expect(codes.status == 200 && codes.page.matches(of: /[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/).count >= 10)
            #expect(await ask("factor.ask_remove", "totp").status == 200)
            #expect(await house.ask("factor.remove", id: "totp", form: [:], cookies: cookies).status == 303)
        }
    }

    @Test("proving anew by page, before something delicate")
    func prove() async throws {
        try await FactorHouse.with { house in
            try await house.person()
            let cookies = await begin(house).cookies
            #expect(
                await house.ask("prove.second_page", query: [("next", "/account")], cookies: cookies).location
                    == "/account/prove?next=%2Faccount")
            let app = try await house.app(as: await house.login().token)
            house.fixed.advance(by: .seconds(15 * 60))
            #expect(
                await house.ask("factor.recovery_page", cookies: cookies).location
                    == "/account/prove?next=%2Faccount%2Fsecond-factors%2Frecovery")
            let on = await house.ask("prove.page", query: [("next", "/account/second-factors/recovery")], cookies: cookies)
            #expect(on.location == "/account/prove/second?next=%2Faccount%2Fsecond-factors%2Frecovery")
            #expect(await house.ask("prove.second_page", cookies: cookies).page.contains("one-time-code"))
            var form = ["method": "totp", "code": FactorGround.other(house.now(app)), "next": "/account/second-factors/recovery"]
            #expect(await house.ask("prove.second_submit", form: form, cookies: cookies).status == 422)
            form["code"] = house.now(app)
            #expect(await house.ask("prove.second_submit", form: form, cookies: cookies).location == "/account/second-factors/recovery")
            #expect(await house.ask("factor.recovery_page", cookies: cookies).status == 200)
        }
    }
}
