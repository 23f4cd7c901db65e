import Base

/// One thing that a check came to.
package struct Finding: Sendable, Hashable {
    /// What it came to.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case shown
        /// Nothing speaks against it, and nothing shows it.
        case open
        /// Altered, or another's.
        case wrong
    }

    package let outcome: Outcome
    /// Stable, for programs.
    package let code: String
    package let text: Text

    package init(_ outcome: Outcome, _ code: String, _ text: Text) {
        self.outcome = outcome
        self.code = code
        self.text = text
    }
}

extension [Finding] {
    /// Whether nothing is wrong.
    package var isRight: Bool { allSatisfy { $0.outcome != .wrong } }
}
