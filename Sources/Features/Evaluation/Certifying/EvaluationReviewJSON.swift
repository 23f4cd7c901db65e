import Base
import Web

/// What a clinician said of an evaluation, as programs read it.
enum EvaluationReviewJSON {
    static let schema = Schema.named(
        "EvaluationReview",
        .object([
            .init("decision", .choice(MovementEvaluation.Review.Decision.allCases.map(\.rawValue))), .init("reviewer", .text(1...64)),
            .init("reviewer_name", .text(1...200)), .init("reviewed_at", .format("date-time")),
            .init("reason", .nullable(.choice(MovementEvaluation.Review.Reason.allCases.map(\.rawValue))), "Of a rejection."),
            .init("words", .nullable(.text(1...2_000))),
            .init(
                "amendments",
                .list(
                    .object([
                        .init("what", .choice(MovementEvaluation.Amendment.Subject.allCases.map(\.rawValue))),
                        .init("from", .nullable(.text(1...100))), .init("to", .nullable(.text(1...100))),
                        .init("message", .text(1...500), "For people."),
                    ]), atMost: ReviewRequest.mostChanges)),
            .init(
                "statement_sha256", .nullable(.text(64...64)), "Of what was signed; where the decision is rejected, of what is withdrawn."),
            .init("certificate", .nullable(.text(32...32)), "Its number: the certificate is found at /certificates/{number}."),
        ]))

    static func write(_ review: MovementEvaluation.Review, _ language: Language, to json: inout JSONWriter) {
        json.object { json in
            json.member("decision", review.decision.rawValue)
            json.member("reviewer", review.reviewer)
            json.member("reviewer_name", review.reviewerName)
            json.member("reviewed_at", review.reviewedAt)
            json.member("reason", review.reason?.rawValue)
            json.member("words", review.words)
            json.member(
                "amendments",
                array: { json in
                    for amendment in review.amendments {
                        json.object { json in
                            json.member("what", amendment.what.rawValue)
                            json.member("from", amendment.from)
                            json.member("to", amendment.to)
                            json.member("message", amendment.told(language))
                        }
                    }
                })
            json.member("statement_sha256", review.statementDigest)
            json.member("certificate", review.certificate)
        }
    }
}
