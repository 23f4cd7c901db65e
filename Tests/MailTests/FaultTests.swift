import Base
import Mail
import MailFormat
import Runtime
import Synchronization
import TestKit
import Testing

/// Servers that do what they should not, at each step of a mail.
@Suite("Faulty mail servers", .timeLimit(.minutes(3)))
struct FaultTests {
    /// What a good server says, move by move, and what each is an answer to.
    private static let good: [(move: String, step: SMTPStep)] = [
        ("220 mail.example\r\n", .greeting), ("250-mail.example\r\n250 SIZE 1000000\r\n", .hello), ("250 ok\r\n", .sender),
        ("250 ok\r\n", .recipient), ("354 go on\r\n", .data), ("250 taken\r\n", .content),
    ]

    /// A server that goes wrong with its answer number `place`.
    private static func server(_ place: Int, _ move: PretendPost.Move) throws -> PretendPost {
        try PretendPost(good[..<place].map { .say($0.move) } + [move])
    }

    private static let patience = SMTPDeadlines {
        $0.answering = .milliseconds(250)
        $0.content = .milliseconds(250)
    }

    private static func isOfMessage(_ place: Int) -> Bool { place >= 2 }

    @Test("silence ends at its deadline, also where half a reply came", arguments: 0..<6)
    func silence(_ place: Int) async throws {
        for move in [PretendPost.Move.hang, .say("250-half"), .say("2")] {
            let server = try Self.server(place, move)
            defer { server.close() }
            let outcome = await Post.outcome(try Post.mailer(server.address, deadlines: Self.patience), try Post.message())
            #expect(outcome == (place == 5 ? "mail_uncertain" : "mail_silent"))
        }
    }

    @Test("a connection that is cut says so, also in the middle of a reply", arguments: 0..<6)
    func cut(_ place: Int) async throws {
        for move in [PretendPost.Move.cut, .sayAndCut("250-half\r\n250"), .sayAndCut("2")] {
            let server = try Self.server(place, move)
            defer { server.close() }
            let outcome = await Post.outcome(try Post.mailer(server.address), try Post.message())
            #expect(outcome == (place == 5 ? "mail_uncertain" : "mail_cut_off"))
        }
    }

    @Test("what is no reply is not understood, and nothing more is said", arguments: 0..<6)
    func nonsense(_ place: Int) async throws {
        let garbage = [
            "hello\r\n", "HTTP/1.1 200 OK\r\n\r\n", "250 ok\n", "250-a\r\n550 b\r\n", "\u{16}\u{3}\u{1}\u{2}\0", "999 x\r\n",
            "250 " + String(repeating: "x", count: 600) + "\r\n", "334 go on\r\n",
        ]
        for text in garbage {
            let server = try Self.server(place, .say(text))
            defer { server.close() }
            let outcome = await Post.outcome(try Post.mailer(server.address), try Post.message())
            #expect(outcome == "mail_nonsense", "\(text.debugDescription) at \(place)")
            if place < 5 { #expect(!server.heard.contains("Auto-Submitted: auto-generated")) }
        }
    }

    @Test("a flood ends with its first bytes too many", arguments: 0..<6)
    func flood(_ place: Int) async throws {
        for text in ["250-more to come\r\n", String(repeating: "2", count: 1_024), "250-\r\n"] {
            let server = try Self.server(place, .flood(text))
            defer { server.close() }
            let outcome = await Post.outcome(try Post.mailer(server.address), try Post.message())
            #expect(outcome == "mail_nonsense")
            // What the sockets of both sides held by then, and no more: nobody goes on reading.
            try await eventually { server.floodedBytes < 64 << 20 }
        }
    }

    @Test("a refusal is for good or for now, by its code and by what is refused", arguments: 0..<6, [421, 450, 452, 550, 554])
    func refusal(_ place: Int, _ code: Int) async throws {
        let server = try Self.server(place, .say("\(code)-5.1.1 no <ana@example.org> here\r\n\(code) bye\r\n"))
        defer { server.close() }
        let mailer = try Post.mailer(server.address)
        let expected = Self.isOfMessage(place) ? (code >= 500 ? "mail_refused" : "mail_deferred") : "mail_server_refuses"
        do {
            try await mailer.mailer.send(try Post.message())
            Issue.record("it was sent")
        } catch let failure as Failure {
            #expect(failure.code == expected)
            #expect(failure.kind == (expected == "mail_refused" ? .invalid : .unavailable))
            #expect(failure.message.english.contains("\(code)") && !failure.message.english.contains("ana@"))
            #expect(failure.message.spanish.contains("\(code)") && !failure.message.spanish.contains("ana@"))
        }
    }

    @Test("once it took the mail, how the server goes changes nothing")
    func farewell() async throws {
        for move in [PretendPost.Move.hang, .cut, .say("garbage\r\n"), .say("421 bye\r\n"), .flood("250-x\r\n")] {
            let server = try PretendPost(Self.good.map { .say($0.move) } + [move])
            defer { server.close() }
            let outcome = await Post.outcome(try Post.mailer(server.address, deadlines: Self.patience), try Post.message())
            #expect(outcome == "sent")
        }
        let eager = try PretendPost(Self.good.dropLast().map { .say($0.move) } + [.sayAndCut("250 taken\r\n421 bye\r\n")])
        defer { eager.close() }
        #expect(await Post.outcome(try Post.mailer(eager.address), try Post.message()) == "sent")
    }

    @Test("who is not there is unreachable")
    func unreachable() async throws {
        let gone = try PretendPost([])
        let address = gone.address
        gone.close()
        try await eventually { await Post.outcome(try Post.mailer(address), try Post.message()) == "mail_unreachable" }
    }

    @Test("a step tells its reply, and where it broke off nothing more is told")
    func steps() async throws {
        let server = try Self.server(3, .say("550 5.1.1 nobody\r\n"))
        defer { server.close() }
        let told = Told()
        await #expect(throws: SMTPFault(.recipient, .refused(code: 550, status: "5.1.1"))) {
            try await Post.mailer(server.address).deliver(try Post.message()) { told.add($0, $1) }
        }
        #expect(told.steps == [.connect, .greeting, .hello, .sender, .recipient] && told.codes == [nil, 220, 250, 250, 550])
        #expect(server.heard.contains("RCPT TO:<ana@example.org>") && !server.heard.contains("DATA"))
    }

