import Base
import Records
import Transparency

/// That somebody looked at a person's data, as the journal tells it: no content.
package struct EntrySeen: Sendable, Hashable {
    /// Its number in this database, by which a list goes on.
    package let number: Int64
    package let at: Instant
    package let actor: String
    package let onBehalfOf: String?
    package let verb: String
    package let kind: String
    package let record: String?

    init(_ standing: StandingEntry) {
        let metadata = standing.entry.metadata
        number = standing.number
        at = metadata.time
        actor = metadata.actor
        onBehalfOf = metadata.onBehalfOf
        verb = metadata.verb
        kind = metadata.kind
        record = metadata.record
    }
}
