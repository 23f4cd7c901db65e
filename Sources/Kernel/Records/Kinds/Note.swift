import Access
import Base

/// A remark about a person, in words: the one kind that the kernel brings along.
package struct Note: Codable, Sendable, Hashable {
    /// At most 10,000 characters.
    package var text: String

    package init(text: String) { self.text = text }

    /// The person reads their own; who cares for them reads and writes; who runs the organisation's records does all.
    private static let access = RecordAccess(
        read: AccessRule(
            .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
            .grant(to: .related(as: ["therapist", "physician", "field_agent"]), upTo: .confidential),
            .grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .confidential)),
        create: writing, change: writing)

    private static let writing = AccessRule(
        .grant(to: .related(as: ["therapist", "physician", "field_agent"]), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds("note.write")), upTo: .confidential))

    package static let kind = RecordKind<Note>(
        "note", about: .given, access: access, fields: [.init(\.text, "text", .text(1...10_000))])
}
