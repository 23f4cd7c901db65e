import Base
import Gzip
import Testing

@Suite("gzip")
struct GzipTests {
    @Test("what is packed comes back, however long and whatever it holds", arguments: [0, 1, 2, 100, 4_096, 1 << 20])
    func roundTrip(_ count: Int) throws {
        var random = SystemRandomNumberGenerator()
        let dull = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 100) }
        let lively = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        for bytes in [dull, lively] {
            // What became longer by it is not packed.
            guard let packed = Gzip.packed(bytes, level: 6) else {
                #expect(count < 100 || bytes == lively)
                continue
            }
            #expect(packed.count < bytes.count && packed.starts(with: [0x1F, 0x8B]))
            #expect(try Gzip.unpacked(packed, atMost: count) == bytes)
        }
    }

    @Test("what is damaged, cut off, followed by more, or longer than may be is refused")
    func damage() throws {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let packed = try #require(Gzip.packed(bytes, level: 9))
        #expect(throws: Failure.self) { try Gzip.unpacked(packed, atMost: bytes.count - 1) }
        for length in [0, 1, 10, 17, 18, packed.count / 2, packed.count - 1] {
            #expect(throws: Failure.self) { try Gzip.unpacked(Array(packed.prefix(length)), atMost: 1 << 20) }
        }
        #expect(throws: Failure.self) { try Gzip.unpacked(packed + packed, atMost: 1 << 20) }
        for position in stride(from: 10, to: packed.count, by: 7) {
            var damaged = packed
            damaged[position] ^= 0x55
            #expect(throws: Failure.self) { try Gzip.unpacked(damaged, atMost: 1 << 20) }
        }
        // A length that promises more than there is.
        var promising = packed
        promising.replaceSubrange((packed.count - 4)..., with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: Failure.self) { try Gzip.unpacked(promising, atMost: 1 << 20) }
    }
}
