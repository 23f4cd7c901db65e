import Access
import Base
import HTTPTypes
import Movement
import MovementReport
import Records
import Runtime
import Web

/// Two evaluations compared, for programs.
struct EvaluationComparisonRoutes: Sendable {
    private let feature: EvaluationFeature

    init(_ feature: EvaluationFeature) { self.feature = feature }

    var all: [Route] { [compare] }

    private static let before = Parameter<String>(
        shape: ParameterShape("before", in: .query, .id, isRequired: true, Text(es: "Una de las dos.", en: "One of the two."))
    ) { ID<Call>($0)?.description }
    private static let after = Parameter<String>(
        shape: ParameterShape("after", in: .query, .id, isRequired: true, Text(es: "La otra.", en: "The other."))
    ) { ID<Call>($0)?.description }

    private var compare: Route {
        Route(
            .get, "/api/v1/evaluations/compare", "evaluation.compare",
            Text(
                es: "Qué cambió entre dos evaluaciones de la misma persona y ejercicio, y si la medición puede decirlo.",
                en: "What changed between two evaluations of the same person and exercise, and whether the measurement can tell."),
            access: .signedIn, parameters: [Self.before.shape, Self.after.shape], answers: [.ok(.json(Self.schema))],
            refusals: [.notFound, .conflict, .invalid], time: .seconds(30)
        ) { [feature] call in
            let (before, after) = (try call.value(Self.before), try call.value(Self.after))
            let compared = try await EvaluationComparing(feature).compared(before, after, by: try call.signedIn())
            return .json { json in
                json.object { json in
                    for (name, entry) in [("before", compared.before), ("after", compared.after)] {
                        json.member(name, object: { json in Self.write(entry, to: &json) })
                    }
                    compared.comparison.write(to: &json, in: call.language)
                }
            }
        }
    }

    private static func write(_ entry: EvaluationStore.Entry, to json: inout JSONWriter) {
        json.member("id", entry.id)
        json.member("created_at", entry.createdAt)
        json.member("state", entry.evaluation.state.rawValue)
        json.member("is_pre_assessment", entry.evaluation.state != .certified)
    }

    private static let side = Schema.named(
        "ComparedEvaluation",
        .object([
            .init("id", .id), .init("created_at", .format("date-time")),
            .init("state", .choice(MovementEvaluation.State.allCases.map(\.rawValue))),
            .init("is_pre_assessment", .bool, "True of one that no clinician has certified."),
        ]))

    private static let schema = Schema.named(
        "EvaluationComparison",
        .object([
            .init("before", side, "The earlier one, whichever was named first."), .init("after", side),
            .init("exercise", .choice(Exercise.allCases.map(\.rawValue))),
            .init(
                "figures",
                .list(
                    .object([
                        .init("code", .text(1...40)), .init("name", .text(1...100)), .init("unit", .text(1...10)),
                        .init("before", .real(-100_000...100_000)), .init("after", .real(-100_000...100_000)),
                        .init("change", .real(-200_000...200_000)),
                        .init("minimal_detectable_change", .real(0...100_000), "MDC95 (docs/movement.md)."),
                        .init("verdict", .choice(MeasurementComparison.Verdict.allCases.map(\.rawValue))),
                        .init("sentence", .text(1...500), "For people, in the request's language."),
                    ]), atMost: 40)),
            .init("faults_gone", .list(.text(1...40), atMost: 40), "Compensations that the later one rules out."),
            .init("faults_new", .list(.text(1...40), atMost: 40), "Compensations that the earlier one ruled out."),
            .init("remarks", .list(.object([.init("code", .text(1...40)), .init("message", .text(1...500))]), atMost: 10)),
        ]))
}
