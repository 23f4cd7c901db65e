import Access
import Base
import Records

/// One recording of a person who moves, from the moment it is announced: what was asked, how far it is, what was measured.
///
/// What was measured is a pre-assessment until a clinician reviews it.
package struct MovementEvaluation: Codable, Sendable, Hashable {
    package var state: State
    /// `auto`, or the exercise that was named.
    package var asked: String
    package var language: String
    package var heightCentimetres: Double?
    /// Where down is in the picture's axes (right, down, away), as the phone says it.
    package var gravity: [Double]?
    package var focalLengthOverLongSide: Double?
    /// Of the video, in bytes.
    package var bytes: Int
    /// SHA-256 of the video in hexadecimal, once all of it was here.
    package var videoDigest: String?
    /// Whether the sealed video is kept, as the person agreed.
    package var isVideoKept: Bool
    package var measuredAt: Instant?
    /// Why nothing was measured.
    package var refusal: Refused?
    /// What was measured.
    package var result: Result?
    /// What a clinician said of it; nil until one did.
    package var review: Review?

    /// How far it is. In the order of the list: what is under way comes last.
    package enum State: String, FieldWord {
        /// Measured, and looked at by no clinician.
        case preAssessment = "pre_assessment"
        /// A clinician signed that it is right, or what of it is: `review`.
        case certified
        /// A clinician looked at it and says that it is not to be relied on: `review`.
        case rejected
        /// The recording cannot be measured; `refusal` says why and what to do.
        case refused
        /// The program could not do it; `refusal` says so. The recording was good as far as anybody knows.
        case failed
        /// Parts of the video are missing yet.
        case uploading
        /// All of it is here and waits for its turn, or is being measured.
        case waiting
    }

    /// Why nothing was measured, in words for the person.
    package struct Refused: FieldGroup, Hashable {
        package var code: String
        package var spanish: String
        package var english: String

        package var message: Text { Text(es: spanish, en: english) }

        package static let fields = [
            FieldShape("code", .text(1...100), isRequired: true), FieldShape("spanish", .text(1...2_000), isRequired: true),
            FieldShape("english", .text(1...2_000), isRequired: true),
        ]
    }

    /// What was measured, in numbers; the curves stand in files beside it.
    package struct Result: FieldGroup, Hashable {
        /// As `Movement.Exercise` names it; nil where it is none that is known.
        package var exercise: String?
        /// 0 … 1; nil where the person named the exercise.
        package var confidence: Double?
        package var repetitions: Int
        package var angles: [Extent]
        /// Compensations that are claimed; what could not be told is in the report.
        package var faults: [Fault]
        /// A summary of this recording, no clinical scale; nil where too little was seen.
        package var score: Score?
        /// Codes of what is to be known about the recording.
        package var warnings: [String]
        /// From where the person is seen.
        package var view: String?
        /// SHA-256 of `observations.jsonl` in hexadecimal: whoever has that file can measure again.
        package var observationsDigest: String
        package var reportDigest: String
        package var program: String
        package var method: String

        package static let fields = [
            FieldShape("exercise", .text(1...40)), FieldShape("confidence", .real(0...1)),
            FieldShape("repetitions", .integer(0...10_000), isRequired: true),
            FieldShape("angles", .list(.object(Extent.fields), atMost: 40), isRequired: true),
            FieldShape("faults", .list(.object(Fault.fields), atMost: 40), isRequired: true), FieldShape("score", .object(Score.fields)),
            FieldShape("warnings", .list(.text(1...100), atMost: 40), isRequired: true), FieldShape("view", .text(1...40)),
            FieldShape("observations_sha256", .text(64...64), isRequired: true),
            FieldShape("report_sha256", .text(64...64), isRequired: true),
            FieldShape("program", .text(1...200), isRequired: true), FieldShape("method", .text(1...40), isRequired: true),
        ]

        enum CodingKeys: String, CodingKey {
            case exercise, confidence, repetitions, angles, faults, score, warnings, view, program, method
            case observationsDigest = "observations_sha256"
            case reportDigest = "report_sha256"
        }
    }

    /// A compensation, as `Movement.Fault` names and measures it.
    package struct Fault: FieldGroup, Hashable {
        package var code: String
        package var side: String?
        package var amount: Double
        /// Standard uncertainty of the amount.
        package var uncertainty: Double
        package var unit: String
        package var severity: String
        /// When it was greatest the first time, in seconds.
        package var moment: Double
        package var times: Int

        package static let fields = [
            FieldShape("code", .text(1...40), isRequired: true), FieldShape("side", .text(1...10)),
            FieldShape("amount", .real(-10_000...10_000), isRequired: true),
            FieldShape("uncertainty", .real(0...10_000), isRequired: true), FieldShape("unit", .text(1...10), isRequired: true),
            FieldShape("severity", .text(1...20), isRequired: true), FieldShape("moment", .real(0...100_000), isRequired: true),
            FieldShape("times", .integer(1...10_000), isRequired: true),
        ]
    }

    /// Points from 0 to 100, and between which they lie with 95 %.
    package struct Score: FieldGroup, Hashable {
        package var points: Int
        package var low: Double
        package var high: Double

        package static let fields = [
            FieldShape("points", .integer(0...100), isRequired: true), FieldShape("low", .real(0...100), isRequired: true),
            FieldShape("high", .real(0...100), isRequired: true),
        ]
    }

    /// How far a joint went, in degrees.
    package struct Extent: FieldGroup, Hashable {
        /// `knee_r`, as in `angles.csv`.
        package var angle: String
        package var least: Double
        package var greatest: Double
        /// Standard uncertainty of either end.
        package var uncertainty: Double

        package static let fields = [
            FieldShape("angle", .text(1...40), isRequired: true), FieldShape("least", .real(-360...360), isRequired: true),
            FieldShape("greatest", .real(-360...360), isRequired: true), FieldShape("uncertainty", .real(0...360), isRequired: true),
        ]
    }
}

