import Access
import Base
import Records
import Runtime
import Store

/// The payload of what concerns one evaluation: references, and no content.
struct EvaluationOrder: Codable, Sendable {
    let evaluation: String
    let person: String
}

extension EvaluationFeature {
    /// Measures an evaluation that waits, here and now: for who fills an installation before anybody works in it.
    package func measure(_ entry: EvaluationStore.Entry) async throws {
        let tenant = try Identifier(entry.tenant)
        let order = EvaluationOrder(evaluation: entry.id, person: entry.person.text)
        let request = try EvaluationJobs.measuring.request(order, in: tenant, host.world)
        for handler in jobs where handler.shape.name == EvaluationJobs.measuring.shape.name {
            try await handler.perform(request.payload, in: tenant, on: host.database, world: host.world)
        }
    }
}

/// The payload of what concerns every organisation.
struct EveryEvaluationOrder: Codable, Sendable {}

/// What the feature does outside of transactions.
struct EvaluationJobs: Sendable {
    private let feature: EvaluationFeature
    private let evaluating: Evaluating

    init(_ feature: EvaluationFeature, _ evaluating: Evaluating) {
        self.feature = feature
        self.evaluating = evaluating
    }

    static let measuring = JobKind<EvaluationOrder>(
        "evaluation.measure", Text(es: "Medir un video", en: "Measure a video"),
        limits: JobLimits {
            $0.time = .seconds(1_800)
            $0.mostTries = 4
        })
    static let clearing = JobKind<EvaluationOrder>(
        "evaluation.clear", Text(es: "Borrar un video que ya se midió", en: "Remove a video that was measured"),
        limits: JobLimits {
            $0.mostTries = 50
            $0.priority = .bulk
        })
    private static let tidying = JobKind<EveryEvaluationOrder>("evaluation.tidy", tidyingTitle, limits: JobLimits { $0.priority = .bulk })
    private static let tidyingTitle = Text(
        es: "Quitar videos a medio subir, de quien ya no consiente o de quien fue borrado",
        en: "Remove videos that were sent in part, of who agrees no longer, or of who was erased")

    var handlers: [JobHandler] {
        [
            Self.measuring.handler { run, order in try await evaluating.run(order, run) },
            Self.clearing.handler { _, order in
                try await feature.store.parts.clear(order.evaluation)
                return .done
            },
            Self.tidying.handler { _, _ in
                for name in try await Organisations.all(in: feature.host.database) {
                    try await EvaluationTidying(feature.store).tidy(in: try Identifier(name))
                }
                return .done
            },
        ]
    }

    var schedules: [Schedule] {
        let world = feature.host.world
        return [
            Schedule("evaluation.tidy", Self.tidyingTitle, .hourly(minute: 37)) { _ in
                try Self.tidying.request(EveryEvaluationOrder(), in: nil, world)
            }
        ]
    }
}
