import Access
import Base
import Records
import Runtime
import Store

/// Say here in a sentence what the feature is for, and below it how its parts work together.
package struct SkeletonFeature: Feature {
    package let store: SkeletonStore
    private let host: FeatureHost

    package init(_ host: FeatureHost) {
        self.host = host
        store = SkeletonStore(host)
    }

    package static let read: Permission = "skeleton.read"
    package static let write: Permission = "skeleton.write"

    package static let manifest = Manifest(
        "skeleton", Text(es: "Skeleton", en: "Skeleton"),
        purpose: Text(es: "Diga para qué sirve, en una frase.", en: "Say what it is for, in a sentence."),
        permissions: [
            PermissionShape(read, Text(es: "leer lo de todos", en: "read everybody's"), to: ["organisation_admin", "operator"]),
            PermissionShape(write, Text(es: "escribir lo de todos", en: "write everybody's"), to: ["organisation_admin", "operator"]),
        ],
        kinds: [SkeletonItem.kind.shape],
        tables: [SkeletonCounts.table],
        migrations: [
            Migration(1, "skeleton items") { RecordTable(SkeletonItem.kind.shape).creation($0) },
            Migration(2, "skeleton counts") { SkeletonCounts.creation($0) },
        ],
        events: [SkeletonEvents.closed.shape])

    package var subscriptions: [Subscription] { [SkeletonCounts.subscription] }
    package var jobs: [JobHandler] { [SkeletonJobs.recounting.handler { run, _ in SkeletonJobs.recount(run) }] }
}
