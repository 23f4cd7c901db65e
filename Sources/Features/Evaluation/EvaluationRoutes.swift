import Access
import Base
import HTTPTypes
import Movement
import Records
import Resources
import Runtime
import Web

/// Evaluations over HTTP: announced, sent in parts, finished, followed, read.
struct EvaluationRoutes: Sendable {
    private let feature: EvaluationFeature
    private let repeats: RepeatedRequests

    init(_ feature: EvaluationFeature) {
        self.feature = feature
        repeats = RepeatedRequests(feature.host)
    }

    var all: [Route] {
        [begin, list, read, part, finish, ProgressStream(feature).route] + EvaluationFileRoutes(feature).all
            + EvaluationComparisonRoutes(feature).all
    }

    static let path = "/api/v1/evaluations"
    static let id = Parameter.id("id", Text(es: "El identificador de la evaluación.", en: "The evaluation's id."))
    private static let number = Parameter.integer(
        "number", in: .path, 0...9_999, Text(es: "Qué parte, desde 0.", en: "Which part, from 0."))
    private static let subject = Parameter.id("subject", in: .query, Text(es: "De quién.", en: "Whose."))
    private static let state = Parameter.choice(
        "state", in: .query, MovementEvaluation.State.allCases.map(\.rawValue), Text(es: "En qué estado.", en: "In which state."))
    private static let exercises = ["auto"] + Exercise.allCases.map(\.rawValue)

    private var begin: Route {
        Route(
            .post, "/api/v1/evaluations", "evaluation.begin",
            Text(
                es: "Anunciar un video para evaluar; después se mandan sus partes.",
                en: "Announce a video that is to be evaluated; its parts are sent afterwards."), access: .signedIn,
            parameters: [RepeatedRequests.key.shape],
            body: .json(
                .named(
                    "EvaluationAnnouncement",
                    .object([
                        .init("subject", .id, isRequired: false, "Whose movement; one's own where missing."),
                        .init("exercise", .choice(Self.exercises), isRequired: false, "auto where missing."),
                        .init("bytes", .integer(1...(512 << 20)), "Of the video."),
                        .init("language", .choice(["es", "en"]), isRequired: false, "Of the messages; the request's where missing."),
                        .init("height_cm", .real(50...250), isRequired: false),
                        .init(
                            "gravity", .nullable(.list(.real(-20...20), atMost: 3)), isRequired: false,
                            "Where down is: right, down, away from the camera, in the axes of the upright picture; of any length."),
                        .init("focal_length_over_long_side", .real(0.3...4), isRequired: false),
                    ])), mostBytes: 4_096),
            answers: [.created(.json(Self.announced), fields: [ConditionFields.location])], refusals: [.notFound],
            repeating: .refusedWithoutKey
        ) { [feature, repeats] call in
            let standing = try call.signedIn()
            var fields = try BodyFields(json: call)
            let (announcement, person) = Self.announcement(&fields, call.language)
            try fields.finishWhole()
            guard let announcement else { throw Problem.fault }
            return try await repeats.once(call, "evaluation.begin") { slot in
                let entry = try await feature.store.begin(announcement, of: person ?? standing.caller.actor, by: standing) { entry, tx in
                    try slot.keep(Self.kept(entry), tx)
                }
                return Self.kept(entry).reply
            } again: { kept in
                kept.reply
            }
        }
    }

    private static func announcement(
        _ fields: inout BodyFields, _ language: Language
    ) -> (EvaluationStore.Announcement?, Identifier?) {
        let (person, bytes) = (fields.id("subject", isRequired: false), fields.integer("bytes", 1...(512 << 20)))
        let exercise = fields.optionalChoice("exercise", exercises) ?? "auto"
        let spoken = fields.optionalChoice("language", ["es", "en"]).flatMap { Language(rawValue: $0) } ?? language
        let height = fields.number("height_cm", 50...250)
        let focal = fields.number("focal_length_over_long_side", 0.3...4)
        let gravity = direction(fields.numbers("gravity", count: 3, -20...20), &fields)
        guard let bytes else { return (nil, person) }
        let request = MeasureRequest(exercise: Exercise(rawValue: exercise), heightMetres: height.map { $0 / 100 }, language: spoken)
        return (.init(request: request, bytes: bytes, gravity: gravity, focalLengthOverLongSide: focal), person)
    }

    /// Of length one.
    private static func direction(_ vector: [Double]?, _ fields: inout BodyFields) -> [Double]? {
        guard let vector else { return nil }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-6 else {
            fields.fault("gravity", "direction_expected", Text(es: "Esto no puede ser todo ceros.", en: "This cannot be all zeros."))
            return nil
        }
        return vector.map { $0 / length }
    }

    private static let announced = Schema.named(
        "EvaluationAnnounced",
        .object([
            .init("id", .id), .init("part_bytes", .integer(1...(1 << 20)), "Of each part but the last."),
            .init("parts", .integer(1...10_000)),
        ]))

    private static func kept(_ entry: EvaluationStore.Entry) -> KeptAnswer {
        KeptAnswer(
            status: 201, location: "\(path)/\(entry.id)", tag: "",
            references: JSON.Object([
                .init("id", .string(entry.id)), .init("part_bytes", JSON(Int64(VideoParts.size))),
                .init("parts", JSON(Int64(VideoParts.count(of: entry.evaluation.bytes)))),
            ]))
    }

