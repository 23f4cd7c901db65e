import Base
import Gateway
import LiveKit
import TestKit
import Testing

/// The cases of RFC 6455 that Autobahn's suite tries, against a server that listens.
@Suite(.serialized) struct ProtocolTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: Int?
        let bytes: [UInt8]

        init(_ name: String, _ code: Int?, _ frames: [UInt8]...) {
            testDescription = name
            self.code = code
            bytes = frames.flatMap { $0 }
        }
    }

    private static func frame(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] { TestSocket.frame(first, payload) }
    private static func closing(_ code: Int, _ reason: [UInt8] = []) -> [UInt8] { frame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason) }
    private static let long = [UInt8](repeating: 0x20, count: 126)
    private static let message = Array(#"{"type":"ping","id":"ñ"}"#.utf8)

    static let violations: [Case] = [
        // Section 2 of Autobahn: control frames.
        Case("a ping of 126 bytes", 1002, frame(0x89, long)),
        Case("a pong of 126 bytes", 1002, frame(0x8A, long)),
        Case("a fragmented ping", 1002, frame(0x09, [1])),
        Case("a fragmented close", 1002, frame(0x08, [3, 232])),
        // 3: reserved bits.
        Case("the first reserved bit without an extension", 1002, frame(0xC1, message)),
        Case("the second reserved bit", 1002, frame(0xA1, message)),
        Case("the third reserved bit", 1002, frame(0x91, message)),
        Case("all reserved bits", 1002, frame(0xF1, message)),
        Case("a reserved bit in a ping", 1002, frame(0xC9)),
        Case("a reserved bit in a close", 1002, frame(0xA8, [3, 232])),
        // 4: opcodes.
        Case("opcode 3", 1002, frame(0x83)), Case("opcode 4", 1002, frame(0x84, [1])), Case("opcode 5", 1002, frame(0x85)),
        Case("opcode 6", 1002, frame(0x86)), Case("opcode 7", 1002, frame(0x87)), Case("opcode 11", 1002, frame(0x8B)),
        Case("opcode 12", 1002, frame(0x8C)), Case("opcode 13", 1002, frame(0x8D)), Case("opcode 14", 1002, frame(0x8E)),
        Case("opcode 15", 1002, frame(0x8F)),
        // 5: fragments.
        Case("a continuation of nothing", 1002, frame(0x80, message)),
        Case("a first fragment after a first fragment", 1002, frame(0x01, [0x7B]), frame(0x01, [0x7D])),
        Case("a whole message within a message", 1002, frame(0x01, [0x7B]), frame(0x81, [0x7D])),
        Case("a continuation after the last", 1002, frame(0x01, [0x7B]), frame(0x80, [0x7D, 0x20]), frame(0x80)),
        // 6: UTF-8.
        Case("bytes that are no UTF-8", 1007, frame(0x81, [0x7B, 0xFF])),
        Case("a lone continuation byte", 1007, frame(0x81, [0x80])),
        Case("an overlong slash", 1007, frame(0x81, [0xC0, 0xAF])),
        Case("an overlong null of three", 1007, frame(0x81, [0xE0, 0x80, 0x80])),
        Case("an overlong of four", 1007, frame(0x81, [0xF0, 0x8F, 0xBF, 0xBF])),
        Case("a surrogate", 1007, frame(0x81, [0xED, 0xA0, 0x80])),
        Case("beyond the last character", 1007, frame(0x81, [0xF4, 0x90, 0x80, 0x80])),
        Case("five bytes", 1007, frame(0x81, [0xF8, 0x88, 0x80, 0x80, 0x80])),
        Case("half a character at the end", 1007, frame(0x81, [0xC3])),
        Case("half a character at the end of fragments", 1007, frame(0x01, [0x7B]), frame(0x80, [0xE2, 0x82])),
        // It is said at once: no end of the message is ever sent.
        Case("bad UTF-8 in a first fragment", 1007, frame(0x01, [0xFE])),
        Case("bad UTF-8 across fragments", 1007, frame(0x01, [0xE2]), frame(0x00, [0x28])),
        Case("bad UTF-8 in a frame that has not come whole", 1007, Array(frame(0x81, [0xFF] + long).prefix(20))),
        // 7: closing.
        Case("a close without a code", nil, frame(0x88)),
        Case("a close with half a code", 1002, frame(0x88, [3])),
        Case("a close with a reason that is no UTF-8", 1007, closing(1000, [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xCF, 0x83, 0xFF])),
        Case("a close with a reason of 124 bytes", 1002, closing(1000, [UInt8](repeating: 0x61, count: 124))),
        // 9: sizes.
        Case("a message beyond 64 KiB", 1009, [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1]),
        Case("a message of 2^63 bytes", 1002, [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        Case("a message of 2^62 bytes", 1009, [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0]),
        Case("fragments beyond 64 KiB together", 1009, frame(0x01, [UInt8](repeating: 0x20, count: 60_000)), frame(0x00, [UInt8](repeating: 0x20, count: 6_000))),
        Case("a short length written long", 1002, [0x81, 0xFE, 0, 125]),
        Case("a length of 16 bits written with 64", 1002, [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        // And what the RFC demands beside.
        Case("a frame without a mask", 1002, [0x81, 0x01, 0x7B]),
        Case("a ping without a mask", 1002, [0x89, 0x00]),
        Case("a binary message", 1003, frame(0x82, [1])),
        // Ours.
        Case("text that is no JSON", 4400, frame(0x81, Array("hello".utf8))),
        Case("an unknown type", 4400, frame(0x81, Array(#"{"type":"publish"}"#.utf8))),
        Case("an unknown member", 4400, frame(0x81, Array(#"{"type":"ping","x":"1"}"#.utf8))),
        Case("a member twice", 4400, frame(0x81, Array(#"{"type":"ping","type":"ping"}"#.utf8))),
        Case("too deep", 4400, frame(0x81, Array("[[[[[[]]]]]]".utf8))),
        Case("an empty message", 4400, frame(0x81)),
    ]

    @Test func violationsAreClosedWithTheirCode() async throws {
        try await LiveGround.with { live in
            for one in Self.violations {
                let socket = try await live.connect()
                try await socket.send(raw: one.bytes)
                let frame = try #require(try await socket.next(), "\(one.testDescription)")
                #expect(frame.opcode == 8, "\(one.testDescription)")
                #expect(frame.closeCode == one.code, "\(one.testDescription)")
                #expect(String(validating: frame.payload.dropFirst(2), as: UTF8.self) != nil)
                #expect(try await socket.isEnded(), "\(one.testDescription)")
                socket.cut()
            }
        }
    }

    @Test func codesOfAClosingAreGivenBackOrRefused() async throws {
        try await LiveGround.with { live in
            for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] {
                let socket = try await live.connect()
                try await socket.send(raw: Self.closing(code, Array("adiós".utf8)))
                #expect(try await socket.closeCode() == code)
                #expect(try await socket.isEnded())
            }
            for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
                let socket = try await live.connect()
                try await socket.send(raw: Self.closing(code))
                #expect(try await socket.closeCode() == 1002, "\(code)")
            }
        }
    }

    @Test func fragmentsPingsBetweenThemAndSingleBytesAreUnderstood() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect()
            // A message in fragments of one byte, with a ping between them and an empty fragment; then all of that byte by byte.
            var bytes = Self.frame(0x01)
            for (index, byte) in Self.message.enumerated() {
                bytes += Self.frame(index == Self.message.count - 1 ? 0x80 : 0x00, [byte])
                if index == 5 { bytes += Self.frame(0x89, Array("hola".utf8)) + Self.frame(0x8A, [1, 2, 3]) }
            }
            try await socket.send(raw: bytes)
            #expect(try await socket.next() == TestSocket.Frame(first: 0x8A, payload: Array("hola".utf8)))
            #expect(try await socket.message()?["id"]?.string == "ñ")
            for byte in bytes { try await socket.send(raw: [byte]) }
            #expect(try await socket.next()?.opcode == 10)
            #expect(try await socket.message()?["id"]?.string == "ñ")
            let longest = Array(#"{"type":"ping"}"#.utf8) + [UInt8](repeating: 0x20, count: (64 << 10) - 15)
            try await socket.send(0x81, longest)
            #expect(try await socket.message()?["type"]?.string == "pong")
            try await socket.send(0x89, [UInt8](repeating: 7, count: 125))
            #expect(try await socket.next()?.payload.count == 125)
        }
    }

    @Test func afterTheirCloseNothingIsHeard() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect()
            try await socket.send(raw: Self.closing(1000) + Self.frame(0x89) + Self.frame(0x81, Self.message))
            #expect(try await socket.closeCode() == 1000)
            #expect(try await socket.isEnded())
        }
    }

    @Test func handshakesThatAreNoneAreRefusedAsProblems() async throws {
        try await LiveGround.with { live in
            let good = [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
            let cases: [(Int, [String])] = [
                (101, good),
                (426, []), (426, Array(good.dropFirst())), (426, [good[0], good[2], good[3]]),
                (426, [good[0], good[1], "Sec-WebSocket-Version: 8", good[3]]), (426, [good[0], good[1], good[3]]),
                (400, Array(good.dropLast())), (400, [good[0], good[1], good[2], "Sec-WebSocket-Key: short"]),
                (400, good + [good[3]]),
            ]
            for (status, upgrade) in cases {
                let socket = try await TestSocket.connect(port: live.server.port, upgrade: upgrade)
                #expect(socket.status == status, "\(upgrade)")
                if status == 101 { #expect(socket.answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) }
                if status == 426 { #expect(socket.answer.contains("Sec-WebSocket-Version: 13")) }
                socket.cut()
            }
        }
    }

    @Test func theSubprotocolIsChosenWhereItIsOffered() async throws {
        try await LiveGround.with { live in
            let with = try await live.connect(fields: ["Sec-WebSocket-Protocol: other, zancada.v1"])
            #expect(with.answer.contains("Sec-WebSocket-Protocol: zancada.v1"))
            let without = try await live.connect(fields: ["Sec-WebSocket-Protocol: other"])
            #expect(!without.answer.contains("Sec-WebSocket-Protocol"))
        }
    }
}
