import Access
import Base
import Foundation
import HTTPTypes
import Identity
import Runtime
import Testing
import Web

/// The pages to which links lead.
@Suite("pages of links", .timeLimit(.minutes(2)))
struct LinkPageTests {
    @Test("looking at a link does not use it up; using it does")
    func reset() async throws {
        try await PageGround.with { house in
            let code = try await house.account("rosa@clinic.example", "Rosa Quispe", ["therapist"])
            let browser = PageBrowser(house)
            for _ in 0..<3 { #expect(try await browser.get("/account/reset?code=\(code)").words.contains("Elija su contraseña")) }
            let poor = try await browser.post("/account/reset", [("code", code), ("password", "rosaquispe1")])
            #expect(poor.status == 422 && poor.words.contains("La contraseña es corta") && poor.text.contains(code))
            let set = try await browser.post("/account/reset", [("code", code), ("password", PageGround.password)])
            #expect(set.status == 303 && set.place == "/sign-in?done=password_set")
            #expect(try await browser.get("/account/reset?code=\(code)").words.contains("Este enlace ya no sirve"))
            let again = try await browser.post("/account/reset", [("code", code), ("password", PageGround.password)])
            #expect(again.status == 422 && again.words.contains("Este enlace ya no sirve"))
            #expect(try await browser.signIn("rosa@clinic.example").status == 303)
        }
    }

    @Test(
        "a code that nobody made, of another purpose or of any form is a link that is good no longer",
        arguments: [
            "/account/confirm", "/account/reset", "/invitation", "/setup",
        ])
    func strange(_ path: String) async throws {
        try await PageGround.with { house in
            let browser = PageBrowser(house, .english)
            for code in ["none", "%3Cscript%3E", String(repeating: "a", count: 200)] {
                let page = try await browser.get("\(path)?code=\(code)")
                #expect(page.status == 200 && page.words.contains("This link is good no longer") && !page.text.contains("<script>"))
                let sent = try await browser.post(
                    path,
                    [("code", "none"), ("password", PageGround.password), ("name", "a"), ("email", "a@b.example"), ("organisation", "x")])
                #expect(sent.status == 422 && sent.words.contains("This link is good no longer"))
            }
            await #expect(throws: Problem.self) { _ = try await browser.get(path) }
        }
    }

    @Test("the first account is made by the link of the first start, and is then signed in and may everything")
    func setUp() async throws {
        try await PageGround.with { house in
            let link = try #require(try await AdminDesk(house.feature.parts).setUpLink())
            let code = String(link.split(separator: "=").last ?? "")
            let browser = PageBrowser(house)
            #expect(try await browser.get(link).words.contains("Una buena contraseña"))
            let values = [("code", code), ("organisation", "clinic"), ("name", "Rosa Quispe"), ("email", "rosa"), ("password", "short")]
            let faulty = try await browser.post("/setup", values)
            #expect(
                faulty.status == 422 && faulty.words.contains("Falta corregir 2 cosas") && faulty.text.contains(#"value="Rosa Quispe""#))
            let made = try await browser.post(
                "/setup", values.dropLast(2) + [("email", "rosa@clinic.example"), ("password", PageGround.password)])
            #expect(made.status == 303 && made.place == "/account")
            let account = try await browser.get("/account")
            #expect(account.words.contains("Administrador de la organización") && account.words.contains("clinic"))
            #expect(try await browser.get("/organisation").words.contains("Rosa Quispe"))
        }
    }

    @Test("whoever is invited comes in with a new account; whoever has one joins with its password")
    func invitation() async throws {
        try await PageGround.with { house in
            try await house.member("rosa@clinic.example")
            let admin = PageBrowser(house)
            try await admin.signIn("rosa@clinic.example")
            let none = try await admin.post("/organisation/invitations/new", [("email", "luis@clinic.example")])
            #expect(none.status == 422 && none.words.contains("Elija uno o más de los roles"))
            let made = try await admin.post(
                "/organisation/invitations/new", [("email", "luis@clinic.example"), ("roles", "therapist"), ("language", "es")])
            let code = try #require(made.text.firstMatch(of: /invitation\?code=([A-Za-z0-9_-]{43})/)).1
            #expect(made.status == 200)
            let guest = PageBrowser(house)
            for _ in 0..<2 {
                let page = try await guest.get("/invitation?code=\(code)")
                #expect(
                    page.words.contains("luis@clinic.example") && page.words.contains("Terapeuta") && page.words.contains("¿Cómo se llama?")
                )
            }
            let nameless = try await guest.post("/invitation", [("code", String(code)), ("password", PageGround.password)])
            #expect(nameless.status == 422 && nameless.words.contains("Escriba un nombre"))
            let joined = try await guest.post(
                "/invitation", [("code", String(code)), ("name", "Luis Mamani"), ("password", PageGround.password)])
            #expect(joined.status == 303 && joined.place == "/account" && guest.cookies["session"] != nil)
            #expect(try await guest.get("/account").words.contains("Luis Mamani"))
            await #expect(throws: Failure.self) { _ = try await guest.get("/organisation") }

            let second = try await admin.post(
                "/organisation/invitations/new", [("email", "luis@clinic.example"), ("roles", "patient"), ("language", "es")])
            let other = String(try #require(second.text.firstMatch(of: /invitation\?code=([A-Za-z0-9_-]{43})/)).1)
            let page = try await PageBrowser(house).get("/invitation?code=\(other)")
            #expect(page.words.contains("ya tiene una cuenta") && !page.words.contains("¿Cómo se llama?"))
            let wrong = try await guest.post("/invitation", [("code", other), ("password", "no es esta la buena")])
            #expect(wrong.status == 422 && wrong.words.contains("La contraseña no es correcta."))
        }
    }
}