extension MovementEvaluation {
    /// What a clinician said of what was measured.
    package struct Review: FieldGroup, Hashable {
        package var decision: Decision
        /// The account of who decided, and their name as it was then.
        package var reviewer: String
        package var reviewerName: String
        package var reviewedAt: Instant
        /// Why it was rejected; nil where it was not.
        package var reason: Reason?
        /// For the person, in the clinician's own words: of a rejection why, of a certification what else is to be known.
        package var words: String?
        /// What the clinician changed in what was measured; empty where it is certified as it is.
        package var amendments: [Amendment]
        /// SHA-256 of the signed statement in hexadecimal; nil where nothing was certified. Of what is withdrawn it stays.
        package var statementDigest: String?
        /// The number under which the certificate is found.
        package var certificate: String?

        /// What was decided.
        package enum Decision: String, FieldWord {
            case certified
            case amended
            case rejected
        }

        /// Why a measurement is not to be relied on.
        package enum Reason: String, FieldWord {
            case anotherPerson = "another_person"
            case poorRecording = "poor_recording"
            case notThisMovement = "not_this_movement"
            case wrongNumbers = "wrong_numbers"
            case other

            package var title: Text {
                switch self {
                case .anotherPerson: Text(es: "En el video hay otra persona.", en: "Somebody else is in the video.")
                case .poorRecording:
                    Text(es: "La grabación no permite juzgar el movimiento.", en: "The recording does not allow the movement to be judged.")
                case .notThisMovement: Text(es: "No es el ejercicio que se pidió.", en: "It is not the exercise that was asked for.")
                case .wrongNumbers: Text(es: "Lo medido no corresponde a lo que se ve.", en: "What was measured is not what is seen.")
                case .other: Text(es: "Otro motivo.", en: "Another reason.")
                }
            }
        }

        /// Whether what is rejected had been certified.
        package var isWithdrawal: Bool { decision == .rejected && statementDigest != nil }

        package static let fields = [
            FieldShape("decision", Decision.type, isRequired: true), FieldShape("reviewer", .text(1...64), isRequired: true),
            FieldShape("reviewer_name", .text(1...200), isRequired: true), FieldShape("reviewed_at", .instant, isRequired: true),
            FieldShape("reason", Reason.type), FieldShape("words", .text(1...2_000)),
            FieldShape("amendments", .list(.object(Amendment.fields), atMost: 40), isRequired: true),
            FieldShape("statement_sha256", .text(64...64)), FieldShape("certificate", .text(32...32)),
        ]

        enum CodingKeys: String, CodingKey {
            case decision, reviewer, reason, words, amendments, certificate
            case reviewerName = "reviewer_name"
            case reviewedAt = "reviewed_at"
            case statementDigest = "statement_sha256"
        }
    }

