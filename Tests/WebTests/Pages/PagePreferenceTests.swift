import Base
import Foundation
import HTTPTypes
import Markup
import Testing
import Web

@Suite("Preferences of readers")
struct PagePreferenceTests {
    @Test(
        "what a cookie says is taken, and what it cannot say is not",
        arguments: [
            ("language=en; theme=dark; zone=America/La_Paz", Language.english as Language?, Theme.dark, "America/La_Paz" as String?),
            ("", nil, .auto, nil),
            ("theme=pink; language=fr; zone=../../etc/passwd", nil, .auto, nil),
            ("zone=/etc/localtime", nil, .auto, nil),
            ("a=b; theme=light; theme=dark; language", nil, .light, nil),
            ("zone=Nowhere/Land", nil, .auto, nil),
        ])
    func cookies(_ cookie: String, _ language: Language?, _ theme: Theme, _ zone: String?) {
        let preferences = Preferences([.cookie: cookie])
        #expect(preferences.language == language)
        #expect(preferences.theme == theme)
        #expect(preferences.timeZone?.identifier == zone)
    }

    @Test("a choice becomes a cookie, and leads back to where one was")
    func chosen() async throws {
        let route = try #require(PreferenceRoutes.all.first)
        let reply = try await route.handle(
            .sample(.post, "/preferences", body: "theme=dark&language=en&return=%2Fdesign%3Fsort%3Dday", isSecure: true))
        #expect(reply.status == .seeOther)
        #expect(reply.fields[.location] == "/design?sort=day")
        let cookies = reply.fields[fields: .setCookie].map(\.value)
        #expect(cookies.count == 2)
        for cookie in cookies { #expect(cookie.hasSuffix("; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly; Secure")) }
        let nothing = try await route.handle(.sample(.post, "/preferences", body: "theme=pink&return=%2F%2Fevil.example"))
        #expect(nothing.fields[.setCookie] == nil)
        #expect(nothing.fields[.location] == "/")
    }

    @Test(
        "only places on this server are led on to",
        arguments: [
            ("/", true), ("/design?a=b", true), ("//evil.example", false), ("/\\evil.example", false), ("https://evil.example", false),
            ("", false),
            ("/a b", false), ("/a\r\nSet-Cookie: x", false), ("/" + String(repeating: "a", count: 2_000), false),
        ])
    func places(_ path: String, _ isLocal: Bool) {
        #expect((LocalPath.checked(path) != nil) == isLocal)
    }

    @Test("a page's own place is written so that it can be gone back to")
    func place() throws {
        let ui = Interface(try .sample(.get, "/people", query: "q=Ana+Mar%C3%ADa&after=x%2Fy"))
        #expect(ui.place == "/people?q=Ana%20Mar%C3%ADa&after=x%2Fy")
        #expect(LocalPath.checked(ui.place) != nil)
    }

    @Test("moments are on the reader's clock")
    func clock() throws {
        let noon = try #require(Instant("2026-11-22T02:30:00Z"))
        let ui = Interface(try .sample(.get, "/", fields: [.cookie: "zone=America/La_Paz"]))
        #expect(ui.moment(noon) == "21 de noviembre de 2026, 22:30")
        #expect(Interface(.english).moment(noon) == "22 November 2026, 02:30")
        #expect(ui.stamp(noon).markup.contains("datetime=\"2026-11-22T02:30:00.000000Z\""))
    }
}
