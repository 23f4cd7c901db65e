import Foundation

/// Brings text to the words by which it is found, so that García, garcia, GARCÍA and the full-width Ｇａｒｃｉａ are one.
///
/// Text is decomposed (Unicode's NFKD, so composed and decomposed spellings are the same), marks and invisible characters go,
/// what is left of letters and digits is folded to small letters, and everything else (spaces, hyphens, apostrophes) parts words.
/// So ñ is n: who types "nunez" finds Núñez, and who types "Núñez" finds somebody whom another system wrote as Nunez. Letters that
/// Unicode does not take apart are written out: ø as o, ł as l, ß as ss. Nothing depends on a language or a region.
///
/// The rules may change with any version: no index outlives its process.
package enum WordFolding {
    /// Longer words are cut, on both sides of a search.
    package static let mostBytes = 60

    /// The words of a text in their order, as UTF-8, each of 1 to `mostBytes` bytes; at most so many. Cost: some 0.3 µs for a name in
    /// ASCII, 3 µs for another.
    package static func words(of text: String, atMost most: Int) -> [[UInt8]] {
        var words = Words(most: most)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { words.add(ascii: byte) }
        } else {
            for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars { words.add(scalar) }
        }
        return words.finished()
    }
}

/// Words as they come together.
private struct Words {
    let most: Int
    private var list: [[UInt8]] = []
    private var word: [UInt8] = []
    private var isCut = false

    init(most: Int) {
        self.most = most
    }

    mutating func finished() -> [[UInt8]] {
        end()
        return list
    }

    mutating func add(ascii byte: UInt8) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(CollectionOfOne(byte | 0x20))
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): append(CollectionOfOne(byte))
        default: end()
        }
    }

    mutating func add(_ scalar: Unicode.Scalar) {
        if scalar.isASCII { return add(ascii: UInt8(truncatingIfNeeded: scalar.value)) }
        switch scalar.part {
        case .apart: end()
        case .unseen: break
        case .letter:
            // Down, up and down again: ß, its capital and ss meet at SS, the two small sigmas at Σ.
            for capital in scalar.properties.lowercaseMapping.uppercased().unicodeScalars {
                for small in capital.properties.lowercaseMapping.unicodeScalars where small.part == .letter {
                    append(small.writtenOut.utf8)
                }
            }
        }
    }

    private mutating func append(_ bytes: some Collection<UInt8>) {
        guard list.count < most, !isCut else { return }
        guard word.count + bytes.count <= WordFolding.mostBytes else {
            isCut = true
            return
        }
        word.append(contentsOf: bytes)
    }

    private mutating func end() {
        if !word.isEmpty { list.append(word) }
        word = []
        isCut = false
    }
}

extension Unicode.Scalar {
    fileprivate enum Part {
        case letter
        /// Neither seen nor parting words: accents, joiners, marks of direction.
        case unseen
        case apart
    }

    fileprivate var part: Part {
        // Spacing modifiers such as the letter apostrophe are used as punctuation in names: Oʼahu.
        if (0x02B0...0x02FF).contains(value) { return .apart }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark, .decimalNumber,
            .letterNumber, .otherNumber:
            .letter
        case .nonspacingMark, .enclosingMark, .format: .unseen
        default: .apart
        }
    }

    /// Small letters that have no decomposition, as they are typed where a keyboard has them not.
    fileprivate var writtenOut: String {
        switch self {
        case "æ": "ae"
        case "œ": "oe"
        case "ø": "o"
        case "đ", "ð": "d"
        case "ħ": "h"
        case "ł": "l"
        case "þ": "th"
        default: String(self)
        }
    }
}
