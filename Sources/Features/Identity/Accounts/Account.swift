import Access
import Base
import Foundation
import Keys
import Runtime
import Store

/// Somebody who can sign in. The same account for however many organisations they belong to.
package struct Account: Sendable {
    /// The actor in journals; of a patient, the person whom records are about.
    package let id: Identifier
    /// From 1, one more with each change.
    var version: Int64
    package let createdAt: Instant
    /// When they showed that the address is theirs; nil until then, and until then nobody signs in.
    package var confirmedAt: Instant?
    package var disabledAt: Instant?
    package var profile: Profile

    /// What is sealed.
    package struct Profile: Codable, Sendable {
        package var address: MailAddress
        /// As they want to be called; 1 to 100 characters.
        package var name: String
        package var language: String
        /// What is kept of the password (`PasswordHash`); nil where they have none: they sign in by a passkey.
        var password: String?
    }

    package var language: Language { Language(rawValue: profile.language) ?? .spanish }

    static let nameLength = 1...100
}

/// A name as people type it: cut at its ends, one line.
enum PersonName {
    /// nil for an empty one, one of more than 100 characters, and one with control characters.
    static func read(_ text: String) -> String? {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard Account.nameLength.contains(name.count), MailText.isLine(name, mostBytes: 400) else { return nil }
        return name
    }
}
