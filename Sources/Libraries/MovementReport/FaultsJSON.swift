import Base
import Movement

extension Report {
    /// Every rule of the exercise with what can be said of it.
    func writeFaults(to json: inout JSONWriter) {
        guard measurement.capture.refused == nil else { return }
        for verdict in measurement.faults {
            json.object { json in write(verdict, to: &json) }
        }
    }

    private func write(_ verdict: FaultVerdict, to json: inout JSONWriter) {
        let rule = verdict.rule
        var (outcome, reason): (String, FaultVerdict.Reason?) = ("not_found", nil)
        let amount: FaultAmount?
        switch verdict.outcome {
        case .found(let fault): (outcome, amount) = ("found", fault.amount)
        case .notFound(let measured): amount = measured
        case .undecided(let why, let measured): (outcome, reason, amount) = ("undecided", why, measured)
        }
        json.member("code", rule.code.rawValue)
        json.member("name", rule.code.name(language))
        json.member("side", verdict.side?.rawValue)
        json.member("verdict", outcome)
        json.member("reason", reason?.rawValue)
        json.member("severity", verdict.found?.severity.rawValue)
        json.member("amount", amount?.value, decimals: 2)
        json.member("uncertainty", amount?.standardUncertainty, decimals: 2)
        json.member("unit", rule.unit.rawValue)
        json.member("threshold", rule.threshold, decimals: 2)
        json.member("is_fault", rule.direction == .above ? "above" : "below")
        switch rule.basis {
        case .published(let source):
            json.member("basis", "published")
            json.member("source", source)
        case .judgement(let orientation):
            json.member("basis", "judgement")
            json.member("source", orientation?(language))
        }
        json.member(
            "occurrences",
            array: { json in
                for occurrence in verdict.found?.occurrences ?? [] {
                    json.object { json in write(occurrence, to: &json) }
                }
            })
    }

    private func write(_ occurrence: FaultOccurrence, to json: inout JSONWriter) {
        json.member("repetition", occurrence.repetition)
        json.member("moment_s", occurrence.momentSeconds, decimals: 3)
        json.member("start_s", occurrence.startSeconds, decimals: 3)
        json.member("end_s", occurrence.endSeconds, decimals: 3)
        json.member("first_picture", occurrence.pictures.lowerBound)
        json.member("last_picture", max(occurrence.pictures.upperBound - 1, occurrence.pictures.lowerBound))
        json.member("amount", occurrence.amount.value, decimals: 2)
        json.member("uncertainty", occurrence.amount.standardUncertainty, decimals: 2)
    }

    func writeScore(to json: inout JSONWriter) {
        guard let score = measurement.score else {
            json.key("score")
            return json.null()
        }
        json.member(
            "score",
            object: { json in
                json.member("points", score.points)
                json.member("low", score.low, decimals: 1)
                json.member("high", score.high, decimals: 1)
                json.member(
                    "parts",
                    array: { json in
                        for part in score.parts {
                            json.object { json in
                                json.member("name", part.name.rawValue)
                                json.member("title", part.name.title(language))
                                json.member("points", part.points)
                                json.member("most", part.most)
                                json.member("low", part.low, decimals: 1)
                                json.member("high", part.high, decimals: 1)
                            }
                        }
                    })
            })
    }

    /// What the exercise was measured as.
    func writeProtocol(to json: inout JSONWriter) {
        guard measurement.capture.refused == nil, let exercise = measurement.recognition.exercise else {
            json.key("protocol")
            return json.null()
        }
        let row = ExerciseProtocol.of(exercise)
        json.member(
            "protocol",
            object: { json in
                json.member("name", row.name(language))
                json.member("counted_as", row.repetition != nil ? "repetitions" : row.hold != nil ? "holds" : "steps")
                json.member("leading_joint", row.repetition?.joint.rawValue)
                json.member("filming", row.filming(language))
            })
    }
}
