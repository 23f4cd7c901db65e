import Base
import Foundation
import HTTPTypes
import Identity
import Runtime
import Testing
import Web

/// The way in and out by pages.
@Suite("pages of sign-in", .timeLimit(.minutes(2)))
struct SignInPageTests {
    @Test("the right password leads in with a new session each time, the wrong one back to the form with what was typed")
    func signIn() async throws {
        try await PageGround.with { house in
            try await house.member("rosa@clinic.example")
            let browser = PageBrowser(house)
            let wrong = try await browser.signIn("rosa@clinic.example", "no es esta la buena")
            #expect(wrong.status == 422 && wrong.words.contains("La dirección o la contraseña no son correctas."))
            #expect(wrong.text.contains(#"value="rosa@clinic.example""#) && !wrong.text.contains("no es esta la buena"))
            #expect(browser.cookies["session"] == nil)
            let unknown = try await browser.signIn("nobody@clinic.example", "no es esta la buena")
            #expect(unknown.status == 422 && unknown.words.contains("La dirección o la contraseña no son correctas."))
            let empty = try await browser.post("/sign-in")
            #expect(
                empty.status == 422 && empty.words.contains("Escriba la dirección de correo.")
                    && empty.words.contains("Escriba la contraseña."))

            let right = try await browser.signIn("rosa@clinic.example")
            #expect(right.status == 303 && right.place == "/account")
            let given = right.fields[values: .setCookie]
            let session = try #require(given.first { $0.hasPrefix("session=zs1.") })
            #expect(session.contains("HttpOnly") && session.contains("SameSite=Lax"))
            let device = try #require(given.first { $0.hasPrefix("device=") })
            #expect(device.contains("Max-Age=31536000") && device.contains("HttpOnly") && device.contains("Path=/sign-in"))
            let first = browser.cookies["session"]
            try await browser.signIn("rosa@clinic.example")
            #expect(browser.cookies["session"] != first)
            // The session that the browser was in before is over.
            let account = try await browser.get("/account/sessions")
            #expect(account.text.components(separatedBy: "/account/sessions/end\"").count == 2)
        }
    }

    @Test(
        "after signing in one goes on where one wanted to, on this server alone",
        arguments: [
            ("/organisation?offset=0", "/organisation?offset=0"), ("//evil.example", "/account"), ("https://evil.example/", "/account"),
            ("/\\evil.example", "/account"), ("", "/account"),
        ])
    func next(_ next: String, _ place: String) async throws {
        try await PageGround.with { house in
            try await house.member("rosa@clinic.example")
            let browser = PageBrowser(house)
            let page = try await browser.get("/sign-in?next=\(PercentText.encoded(next.isEmpty ? "/" : next))")
            #expect(page.status == 200 && !page.text.contains("evil"))
            let wrong = try await browser.signIn("rosa@clinic.example", "wrong", next: next)
            #expect(wrong.status == 422 && !wrong.text.contains("evil"))
            #expect(try await browser.signIn("rosa@clinic.example", next: next).place == place)
        }
    }

    @Test("whoever is wrong too often is told how long to wait; a device that is known is let in")
    func attempts() async throws {
        try await PageGround.with { house in
            try await house.member("rosa@clinic.example")
            let (known, stranger) = (PageBrowser(house), PageBrowser(house))
            try await known.signIn("rosa@clinic.example")
            for _ in 0..<5 { #expect(try await stranger.signIn("rosa@clinic.example", "guess").status == 422) }
            let held = try await stranger.signIn("rosa@clinic.example")
            #expect(held.status == 429 && held.words.contains("Demasiados intentos: espere 1 s"))
            #expect(held.fields[.retryAfter] == "1")
            known.forget("session")
            #expect(try await known.signIn("rosa@clinic.example").status == 303)
            house.pass(.seconds(2))
            #expect(try await stranger.signIn("rosa@clinic.example").status == 303)
        }
    }

    @Test("programs get the problem and no page")
    func programs() async throws {
        try await PageGround.with { house in
            let program = PageBrowser(house, accepts: "application/json")
            await #expect(throws: Failure.self) { _ = try await program.signIn("rosa@clinic.example", "wrong") }
            await #expect(throws: InvalidInput.self) { _ = try await program.post("/sign-in") }
        }
    }

    @Test("signing out ends the session and takes the cookie, and does no harm to who is out already")
    func signOut() async throws {
        try await PageGround.with { house in
            try await house.member("rosa@clinic.example")
            let browser = PageBrowser(house)
            try await browser.signIn("rosa@clinic.example")
            let cookie = try #require(browser.cookies["session"])
            let out = try await browser.post("/sign-out")
            #expect(out.status == 303 && out.place == "/sign-in?done=signed_out" && browser.cookies["session"] == nil)
            #expect(try await browser.get("/sign-in?done=signed_out").words.contains("Cerró la sesión"))
            let thief = PageBrowser(house)
            thief.take("session", cookie)
            await #expect(throws: Failure.self) { _ = try await thief.get("/account") }
            #expect(try await browser.post("/sign-out").status == 303)
        }
    }
}
