import Base
import Foundation
import Testing

/// What Foundation says about the same bytes: an independent reader.
private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
}

private func parse(_ text: String) throws(JSONError) -> JSON { try JSON.parse(Array(text.utf8)) }

@Suite("The JSON reader")
struct JSONReaderTests {
    @Test(
        "agrees with Foundation on what is JSON",
        arguments: [
            "null", " true ", "false", "\"\"", "[]", "{}", "[1,2]", "{\"a\":{\"b\":[null]}}", "0", "-0", "10", "1.5",
            "1e3", "1E+3", "1e-3", "-1.25e2", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"é😀\"",
            "\"\\\\\\\"\\/\\b\\f\\n\\r\\t\"",
            "\t\r\n[ 1 , 2 ]\n", "[\"a\\u0000b\"]", "123456789012345678", "0.1e-7",
            "", " ", "nul", "nulll", "True", "[1,2", "[1,,2]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{a:1}",
            "{'a':1}", "{\"a\":1,}x", "01", "-", "-a", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x10", "NaN", "Infinity",
            "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"",
            "\"\\ud83d\\u0041\"", "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "[1] 2", "1 2", "]", "}", "[}", "{]", "/*c*/1",
            "[1]\u{0}", "\u{a0}1", "{\"a\" 1}", "{1:2}", "[1 2]", "-\"a\"", "--1", "1-", "tru", "\"\\", "\"\\u",
        ])
    func agreement(_ text: String) {
        #expect(((try? parse(text)) != nil) == foundationAccepts(Array(text.utf8)))
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82, 0x28],
        ] as [[UInt8]])
    func utf8(_ sequence: [UInt8]) {
        let bytes = [0x22, 0x61] + sequence + [0x22]
        #expect(throws: JSONError(.invalidUTF8, at: 2)) { try JSON.parse(bytes) }
    }

    @Test("is stricter than Foundation about trailing commas, duplicate names, huge numbers and byte order marks")
    func strictness() {
        #expect(throws: JSONError(.unexpectedByte, at: 3)) { try parse("[1,]") }
        #expect(throws: JSONError(.unexpectedByte, at: 7)) { try parse("{\"a\":1,}") }
        #expect(throws: JSONError(.duplicateName, at: 7)) { try parse("{\"a\":1,\"a\":2}") }
        #expect(throws: JSONError(.numberOutOfRange, at: 1)) { try parse("[1e999]") }
        #expect(throws: JSONError(.unexpectedByte, at: 0)) { try JSON.parse([0xEF, 0xBB, 0xBF, 0x31]) }
        let wide = (0..<40).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(throws: JSONError(.duplicateName, at: wide.utf8.count + 2)) { try parse("{\(wide),\"n3\":1}") }
        #expect((try? parse("{\(wide)}"))?.object?.members.count == 40)
    }

    @Test("says where reading could not go on")
    func offsets() {
        #expect(throws: JSONError(.endOfInput, at: 5)) { try parse("[true") }
        #expect(throws: JSONError(.trailingBytes, at: 3)) { try parse("[] []") }
        #expect(throws: JSONError(.controlCharacter, at: 2)) { try parse("\"a\u{1}\"") }
        #expect(throws: JSONError(.loneSurrogate, at: 1)) { try parse("\"\\ud83d\"") }
        #expect(throws: JSONError(.invalidNumber, at: 1)) { try parse("-x") }
        #expect(JSONError(.trailingBytes, at: 3).description == "something follows the value, at byte 3")
    }

    @Test("keeps its limits")
    func limits() {
        let limits = JSON.Limits(bytes: 20, depth: 3)
        #expect(throws: JSONError(.tooLarge, at: 20)) {
            try JSON.parse([UInt8](repeating: 0x31, count: 21), limits: limits)
        }
        #expect(throws: JSONError(.tooDeep, at: 3)) { try JSON.parse(Array("[[[[]]]]".utf8), limits: limits) }
        #expect((try? JSON.parse(Array("[[[]]]".utf8), limits: limits)) != nil)
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: JSONError(.tooDeep, at: 512)) { try JSON.parse(deep, limits: .init(depth: 512)) }
    }

    @Test("keeps the order of members and answers by name")
    func accessors() throws {
        let value = try parse("{\"z\":[1,2.5],\"a\":\"x\",\"n\":null,\"t\":true}")
        #expect(value.object?.members.map(\.name) == ["z", "a", "n", "t"])
        #expect(value["z"]?[0]?.integer == 1)
        #expect(value["z"]?[1]?.number == 2.5)
        #expect(value["z"]?[1]?.integer == nil)
        #expect(value["z"]?[2] == nil)
        #expect(value["a"]?.string == "x")
        #expect(value["n"]?.isNull == true)
        #expect(value["t"]?.bool == true)
        #expect(value["missing"] == nil)
        #expect(JSON.number(1e17).integer == nil)
    }

    @Test(
        "reads numbers to the nearest Double",
        arguments: [
            "0", "-0", "1", "0.1", "0.30000000000000004", "9007199254740993", "9007199254740992",
            "123456789012345678901234567890",
            "1e22", "1e23", "8.41e21", "5e-324", "2.4703282292062327e-324", "1.7976931348623157e308",
            "2.2250738585072011e-308",
            "1e-400", "0.000000000000000000000000000000000123", "100000000000000016777215", "1.00000000000000000000001",
            "7.2057594037927933e16", "9214843084008499", "0e99999999999999999999", "12345.6789e-5", "1e-22", "3e-23",
        ])
    func numbers(_ text: String) throws {
        let expected = try #require(Double(text))
        #expect(try parse(text).number == expected)
    }

    @Test(
        "keeps whole numbers of 64 bits exactly, and writes them so",
        arguments: [
            0, 1, -1, 1 << 53 - 1, 1 << 53, 1 << 53 + 1, -(1 << 53) - 1, 1_795_270_997_123_457, 9_223_372_036_854_775_807,
            -9_223_372_036_854_775_808, 1 << 60, 123_456_789_012_345_678,
        ] as [Int64])
    func integers(_ value: Int64) throws {
        let read = try parse("[\(value)]")
        #expect(read == .array([JSON(value)]))
        #expect(read[0]?.integer == Int(value))
        var json = JSONWriter()
        read.write(to: &json)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "[\(value)]")
    }

    @Test("rounds what 64 bits do not hold, and what was not written as an integer")
    func rounded() throws {
        #expect(try parse("9223372036854775808") == .number(0x1p63))
        #expect(try parse("9007199254740993.0") == .number(0x1p53))
        #expect(try parse("1e17") == .number(1e17))
        #expect(try parse("1e17").integer == nil)
        #expect(try parse("5.0").integer == 5)
    }

    @Test("reads a line of numbers without values in between")
    func scanner() throws {
        let line = Array("{\"t\" : [1, -2.5,3e2 ] ,\"u\":[]}".utf8)
        try line.withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            var numbers: [Double] = []
            try scanner.expect(UInt8(ascii: "{"))
            let name = try scanner.string()
            #expect(name == "t")
            try scanner.expect(UInt8(ascii: ":"))
            try scanner.numbers(appendingTo: &numbers)
            #expect(numbers == [1, -2.5, 300])
            try scanner.expect(UInt8(ascii: ","))
            let value = try scanner.value(depth: 1)
            #expect(value == .string("u"))
            try scanner.expect(UInt8(ascii: ":"))
            try scanner.numbers(appendingTo: &numbers)
            #expect(numbers.count == 3)
            #expect(!scanner.isAtEnd)
            try scanner.expect(UInt8(ascii: "}"))
            #expect(scanner.isAtEnd)
        }
    }
}
