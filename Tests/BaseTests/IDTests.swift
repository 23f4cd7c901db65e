import Base
import Foundation
import Testing

private enum Patient {}

@Suite("Ids")
struct IDTests {
    @Test("read and write the examples of RFC 9562, in either case, and write lower case")
    func examples() throws {
        // Appendix A.6: version 7, 2022-02-22T19:22:22.000Z.
        let text = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"
        let id = try #require(ID<Patient>(text))
        #expect(id.description == text.lowercased())
        #expect(ID(text.lowercased()) == id)
        #expect(id.high == 0x017F_22E2_79B0_7CC3)
        #expect(id.low == 0x98C4_DC0C_0C07_398F)
        #expect(id.madeAt == Instant("2022-02-22T19:22:22Z"))
        // Appendix A.3: version 4; and nil and max (section 5.9 and 5.10).
        #expect(ID<Patient>("919108f7-52d1-4320-9bac-f847db4148a8")?.madeAt == nil)
        #expect(ID<Patient>("00000000-0000-0000-0000-000000000000")?.bytes == [UInt8](repeating: 0, count: 16))
        #expect(ID<Patient>("ffffffff-ffff-ffff-ffff-ffffffffffff")?.bytes == [UInt8](repeating: 255, count: 16))
    }

    @Test("agree with Foundation's UUID on random bytes, and come back from bytes and text")
    func agreement() throws {
        let random = FixedWorld(seed: 1).world.random
        for _ in 0..<2_000 {
            let bytes = random.bytes(16)
            let id = try #require(ID<Patient>(bytes: bytes))
            let theirs = try bytes.withUnsafeBufferPointer { bytes in
                NSUUID(uuidBytes: try #require(bytes.baseAddress)).uuidString
            }
            #expect(id.description == theirs.lowercased())
            #expect(ID(id.description) == id)
            #expect(ID(theirs) == id)
            #expect(id.bytes == bytes)
            #expect(id.withUTF8 { Array($0) } == Array(id.description.utf8))
        }
    }

    @Test("take nothing but the canonical form: every other byte at every place is refused")
    func strictness() {
        let text = Array("017f22e2-79b0-7cc3-98c4-dc0c0c07398f".utf8)
        for at in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[at] = byte
                let isHyphen = [8, 13, 18, 23].contains(at)
                let digits = Set("0123456789abcdefABCDEF".utf8)
                let isFine = isHyphen ? byte == UInt8(ascii: "-") : digits.contains(byte)
                #expect((changed.withUnsafeBytes { ID<Patient>(utf8: $0) } != nil) == isFine, "\(byte) at \(at)")
            }
        }
        let canonical = String(decoding: text, as: UTF8.self)
        for other in ["", "{\(canonical)}", "urn:uuid:\(canonical)", " \(canonical)", "\(canonical)\n", canonical + "0"] {
            #expect(ID<Patient>(other) == nil)
        }
        #expect(ID<Patient>(canonical.replacing("-", with: "")) == nil)
        #expect(ID<Patient>(bytes: [1, 2, 3]) == nil)
    }

    @Test("sort as their texts and bytes do")
    func order() {
        let random = FixedWorld(seed: 2).world.random
        let ids = (0..<500).compactMap { _ in ID<Patient>(bytes: random.bytes(16)) }
        #expect(ids.count == 500)
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
    }

    @Test("are JSON strings")
    func json() throws {
        let id = FixedWorld(seed: 3).world.id(of: Patient.self)
        let encoded = try JSONEncoder().encode([id])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"\(id)\"]")
        #expect(try JSONDecoder().decode([ID<Patient>].self, from: encoded) == [id])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ID<Patient>].self, from: Data("[\"x\"]".utf8)) }
    }
}
