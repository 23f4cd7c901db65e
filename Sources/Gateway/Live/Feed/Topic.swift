import Access

/// What can be listened to: `records/exercise`, `records/exercise/{id}`, `subjects/{id}`, and what features add.
package struct Topic: Sendable, Hashable {
    package let text: String

    package static let mostBytes = 120

    /// Two to four segments of lower-case letters, digits, `_` and `-`; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes else { return nil }
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (2...4).contains(segments.count), segments.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isTopical) }) else { return nil }
        self.text = text
    }

    /// `records` is that of all topics of records.
    package var kind: Substring { text.prefix { $0 != "/" } }

    /// What follows the kind.
    package var segments: [Substring] { text.split(separator: "/").dropFirst().map { $0 } }
}

/// A topic in an organisation: of the same name there is one in each, and nobody hears another's.
struct TopicKey: Sendable, Hashable {
    /// nil: of the installation.
    let tenant: Identifier?
    let topic: String
}

extension UInt8 {
    fileprivate var isTopical: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
