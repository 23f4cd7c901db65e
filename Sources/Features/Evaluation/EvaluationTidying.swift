import Access
import Base
import Records
import Runtime
import Store

/// Removes what nobody needs any more: uploads that were never finished, kept videos whose people agree no longer, and what belongs to
/// evaluations that are gone.
struct EvaluationTidying: Sendable {
    private let store: EvaluationStore

    init(_ store: EvaluationStore) { self.store = store }

    private var host: FeatureHost { store.host }

    func tidy(in tenant: Identifier) async throws {
        try await dropUploads(in: tenant)
        try await failForgotten(in: tenant)
        try await dropKept(in: tenant)
        try await dropOrphans(in: tenant)
    }

    private func dropUploads(in tenant: Identifier) async throws {
        let moment = host.world.now() - .seconds(3_600 * host.settings[EvaluationSettings.uploadHours])
        let late: [String] = try await host.database.within(organisation: tenant.text).rows(
            """
            SELECT id FROM record_evaluation WHERE tenant = \(tenant) AND f_state = \(MovementEvaluation.State.uploading.rawValue)
            AND deleted_at IS NULL AND updated_at < \(moment) ORDER BY id LIMIT 500
            """
        ) { try $0["id"] }
        for id in late {
            try await changing(id, in: tenant, from: .uploading) { evaluation in
                evaluation.state = .refused
                evaluation.refusal = .init(Failure.uploadDropped.code, Failure.uploadDropped.message)
            }
        }
    }

    /// Whoever measured it was killed each time: nobody else says that it is over.
    private func failForgotten(in tenant: Identifier) async throws {
        let moment = host.world.now() - .seconds(3_600)
        let waiting: [String] = try await host.database.within(organisation: tenant.text).rows(
            """
            SELECT id FROM record_evaluation WHERE tenant = \(tenant) AND f_state = \(MovementEvaluation.State.waiting.rawValue)
            AND deleted_at IS NULL AND updated_at < \(moment) ORDER BY id LIMIT 500
            """
        ) { try $0["id"] }
        let queue = JobQueue(host.database, host.world)
        for id in waiting {
            let job = try await queue.status(of: EvaluationJobs.measuring.shape, key: id, in: tenant)
            guard job.map({ [.dead, .cancelled, .done].contains($0.state) }) ?? true else { continue }
            try await changing(id, in: tenant, from: .waiting) { evaluation in
                evaluation.state = .failed
                evaluation.refusal = .init(Failure.measuringGivenUp.code, Failure.measuringGivenUp.message)
            }
        }
    }

    private func dropKept(in tenant: Identifier) async throws {
        // Kept videos are those of evaluations that are over and have parts yet.
        let kept = try await host.database.within(organisation: tenant.text).rows(
            """
            SELECT id, subject FROM record_evaluation WHERE tenant = \(tenant) AND deleted_at IS NULL
            AND f_state NOT IN (\(MovementEvaluation.State.uploading.rawValue), \(MovementEvaluation.State.waiting.rawValue))
            AND EXISTS (SELECT 1 FROM evaluation_parts WHERE evaluation = record_evaluation.id) ORDER BY id LIMIT 500
            """
        ) { row in (id: try row["id"] as String, person: try row["subject"] as Identifier) }
        let agreed = try await host.database.within(organisation: tenant.text).read { tx in
            try ConsentTable.purposes(of: Set(kept.map(\.person)), in: tenant, tx)
        }
        for one in kept where agreed[one.person]?.contains(EvaluationFeature.keeping) != true {
            try await changing(one.id, in: tenant, from: nil) { $0.isVideoKept = false }
        }
    }

    private func dropOrphans(in tenant: Identifier) async throws {
        let database = host.database.within(organisation: tenant.text)
        let orphans: [String] = try await database.rows(
            """
            SELECT DISTINCT evaluation FROM (
                SELECT evaluation FROM evaluation_parts WHERE tenant = \(tenant)
                UNION SELECT evaluation FROM evaluation_files WHERE tenant = \(tenant)
                UNION SELECT evaluation FROM evaluation_certificates WHERE tenant = \(tenant)
            ) AS known
            WHERE NOT EXISTS (SELECT 1 FROM record_evaluation WHERE record_evaluation.id = known.evaluation)
            ORDER BY evaluation LIMIT 500
            """
        ) { try $0["evaluation"] }
        for id in orphans {
            try await store.parts.clear(id)
            try await database.write { tx in
                try VideoParts.forget(id, in: tenant, tx)
                try EvaluationFiles.forget(id, in: tenant, tx)
                try CertificateRows.forget(id, in: tenant, tx)
            }
        }
    }

    /// Changes an evaluation and removes its video. Whoever was quicker is right.
    private func changing(
        _ id: String, in tenant: Identifier, from state: MovementEvaluation.State?, _ change: (inout MovementEvaluation) -> Void
    ) async throws {
        do {
            let entry = try await store.entry(id, by: try store.working(for: nil, in: tenant))
            guard state == nil || entry.evaluation.state == state else { return }
            var evaluation = entry.evaluation
            change(&evaluation)
            let clearing = try EvaluationJobs.clearing.request(
                EvaluationOrder(evaluation: id, person: entry.person.text), in: tenant, host.world)
            _ = try await store.write(evaluation, instead: entry, for: nil, in: tenant) { tx in
                try VideoParts.forget(id, in: tenant, tx)
                try clearing.enqueue(tx)
            }
        } catch let failure as Failure where failure.kind == .notFound || failure.kind == .conflict {}
    }
}

extension Failure {
    fileprivate static let measuringGivenUp = Failure(
        .fault, "measuring_given_up",
        Text(
            es: "El programa no logró medir el video y dejó de intentarlo: grabe de nuevo, y avise a quien lo administra.",
            en: "The program could not measure the video and gave it up: film again, and tell whoever runs it."))
}
