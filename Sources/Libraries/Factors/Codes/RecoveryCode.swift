import Base
import Crypto
import Foundation

/// A code on paper that stands in for a lost second factor, once.
///
/// 80 bits as 16 characters in groups of four: `7QK2-M9XB-0TFA-HJ4R`. The alphabet is Crockford's base32, in which only one of each pair of
/// look-alikes (0 and O, 1 and I and L) is used and the other is read as it.
package struct RecoveryCode: Sendable {
    /// Random bytes that one code is made of.
    package static let bytes = 10
    /// How many an account is given at a time.
    package static let usualCount = 10

    /// The characters without hyphens.
    private let characters: Secret

    /// Of 10 random bytes: each code is as likely as any other, for 80 bits are 16 groups of five.
    package init(randomBytes: [UInt8]) {
        precondition(randomBytes.count == Self.bytes, "a recovery code has 80 bits")
        characters = Secret(FiveBits.split(randomBytes).map { Self.alphabet[Int($0)] })
    }

    /// As somebody typed it: in any case, with or without hyphens and white space, O for 0, I and L for 1. nil for what is no code.
    package init?(entered text: String) {
        guard text.utf8.count <= 64 else { return nil }
        var read: [UInt8] = []
        for character in text where !character.isWhitespace && character != "-" {
            guard let ascii = character.asciiValue, let digit = Self.digit(ascii) else { return nil }
            read.append(digit)
        }
        guard read.count == Self.length else { return nil }
        characters = Secret(read)
    }

    /// As it is shown, once, with its hyphens.
    package var text: Secret {
        characters.withExposedBytes { bytes in
            Secret(
                Array(
                    bytes.enumerated().flatMap { $0.offset > 0 && $0.offset.isMultiple(of: 4) ? [Self.hyphen, $0.element] : [$0.element] }))
        }
    }

    /// What is kept instead of the code, 32 bytes: SHA-256 over a label, whose it is, and the code.
    ///
    /// Plain SHA-256 is right here, and a slow hash would only cost: passwords are stretched because people choose from few, and these are
    /// 80 random bits. Whoever has the table and tries 10¹² a second needs on average 19,000 years for one code. `account` makes equal codes
    /// of two accounts differ, so that one search does not serve for all.
    package func digest(account: String) -> [UInt8] {
        var frame = FramedFields()
        frame.append("zancada recovery code")
        frame.append(account)
        characters.withExposedBytes { frame.append($0) }
        return Array(SHA256.hash(data: frame.bytes))
    }

    /// Which of the digests that are left is that of this code; nil for none. The caller deletes that row in the transaction that lets the
    /// person in, and lets nobody in whose row was gone already: so a code is good once.
    ///
    /// Each digest is compared whole, found or not.
    package func place(in digests: [[UInt8]], account: String) -> Int? {
        let own = digest(account: account)
        var place: Int?
        for (index, digest) in digests.enumerated() where ConstantTime.isEqual(digest, own) { place = index }
        return place
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 16
    private static let hyphen = UInt8(ascii: "-")

    private static func digit(_ ascii: UInt8) -> UInt8? {
        let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ascii) ? ascii - 32 : ascii
        switch upper {
        case UInt8(ascii: "O"): return UInt8(ascii: "0")
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return UInt8(ascii: "1")
        default: return alphabet.contains(upper) ? upper : nil
        }
    }
}
