import CAssets

/// The passwords and words that are tried first, in Spanish and English: `Sources/C/CAssets/common_passwords.txt`.
///
/// From the lists of frequent passwords in Django (BSD-3-Clause) and zxcvbn (MIT), without digits and signs around them, and words of our
/// own for Spanish. One a line, ordered by what `FoldedText.letter` makes of them, so that they are found where they lie: half of the file is
/// passed over at each step, nothing is read at start.
package enum CommonPasswords {
    /// Whether a word is among them; `key` is what `folded` makes of it.
    package static func contains(_ key: [UInt8]) -> Bool {
        let list = bytes
        var (low, high) = (0, list.count)
        while low < high {
            // The line around the middle.
            var start = (low + high) / 2
            while start > low, list[start - 1] != newline { start -= 1 }
            var end = start
            while end < high, list[end] != newline { end += 1 }
            switch compare(list[start..<end], key) {
            case 0: return true
            case ..<0: low = end + 1
            default: high = max(low, start - 1)
            }
        }
        return false
    }

    /// A word as it is looked up.
    package static func folded(_ word: String) -> [UInt8] { FoldedText.letters(FoldedText.plain(word)) }

    /// The whole file.
    package static var bytes: UnsafeBufferPointer<UInt8> {
        var count = 0
        let start = zancada_common_passwords(&count)
        return UnsafeBufferPointer(start: start, count: count)
    }

    private static let newline = UInt8(ascii: "\n")

    /// Below 0 where the line, folded, comes before the key.
    private static func compare(_ line: Slice<UnsafeBufferPointer<UInt8>>, _ key: [UInt8]) -> Int {
        for (one, other) in zip(line, key) {
            let difference = Int(FoldedText.letter(one)) - Int(other)
            if difference != 0 { return difference }
        }
        return line.count - key.count
    }
}
