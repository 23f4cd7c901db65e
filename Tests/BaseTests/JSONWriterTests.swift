import Base
import Foundation
import Testing

/// SplitMix64: the same values in every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

private func randomText(_ random: inout Seeded) -> String {
    let samples: [Unicode.Scalar] = [
        "\"", "\\", "\n", "\u{0}", "\u{1F}", "\u{7F}", "\u{2028}", "é", "😀", "<", "a", "\u{10FFFF}",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &random) {
        if Bool.random(using: &random) {
            text.append(samples[Int.random(in: 0..<samples.count, using: &random)])
        } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) {
            text.append(scalar)
        }
    }
    return String(text)
}

private func randomNumber(_ random: inout Seeded) -> Double {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return Double(Int.random(in: -1_000_000...1_000_000, using: &random))
    case 1: return Double(Int.random(in: -99_999...99_999, using: &random)) / 100
    default:
        let value = Double(bitPattern: random.next())
        return value.isFinite ? value : 0.5
    }
}

private func randomValue(_ random: inout Seeded, depth: Int) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return Int.random(in: 0..<4, using: &random) == 0 ? JSON(Int64(bitPattern: random.next())) : .number(randomNumber(&random))
    case 3: return .string(randomText(&random))
    case 4:
        return .array((0..<Int.random(in: 0...6, using: &random)).map { _ in randomValue(&random, depth: depth - 1) })
    default:
        return .object(
            JSON.Object(
                (0..<Int.random(in: 0...12, using: &random)).map { index in
                    .init("\(index)" + randomText(&random), randomValue(&random, depth: depth - 1))
                }))
    }
}

private func written(_ value: JSON, _ layout: JSONWriter.Layout = .compact) -> [UInt8] {
    var json = JSONWriter(layout: layout)
    value.write(to: &json)
    return json.bytes
}

private func decimal(_ value: Double, _ decimals: Int) -> String {
    var bytes: [UInt8] = []
    return bytes.append(decimal: value, decimals: decimals) ? String(decoding: bytes, as: UTF8.self) : "none"
}

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test("writes what the reader reads back, value for value", arguments: 0..<400)
    func roundTrip(_ seed: Int) throws {
        var random = Seeded(state: UInt64(seed))
        let value = randomValue(&random, depth: 4)
        #expect(try JSON.parse(written(value)) == value)
        #expect(try JSON.parse(written(value, .pretty)) == value)
        #expect(try written(JSON.parse(written(value, .pretty))) == written(value))
    }

    @Test("writes what Foundation reads", arguments: 0..<100)
    func foundation(_ seed: Int) throws {
        var random = Seeded(state: UInt64(1_000 + seed))
        let text = randomText(&random)
        let read = try JSONSerialization.jsonObject(with: Data(written(.array([.string(text)])))) as? [String]
        #expect(read?.first.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test("a mutated file is read or refused, never a crash", arguments: 0..<40)
    func mutations(_ seed: Int) {
        var random = Seeded(state: UInt64(7_000 + seed))
        let original = written(randomValue(&random, depth: 5), .pretty)
        var accepted = 0
        for _ in 0..<250 {
            var bytes = original
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1 where at < bytes.count: bytes.remove(at: at)
                case 2: bytes.removeSubrange(at...)
                default: bytes.insert(Array("\"\\{}[],:0eu-.".utf8).randomElement(using: &random) ?? 0, at: at)
                }
            }
            // What is accepted must be a value that can be written and read again.
            if let value = try? JSON.parse(bytes) {
                accepted += 1
                #expect((try? JSON.parse(written(value))) == value)
            }
        }
        #expect(accepted < 250)
    }

    @Test("lays a file out the same way each time")
    func layout() {
        func document(_ layout: JSONWriter.Layout) -> String {
            var json = JSONWriter(layout: layout)
            json.object { json in
                json.member("name", "a\"b")
                json.member("none", nil as String?)
                json.member("range", -0.004, decimals: 2)
                json.member(
                    "list",
                    array: { json in
                        json.integer(1)
                        json.object { _ in }
                    })
                json.member("empty", array: { _ in })
            }
            return String(decoding: json.bytes, as: UTF8.self)
        }
        #expect(document(.compact) == #"{"name":"a\"b","none":null,"range":0.00,"list":[1,{}],"empty":[]}"#)
        #expect(
            document(.pretty) == """
                {
                  "name": "a\\"b",
                  "none": null,
                  "range": 0.00,
                  "list": [
                    1,
                    {}
                  ],
                  "empty": []
                }
                """)
    }

    @Test("ends lines for files of one value a line")
    func lines() {
        var json = JSONWriter()
        json.object { $0.member("a", 1) }
        json.endLine()
        json.array { $0.number(.nan, decimals: 1) }
        json.endLine()
        #expect(String(decoding: json.bytes, as: UTF8.self) == "{\"a\":1}\n[null]\n")
        json.removeAllBytes()
        json.bool(true)
        #expect(json.bytes == Array("true".utf8))
    }

    @Test("escapes control characters and leaves the rest of Unicode as it is")
    func escapes() {
        #expect(
            written(.string("\u{0}\u{1f}\u{8}\n\t\r\"\\/é😀\u{7f}\u{2028}"))
                == Array("\"\\u0000\\u001f\\u0008\\n\\t\\r\\\"\\\\/é😀\u{7f}\u{2028}\"".utf8))
    }
}

