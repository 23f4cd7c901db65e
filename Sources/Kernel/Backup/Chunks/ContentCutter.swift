import Base
import Crypto
import Foundation

/// Cuts a stream where its content says so, so that what is inserted or taken away changes the chunks around it and no others.
///
/// A sum rolls over the last 64 bytes ("gear" hash: Xia et al., FastCDC, USENIX ATC 2016); a cut comes where its upper bits are zero. The table
/// of the sum follows from the backup's key: lengths of chunks tell nobody else what was cut.
package struct ContentCutter {
    package static let leastBytes = 1 << 14
    /// One cut in so many bytes, after the least.
    private static let meanBits = 16

    private let table: [UInt64]
    private var waiting: [UInt8] = []
    /// Bytes of `waiting` that the sum has seen.
    private var seen = 0
    private var sum: UInt64 = 0

    package init(_ backupKey: Secret) {
        table = (0..<256).map { number in
            BackupKeys.hash("zancada backup cut \(number)", under: backupKey).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        }
    }

    package mutating func take(_ bytes: [UInt8]) { waiting += bytes }

    /// The next chunk of what was taken so far; nil where more is needed. `isEnd`: no more comes, what is left is a chunk.
    package mutating func next(isEnd: Bool) -> [UInt8]? {
        let limit = min(waiting.count, Chunking.mostBytes)
        let mask: UInt64 = ((1 << Self.meanBits) - 1) << (64 - Self.meanBits)
        var (sum, place) = (sum, seen)
        let isCut = waiting.withUnsafeBufferPointer { waiting in
            table.withUnsafeBufferPointer { table in
                while place < limit {
                    sum = (sum << 1) &+ table[Int(waiting[place])]
                    place += 1
                    if place >= Self.leastBytes, sum & mask == 0 { return true }
                }
                return false
            }
        }
        (self.sum, seen) = (sum, place)
        guard isCut || place == Chunking.mostBytes || (isEnd && place > 0) else { return nil }
        let chunk = Array(waiting[..<place])
        waiting.removeFirst(place)
        (self.sum, seen) = (0, 0)
        return chunk
    }
}
