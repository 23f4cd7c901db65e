import Foundation
import Gateway
import Testing

/// What strangers send: it is refused in words or cut off, no handler sees it, and nothing is read out of it that others would not.
@Suite("malformed requests", .timeLimit(.minutes(2)))
struct RequestFaultTests {
    struct Sent: Sendable {
        let name: String
        let bytes: String
        let statuses: Set<Int>

        init(_ name: String, _ bytes: String, _ statuses: Int...) {
            self.name = name
            self.bytes = bytes
            self.statuses = Set(statuses)
        }
    }

    /// Behind each stands a request that must not be answered, since nobody knows where the one before it ends.
    static let malformed: [Sent] = [
        Sent(
            "a length and an encoding",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400),
        Sent(
            "an encoding and a length",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
            400),
        Sent(
            "two lengths",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
        Sent(
            "the same length twice",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400),
        Sent("a list of lengths", "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 4, 4\r\n\r\nabcd", 400),
        Sent("a signed length", "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: +4\r\n\r\nabcd", 400),
        Sent("a negative length", "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: -4\r\n\r\nabcd", 400),
        Sent("a hexadecimal length", "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 0x4\r\n\r\nabcd", 400),
        Sent(
            "a length beyond all",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99999999999999999999\r\n\r\nabcd", 400),
        Sent(
            "two encodings",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        Sent(
            "an encoding that is none",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        Sent(
            "an encoding with a tab",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n", 400),
        Sent(
            "an encoding in HTTP/1.0",
            "POST /bytes HTTP/1.0\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        Sent("white space before a colon", "GET /echo/x HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        Sent("a folded field", "GET /echo/x HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400),
        Sent("a NUL in a field", "GET /echo/x HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", 400),
        Sent("no host", "GET /echo/x HTTP/1.1\r\n\r\n", 400),
        Sent("two hosts", "GET /echo/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        Sent("a host that is a path", "GET /echo/x HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        Sent("a target with a fragment", "GET /echo/x#y HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sent("a target of another server", "GET http://b/echo/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sent("a tunnel", "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n", 400),
        Sent("a target with a backslash", "GET /echo/x\\y HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sent("a space in the target", "GET /echo/x y HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        Sent("a version that is none", "GET /echo/x HTTP/3.7\r\nHost: a\r\n\r\n", 400, 505),
        Sent("no version", "GET /echo/x\r\nHost: a\r\n\r\n", 400, 505),
        Sent("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400),
        Sent("HTTP/2 in clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 505),
        Sent(
            "a chunk without a size",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
        Sent(
            "a chunk of a negative size",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"),
        Sent(
            "a chunk beyond all",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"
        ),
        Sent(
            "a chunk longer than its size",
            "POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n"),
        Sent("a huge field", "GET /echo/x HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", 431),
        Sent(
            "many large fields",
            "GET /echo/x HTTP/1.1\r\nHost: a\r\n\((0..<5).map { "X\($0): \(String(repeating: "a", count: 9_000))\r\n" }.joined())\r\n", 431),
        Sent("very many fields", "GET /echo/x HTTP/1.1\r\nHost: a\r\n\((0..<300).map { "X\($0): b\r\n" }.joined())\r\n", 431),
        Sent("a target without end", "GET /echo/\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ]

    @Test("are refused, and end the connection")
    func refused() async throws {
        let house = try await DoorHouse()
        // All at once: each is listened to for a while before it is closed.
        let clients = try Self.malformed.map { sent in
            let client = try house.client()
            client.send(sent.bytes + "GET /echo/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            return (sent, client)
        }
        for (sent, client) in clients {
            let rest = try #require(client.rest(), "\(sent.name): the connection stays open")
            #expect(!rest.hasSuffix("smuggled"), "\(sent.name)")
            guard !sent.statuses.isEmpty else { continue }
            let status = Int(rest.split(separator: " ").dropFirst().first ?? "") ?? 0
            #expect(sent.statuses.contains(status), "\(sent.name): \(rest.prefix(200))")
            #expect(rest.contains("application/problem+json"), "\(sent.name)")
        }
        #expect(house.calls.all == 0)
        try await house.stop()
    }

    @Test("bodies that lie about their length are not handed on, or are what follows")
    func lies() async throws {
        let house = try await DoorHouse()
        let short = try house.client()
        short.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc")
        short.finish()
        #expect(short.rest() != nil)
        #expect(house.calls["bytes"] == 0)
        let long = try house.client()
        long.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabcdef GET")
        #expect(long.answer()?.text == "3")
        #expect(long.rest()?.contains("400") == true)
        try await house.stop()
    }

    @Test("bodies over the bound are refused: by what they announce before they come, and by what comes")
    func tooLarge() async throws {
        let house = try await DoorHouse()
        let announced = try house.client()
        announced.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 5000000\r\n\r\n")
        #expect(announced.answer()?.status == 413)
        let chunked = try house.client()
        chunked.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<20 where chunked.send("400\r\n\(String(repeating: "a", count: 1_024))\r\n") {}
        #expect(chunked.answer()?.status == 413)
        let unexpected = try house.client()
        #expect(unexpected.get("/echo/x", "Content-Length: 3\r\n")?.status == 413)
        let packed = try house.client()
        #expect(
            packed.get("/bytes", "Content-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n", method: "POST")?.status
                == 415)
        let typed = try house.client()
        #expect(typed.get("/bytes", "Content-Type: image/png\r\nContent-Length: 9\r\n", method: "POST")?.status == 415)
        #expect(house.calls.all == 0)
        try await house.stop()
    }

    @Test("whoever is slow with the head, the body or the taking of an answer is cut off")
    func slow() async throws {
        let house = try await DoorHouse {
            $0.headTime = .milliseconds(200)
            $0.bodyTime = .milliseconds(200)
            $0.writeTime = .milliseconds(200)
        }
        let silent = try house.client()
        #expect(silent.rest() == "")
        let head = try house.client()
        head.send("GET /echo/x HTTP/1.1\r\nHost")
        #expect(head.rest() != nil)
        let body = try house.client()
        body.send("POST /bytes HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc")
        #expect(body.rest()?.contains(" 408 ") == true)
        let stream = try house.client()
        stream.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\nabc")
        #expect(stream.rest()?.contains(" 408 ") == true)
        let reader = try house.client()
        reader.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        try await Task.sleep(for: .seconds(3))
        // Cut off half-way: the last chunk never came.
        #expect(reader.rest()?.hasSuffix("0\r\n\r\n") == false)
        try await house.stop()
    }
}
