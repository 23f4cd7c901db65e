import Backup
import Base
import Testing

@Suite("cutting by content")
struct CutterTests {
    private static func cut(_ bytes: [UInt8], pieces: Int, key: UInt8 = 1) -> [[UInt8]] {
        var cutter = ContentCutter(Secret([UInt8](repeating: key, count: 32)))
        var chunks: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + pieces)
            cutter.take(Array(bytes[start..<end]))
            start = end
            while let chunk = cutter.next(isEnd: start == bytes.count) { chunks.append(chunk) }
        }
        return chunks
    }

    @Test("the cuts are the same however the stream comes in, and the chunks are the stream")
    func pieces() {
        let bytes = madeUp(3_000_000, seed: 5)
        let chunks = Self.cut(bytes, pieces: 1 << 18)
        #expect(Self.cut(bytes, pieces: 4_097) == chunks && chunks.flatMap { $0 } == bytes)
        #expect(chunks.dropLast().allSatisfy { (ContentCutter.leastBytes...Chunking.mostBytes).contains($0.count) })
        #expect((15...150).contains(chunks.count))
        #expect(Self.cut([UInt8](repeating: 0, count: 1_000_000), pieces: 70_000).map(\.count).max() ?? 0 <= Chunking.mostBytes)
    }

    @Test("what is inserted changes the chunks around it alone; another key cuts elsewhere")
    func insertion() {
        let bytes = madeUp(3_000_000, seed: 6)
        let before = Self.cut(bytes, pieces: 65_536)
        let after = Self.cut(Array(bytes[..<1_000_000]) + [1, 2, 3] + bytes[1_000_000...], pieces: 65_536)
        #expect(Set(after).subtracting(before).count <= 4)
        #expect(Set(Self.cut(bytes, pieces: 65_536, key: 2)).intersection(before).isEmpty)
    }
}
