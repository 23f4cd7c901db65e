import Access
import Base
import Records

/// What is kept: about one person.
package struct SkeletonItem: Codable, Sendable, Hashable {
    package var text: String
    package var isClosed: Bool

    package init(text: String, isClosed: Bool = false) {
        self.text = text
        self.isClosed = isClosed
    }
}

extension SkeletonItem {
    package static let kind = RecordKind<SkeletonItem>(
        "skeleton_item", about: .given, access: access,
        fields: [
            .init(\.text, "text", .text(1...2_000)),
            .init(\.isClosed, "is_closed", .bool, .internal),
        ])

    /// The person reads their own; who cares for them reads and writes; who has the permission does so for all.
    private static let access = RecordAccess(
        read: AccessRule(
            .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
            .grant(to: .related(as: ["therapist"]), upTo: .confidential),
            .grant(to: .all(.sameOrganisation, .holds(SkeletonFeature.read)), upTo: .confidential)),
        create: writing, change: writing)
    private static let writing = AccessRule(
        .grant(to: .related(as: ["therapist"]), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds(SkeletonFeature.write)), upTo: .confidential))

    enum CodingKeys: String, CodingKey {
        case text
        case isClosed = "is_closed"
    }
}
