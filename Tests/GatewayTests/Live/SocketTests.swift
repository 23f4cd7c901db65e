import Access
import Base
import FeatureKit
import Gateway
import LiveKit
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct SocketTests {
    @Test func whoSaysNothingFirstMaySayItInAMessage() async throws {
        try await LiveGround.with { live in
            let socket = try await TestSocket.connect(port: live.server.port, fields: [])
            try await socket.send(#"{"type":"authenticate","token":"therapist-1+therapist"}"#)
            #expect(try await socket.message()?["type"]?.string == "authenticated")
            #expect(try await socket.subscribe("records/notice") != nil)
        }
    }

    @Test func whoIsNobodyIsClosed() async throws {
        try await LiveGround.with(limits: LiveLimits { $0.patience = .seconds(1) }) { live in
            let early = try await TestSocket.connect(port: live.server.port, fields: [])
            try await early.send(#"{"type":"subscribe","topic":"records/notice"}"#)
            #expect(try await early.closeCode() == 4401)
            let bad = try await TestSocket.connect(port: live.server.port, fields: [])
            try await bad.send(#"{"type":"authenticate","token":"bad"}"#)
            #expect(try await bad.closeCode() == 4401)
            let silent = try await TestSocket.connect(port: live.server.port, fields: [])
            #expect(try await silent.closeCode() == 4401)
            #expect(try await TestSocket.connect(port: live.server.port, fields: ["Authorization: Bearer bad"]).status == 401)
            #expect(try await TestSocket.connect(port: live.server.port, fields: ["Authorization: Basic eDp5"]).status == 401)
        }
    }

    @Test func aCookieCountsForPagesOfThisPlaceAlone() async throws {
        try await LiveGround.with(origins: ["https://app.example"]) { live in
            let cookie = "Cookie: session=therapist-1"
            let own = "Origin: http://127.0.0.1:\(live.server.port)"
            for (status, fields) in [
                (101, [cookie, own]), (101, [cookie, "Origin: https://app.example"]), (403, [cookie, "Origin: https://evil.example"]),
                (403, [cookie, "Origin: null"]), (403, [cookie]),
            ] {
                let socket = try await TestSocket.connect(port: live.server.port, fields: fields)
                #expect(socket.status == status, "\(fields)")
            }
        }
    }

    @Test func aTokenIsRenewedByItsCallerAndNobodyElse() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect()
            try await socket.send(#"{"type":"authenticate","token":"therapist-1+patient"}"#)
            #expect(try await socket.message()?["type"]?.string == "authenticated")
            try await socket.send(#"{"type":"authenticate","token":"therapist-2"}"#)
            #expect(try await socket.closeCode() == 4403)
        }
    }

    @Test func aTokenThatIsNoGoodAnyMoreEndsTheConnection() async throws {
        let isRevoked = Flag()
        let limits = LiveLimits { $0.pulse = .seconds(1) }
        try await LiveGround.with(
            limits: limits,
            identity: { host in
                let usual = LiveGround.identity(host)
                return LiveIdentity { (token: String) async throws(Failure) in
                    if isRevoked.isSet { throw TokenFault.revoked.failure }
                    return try await usual.standing(token)
                }
            }
        ) { live in
            let socket = try await live.connect()
            try await socket.subscribe("records/notice")
            isRevoked.set()
            #expect(try await socket.closeCode() == 4401)
        }
    }

    @Test func tooManyConnectionsMessagesAndSubscriptionsAreRefused() async throws {
        let limits = LiveLimits { limits in
            (limits.connectionsOfCaller, limits.subscriptions, limits.messageBurst, limits.messagesPerSecond) = (2, 1, 4, 0)
        }
        try await LiveGround.with(limits: limits) { live in
            let (one, other) = (try await live.connect(), try await live.connect())
            #expect(try await live.connect().status == 429)
            other.cut()
            #expect(try await one.subscribe("records/notice") != nil)
            try await one.send(#"{"type":"subscribe","topic":"jobs/open"}"#)
            #expect(try await one.message()?["code"]?.string == "too_many_subscriptions")
            for _ in 0..<3 { try await one.send(#"{"type":"ping"}"#) }
            #expect(try await one.closeCode() == 4429)
        }
    }

    @Test func messagesAreCompressedWhereItPaysAndABombIsRefused() async throws {
        try await LiveGround.with { live in
            let deflate = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
            let socket = try await live.connect("admin-1+organisation_admin", fields: deflate)
            #expect(socket.answer.contains("permessage-deflate; server_no_context_takeover; client_no_context_takeover"))
            try await socket.subscribe("jobs/7")
            live.feed.publish("jobs/7", .init([.init("text", .string(String(repeating: "a", count: 5_000)))]), in: "clinic")
            let long = try #require(try await socket.next())
            #expect(long.isCompressed && long.payload.count < 500)
            live.feed.publish("jobs/7", .init([.init("text", .string("a"))]), in: "clinic")
            #expect(try await socket.next()?.isCompressed == false)
            // An empty block of stored bytes, and a ping in such a block.
            let text = Array(#"{"type":"ping","id":"7"}"#.utf8)
            let stored = [0x00, UInt8(text.count), 0x00, ~UInt8(text.count), 0xFF] + text + [0x00]
            try await socket.send(0xC1, stored)
            #expect(try await socket.message()?["id"]?.string == "7")
            // 4,000 blocks, each of which says 258 bytes again and again, are over 64 KiB.
            try await socket.send(0xC1, Self.bomb)
            #expect(try await socket.closeCode() == 1009)
            let broken = try await live.connect(fields: deflate)
            try await broken.send(0xC1, [0xFF, 0xFF, 0xFF])
            #expect(try await broken.closeCode() == 1007)
            let small = try await live.connect(fields: ["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"])
            #expect(!small.answer.contains("permessage-deflate"))
        }
    }

    /// Stored blocks of 20,000 bytes: 80,000 in all, though a frame may have no more than 65,536: so in a fixed block, one literal
    /// and then the longest copies of it (RFC 1951, section 3.2.6).
    private static var bomb: [UInt8] {
        var bits: [Bool] = []
        func put(_ value: Int, _ count: Int, reversed: Bool) {
            for bit in 0..<count { bits.append(value >> (reversed ? count - 1 - bit : bit) & 1 == 1) }
        }
        put(0b010, 3, reversed: false)  // Not the last block, fixed codes: bits 0, then 01 from the lowest.
        put(0x30 + 0x20, 8, reversed: true)  // A space.
        for _ in 0..<400 {
            put(0b1100_0101, 8, reversed: true)  // 285: 258 bytes.
            put(0, 5, reversed: true)  // From one byte before.
        }
        put(0, 7, reversed: true)
        put(0, 3, reversed: false)  // An empty stored block follows; its length is the tail.
        return stride(from: 0, to: bits.count, by: 8).map { start in
            (0..<8).reduce(0) { $0 | (start + $1 < bits.count && bits[start + $1] ? 1 << UInt8($1) : 0) }
        }
    }

    @Test func whoReadsTooSlowlyIsToldToReadEverythingAgain() async throws {
        try await LiveGround.with(limits: LiveLimits { $0.waitingBytes = 4 << 10 }) { live in
            let socket = try await live.connect("admin-1+organisation_admin")
            try await socket.subscribe("jobs/7")
            try await socket.pauseReading(true)
            let text = JSON.string(String(repeating: "á", count: 30_000))
            // More than the system's buffers of both sides take.
            for number in 0..<400 {
                live.feed.publish("jobs/7", .init([.init("n", .number(Double(number))), .init("text", text)]), in: "clinic")
            }
            try await socket.pauseReading(false)
            var types: [String] = []
            while types.last != "reset" { types.append(try #require(try await socket.message())["type"]?.string ?? "") }
            #expect(types.count < 400)
            live.feed.publish("jobs/7", .init([.init("n", .number(400))]), in: "clinic")
            var last: JSON?
            while last?["data"]?["n"]?.integer != 400 { last = try await socket.events(1).last }
        }
    }

    @Test func whoDoesNotAnswerPingsIsGone() async throws {
        try await LiveGround.with(limits: LiveLimits { $0.pulse = .seconds(1) }) { live in
            // It reads pings and never answers.
            let socket = try await live.connect()
            #expect(try await socket.closeCode() == 4408)
        }
    }

    @Test func atTheEndOfTheProgramEverybodyIsTold() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect()
            try await socket.subscribe("records/notice")
            live.feed.endAll()
            #expect(try await socket.closeCode() == 1001)
        }
    }
}

final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