    private var part: Route {
        Route(
            .put, "/api/v1/evaluations/{id}/parts/{number}", "evaluation.part",
            Text(
                es: "Mandar una parte del video, en cualquier orden; otra vez si no se sabe si llegó.",
                en: "Send a part of the video, in any order; again where it is not known whether it arrived."), access: .signedIn,
            parameters: [Self.id.shape, Self.number.shape, ContentDigest.parameter.shape],
            body: .bytes(types: ["application/octet-stream"], mostBytes: VideoParts.size), answers: [.done], refusals: [.conflict],
            pace: .upload, time: .seconds(60)
        ) { [feature] call in
            let (id, number) = (try call.value(Self.id), try call.value(Self.number))
            let digest = try call.value(ContentDigest.parameter)
            try await feature.store.take(call.body, digest: digest, number: number, of: id, by: try call.signedIn())
            return .done
        }
    }

    private var finish: Route {
        Route(
            .post, "/api/v1/evaluations/{id}/finish", "evaluation.finish",
            Text(
                es: "Todas las partes llegaron: que se mida. No hace falta esperar conectado.",
                en: "All parts have arrived: let it be measured. Nobody need stay connected."), access: .signedIn,
            parameters: [Self.id.shape], answers: [.ok(.json(Self.schema), fields: [ConditionFields.tag])], refusals: [.conflict],
            repeating: .harmless
        ) { [feature] call in
            let standing = try call.signedIn()
            return try await Self.reply(try await feature.store.finish(try call.value(Self.id), by: standing), feature, call)
        }
    }

    private var read: Route {
        Route(
            .get, "/api/v1/evaluations/{id}", "evaluation.read",
            Text(es: "Cómo va una evaluación, y qué se midió.", en: "How far an evaluation is, and what was measured."),
            access: .signedIn, parameters: [Self.id.shape], answers: [.ok(.json(Self.schema), fields: [ConditionFields.tag])]
        ) { [feature] call in
            try await Self.reply(try await feature.store.entry(try call.value(Self.id), by: try call.signedIn()), feature, call)
        }
    }

    private var list: Route {
        Route(
            .get, "/api/v1/evaluations", "evaluation.list",
            Text(es: "Las evaluaciones que uno puede ver.", en: "The evaluations that one may see."), access: .signedIn,
            parameters: [Call.limit.shape, Call.after.shape, Self.subject.shape, Self.state.shape],
            answers: [
                .ok(
                    .json(
                        .named(
                            "EvaluationPage",
                            .object([
                                .init("items", .list(Self.schema, atMost: PageRequest.limits.upperBound)),
                                .init("next", .nullable(.text(1...2_000))),
                            ]))))
            ], refusals: [.invalid]
        ) { [feature] call in
            let person = try call.optional(Self.subject).map { try Identifier($0) }
            let state = try call.optional(Self.state).flatMap { MovementEvaluation.State(rawValue: $0) }
            let (request, standing) = (try call.page(), try call.signedIn())
            let page =
                if let state {
                    try await feature.store.entries(of: person, in: [state], request, by: standing)
                } else {
                    try await feature.store.entries(of: person, request, by: standing)
                }
            return .json { json in
                json.object { json in
                    json.member(
                        "items",
                        array: { json in
                            for entry in page.items { EvaluationJSON(entry, call.language).write(to: &json) }
                        })
                    json.member("next", page.next?.text)
                }
            }
        }
    }

    private static let schema = EvaluationJSON.schema

    /// Which version of the record it is: what a review names in `If-Match`.
    static func tag(_ entry: EvaluationStore.Entry) -> EntityTag { EntityTag(version: entry.version, of: MovementEvaluation.kind.shape) }

    static func reply(_ entry: EvaluationStore.Entry, _ feature: EvaluationFeature, _ call: Call) async throws -> Reply {
        var json = EvaluationJSON(entry, call.language)
        json.missing = try await feature.store.missing(of: entry, by: try call.signedIn())
        json.progress = try await feature.store.progress(of: entry)
        let whole = json
        return Reply.json { whole.write(to: &$0) }.with(.eTag, tag(entry).text)
    }
}

/// `Content-Digest` (RFC 9530): what was sent, so that a part that was damaged on its way is refused.
enum ContentDigest {
    /// The SHA-256 of the content in hexadecimal.
    static let parameter = Parameter<String>(
        shape: ParameterShape(
            "Content-Digest", in: .header, .pattern("^sha-256=:[A-Za-z0-9+/]{43}=:$", 54...54), isRequired: true,
            Text(
                es: "El resumen SHA-256 de los bytes, como sha-256=:…: (RFC 9530).",
                en: "The SHA-256 of the bytes, such as sha-256=:…: (RFC 9530)."))
    ) { text in
        guard text.hasPrefix("sha-256=:"), text.hasSuffix(":"), text.utf8.count == 54 else { return nil }
        guard let bytes = Base64.read(text.utf8.dropFirst(9).dropLast()), bytes.count == 32 else { return nil }
        return Hexadecimal.string(bytes)
    }
}
