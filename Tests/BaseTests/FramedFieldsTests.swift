import Base
import Testing

@Suite("Framed fields")
struct FramedFieldsTests {
    @Test("each field has its length in four bytes before it, the highest first")
    func layout() {
        var frame = FramedFields()
        frame.append("ñ")
        frame.append([UInt8](repeating: 7, count: 258))
        frame.append([UInt8]())
        #expect(frame.bytes.prefix(6) == [0, 0, 0, 2, 0xC3, 0xB1])
        #expect(frame.bytes.dropFirst(6).prefix(5) == [0, 0, 1, 2, 7])
        #expect(frame.bytes.suffix(4) == [0, 0, 0, 0])
        #expect(frame.bytes.count == 6 + 262 + 4)
    }

    @Test("whole numbers are eight bytes in two's complement")
    func numbers() {
        var frame = FramedFields()
        frame.append(258)
        frame.append(Int64(-2))
        #expect(frame.bytes == [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 8, 255, 255, 255, 255, 255, 255, 255, 254])
    }

    @Test("an id is its text in lower case, and an absent field is not an empty one")
    func idsAndAbsence() throws {
        let id = try #require(ID<FramedFields>("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
        var frame = FramedFields()
        frame.append(id)
        #expect(frame.bytes == [0, 0, 0, 36] + Array("017f22e2-79b0-7cc3-98c4-dc0c0c07398f".utf8))
        var absent = FramedFields()
        absent.append(ID<FramedFields>?.none)
        absent.appendAbsent()
        absent.append(String?.none)
        #expect(absent.bytes == [UInt8](repeating: 255, count: 12))
    }

    @Test("a byte that moves from one field to the next gives other bytes")
    func boundaries() {
        func framed(_ fields: String...) -> [UInt8] {
            var frame = FramedFields()
            for field in fields { frame.append(field) }
            return frame.bytes
        }
        #expect(framed("ab", "c") != framed("a", "bc"))
        #expect(framed("ab", "") != framed("ab"))
    }
}