@Suite("The JSON writer's escapes")
struct JSONEscapeTests {
    @Test("are found at every place of a text of every length")
    func places() throws {
        for length in 0...26 {
            for escapable in ["\"", "\\", "\u{1}", "\u{1F}", "\n", "\u{7F}", " ", "!", "#", "é"] {
                for place in 0...length {
                    let text = String(repeating: "a", count: place) + escapable + String(repeating: "b", count: length - place)
                    let read = try JSONSerialization.jsonObject(with: Data(written(.string(text))), options: .fragmentsAllowed)
                    #expect(read as? String == text)
                }
            }
        }
    }

    @Test("ids and times are written as their texts")
    func typed() {
        let world = FixedWorld(seed: 12).world
        let id = world.id(of: JSONEscapeTests.self)
        var json = JSONWriter()
        json.object { json in
            json.member("id", id)
            json.member("at", world.now())
            json.member("none", nil as Instant?)
        }
        #expect(String(decoding: json.bytes, as: UTF8.self) == "{\"id\":\"\(id)\",\"at\":\"\(world.now())\",\"none\":null}")
    }
}

@Suite("Fixed decimals")
struct FixedDecimalTests {
    @Test("round half away from zero on the decimal a person would read")
    func ties() {
        #expect(decimal(2.675, 2) == "2.68")
        #expect(decimal(1.005, 2) == "1.01")
        #expect(decimal(-1.005, 2) == "-1.01")
        #expect(decimal(0.5, 0) == "1")
        #expect(decimal(-2.5, 0) == "-3")
        #expect(decimal(0.285, 2) == "0.29")
        #expect(decimal(9.995, 2) == "10.00")
        #expect(decimal(99.5, 0) == "100")
        #expect(decimal(0.05, 1) == "0.1")
        #expect(decimal(0.005, 1) == "0.0")
    }

    @Test("have no negative zero, and nothing for what is no number")
    func edges() {
        #expect(decimal(-0.0, 2) == "0.00")
        #expect(decimal(-0.004, 2) == "0.00")
        #expect(decimal(-0.005, 2) == "-0.01")
        #expect(decimal(.nan, 2) == "none")
        #expect(decimal(-.infinity, 2) == "none")
        #expect(decimal(.leastNonzeroMagnitude, 3) == "0.000")
        #expect(decimal(123, 0) == "123")
        #expect(decimal(0.033333, 6) == "0.033333")
        #expect(decimal(1e21, 1) == "1000000000000000000000.0")
        #expect(decimal(-123456789012345680, 2) == "-123456789012345680.00")
        #expect(decimal(0.1, 20) == "0.10000000000000000000")
        #expect(decimal(123.456, 20) == "123.45600000000000000000")
    }

    @Test("agree with exact decimal arithmetic", arguments: 0..<20)
    func exactness(_ seed: Int) throws {
        var random = Seeded(state: UInt64(90_000 + seed))
        for _ in 0..<500 {
            let decimals = Int.random(in: 0...7, using: &random)
            let digits = Int.random(in: 0...8, using: &random)
            let value = Double(Int.random(in: -99_999_999...99_999_999, using: &random)) / pow(10, Double(digits))
            var exact = try #require(Decimal(string: value.description))
            var rounded = Decimal()
            NSDecimalRound(&rounded, &exact, decimals, .plain)
            let text = decimal(value, decimals)
            #expect(Decimal(string: text) == rounded)
            #expect(text.split(separator: ".").dropFirst().first?.count ?? 0 == decimals)
            // Written again after reading it is the same: files can be rewritten without drift.
            #expect(decimal(try #require(Double(text)), decimals) == text)
        }
    }
}
