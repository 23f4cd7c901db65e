import Base
import Foundation

/// Which passwords will do: long enough, and none that would be tried early. Nothing is asked of their composition, for that makes people
/// choose `Password1!` (NIST SP 800-63B, section 3.1.1.2).
///
/// What is compared is folded first (`FoldedText`): case, accents and the usual figures for letters hide nothing from who guesses.
package struct PasswordRule: Sendable {
    /// Characters are Unicode's code points, as NIST counts them.
    package static let leastCharacters = 12
    package static let mostCharacters = 256
    /// A part of a name or address of fewer letters may stand in a password by chance.
    package static let leastPersonalLetters = 4

    /// What others know of whoever chooses the password.
    package struct Person: Sendable {
        package var address: String
        package var name: String
        package var organisation: String

        package init(address: String = "", name: String = "", organisation: String = "") {
            self.address = address
            self.name = name
            self.organisation = organisation
        }
    }

    package init() {}

    /// Throws what is wrong with it first. Cost: some 100 µs; a password of over 1,024 bytes is refused at once.
    package func check(_ password: Secret, of person: Person = Person()) throws(PasswordFault) {
        let prepared = try PreparedPassword(password)
        let text = prepared.bytes.withExposedBytes { String(decoding: $0, as: UTF8.self) }
        let count = text.unicodeScalars.count
        guard count >= Self.leastCharacters else { throw .tooShort }
        guard count <= Self.mostCharacters else { throw .tooLong }
        let plain = FoldedText.plain(text)
        if GuessablePattern.isRepeated(plain) { throw .repeated }
        if GuessablePattern.isRun(plain) { throw .run }
        let bare = plain.filter { FoldedText.isLetter($0) || FoldedText.isDigit($0) }
        if GuessablePattern.isRepeated(bare) || GuessablePattern.isRun(bare) || Self.isCommon(plain) { throw .common }
        if Self.isPersonal(FoldedText.letters(plain), person) { throw .personal }
    }

    /// The whole, or what is left when digits and signs are taken from either end, is a common password, a repetition or a run; with what
    /// separates words or without.
    private static func isCommon(_ plain: [Unicode.Scalar]) -> Bool {
        let squashed = plain.filter { !FoldedText.isSeparator($0) }
        return (plain == squashed ? [plain] : [plain, squashed]).contains { text in
            guard let first = text.firstIndex(where: FoldedText.isLetter), let last = text.lastIndex(where: FoldedText.isLetter) else {
                return CommonPasswords.contains(FoldedText.letters(text))
            }
            let letters = Array(text[first...last])
            if letters.count < text.count, GuessablePattern.isRepeated(letters) || GuessablePattern.isRun(letters) { return true }
            // What stands beside the letters may be figures for more of them.
            return Set(max(0, first - mostFigures)...first).union([0]).contains { start in
                Set(last...min(text.count - 1, last + mostFigures)).union([text.count - 1]).contains { end in
                    CommonPasswords.contains(FoldedText.letters(Array(text[start...end])))
                }
            }
        }
    }

    private static let mostFigures = 6

    private static func isPersonal(_ folded: [UInt8], _ person: Person) -> Bool {
        // What separates words counts neither here nor there.
        let squashed = folded.filter { $0 >= 0x80 || FoldedText.isWordByte($0) }
        let local = person.address.prefix(1_024).split(separator: "@", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        for known in [local, person.name, person.organisation, "zancada"] {
            let plain = FoldedText.plain(String(known.prefix(1_024)).precomposedStringWithCompatibilityMapping)
            let words = plain.split { !FoldedText.isLetter($0) && !FoldedText.isDigit($0) }.map(Array.init)
            for word in words + [words.flatMap { $0 }] where word.count >= leastPersonalLetters && word.contains(where: FoldedText.isLetter)
            {
                if squashed.firstRange(of: FoldedText.letters(word)) != nil { return true }
            }
        }
        return false
    }
}
