/// The languages in which Zancada speaks to people.
package enum Language: String, Sendable, CaseIterable {
    case spanish = "es"
    case english = "en"
}

/// A sentence written in every language Zancada speaks, so that none can be missing.
///
/// Texts are written where they are used or in a table of constants; there are no keys to look up.
package struct Text: Sendable, Hashable {
    package let spanish: String
    package let english: String

    package init(es spanish: String, en english: String) {
        self.spanish = spanish
        self.english = english
    }

    /// A text that reads the same in every language: a number, a file name, a code.
    package init(verbatim text: String) {
        self.init(es: text, en: text)
    }

    package func callAsFunction(_ language: Language) -> String {
        switch language {
        case .spanish: spanish
        case .english: english
        }
    }
}
