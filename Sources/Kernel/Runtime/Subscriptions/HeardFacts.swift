import Access
import Base
import Records
import Transparency

/// What nearly every subscription asks of an entry.
extension HeardEntry {
    /// Whose journal it stands in; the transaction sees and writes this organisation alone.
    package var organisation: Identifier {
        get throws { try Identifier(metadata.tenant) }
    }

    package var verb: JournalVerb? { JournalVerb(rawValue: metadata.verb) }

    /// The kind of record, or the name of the event.
    package var kind: String { metadata.kind }

    /// The record's id; nil where it is about none.
    package var record: String? { metadata.record }
}
