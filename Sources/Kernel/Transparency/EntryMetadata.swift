import Base

/// What an entry of the journal says in clear: who did what to which record, when, about whom. Identifiers and verbs, no
/// content. Version 1 (docs/decisions/0010); a field that joins means leaf version 2.
///
/// Everything is text as it stands in the journal's columns, so that a proof can be checked by whoever knows none of our types.
package struct EntryMetadata: Sendable, Hashable {
    package let entry: String
    package let tenant: String
    package let time: Instant
    package let actor: String
    package let onBehalfOf: String?
    /// created, updated, deleted, restored, read, exported, denied, signed in …
    package let verb: String
    package let kind: String
    package let record: String?
    package let version: Int
    package let shape: Int
    /// Under whose key the body is sealed.
    package let sealingSubject: String?
    /// Whom it is about, sorted by bytes, each once.
    package let subjects: [String]

    /// `subjects` may come in any order and more than once.
    package init(
        entry: String, tenant: String, time: Instant, actor: String, onBehalfOf: String? = nil, verb: String, kind: String,
        record: String? = nil, version: Int, shape: Int, sealingSubject: String? = nil, subjects: [String] = []
    ) {
        self.entry = entry
        self.tenant = tenant
        self.time = time
        self.actor = actor
        self.onBehalfOf = onBehalfOf
        self.verb = verb
        self.kind = kind
        self.record = record
        self.version = version
        self.shape = shape
        self.sealingSubject = sealingSubject
        self.subjects = Self.sorted(subjects)
    }

    /// The framed fields in the order of the decision record.
    package var framed: FramedFields {
        var frame = FramedFields(reservingBytes: 360 + 40 * subjects.count)
        frame.append(entry)
        frame.append(tenant)
        frame.append(time.microseconds)
        frame.append(actor)
        frame.append(onBehalfOf)
        frame.append(verb)
        frame.append(kind)
        frame.append(record)
        frame.append(version)
        frame.append(shape)
        frame.append(sealingSubject)
        for subject in subjects { frame.append(subject) }
        return frame
    }

    /// SHA-256 of the framed fields, as the leaf holds it.
    package var digest: TreeHash { TreeHash.digest(of: framed.bytes) }

    /// By bytes, not by what Unicode holds equivalent.
    private static func sorted(_ subjects: [String]) -> [String] {
        guard subjects.count > 1 else { return subjects }
        var sorted: [String] = []
        for subject in subjects.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where !(sorted.last.map { $0.utf8.elementsEqual(subject.utf8) } ?? false) {
            sorted.append(subject)
        }
        return sorted
    }
}
