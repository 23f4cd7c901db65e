import Base
import Factors
import Testing

@Suite("CBOR in canonical form")
struct CBORTests {
    @Test(
        "RFC 8949's examples, as far as they are canonical and of a kind that is known, are read",
        arguments: [
            ("00", CBOR.unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)), ("1903e8", .unsigned(1_000)),
            ("1a000f4240", .unsigned(1_000_000)), ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)),
            ("1bffffffffffffffff", .unsigned(.max)), ("20", .negative(0)), ("3903e7", .negative(999)),
            ("3bffffffffffffffff", .negative(.max)),
            ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null), ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])),
            ("60", .text("")), ("6449455446", .text("IETF")), ("62225c", .text("\"\\")), ("62c3bc", .text("ü")), ("64f0908591", .text("𐅑")),
            ("80", .array([])), ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])),
            ("8301820203820405", .array([.unsigned(1), .array([.unsigned(2), .unsigned(3)]), .array([.unsigned(4), .unsigned(5)])])),
            ("a0", .map([])), ("a201020304", .map([.init(.unsigned(1), .unsigned(2)), .init(.unsigned(3), .unsigned(4))])),
            ("a26161016162820203", .map([.init(.text("a"), .unsigned(1)), .init(.text("b"), .array([.unsigned(2), .unsigned(3)]))])),
        ] as [(String, CBOR)])
    func examples(hexadecimal: String, value: CBOR) throws {
        let bytes = try #require(Hexadecimal.read(hexadecimal.utf8))
        #expect(try CBORReader.parse(bytes) == value)
    }

    @Test("numbers of 64 bits with a sign are told, larger ones are not made smaller")
    func integers() {
        #expect(CBOR.unsigned(UInt64(Int64.max)).integer == .max)
        #expect(CBOR.unsigned(1 << 63).integer == nil)
        #expect(CBOR.negative(UInt64(Int64.max)).integer == .min)
        #expect(CBOR.negative(1 << 63).integer == nil)
        #expect(CBOR.negative(6).integer == -7)
    }

    @Test(
        "what is not canonical is refused where it breaks the rule",
        arguments: [
            ("", CBORError.Reason.endOfInput, 0), ("18", .endOfInput, 0), ("1a000f42", .endOfInput, 0), ("4201", .endOfInput, 0),
            ("830102", .endOfInput, 0), ("a101", .endOfInput, 0), ("a20102", .endOfInput, 0), ("8281", .endOfInput, 0),
            ("9bffffffffffffffff", .endOfInput, 0), ("bb7fffffffffffffff", .endOfInput, 0), ("5bffffffffffffffff00", .endOfInput, 0),
            ("0000", .trailingBytes, 1), ("a000", .trailingBytes, 1),
            ("1817", .notShortest, 0), ("190017", .notShortest, 0), ("1900ff", .notShortest, 0), ("1a0000ffff", .notShortest, 0),
            ("1b00000000ffffffff", .notShortest, 0), ("3817", .notShortest, 0), ("5801ff", .notShortest, 0), ("780161", .notShortest, 0),
            ("9801f6", .notShortest, 0), ("b8010101", .notShortest, 0),
            ("5f42010243030405ff", .indefiniteLength, 0), ("7f61616161ff", .indefiniteLength, 0), ("9fff", .indefiniteLength, 0),
            ("bfff", .indefiniteLength, 0), ("ff", .indefiniteLength, 0), ("81ff", .indefiniteLength, 1),
            ("1c", .reservedHead, 0), ("1e", .reservedHead, 0), ("fc", .reservedHead, 0), ("5d", .reservedHead, 0),
            ("c0", .unsupportedKind, 0), ("c11a514b67b0", .unsupportedKind, 0), ("d818456449455446", .unsupportedKind, 0),
            ("f7", .unsupportedKind, 0), ("f0", .unsupportedKind, 0), ("f818", .unsupportedKind, 0), ("f90000", .unsupportedKind, 0),
            ("fa47c35000", .unsupportedKind, 0), ("fb3ff199999999999a", .unsupportedKind, 0),
            ("61ff", .invalidUTF8, 0), ("62c0af", .invalidUTF8, 0), ("63eda080", .invalidUTF8, 0), ("61c3", .invalidUTF8, 0),
            ("a1800000", .keyKind, 1), ("a1a000", .keyKind, 1), ("a1f500", .keyKind, 1),
            ("a203010102", .keyOrder, 3), ("a220010102", .keyOrder, 3), ("a262626201616101", .keyOrder, 5),
            ("a2616201616101", .keyOrder, 4), ("a2616101416101", .keyOrder, 4),
            ("a201010102", .duplicateKey, 3), ("a2616101616102", .duplicateKey, 4),
            ("8181818180", .tooDeep, 4), ("a101a101a101a101a0", .tooDeep, 8),
        ] as [(String, CBORError.Reason, Int)])
    func refused(hexadecimal: String, reason: CBORError.Reason, offset: Int) throws {
        let bytes = try #require(Hexadecimal.read(hexadecimal.utf8))
        #expect(throws: CBORError(reason, at: offset)) { try CBORReader.parse(bytes) }
    }

    @Test("four levels are read, and the limit of bytes holds")
    func limits() throws {
        #expect(try CBORReader.parse([0x81, 0x81, 0x81, 0x80]) == .array([.array([.array([.array([])])])]))
        #expect(throws: CBORError(.tooLarge, at: 3)) { try CBORReader.parse([0x43, 1, 2, 3], limits: .init(bytes: 3)) }
        #expect(throws: CBORError(.tooDeep, at: 0)) { try CBORReader.parse([0x80], limits: .init(depth: 0)) }
    }

    @Test("every truncation of a value is refused, and a byte more is too")
    func truncations() {
        let good: [UInt8] = [0xA2, 0x01, 0x82, 0x02, 0x43, 1, 2, 3, 0x61, 0x61, 0xA1, 0x20, 0x19, 0x01, 0x00]
        #expect((try? CBORReader.parse(good)) != nil)
        for count in 0..<good.count { #expect((try? CBORReader.parse(Array(good.prefix(count)))) == nil) }
        #expect((try? CBORReader.parse(good + [0])) == nil)
    }
}