    /// One thing that a clinician changed in what was measured.
    package struct Amendment: FieldGroup, Hashable {
        package var what: Subject
        /// What the program had said: an exercise, a number, a compensation (`knee_valgus:l`); nil where it had said nothing.
        package var from: String?
        /// What is so; nil where it is taken back.
        package var to: String?

        /// What is changed.
        package enum Subject: String, FieldWord {
            case exercise
            case repetitions
            /// A compensation that the program claimed and the clinician does not see, or the other way round.
            case fault
        }

        package static let fields = [
            FieldShape("what", Subject.type, isRequired: true), FieldShape("from", .text(1...100)), FieldShape("to", .text(1...100)),
        ]
    }

    /// What it holds is written by the feature alone: no route takes a body.
    package static let kind = RecordKind<MovementEvaluation>(
        "evaluation", about: .given, access: RecordAccess(read: reading, create: filming, change: working),
        fields: [
            .init(\.state, "state", State.type, .internal, search: .order), .init(\.asked, "asked", .text(1...40)),
            .init(\.language, "language", .choice(["es", "en"]), .internal),
            .init(\.heightCentimetres, "height_cm", .real(50...250)),
            .init(\.gravity, "gravity", .list(.real(-1...1), atMost: 3)),
            .init(\.focalLengthOverLongSide, "focal_length_over_long_side", .real(0.3...4)),
            .init(\.bytes, "bytes", .integer(1...(1 << 40)), .internal), .init(\.videoDigest, "video_sha256", .text(64...64)),
            .init(\.isVideoKept, "video_kept", .bool, .internal), .init(\.measuredAt, "measured_at", .instant, .internal),
            .init(\.refusal, "refusal", .object(Refused.fields)), .init(\.result, "result", .object(Result.fields)),
            .init(\.review, "review", .object(Review.fields)),
        ], indexes: [RecordIndex(by: "state")])

    /// Whoever cares for somebody, in any way.
    private static let carers: Set<RoleName> = ["caregiver", "therapist", "coach", "physician", "field_agent"]

    private static let reading = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential), .grant(to: .related(as: carers), upTo: .confidential),
        .grant(to: .all(.sameOrganisation, .holds(EvaluationFeature.evaluate)), upTo: .confidential))

    /// Nobody is measured who did not agree to it.
    private static let filming = AccessRule(
        .grant(to: .all(.sameOrganisation, .isSubject, .consented(to: EvaluationFeature.consent)), upTo: .confidential),
        .grant(to: .all(.related(as: carers), .consented(to: EvaluationFeature.consent)), upTo: .confidential))

    private static let working = AccessRule(
        .grant(to: .all(.sameOrganisation, .holds(EvaluationFeature.evaluate)), upTo: .confidential))

    enum CodingKeys: String, CodingKey {
        case state, asked, language, gravity, bytes, refusal, result, review
        case heightCentimetres = "height_cm"
        case focalLengthOverLongSide = "focal_length_over_long_side"
        case videoDigest = "video_sha256"
        case isVideoKept = "video_kept"
        case measuredAt = "measured_at"
    }
}