    @Test("a sending that nobody waits for any more ends")
    func cancelled() async throws {
        let server = try Self.server(1, .hang)
        defer { server.close() }
        let mailer = try Post.mailer(server.address)
        let message = try Post.message()
        let sending = Task { try await mailer.deliver(message) }
        try await eventually { server.heard.contains { $0.hasPrefix("EHLO") } }
        sending.cancel()
        await #expect(throws: CancellationError.self) { try await sending.value }
    }
}

extension FaultTests {
    private static let offer = "250-mail.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n"

    private func outcome(_ moves: [PretendPost.Move]) async throws -> (code: String, heard: [String]) {
        let server = try PretendPost(moves)
        defer { server.close() }
        let address = server.address.replacing("?tls=none", with: "?tls=starttls")
        let mailer = try Post.mailer(address, user: "zancada", password: "word", deadlines: SMTPDeadlines { $0.answering = .seconds(5) })
        return (await Post.outcome(mailer, try Post.message()), server.heard)
    }

    /// CVE-2011-0411 and its kind: what stands behind the word of readiness must not count under TLS.
    @Test(
        "what comes before TLS begins ends the connection",
        arguments: ["250 injected\r\n", "250-half", "2", "\r\n", "\0", "421 bye\r\n", "250 x\r\n250 y\r\n250 z\r\n"])
    func injected(_ text: String) async throws {
        let (code, heard) = try await outcome([.say("220 a\r\n"), .say(Self.offer), .say("220 go\r\n\(text)")])
        #expect(code == "mail_nonsense")
        // No hello of TLS either.
        #expect(heard.count == 2 && heard.last == "STARTTLS")
    }

    @Test("no STARTTLS, no mail and no password", arguments: ["250 mail.example\r\n", "250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n"])
    func stripped(_ offer: String) async throws {
        let (code, heard) = try await outcome([.say("220 a\r\n"), .say(offer), .say("250 ok\r\n"), .say("250 ok\r\n")])
        #expect(code == "mail_no_starttls" && heard.count == 1)
    }

    @Test("who promises TLS and goes on in clear is not believed")
    func clear() async throws {
        let (code, heard) = try await outcome([.say("220 a\r\n"), .say(Self.offer), .say("220 go\r\n"), .say("250 x\r\n")])
        #expect(["mail_untrusted", "mail_cut_off", "mail_silent"].contains(code))
        #expect(!heard.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test("a refused STARTTLS sends nothing", arguments: ["454 not now\r\n", "502 no\r\n"])
    func refused(_ reply: String) async throws {
        let (code, heard) = try await outcome([.say("220 a\r\n"), .say(Self.offer), .say(reply), .say("250 ok\r\n")])
        #expect(code == "mail_server_refuses" && heard.count == 2)
    }
}

/// Hears of steps.
private final class Told: Sendable {
    private let told = Mutex<[(step: SMTPStep, code: Int?)]>([])

    func add(_ step: SMTPStep, _ reply: SMTPReply?) { told.withLock { $0.append((step, reply?.code)) } }

    var steps: [SMTPStep] { told.withLock { $0.map(\.step) } }
    var codes: [Int?] { told.withLock { $0.map(\.code) } }
}
