import Access
import Base
import Runtime

/// What happened to somebody's second factors that they should hear of, lest somebody else did it.
package enum FactorNews: Sendable, Hashable {
    case added(SecondFactorMethod)
    case removed(SecondFactorMethod)
    /// An administrator took all of them away.
    case allRemoved
    /// There may be a copy of a passkey; it is good no longer.
    case possibleClone
}

/// Tells people by mail what happened to their second factors: the letter goes out with the transaction that did it.
package struct FactorTelling: Sendable {
    /// nil where no mail goes out, and for an account that is gone.
    let letter: @Sendable (_ news: FactorNews, _ account: Identifier) async throws -> Letter?

    package init(letter: @escaping @Sendable (_ news: FactorNews, _ account: Identifier) async throws -> Letter?) { self.letter = letter }

    /// Nobody is told.
    package static let silent = FactorTelling { _, _ in nil }
}
