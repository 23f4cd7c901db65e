import Foundation
import Testing

/// What other people's pages make a browser do, at the real door. What is asked is read from the program itself, so that a new form is
/// tried with the others.
@Suite("Identity at the door, for who means harm", .serialized, .timeLimit(.minutes(5)))
struct IdentityAttackTests {
    private static let password = "viento-norte-27-lagos"
    private static let (ana, ben, eve) = ("ana@example.org", "ben@example.org", "eve@example.org")
    private static let json = "Content-Type: application/json"
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The program with Ana, who administers, Ben, who works there, and Eve, who is a patient and means harm.
    private func with(_ body: (Service, Wire) throws -> Void) async throws {
        let free = ["ANONYMOUS_BURST", "SIGN_IN_ADDRESS_BURST", "PAGE_BURST", "SESSION_BURST", "FREE", "BASIC"]
        let service = try await Service(
            scratch.path("data"),
            environment: Dictionary(
                uniqueKeysWithValues: free.map { ("ZANCADA_PACE_\($0)", "0") } + [("ZANCADA_PACE_SIGN_IN_TRIES", "1000")]))
        let wire = try Wire(service)
        try #require(try service.run("org", "create", "clinic").status == 0)
        for (address, role) in [(Self.ana, "organisation_admin"), (Self.ben, "therapist"), (Self.eve, "patient")] {
            let made = try service.run("admin", "create", address, "--name", "Ana", "--org", "clinic", "--role", role, "--json")
            let link = try #require(try object(made.output)["link"] as? String, "\(made.errors)")
            let code = try #require(link.split(separator: "=").last)
            let set = try wire.ask(
                "POST", "/api/v1/auth/reset", [Self.json], body: "{\"code\":\"\(code)\",\"password\":\"\(Self.password)\"}")
            try #require(set.status == 204, "\(set)")
        }
        // The program hears of what a command made within half a second; what it gave out before is over then.
        try await Task.sleep(for: .seconds(1))
        try body(service, wire)
        let end = try service.stop()
        #expect(end.status == 0 && !end.errors.contains("request failed"), "\(end.errors.suffix(2_000))")
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    @discardableResult
    private func signIn(_ visitor: DoorVisitor, _ address: String = ana, next: String? = nil) throws -> Wire.Answer {
        var values = ["email": address, "password": Self.password]
        values["next"] = next
        return try visitor.post("/sign-in", values)
    }

    /// The address of whoever a cookie stands for; nil where it stands for nobody.
    private func owner(of session: String?, _ wire: Wire) throws -> String? {
        let visitor = DoorVisitor(wire)
        visitor.take("session", session)
        let answer = try visitor.get("/api/v1/auth/me", ["Accept: application/json"])
        return answer.status == 200 ? try object(answer.body)["email"] as? String : nil
    }

    // What a browser says of a page that is not ours.
    private static let elsewhere = [
        ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"], ["Sec-Fetch-Site: cross-site", "Origin: http://localhost"],
        ["Sec-Fetch-Site: "], ["Origin: https://evil.example"], ["Origin: null"], ["Origin: "], ["Origin: http://localhost.evil.example"],
        ["Origin: http://evil.example/localhost"], ["Origin: http://localhost:81"], ["Origin: http://localhost@evil.example"],
        ["Origin: //localhost/"], ["Origin: localhost"],
    ]

    @Test("nothing that changes anything can be asked by another place's page, with a session or without")
    func crossSite() async throws {
        try await with { _, wire in
            let (visitor, stranger) = (DoorVisitor(wire), DoorVisitor(wire))
            #expect(try signIn(visitor).status == 303)
            let changing = try DoorOperation.all(wire).filter { $0.method != "GET" }
            #expect(changing.count { $0.form != nil } >= 45, "\(changing.count { $0.form != nil }) forms")
            for operation in changing {
                for fields in Self.elsewhere {
                    // Bodies that an HTML form can send, and what a script would.
                    let body = operation.form.map { names in DoorVisitor.form(Dictionary(uniqueKeysWithValues: names.map { ($0, "x") })) }
                    let type = body.map { _ in ["Content-Type: application/x-www-form-urlencoded"] } ?? []
                    for browser in [visitor, stranger] {
                        let all = fields + type + ["Accept: application/json"]
                        let answer = try browser.ask(operation.method, operation.target, all, body: body ?? "")
                        let what = "\(operation.name) \(fields)"
                        // Whoever is nobody may be told so before their form is read.
                        let isRefused =
                            answer.status == 403 && answer.body.contains("\"cross_origin\"")
                            || browser === stranger && answer.status == 401 && answer.body.contains("\"not_signed_in\"")
                        #expect(isRefused, "\(what): \(answer.status) \(answer.body.prefix(200))")
                        #expect(answer.cookies.isEmpty, "\(what) gave \(answer.cookies)")
                    }
                }
            }
            // A sign-in that another place begins is one as well: it would put the browser into an account of the attacker's.
            let values = ["email": Self.eve, "password": Self.password]
            for fields in Self.elsewhere { #expect(try stranger.post("/sign-in", values, fields).status == 403) }
            #expect(stranger.session == nil)
            #expect(try owner(of: visitor.session, wire) == Self.ana, "her session goes on")
            // By our own page, by a browser that is old, and by a program the same forms are taken.
            for fields in [["Sec-Fetch-Site: same-origin"], ["Sec-Fetch-Site: none"], ["Origin: http://localhost"], []] {
                let form = ["name": "Ana Molina", "language": "es"]
                #expect(try visitor.post("/account", form, fields).status == 303)
                #expect(try visitor.post("/preferences", ["return": "/account"], fields).status == 303)
            }
        }
    }

    @Test("reading changes nothing: no page that another place may lead to ends or begins a session")
    func reading() async throws {
        try await with { _, wire in
            let visitor = DoorVisitor(wire)
            #expect(try signIn(visitor).status == 303)
            let session = try #require(visitor.session)
            let before = try visitor.get("/api/v1/auth/sessions").body.components(separatedBy: "\"id\"").count
            for operation in try DoorOperation.all(wire) where operation.method == "GET" {
                if operation.name.hasPrefix("live.") || operation.path.contains("events") { continue }
                let query = operation.queries.map { "\($0)=1" }.sorted().joined(separator: "&")
                let answer = try visitor.ask("GET", operation.target + (query.isEmpty ? "" : "?\(query)"), ["Sec-Fetch-Site: cross-site"])
                #expect(answer.status < 500 || answer.status == 503, "\(operation.name): \(answer.status)")
                #expect(!answer.cookies.contains { $0.hasPrefix("session=") }, "\(operation.name)")
            }
            #expect(visitor.session == session)
            #expect(try visitor.get("/api/v1/auth/sessions").body.components(separatedBy: "\"id\"").count == before)
        }
    }

    @Test("a session that the browser was given before signing in is never the one after it, and is over")
    func fixation() async throws {
        try await with { service, wire in
            let attacker = DoorVisitor(wire)
            #expect(try signIn(attacker, Self.eve).status == 303)
            var planted = try #require(attacker.session)
            for made in [
                "", "x", "zs1.a.b", planted.uppercased(), planted + "x", String(planted.dropLast()),
                "zs1.0190a3c0-0000-7000-8000-00000000000a.AAAA",
            ] {
                let victim = DoorVisitor(wire)
                victim.take("session", made)
                #expect(try signIn(victim).status == 303, "\(made)")
                #expect(victim.session != made && victim.session != planted)
                #expect(try owner(of: victim.session, wire) == Self.ana && owner(of: made, wire) == nil, "\(made)")
            }
            #expect(try owner(of: planted, wire) == Self.eve, "and nothing of this ended hers")
            // The attacker's own, which is good.
            let victim = DoorVisitor(wire)
            victim.take("session", planted)
            #expect(try signIn(victim).status == 303)
            let hers = try #require(victim.session)
            #expect(hers != planted)
            #expect(try owner(of: hers, wire) == Self.ana && owner(of: planted, wire) == nil)
            // Signing in again with her own in the browser: another, and the former is over.
            #expect(try signIn(victim).status == 303)
            #expect(victim.session != hers)
            #expect(try owner(of: hers, wire) == nil && owner(of: victim.session, wire) == Self.ana)

            // The same by the second step, and by an invitation.
            let codes = try recoveryCodes(victim)
            #expect(try signIn(attacker, Self.eve).status == 303)
            planted = try #require(attacker.session)
            let asked = DoorVisitor(wire)
            asked.take("session", planted)
            let first = try signIn(asked)
            #expect(first.fields["location"] == "/sign-in/second" && asked.session == planted)
            let second = try asked.post("/sign-in/second", ["method": "recovery", "code": codes[0]])
            #expect(second.status == 303, "\(second)")
            #expect(asked.session != planted)
            #expect(try owner(of: asked.session, wire) == Self.ana && owner(of: planted, wire) == nil)
            let invited = try asked.ask(
                "POST", "/api/v1/organisation/invitations", [Self.json, "Sec-Fetch-Site: same-origin"],
                body: #"{"email":"nuria@example.org","roles":["coach"]}"#)
            let link = try #require(try object(invited.body)["link"] as? String, "\(invited)")
            #expect(try signIn(attacker, Self.eve).status == 303)
            planted = try #require(attacker.session)
            let newcomer = DoorVisitor(wire)
            newcomer.take("session", planted)
            let values = ["code": String(link.split(separator: "=").last ?? ""), "name": "Nuria", "password": Self.password]
            #expect(try newcomer.post("/invitation", values).status == 303)
            #expect(newcomer.session != planted)
            #expect(try owner(of: newcomer.session, wire) == "nuria@example.org" && owner(of: planted, wire) == nil)
            _ = service
        }
    }

    /// Sets an app up for whoever is in, and gives them codes on paper.
    private func recoveryCodes(_ visitor: DoorVisitor) throws -> [String] {
        let fields = [Self.json, "Accept: application/json", "Sec-Fetch-Site: same-origin"]
        let begun = try visitor.ask("POST", "/api/v1/auth/mfa/totp", fields)
        let secret = try #require(try object(begun.body)["secret"] as? String, "\(begun)")
        let code = TimeCodes.code(typed: secret, at: Date())
        let confirmed = try visitor.ask("POST", "/api/v1/auth/mfa/totp/confirm", fields, body: "{\"code\":\"\(code)\"}")
        try #require(confirmed.status == 204, "\(confirmed)")
        let made = try visitor.ask("POST", "/api/v1/auth/mfa/recovery-codes", fields)
        return try #require(try object(made.body)["codes"] as? [String], "\(made)")
    }

    // Places that a browser takes for another server's, or for a script.
    private static let evil = [
        "//evil.example", "///evil.example", "////evil.example/", "//evil.example/account", "/\\evil.example", "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example", "\\evil.example", "https://evil.example/", "http://evil.example", "https:evil.example", "https:/evil.example",
        "https:\\\\evil.example", "HTTPS://EVIL.EXAMPLE", "hTTp:evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)", "\u{1}javascript:alert(1)", "data:text/html,evil", "vbscript:evil", "/\t/evil.example", "\t//evil.example",
        "/\n/evil.example", "/\r/evil.example", " //evil.example", "//evil.example@localhost", "//localhost@evil.example", "@evil.example",
        ".evil.example", "evil.example", "\u{FF0F}\u{FF0F}evil.example", "/\u{FF0F}evil.example", "\u{2215}/evil.example",
        "/\u{0}/evil.example",
        "/account\r\nSet-Cookie: session=evil", "/account\r\nLocation: https://evil.example", "/account\u{85}evil",
        "/" + String(repeating: "a", count: 2_000),
        "%2F%2Fevil.example", "%5C%5Cevil.example", "https%3A%2F%2Fevil.example", "javascript%3Aalert(1)",
    ]

    /// As browsers read a place (WHATWG URL, section 4.4): tabs and line ends count for nothing, and `\` is `/`.
    private static func isOurs(_ place: String) -> Bool {
        let read = String(place.unicodeScalars.filter { !["\t", "\n", "\r"].contains($0) }).replacing("\\", with: "/")
            .trimmingCharacters(in: .whitespaces.union(.controlCharacters))
        return read.hasPrefix("/") && !read.hasPrefix("//")
    }

    /// Where a page leads to, and what its forms would send as the next place.
    private static func places(of page: String) -> [String] {
        let attributes = page.matches(of: #/(?:href|action|formaction|src|data-next|data-to)="([^"]*)"/#).map { String($0.1) }
        let hidden = page.matches(of: #/name="(?:next|return)" value="([^"]*)"/#).map { String($0.1) }
        return (attributes + hidden).map {
            $0.replacing("&amp;", with: "&").replacing("&#39;", with: "'").replacing("&quot;", with: "\"").replacing("&lt;", with: "<")
        }
    }

    @Test("whatever stands as the next page, no form and no page leads to another server")
    func redirects() async throws {
        try await with { _, wire in
            let operations = try DoorOperation.all(wire)
            let pages = operations.filter { $0.method == "GET" && $0.queries.contains("next") }
            let forms = operations.filter { !($0.form ?? []).isDisjoint(with: ["next", "return"]) }
            #expect(Set(pages.map(\.path)).isSuperset(of: ["/sign-in", "/sign-in/second", "/account/prove", "/account/prove/second"]))
            #expect(forms.count >= 8, "\(forms.map(\.name))")
            let (visitor, stranger) = (DoorVisitor(wire), DoorVisitor(wire))
            // Ben is wrong so often that he waits; Ana is not.
            #expect(try signIn(visitor, Self.ben).status == 303)
            _ = try recoveryCodes(visitor)
            let begun = DoorVisitor(wire)
            #expect(try signIn(begun, Self.ben).fields["location"] == "/sign-in/second")
            let pending = begun.cookies["pending"]
            let careful = DoorVisitor(wire)
            #expect(try signIn(careful).status == 303)
            let codes = try recoveryCodes(careful)
            var tried = 0
            for evil in Self.evil {
                for (browser, who) in [(visitor, "in"), (stranger, "out"), (begun, "half in")] {
                    for page in pages {
                        let answer = try browser.get("\(page.path)?next=\(DoorVisitor.encoded(evil))")
                        try expectOurs(answer, "\(page.name) \(evil.debugDescription), \(who)")
                    }
                    for form in forms {
                        tried += 1
                        var values = [
                            "email": "nobody-\(tried)@example.org", "password": "wrong", "method": "totp", "code": "000000",
                            "ceremony": "x",
                            "credential": "{}",
                        ].filter { (form.form ?? []).contains($0.key) }
                        for name in ["next", "return"] where form.form?.contains(name) == true { values[name] = evil }
                        if browser === begun { browser.take("pending", pending) }
                        try expectOurs(try browser.post(form.target, values), "\(form.name) \(evil.debugDescription), \(who)")
                    }
                }
                // And where all is well.
                let guest = DoorVisitor(wire)
                let entered = try signIn(guest, Self.eve, next: evil)
                #expect([303, 400, 422].contains(entered.status), "\(evil.debugDescription): \(entered.status)")
                if entered.status == 303 {
                    #expect(entered.fields["location"] == "/evaluations", "\(evil.debugDescription)")
                    let proved = try guest.post("/account/prove", ["password": Self.password, "next": evil])
                    #expect(proved.status == 303 && proved.fields["location"] == "/account", "\(evil.debugDescription): \(proved.status)")
                }
            }
            for (index, evil) in Self.evil.prefix(5).enumerated() {
                let guest = DoorVisitor(wire)
                let asked = try signIn(guest, next: evil)
                #expect(asked.fields["location"] == "/sign-in/second")
                let entered = try guest.post("/sign-in/second", ["method": "recovery", "code": codes[index * 2], "next": evil])
                #expect(entered.status == 303 && entered.fields["location"] == "/clinic", "\(entered)")
                let proved = try guest.post("/account/prove/second", ["method": "recovery", "code": codes[index * 2 + 1], "next": evil])
                #expect(proved.status == 303 && proved.fields["location"] == "/account", "\(proved)")
            }
            // The way that the door itself leads.
            for target in [
                "//evil.example/account", "/\\evil.example/account", "/account?next=//evil.example", "/account/%2f%2fevil.example",
                "/account/../..//evil.example",
            ] {
                try expectOurs(try stranger.get(target), target)
            }
            // A good place is led to.
            #expect(try signIn(DoorVisitor(wire), Self.eve, next: "/account/sessions?x=1").fields["location"] == "/account/sessions?x=1")
        }
    }

    private func expectOurs(_ answer: Wire.Answer, _ what: String) throws {
        #expect(answer.status < 500, "\(what): \(answer.status)")
        #expect(!answer.cookies.contains { $0.contains("evil") }, "\(what): \(answer.cookies)")
        let places = answer.fields["location"].map { [$0] } ?? Self.places(of: answer.body)
        for place in places where !place.isEmpty && !place.hasPrefix("#") && !Self.known.contains(where: place.hasPrefix) {
            #expect(Self.isOurs(place), "\(what) leads to \(place)")
            // What comes after the next one.
            for next in place.matches(of: #/[?&](?:next|return)=([^&]*)/#).map({ String($0.1).removingPercentEncoding ?? "" }) {
                #expect(Self.isOurs(next), "\(what) leads by \(place) to \(next)")
            }
        }
    }

    /// What pages link to beside ours: nothing that was typed.
    private static let known = ["data:image/"]
}
