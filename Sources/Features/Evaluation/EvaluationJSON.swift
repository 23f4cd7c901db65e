import Access
import Base
import Records
import Runtime
import Web

/// An evaluation as programs read it.
struct EvaluationJSON: Sendable {
    private let entry: EvaluationStore.Entry
    private let language: Language
    /// Parts of the video that are not here yet; the first hundred are named.
    var missing: [Int] = []
    var progress: EvaluationStore.Progress?

    init(_ entry: EvaluationStore.Entry, _ language: Language) {
        self.entry = entry
        self.language = language
    }

    private static let mostNamed = 100

    private static let fault = Schema.named(
        "EvaluationFault",
        .object([
            .init("code", .text(1...40)), .init("side", .nullable(.text(1...10))), .init("amount", .real(-10_000...10_000)),
            .init("uncertainty", .real(0...10_000)), .init("unit", .text(1...10)), .init("severity", .text(1...20)),
            .init("moment", .real(0...100_000), "Seconds from the beginning, the first time."), .init("times", .integer(1...10_000)),
        ]))

    static let schema = Schema.named(
        "Evaluation",
        .object([
            .init("id", .id), .init("subject", .id), .init("created_at", .format("date-time")),
            .init("state", .choice(MovementEvaluation.State.allCases.map(\.rawValue))),
            .init("is_pre_assessment", .bool, "True of all that no clinician has certified: it is no diagnosis."),
            .init("exercise_asked", .text(1...40)), .init("bytes", .integer(1...(1 << 40))),
            .init("part_bytes", .integer(1...(1 << 20))), .init("parts", .integer(1...10_000)),
            .init("missing", .list(.integer(0...10_000), atMost: mostNamed), "The first of the parts that are not here yet."),
            .init("missing_count", .integer(0...10_000)),
            .init(
                "progress",
                .nullable(
                    .named(
                        "EvaluationProgress",
                        .object([
                            .init("step", .choice(EvaluationStore.Progress.Step.allCases.map(\.rawValue))),
                            .init("fraction", .nullable(.real(0...1)), "nil while it waits for its turn."), .init("doing", .text(0...200)),
                            .init("seconds_left", .nullable(.integer(0...86_400)), "A guess from what it took so far."),
                        ])))),
            .init("video_kept", .bool), .init("measured_at", .nullable(.format("date-time"))),
            .init("refusal", .nullable(.object([.init("code", .text(1...100)), .init("message", .text(1...2_000))]))),
            .init(
                "result",
                .nullable(
                    .named(
                        "EvaluationResult",
                        .object([
                            .init("exercise", .nullable(.text(1...40))), .init("confidence", .nullable(.real(0...1))),
                            .init("repetitions", .integer(0...10_000)),
                            .init(
                                "angles",
                                .list(
                                    .object([
                                        .init("angle", .text(1...40)), .init("least", .real(-360...360)),
                                        .init("greatest", .real(-360...360)),
                                        .init("uncertainty", .real(0...360), "Standard uncertainty of either end, in degrees."),
                                    ]), atMost: 40)),
                            .init("faults", .list(fault, atMost: 40), "Compensations that are claimed."),
                            .init(
                                "score",
                                .nullable(
                                    .object([
                                        .init("points", .integer(0...100)), .init("low", .real(0...100)), .init("high", .real(0...100)),
                                    ])), "A summary of this recording, no clinical scale."),
                            .init("warnings", .list(.text(1...100), atMost: 40)),
                            .init("view", .nullable(.text(1...40))), .init("observations_sha256", .text(64...64)),
                            .init("report_sha256", .text(64...64)), .init("program", .text(1...200)), .init("method", .text(1...40)),
                        ])))),
            .init("review", .nullable(EvaluationReviewJSON.schema)),
        ]))

    func write(to json: inout JSONWriter) {
        let evaluation = entry.evaluation
        json.object { json in
            json.member("id", entry.id)
            json.member("subject", entry.person.text)
            json.member("created_at", entry.createdAt)
            json.member("state", evaluation.state.rawValue)
            json.member("is_pre_assessment", [.preAssessment, .rejected].contains(evaluation.state))
            json.member("exercise_asked", evaluation.asked)
            json.member("bytes", evaluation.bytes)
            json.member("part_bytes", VideoParts.size)
            json.member("parts", VideoParts.count(of: evaluation.bytes))
            json.member("missing", array: { json in for number in missing.prefix(Self.mostNamed) { json.integer(number) } })
            json.member("missing_count", missing.count)
            json.key("progress")
            if let progress { write(progress, to: &json) } else { json.null() }
            json.member("video_kept", evaluation.isVideoKept)
            json.member("measured_at", evaluation.measuredAt)
            json.key("refusal")
            if let refusal = evaluation.refusal {
                json.object { json in
                    json.member("code", refusal.code)
                    json.member("message", refusal.message(language))
                }
            } else {
                json.null()
            }
            json.key("result")
            if let result = evaluation.result { Self.write(result, to: &json) } else { json.null() }
            json.key("review")
            if let review = evaluation.review { EvaluationReviewJSON.write(review, language, to: &json) } else { json.null() }
        }
    }

    private func write(_ progress: EvaluationStore.Progress, to json: inout JSONWriter) {
        json.object { json in progress.write(to: &json, language) }
    }

    private static func write(_ result: MovementEvaluation.Result, to json: inout JSONWriter) {
        json.object { json in
            json.member("exercise", result.exercise)
            json.member("confidence", result.confidence, decimals: 3)
            json.member("repetitions", result.repetitions)
            json.member(
                "angles",
                array: { json in
                    for extent in result.angles {
                        json.object { json in
                            json.member("angle", extent.angle)
                            json.member("least", extent.least, decimals: 2)
                            json.member("greatest", extent.greatest, decimals: 2)
                            json.member("uncertainty", extent.uncertainty, decimals: 2)
                        }
                    }
                })
            json.member("faults", array: { json in for fault in result.faults { write(fault, to: &json) } })
            json.key("score")
            if let score = result.score {
                json.object { json in
                    json.member("points", score.points)
                    json.member("low", score.low, decimals: 1)
                    json.member("high", score.high, decimals: 1)
                }
            } else {
                json.null()
            }
            json.member("warnings", array: { json in for code in result.warnings { json.string(code) } })
            json.member("view", result.view)
            json.member("observations_sha256", result.observationsDigest)
            json.member("report_sha256", result.reportDigest)
            json.member("program", result.program)
            json.member("method", result.method)
        }
    }
}

extension EvaluationJSON {
    private static func write(_ fault: MovementEvaluation.Fault, to json: inout JSONWriter) {
        json.object { json in
            json.member("code", fault.code)
            json.member("side", fault.side)
            json.member("amount", fault.amount, decimals: 2)
            json.member("uncertainty", fault.uncertainty, decimals: 2)
            json.member("unit", fault.unit)
            json.member("severity", fault.severity)
            json.member("moment", fault.moment, decimals: 3)
            json.member("times", fault.times)
        }
    }
}
