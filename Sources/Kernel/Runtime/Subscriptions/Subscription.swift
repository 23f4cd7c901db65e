import Base
import Records
import Store
import Transparency

/// What a feature does whenever the journal tells of something: effective once for each entry, in the order of positions.
///
/// `apply` runs in the transaction that also moves the subscription past the entry, so that both happen or none. It is pure, as any
/// write closure, and sees and writes the entry's organisation alone. Where it throws, the entry is parked with the reason; entries
/// of the same record wait behind it, all others go on.
package struct Subscription: Sendable {
    /// Begins with the feature's name and a dot. Its position in the journal is kept under this name.
    package let name: String
    package let title: Text
    /// Where it begins when it is new.
    package let start: Start
    package let selection: Selection
    package let apply: @Sendable (HeardEntry, borrowing Transaction) throws -> Void

    package init(
        _ name: String, _ title: Text, from start: Start, to selection: Selection,
        apply: @escaping @Sendable (HeardEntry, borrowing Transaction) throws -> Void
    ) {
        self.name = name
        self.title = title
        self.start = start
        self.selection = selection
        self.apply = apply
    }

    /// Where a new subscription begins.
    package enum Start: Sendable, Hashable {
        /// All that the journal holds.
        case beginning
        /// What comes after its first start.
        case now
    }

    /// Which entries it is given.
    package struct Selection: Sendable, Hashable {
        /// Kinds of records, and names of events.
        package let kinds: Set<String>
        package let verbs: Set<JournalVerb>
        /// Whether bodies are opened; without, they arrive as `.closed`, which costs nothing.
        package let opensBodies: Bool

        package static func changes(of kinds: Set<String>, openingBodies: Bool = true) -> Selection {
            Selection(kinds: kinds, verbs: [.created, .updated, .deleted, .restored], opensBodies: openingBodies)
        }

        package static func events(_ names: Set<String>) -> Selection {
            Selection(kinds: names, verbs: [.published], opensBodies: true)
        }

        package static func entries(of kinds: Set<String>, _ verbs: Set<JournalVerb>, openingBodies: Bool = true) -> Selection {
            Selection(kinds: kinds, verbs: verbs, opensBodies: openingBodies)
        }
    }
}

/// An entry of the journal as a subscription is given it.
package struct HeardEntry: Sendable {
    package let position: Int64
    package let metadata: EntryMetadata
    package let body: Body

    package init(position: Int64, metadata: EntryMetadata, body: Body) {
        self.position = position
        self.metadata = metadata
        self.body = body
    }

    /// What can be read of it.
    package enum Body: Sendable, Hashable {
        /// JSON of the kind's present shape; of an event, as it was published.
        case open([UInt8])
        /// Whoever it was about is erased: nobody can open it any more.
        case erased
        /// The entry has none.
        case none
        /// There is one, and the subscription did not ask for it.
        case closed
    }
}
