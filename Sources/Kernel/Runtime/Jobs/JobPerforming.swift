import Access
import Base
import Store

extension JobHandler {
    /// Does a job here and now, and writes what it ends with: no claim, no second try, nothing written down about it. For who does
    /// the work of a job without a worker, and for tests. Throws what the handler and the database throw.
    package func perform(
        _ payload: [UInt8], in tenant: Identifier?, on database: Database, world: World,
        report: @escaping @Sendable (_ progress: Double, _ doing: Text) -> Void = { _, _ in }
    ) async throws {
        let job = JobRun(id: world.id(), kind: shape.name, tenant: tenant, attempt: 1, mostTries: shape.limits.mostTries, report: report)
        guard let write = try await run(job, payload).write else { return }
        let home = tenant.map { database.within(organisation: $0.text) } ?? database
        try await home.write { tx in try write(tx) }
    }
}
