import Access
import Base
import Records

/// Kinds that use what `note` does not: several people, a duty to keep, columns, keyed hashes, fields of several classes.
enum SampleKinds {
    private static let anybody = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
        .grant(to: .related(as: ["therapist"]), upTo: .internal),
        .grant(to: .all(.sameOrganisation, .holds("note.read")), upTo: .secret))
    private static let access = RecordAccess(read: anybody, create: anybody, change: anybody)

    static let message = KindShape(
        "message", about: .several("people"), access: access,
        fields: [
            FieldShape("people", .list(.id, atMost: 10), isRequired: true), FieldShape("text", .text(1...100), isRequired: true),
        ])

    /// Kept for five years after its last change.
    static let chart = KindShape(
        "chart", about: .given, access: access,
        fields: [
            FieldShape("diagnosis", .text(1...100), isRequired: true),
            FieldShape("document", .text(3...40), .secret, search: .exact),
            FieldShape("stage", .integer(0...9), .internal, search: .order),
        ],
        retention: Retention(years: 5, reason: Text(es: "Ley de prueba, artículo 1.", en: "Test act, section 1.")),
        indexes: [RecordIndex(by: "stage")])

    static let all = [Note.kind.shape, message, chart]
}
