import Foundation

/// Texts as somebody who guesses sees them: without case and accents, figures and signs read as the letters they stand for.
enum FoldedText {
    /// Lower case, without accents, code point by code point.
    static func plain(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }
    }

    /// With 0, 1, 3, 4, 5, 7, @ and $ as letters, in UTF-8. I, L and 1 are one letter here, for 1 stands for either.
    static func letters(_ plain: [Unicode.Scalar]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(plain.count)
        for scalar in plain {
            if scalar.isASCII {
                bytes.append(letter(UInt8(scalar.value)))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        return bytes
    }

    /// The letter that a byte of ASCII in lower case is read as.
    static func letter(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "l"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"): UInt8(ascii: "t")
        default: byte
        }
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic }
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType != nil }
    /// What people put between words.
    static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { " -_.,/+".unicodeScalars.contains(scalar) }

    /// A letter or digit of ASCII in lower case.
    static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
