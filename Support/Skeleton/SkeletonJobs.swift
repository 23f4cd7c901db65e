import Base
import Runtime
import Store

/// What the feature does outside of transactions.
enum SkeletonJobs {
    static let recounting = JobKind<Recount>("skeleton.recount", Text(es: "Contar de nuevo", en: "Count again"))

    /// The organisation is the job's own.
    struct Recount: Codable, Sendable {}

    static func recount(_ run: JobRun) -> JobEnd {
        guard let tenant = run.tenant else { return .done }
        return .writing { tx in try SkeletonCounts.count(in: tenant, tx) }
    }
}
