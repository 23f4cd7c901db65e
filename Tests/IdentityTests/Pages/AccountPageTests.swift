import Access
import Base
import Foundation
import HTTPTypes
import Identity
import Runtime
import Testing
import Web

/// What somebody does about their own account, and an administrator about the organisation.
@Suite("pages of accounts", .timeLimit(.minutes(2)))
struct AccountPageTests {
    private func signedIn(_ house: PageGround, _ language: Language = .spanish) async throws -> PageBrowser {
        try await house.member("rosa@clinic.example")
        let browser = PageBrowser(house, language)
        try await browser.signIn("rosa@clinic.example")
        return browser
    }

    @Test("every page that is read is there in both languages, with one title, who looks, and the way out")
    func everyPage() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            let english = PageBrowser(house, .english)
            try await english.signIn("rosa@clinic.example")
            let pages = house.routes.filter { route in
                route.method == .get && !route.path.description.hasPrefix("/api/") && !route.path.description.hasPrefix("/.well-known")
                    && route.parameters.allSatisfy { !$0.isRequired } && route.answers.contains { $0.content?.type == "text/html" }
                    // Those lead on where no second step is due: tests of their own.
                    && !route.path.description.hasSuffix("/second")
            }
            #expect(pages.count >= 18)
            for route in pages {
                let path = route.path.description
                let (one, other) = (try await browser.get(path), try await english.get(path))
                #expect(one.status == 200 && other.status == 200, "\(path)")
                #expect(one.text.contains("<html lang=\"es\"") && other.text.contains("<html lang=\"en\""), "\(path)")
                #expect(one.words != other.words && one.text.components(separatedBy: "<h1").count == 2, "\(path)")
                guard route.access != .anyone else { continue }
                #expect(one.words.contains("Rosa Quispe") && one.text.contains("action=\"/sign-out\""), "\(path)")
            }
        }
    }

    @Test("before something delicate one shows once more who one is, and goes on from there")
    func stepUp() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            #expect(try await browser.get("/organisation/invitations/new").status == 200)
            house.pass(.seconds(16 * 60))
            #expect(try await browser.get("/organisation").status == 200)
            for path in ["/organisation/invitations/new", "/organisation/policy", "/organisation/programs/new", "/account/devices/new"] {
                let led = try await browser.get(path)
                #expect(led.status == 303 && led.place == "/account/prove?next=\(PercentText.encoded(path))", "\(path)")
            }
            let refused = try await browser.post(
                "/organisation/invitations/new", [("email", "luis@clinic.example"), ("roles", "therapist")])
            #expect(refused.place == "/account/prove?next=%2Forganisation%2Finvitations%2Fnew")
            let wrong = try await browser.post("/account/prove", [("password", "wrong"), ("next", "/organisation/policy")])
            #expect(
                wrong.status == 422 && wrong.words.contains("La contraseña no es correcta.") && wrong.text.contains("/organisation/policy"))
            let right = try await browser.post("/account/prove", [("password", PageGround.password), ("next", "/organisation/policy")])
            #expect(right.place == "/organisation/policy")
            #expect(try await browser.get("/organisation/policy").status == 200)
            #expect(
                try await browser.post("/account/prove", [("password", PageGround.password), ("next", "//evil.example")]).place
                    == "/account")
        }
    }

    @Test("going to another organisation proves nothing anew, and the session lasts no longer for it")
    func switching() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            _ = try await AdminDesk(house.feature.parts).grant(
                ["organisation_admin"], to: try MailAddress("rosa@clinic.example"), in: "hospital")
            let account = try #require(try await house.feature.parts.accounts.account(at: try MailAddress("rosa@clinic.example")))
            let before = try #require(try await house.feature.parts.sessions.sessions(of: account.id).first).session
            #expect(try await browser.get("/account").words.contains("Pasar a hospital"))
            house.pass(.seconds(16 * 60))
            let switched = try await browser.post("/account/organisation", [("organisation", "hospital")])
            #expect(switched.status == 303 && switched.place == "/account?done=organisation")
            let all = try await house.feature.parts.sessions.sessions(of: account.id)
            let after = try #require(all.first).session
            #expect(all.count == 1 && after.id != before.id && after.organisation == "hospital")
            #expect(after.provedAt == before.provedAt && after.endsAt == before.endsAt)
            #expect(try await browser.get("/organisation/policy").status == 303)
            let strange = try? await browser.post("/account/organisation", [("organisation", "nowhere")])
            #expect(strange == nil)
        }
    }

    @Test("a name and a language are changed, and the wrong ones are said")
    func profile() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            let wrong = try await browser.post("/account", [("name", " "), ("language", "fr")])
            #expect(wrong.status == 422 && wrong.words.contains("Falta corregir 2 cosas"))
            let right = try await browser.post("/account", [("name", "<b>Rosa</b>"), ("language", "en")])
            #expect(right.place == "/account?done=profile" && browser.cookies["language"] == "en")
            let page = try await browser.get("/account")
            #expect(!page.text.contains("<b>Rosa") && page.text.contains("&lt;b&gt;Rosa"))
        }
    }

    @Test("sessions are listed with this one marked, and ended; nobody ends another's")
    func sessions() async throws {
        try await PageGround.with { house in
            let (browser, other) = (try await signedIn(house), PageBrowser(house))
            try await other.signIn("rosa@clinic.example")
            try await house.member("luis@clinic.example", "Luis Mamani", ["therapist"])
            let stranger = PageBrowser(house)
            try await stranger.signIn("luis@clinic.example")
            let list = try await browser.get("/account/sessions")
            #expect(list.words.contains("Firefox en Linux") && list.words.contains("192.0.2.7"))
            #expect(list.text.components(separatedBy: "Este dispositivo").count == 2)
            let ids = list.text.matches(of: /name="id" value="([0-9a-f-]{36})"/).map { String($0.1) }
            #expect(ids.count == 2)
            for id in ids { await #expect(throws: Problem.self) { _ = try await stranger.post("/account/sessions/end", [("id", id)]) } }
            #expect(try await browser.post("/account/sessions/end", [("id", ids[1])]).place == "/account/sessions?done=session")
            await #expect(throws: Failure.self) { _ = try await other.get("/account") }
            #expect(try await browser.post("/account/sessions/end", [("id", ids[0])]).place == "/sign-in?done=signed_out")
            #expect(browser.cookies["session"] == nil)
        }
    }

    @Test("a device's credential is shown once and taken back; who has none is told so")
    func devices() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            #expect(try await browser.post("/account/devices/new").words.contains("Póngale un nombre"))
            let made = try await browser.post("/account/devices/new", [("name", "Brigada 2")])
            #expect(made.status == 200 && made.text.contains("zd1."))
            let list = try await browser.get("/account/devices")
            #expect(list.words.contains("Brigada 2") && !list.text.contains("zd1."))
            let path = String(try #require(list.text.firstMatch(of: /href="(\/account\/devices\/[0-9a-f-]{36}\/revoke)"/)).1)
            #expect(try await browser.get(path).words.contains("Brigada 2"))
            #expect(try await browser.post(path).place == "/account/devices?done=device")
            await #expect(throws: Problem.self) { _ = try await browser.post(path) }
        }
    }

    @Test("roles are changed, a relation is made and ended, somebody is removed, and the last administrator is not")
    func organisation() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            try await house.member("luis@clinic.example", "Luis Mamani", ["therapist"])
            let account = try #require(try await house.feature.parts.accounts.account(at: try MailAddress("luis@clinic.example"))).id.text
            let path = "/organisation/people/\(account)"
            #expect(try await browser.get(path).text.contains("value=\"therapist\" checked"))
            #expect(try await browser.post(path).status == 422)
            #expect(try await browser.post(path, [("roles", "operator")]).status == 422)
            #expect(try await browser.post(path, [("roles", "patient"), ("roles", "guest")]).place == "\(path)?done=roles")
            let own = try #require(try await house.feature.parts.accounts.account(at: try MailAddress("rosa@clinic.example"))).id.text
            let values = [("person", account), ("grantee", own), ("role", "coach"), ("reason", "care_team")]
            #expect(try await browser.post("/organisation/relations", values.dropLast(2)).status == 422)
            #expect(try await browser.post("/organisation/relations", values).status == 303)
            let twice = try await browser.post("/organisation/relations", values)
            #expect(twice.status == 422 && twice.words.contains("Ya hay una relación"))
            let list = try await browser.get("/organisation/relations?person=\(account)")
            let id = String(try #require(list.text.firstMatch(of: /name="id" value="([0-9a-f-]{36})"/)).1)
            #expect(try await browser.post("/organisation/relations/end", [("id", id), ("person", account)]).status == 303)
            #expect(try await browser.get("\(path)/remove").words.contains("¿Quitar a Luis Mamani"))
            #expect(try await browser.post("\(path)/remove").place == "/organisation?done=removed")
            await #expect(throws: Problem.self) { _ = try await browser.get(path) }
            let last = try await browser.post("/organisation/people/\(own)/remove")
            #expect(last.status == 422 && last.words.contains("la última persona que administra"))
        }
    }

    @Test("a program's secret is shown once, and disabling it takes it off the list")
    func programs() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            #expect(try await browser.post("/organisation/programs/new", [("name", "Historias"), ("tier", "gold")]).status == 422)
            let made = try await browser.post(
                "/organisation/programs/new", [("name", "Historias"), ("tier", "free"), ("roles", "therapist")])
            let secret = String(try #require(made.text.firstMatch(of: /id="client-secret"[^>]*>([A-Za-z0-9_-]{43})</)).1)
            let list = try await browser.get("/organisation/programs")
            #expect(list.words.contains("Historias") && !list.text.contains(secret))
            let path = String(try #require(list.text.firstMatch(of: /href="(\/organisation\/programs\/[0-9a-f-]{36}\/disable)"/)).1)
            #expect(try await browser.get(path).words.contains("Historias"))
            #expect(try await browser.post(path).place == "/organisation/programs?done=program")
            #expect(try await !browser.get("/organisation/programs").words.contains("Historias"))
        }
    }

    @Test("rules of sign-in are kept, and nobody shuts themselves out by one")
    func policy() async throws {
        try await PageGround.with { house in
            let browser = try await signedIn(house)
            let path = "/organisation/policy"
            #expect(try await browser.post(path, [("registration", "operator")]).status == 422)
            let out = try await browser.post(path, [("registration", "nobody"), ("second_factor_roles", "organisation_admin")])
            #expect(out.status == 422 && out.words.contains("quedaría fuera") && out.text.contains("value=\"organisation_admin\" checked"))
            let kept = try await browser.post(path, [("registration", "patient"), ("second_factor_roles", "therapist")])
            #expect(kept.place == "\(path)?done=policy")
            let page = try await browser.get(path)
            #expect(page.text.contains("value=\"patient\" checked") && page.text.contains("value=\"therapist\" checked"))
            // Without mail nobody registers, whatever the rule.
            #expect(try await PageBrowser(house).get("/register?organisation=clinic").words.contains("no envía correo"))
        }
    }

    @Test("whatever an organisation's pages do asks for a permission")
    func access() async throws {
        try await PageGround.with { house in
            for route in house.routes where route.path.description.hasPrefix("/organisation") {
                guard case .permission = route.access else {
                    Issue.record("\(route.name) is open")
                    continue
                }
            }
        }
    }
}
