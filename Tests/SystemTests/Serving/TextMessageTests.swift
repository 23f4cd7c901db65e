import Base
import Foundation
import Glibc
import Synchronization
import Testing

/// Codes by text message through whoever stands behind `identity.sms_url`: here a pretended service on this machine.
@Suite("text messages, through a service", .timeLimit(.minutes(3)))
struct TextMessageTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("a message is taken with its token; one that is refused, sent elsewhere or not answered is said to be unsent, within ten seconds")
    func messages() async throws {
        let messages = try MessageService()
        defer { messages.close() }
        let token = try scratch.file("token", Data("s3cret\n".utf8))
        try #require(chmod(token.path, 0o600) == 0)
        let service = try await Service(
            scratch.path("data"),
            environment: [
                "ZANCADA_IDENTITY_SMS_URL": "http://127.0.0.1:\(messages.port)/send?via=test",
                "ZANCADA_IDENTITY_SMS_TOKEN_FILE": token.path,
                "ZANCADA_PACE_SIGN_IN_ADDRESS_BURST": "0",
            ])
        defer { _ = try? service.stop() }
        let wire = try Wire(service)
        let ana = try Person("ana@example.org", service, wire)
        let taken = try ana.ask("mfa/phone", ["number": "+57 300 123 4501"])
        #expect(taken.status == 202, "\(taken)")
        let head = try #require(messages.received.first)
        #expect(head.hasPrefix("POST /send?via=test HTTP/1.1\r\n") && head.lowercased().contains("\r\nauthorization: bearer s3cret\r\n"))
        let body = try #require(head.components(separatedBy: "\r\n\r\n").last)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: String])
        #expect(json["to"] == "+573001234501" && json.count == 2)
        let code = try #require(json["text"]?.firstMatch(of: /[0-9]{6}/)).output
        #expect(try ana.ask("mfa/phone/confirm", ["code": String(code)]).status == 204)
        for (number, name) in [("+573001234502", "ben"), ("+573001234503", "eva"), ("+573001234504", "leo")] {
            let began = Date()
            let answer = try Person("\(name)@example.org", service, wire).ask("mfa/phone", ["number": number])
            #expect(answer.status == 503 && answer.body.contains("sms_not_sent"), "\(name): \(answer)")
            #expect(Date().timeIntervalSince(began) < 13)
        }
        // Nobody was redirected, and nothing of a message is in the log.
        #expect(messages.received.count == 4)
        let log = try service.stop().errors
        #expect(log.contains("text message not sent") && !log.contains("3001234") && !log.contains("s3cret"))
    }

    @Test(
        "an address in clear, one with a password, and a token that others can read are refused at the start",
        arguments: ["http://sms.example.org/send", "https://user:word@sms.example.org/", "ftp://sms.example.org", "file"])
    func settings(_ address: String) throws {
        let token = try scratch.file("token", Data("s3cret\n".utf8))
        try #require(chmod(token.path, 0o644) == 0)
        var environment = ["ZANCADA_IDENTITY_SMS_URL": address == "file" ? "https://sms.example.org/send" : address]
        if address == "file" { environment["ZANCADA_IDENTITY_SMS_TOKEN_FILE"] = token.path }
        let outcome = try Zancada.run(
            ["admin", "create", "a@example.org", "--name", "A", "--data", scratch.path("other")], environment: environment)
        #expect([64, 65, 69].contains(outcome.status) && !outcome.errors.contains("s3cret"), "\(outcome)")
    }
}

/// An account, signed in as programs are: a token that what another process did ended is renewed.
private final class Person {
    private let wire: Wire
    private var tokens: [String: Any]

    init(_ address: String, _ service: Service, _ wire: Wire) throws {
        self.wire = wire
        let made = try service.run("admin", "create", address, "--name", "Somebody", "--json")
        let link = try #require(try Self.members(of: made.output)["link"] as? String)
        let (code, password) = (String(link.split(separator: "=").last ?? ""), "cuatro caballos leen periodicos")
        let reset = try Self.ask(wire, "reset", ["code": code, "password": password])
        try #require(reset.status == 204, "\(reset)")
        tokens = try Self.members(of: try Self.ask(wire, "login", ["email": address, "password": password]).body)
    }

    func ask(_ path: String, _ members: [String: String]) throws -> Wire.Answer {
        let first = try Self.ask(wire, path, members, "Authorization: Bearer \(tokens["access_token"] ?? "")")
        guard first.status == 401, first.body.contains("token_revoked") else { return first }
        tokens = try Self.members(of: try Self.ask(wire, "refresh", ["refresh_token": tokens["refresh_token"] as? String ?? ""]).body)
        return try Self.ask(wire, path, members, "Authorization: Bearer \(tokens["access_token"] ?? "")")
    }

    private static func members(of text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private static func ask(_ wire: Wire, _ path: String, _ members: [String: String], _ more: String...) throws -> Wire.Answer {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        return try wire.ask("POST", "/api/v1/auth/\(path)", ["Content-Type: application/json"] + more, body: body)
    }
}

/// Takes messages to numbers that end in 1, refuses those that end in 2, sends 3 elsewhere, and says nothing to 4.
private final class MessageService: Sendable {
    let port: UInt16
    private let listener: Int32
    private let requests = Mutex<[String]>([])

    struct NoSocket: Error {}

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw NoSocket() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let thread = WorkThread()
        thread.run { self.serve() }
        thread.stop()
    }

    /// Whole, as they came.
    var received: [String] { requests.withLock { $0 } }

    /// Wakes whoever waits in `accept`, which ends the thread.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve() {
        var open: [Int32] = []
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            open.append(connection)
            let request = Self.request(connection)
            requests.withLock { $0.append(request) }
            let answer: String? =
                switch request.firstMatch(of: /\+57300123450([0-9])/)?.1 {
                case "1": "HTTP/1.1 202 Accepted"
                case "2": "HTTP/1.1 500 Internal Server Error"
                case "3": "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:\(port)/elsewhere"
                default: nil
                }
            guard let answer else { continue }
            let bytes = Array("\(answer)\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            shutdown(connection, Int32(SHUT_WR))
        }
        for connection in open { Glibc.close(connection) }
        Glibc.close(listener)
    }

    /// Until the body is there as long as the head says.
    private static func request(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 65_536 {
            let count = recv(connection, &piece, piece.count, 0)
            guard count > 0 else { break }
            bytes += piece.prefix(count)
            let text = String(decoding: bytes, as: UTF8.self)
            guard let cut = text.range(of: "\r\n\r\n"), let said = text.lowercased().firstMatch(of: /content-length: ([0-9]+)/),
                let length = Int(said.1)
            else { continue }
            if text[cut.upperBound...].utf8.count >= length { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
