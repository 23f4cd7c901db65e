import Foundation
import Gateway
import Testing

/// The door at work, by sockets that say exactly what the test wants.
@Suite("the door", .timeLimit(.minutes(2)))
struct DoorTests {
    @Test("answers on one connection, in order, what is asked ahead")
    func pipelined() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        client.send((0..<50).map { "GET /echo/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        for index in 0..<50 { #expect(client.answer()?.text == "\(index)") }
        try await house.stop()
    }

    @Test("a request in single bytes is the same request")
    func bytewise() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        for byte in "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc".utf8 {
            client.send([byte])
        }
        #expect(client.answer()?.text == "3")
        try await house.stop()
    }

    @Test("a client that has said all it will say is answered all the same")
    func halfClosed() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        client.send("GET /moment HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finish()
        #expect(client.rest()?.hasSuffix("there") == true)
        try await house.stop()
    }

    @Test("paths, methods and percent signs lead where they should")
    func routing() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        #expect(client.get("/echo/a%20b/")?.text == "a b")
        #expect(client.get("/echo/%c3%b1")?.text == "ñ")
        for path in ["/", "/echo", "/echo//x", "/echo/x/y", "/echo/%ff", "/echo/%0", "/echo/..", "/echo/%2e%2e", "/Echo/x"] {
            #expect(client.get(path)?.status == 404, "\(path)")
        }
        let refused = try #require(client.get("/echo/x", method: "DELETE"))
        #expect(refused.status == 405 && refused.fields["allow"] == "GET, HEAD")
        let options = try #require(client.get("/echo/x", method: "OPTIONS"))
        #expect(options.status == 204 && options.fields["allow"]?.contains("GET") == true)
        try await house.stop()
    }

    @Test("HEAD says what GET would, and sends nothing")
    func head() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        client.send("HEAD /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let rest = try #require(client.rest())
        #expect(rest.lowercased().contains("content-length: 5400") && rest.hasSuffix("\r\n\r\n"))
        try await house.stop()
    }

    @Test("streams bodies in and out whole, and never makes half an answer look whole")
    func streams() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
        client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: \(bytes.count)\r\n\r\n")
        client.send(bytes)
        #expect(client.answer()?.text == "\(bytes.count) \(bytes.reduce(0) { $0 + Int($1) })")
        let reader = try house.client()
        reader.send("GET /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let long = try #require(reader.restBytes())
        #expect(long.suffix(5) == Array("0\r\n\r\n".utf8)[...] && long.count > 256 * 262_144)
        let broken = try house.client()
        broken.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(broken.rest()?.hasSuffix("0\r\n\r\n") == false)
        try await house.stop()
    }

    @Test("who waits to be told to send a body is told, once it is welcome")
    func expectation() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        client.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(client.answer()?.status == 100)
        client.send("abc")
        #expect(client.answer()?.text == "3")
        let refused = try house.client()
        let fields = "Content-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n"
        #expect(refused.get("/bytes", fields, method: "POST")?.status == 413)
        let odd = try house.client()
        #expect(odd.get("/echo/x", "Expect: coffee\r\n")?.status == 417)
        try await house.stop()
    }

    @Test("an answer that takes too long, and a fault of ours, are said so with a number and nothing else")
    func faults() async throws {
        let house = try await DoorHouse()
        let slow = try #require(try house.client().get("/slow"))
        #expect(slow.status == 504 && slow.text.contains("out_of_time"))
        let fault = try #require(try house.client().get("/fault"))
        #expect(fault.status == 500 && !fault.text.contains("NotOurs"))
        #expect(fault.text.contains(fault.fields["x-request-id"] ?? "–"))
        try await house.stop()
    }

    @Test("tokens open what they should")
    func tokens() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        let missing = try #require(client.get("/mine"))
        #expect(missing.status == 401 && missing.fields["www-authenticate"] == "Bearer")
        let bad = try #require(client.get("/mine", "Authorization: Bearer bad\r\n"))
        #expect(bad.status == 401 && bad.fields["www-authenticate"]?.contains("token_signature") == true)
        #expect(client.get("/mine", "Authorization: Basic Z29vZA==\r\n")?.status == 401)
        #expect(client.get("/mine", "Authorization: Bearer good\r\n")?.text == "somebody")
        #expect(client.get("/mine", "Cookie: a=b; session=good\r\n")?.text == "somebody")
        try await house.stop()
    }

    @Test("a page of another place asks nothing in a visitor's name, and programs are not hindered")
    func crossSite() async throws {
        let house = try await DoorHouse { $0.origins = ["https://app.example.org"] }
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n"
        func post(_ fields: String) throws -> Int? { try house.client().get("/form", form + fields, method: "POST")?.status }
        #expect(try post("Cookie: session=good\r\nSec-Fetch-Site: cross-site\r\n") == 403)
        #expect(try post("Cookie: session=good\r\nSec-Fetch-Site: same-site\r\n") == 403)
        #expect(try post("Cookie: session=good\r\nOrigin: https://evil.example\r\n") == 403)
        #expect(try post("Cookie: session=good\r\nOrigin: null\r\n") == 403)
        #expect(try post("Origin: https://evil.example\r\n") == 403)
        #expect(try post("Cookie: session=good\r\nSec-Fetch-Site: same-origin\r\n") == 204)
        #expect(try post("Cookie: session=good\r\nOrigin: http://localhost\r\n") == 204)
        #expect(try post("Authorization: Bearer good\r\nOrigin: https://app.example.org\r\n") == 204)
        let asked = try #require(
            try house.client().get(
                "/form", "Origin: https://app.example.org\r\nAccess-Control-Request-Method: POST\r\n", method: "OPTIONS"))
        #expect(asked.fields["access-control-allow-origin"] == "https://app.example.org")
        #expect(asked.fields["access-control-allow-credentials"] == nil)
        let stranger = try #require(
            try house.client().get("/form", "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n", method: "OPTIONS"))
        #expect(stranger.fields["access-control-allow-origin"] == nil)
        try await house.stop()
    }

    @Test("every answer says what a browser must not do; a browser that looks gets a page")
    func safety() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        let page = try #require(client.get("/page"))
        let policy = page.fields["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'self'") && !policy.contains("unsafe"))
        #expect(page.fields["x-frame-options"] == "DENY" && page.fields["cross-origin-opener-policy"] == "same-origin")
        #expect(page.fields["permissions-policy"]?.contains("camera=(self)") == true)
        let data = try #require(client.get("/echo/x"))
        #expect(data.fields["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(data.fields["x-content-type-options"] == "nosniff" && data.fields["strict-transport-security"] == nil)
        #expect(client.get("/nothing", "Accept: text/html\r\n")?.fields["content-type"]?.hasPrefix("text/html") == true)
        #expect(client.get("/nothing")?.fields["content-type"] == "application/problem+json")
        try await house.stop()
    }

    @Test("a browser that opens a page which asks who it is, is led to sign-in and back; all others are refused")
    func signingIn() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        let (html, place) = ("Accept: text/html,*/*\r\n", "/sign-in?next=%2Fmine%3Fa%3Db%26c%3Dd")
        let led = try #require(client.get("/mine?a=b&c=d", html))
        #expect(led.status == 303 && led.fields["location"] == place && led.fields["cache-control"] == "no-store")
        #expect(led.fields["set-cookie"] == nil)
        // A session that is over: the cookie goes.
        let over = try #require(client.get("/mine?a=b&c=d", html + "Cookie: session=bad\r\n"))
        #expect(over.status == 303 && over.fields["location"] == place && over.fields["set-cookie"]?.contains("Max-Age=0") == true)
        #expect(client.get("/mine", html + "Cookie: session=good\r\n")?.status == 200)
        #expect(client.get("/mine", html + "Authorization: Bearer bad\r\n")?.status == 401)
        #expect(client.get("/mine")?.status == 401)
        #expect(client.get("/api/mine", html)?.status == 401)
        #expect(client.get("/mine", html + "Content-Length: 0\r\n", method: "POST")?.status == 401)
        let strange = try #require(client.get("/mine?x=\\\\evil", html))
        #expect(strange.status == 400 || strange.fields["location"] == "/sign-in?next=%2F")
        #expect(house.calls["mine"] == 1)
        try await house.stop()
    }

    @Test("text is packed for those who can unpack it, and known again by its tag")
    func packed() async throws {
        let house = try await DoorHouse()
        let client = try house.client()
        let plain = try #require(client.get("/text"))
        #expect(plain.fields["content-encoding"] == nil && plain.fields["etag"] == "\"7\"")
        let brotli = try #require(client.get("/text", "Accept-Encoding: gzip, br\r\n"))
        #expect(brotli.fields["content-encoding"] == "br" && brotli.body.count < 200 && brotli.fields["etag"] == "\"7~br\"")
        let gzip = try #require(client.get("/text", "Accept-Encoding: gzip;q=1, br;q=0.5\r\n"))
        #expect(gzip.fields["content-encoding"] == "gzip" && gzip.body.starts(with: [0x1F, 0x8B]))
        #expect(client.get("/text", "Accept-Encoding: br;q=0\r\n")?.fields["content-encoding"] == nil)
        for tag in ["\"7\"", "\"7~br\"", "W/\"7\"", "\"1\", \"7~gzip\"", "*"] {
            client.send("GET /text HTTP/1.1\r\nHost: a\r\nIf-None-Match: \(tag)\r\n\r\n")
            #expect(client.answer()?.status == 304, "\(tag)")
        }
        try await house.stop()
    }

    @Test("a stop lets what was asked be answered, and takes nothing new")
    func drain() async throws {
        let house = try await DoorHouse()
        let (busy, idle) = (try house.client(), try house.client())
        #expect(idle.get("/echo/x")?.status == 200)
        busy.send("GET /moment HTTP/1.1\r\nHost: a\r\n\r\n")
        while house.calls["moment"] == 0 { await Task.yield() }
        house.stopping()
        let answer = try #require(busy.answer())
        #expect(answer.text == "there" && answer.fields["connection"] == "close")
        #expect(idle.rest() == "")
        try await house.stop()
        #expect(throws: POSIXError.self) { _ = try house.client() }
    }
}
