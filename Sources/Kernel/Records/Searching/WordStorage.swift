import Base
import Foundation

/// The bytes of words, one after the other, in memory that is overwritten before it is given back: a word that left stands nowhere
/// in it.
struct WordStorage {
    /// Never appended to and never shared, so that no copy is made that nobody wipes.
    private var bytes: [UInt8]
    private var end = 0
    /// Bytes of words that left.
    private var wasted = 0

    init(capacity: Int = 1 << 12) {
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    /// Whether half of it could be saved by packing.
    var isWorthPacking: Bool { wasted > 1 << 12 && wasted > end / 2 }

    var byteCount: Int { bytes.count }

    /// Keeps a word and says where.
    mutating func add(_ word: [UInt8]) -> Int {
        if end + word.count > bytes.count { grow(to: max(2 * bytes.count, end + word.count)) }
        let place = end
        bytes.withUnsafeMutableBytes { $0[place..<place + word.count].copyBytes(from: word) }
        end += word.count
        return place
    }

    /// Overwrites a word.
    mutating func remove(_ place: Range<UInt32>) {
        bytes.withUnsafeMutableBytes { wipe(UnsafeMutableRawBufferPointer(rebasing: $0[Int(place.lowerBound)..<Int(place.upperBound)])) }
        wasted += place.count
    }

    /// Overwrites everything.
    mutating func clear() {
        bytes.withUnsafeMutableBytes { wipe($0) }
        end = 0
        wasted = 0
    }

    /// A copy of a word.
    func word(_ place: Range<UInt32>) -> [UInt8] { Array(bytes[Int(place.lowerBound)..<Int(place.upperBound)]) }

    /// Below, at or above zero: how the word that stands there compares with `other`; as a beginning: as much of it as `other` is
    /// long.
    func compare(_ place: Range<UInt32>, with other: [UInt8], asBeginning: Bool) -> Int {
        bytes.withUnsafeBytes { bytes in
            other.withUnsafeBytes { other in
                guard let mine = bytes.baseAddress, let theirs = other.baseAddress else { return place.count - other.count }
                let length = asBeginning ? min(place.count, other.count) : place.count
                let order = memcmp(mine + Int(place.lowerBound), theirs, min(length, other.count))
                return order != 0 ? Int(order) : length - other.count
            }
        }
    }

    /// Whether these bytes stand anywhere in it. For tests.
    func holds(_ word: [UInt8]) -> Bool {
        guard !word.isEmpty, word.count <= bytes.count else { return false }
        return (0...bytes.count - word.count).contains { bytes[$0..<$0 + word.count].elementsEqual(word) }
    }

    private mutating func grow(to capacity: Int) {
        var larger = [UInt8](repeating: 0, count: capacity)
        bytes.withUnsafeMutableBytes { old in
            larger.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: old[..<end])) }
            wipe(old)
        }
        bytes = larger
    }
}
