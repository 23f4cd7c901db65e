import Access
import Base
import HTTPTypes
import Records
import Runtime
import Web

/// Who may read what, and who did, over HTTP.
struct ExplainRoutes: Sendable {
    private let feature: PrivacyFeature

    init(_ feature: PrivacyFeature) { self.feature = feature }

    private static let person = Parameter<String>(
        shape: ParameterShape("person", in: .query, .id, isRequired: true, Text(es: "De quién.", en: "Whose data."))
    ) { ID<Call>($0)?.description }
    private static let kind = Parameter.text(
        "kind", in: .query, 1...40, Text(es: "Un tipo de registro; todos si falta.", en: "A kind of record; all where missing."))
    private static let record = Parameter.id(
        "record", in: .query, Text(es: "Un registro de ese tipo.", en: "One record of that kind."))

    var all: [Route] {
        [
            Route(
                .get, "/api/v1/access/explain", "access.explain",
                Text(
                    es: "Quién puede leer los datos de una persona y por qué, y quién los leyó.",
                    en: "Who can read a person's data and why, and who did."), access: .signedIn,
                parameters: [Self.person.shape, Self.kind.shape, Self.record.shape, Call.limit.shape, Call.after.shape],
                answers: [.ok(.json(Self.schema))], refusals: [.notFound, .invalid]
            ) { [feature] call in
                let question = AccessExplaining.Question(
                    try Identifier(try call.value(Self.person)), kind: try call.optional(Self.kind), record: try call.optional(Self.record))
                let answer = try await feature.explaining.answer(question, try call.page(), by: try call.signedIn())
                return Self.reply(answer, question, call.language)
            }
        ]
    }

    private static func reply(_ answer: AccessExplaining.Answer, _ question: AccessExplaining.Question, _ language: Language) -> Reply {
        .json { json in
            json.object { json in
                json.member("person", question.person.text)
                json.member("may_read", array: { json in for reader in answer.readers { write(reader, language, to: &json) } })
                json.member(
                    "did_read",
                    array: { json in
                        for seen in answer.looks.items {
                            SeenJSON.write(seen, name: answer.names.first { $0.key.text == seen.actor }?.value, to: &json)
                        }
                    })
                json.member("next", answer.looks.next?.text)
            }
        }
    }

    private static func write(_ reader: AccessExplaining.Reader, _ language: Language, to json: inout JSONWriter) {
        json.object { json in
            json.member("account", reader.account)
            json.member("name", reader.name)
            json.member("role", reader.role?.text)
            json.member("title", reader.title(language))
            json.member("because", reader.because(language))
            json.member("from", reader.from)
            json.member("until", reader.until)
            json.member("kinds", array: { json in for kind in reader.kinds { json.string(kind) } })
            json.member("explanation", array: { json in for line in reader.explanation?.lines(language) ?? [] { json.string(line) } })
        }
    }

    private static let schema = Schema.named(
        "AccessExplanation",
        .object([
            .init("person", .id),
            .init(
                "may_read",
                .list(
                    .object([
                        .init("account", .nullable(.text(1...200)), "Null: everybody who has the role."),
                        .init("name", .nullable(.text(1...400))), .init("role", .nullable(.text(1...63))), .init("title", .text(1...200)),
                        .init("because", .text(1...500)), .init("from", .nullable(.format("date-time"))),
                        .init("until", .nullable(.format("date-time"))), .init("kinds", .list(.text(1...40), atMost: nil)),
                        .init("explanation", .list(.text(1...1_000), atMost: nil), "The rule in words, where one kind was asked about."),
                    ]), atMost: nil)),
            .init("did_read", .list(SeenJSON.schema, atMost: PageRequest.limits.upperBound)),
            .init("next", .nullable(.text(1...2_000)), "For `after`; null after the last page."),
        ]))
}

/// How what the journal tells of a look stands in answers.
enum SeenJSON {
    static let schema = Schema.named(
        "DataSeen",
        .object([
            .init("at", .format("date-time")), .init("actor", .text(1...200)), .init("name", .nullable(.text(1...400))),
            .init("on_behalf_of", .nullable(.text(1...200))), .init("verb", .text(1...40)), .init("kind", .text(1...40)),
            .init("record", .nullable(.text(1...36))),
        ]))

    static func write(_ seen: EntrySeen, name: String?, to json: inout JSONWriter) {
        json.object { json in
            json.member("at", seen.at)
            json.member("actor", seen.actor)
            json.member("name", name)
            json.member("on_behalf_of", seen.onBehalfOf)
            json.member("verb", seen.verb)
            json.member("kind", seen.kind)
            json.member("record", seen.record)
        }
    }
}
