import Base
import Runtime

/// What the feature tells others.
enum SkeletonEvents {
    static let closed = EventKind(
        "skeleton_item.closed", Text(es: "Alguien cerró una entrada.", en: "Somebody closed an item."), example: Closed(version: 2))

    struct Closed: Codable, Sendable, Hashable {
        let version: Int64
    }
}
