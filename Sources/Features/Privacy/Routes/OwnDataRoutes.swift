import Access
import Base
import HTTPTypes
import Records
import Resources
import Runtime
import Web

/// One's own data over HTTP: a copy to take away, and being erased.
struct OwnDataRoutes: Sendable {
    private let feature: PrivacyFeature
    private let repeats: RepeatedRequests

    init(_ feature: PrivacyFeature) {
        self.feature = feature
        repeats = RepeatedRequests(feature.host)
    }

    var all: [Route] { [ask, list, read, file, outlook, erase, keep] }

    private static let path = "/api/v1/my-data/exports"
    private static let id = Parameter.id("id", Text(es: "El identificador de la copia.", en: "The copy's id."))
    private static let person = Parameter.id(
        "person", in: .query, Text(es: "De quién; lo propio si falta.", en: "Whose; one's own where missing."))

    private var ask: Route {
        Route(
            .post, "/api/v1/my-data/exports", "my_data.export",
            Text(
                es: "Pedir una copia de todo lo que se sabe de uno, o de quien se cuida.",
                en: "Ask for a copy of all that is known about oneself, or about whom one takes care of."), access: .signedIn,
            parameters: [Self.person.shape, RepeatedRequests.key.shape],
            answers: [
                AnswerShape(
                    202, Text(es: "Se está preparando.", en: "It is being made."), .json(Self.schema), fields: [ConditionFields.location])
            ], refusals: [.notFound], repeating: .refusedWithoutKey
        ) { [feature, repeats] call in
            let standing = try call.signedIn()
            let person = try call.optional(Self.person).map { try Identifier($0) } ?? standing.caller.actor
            return try await repeats.once(call, "my_data.export") { slot in
                let export = try await feature.exports.ask(for: person, by: standing) { export, tx in
                    try slot.keep(Self.kept(export), tx)
                }
                return Self.kept(export).reply
            } again: { kept in
                kept.reply
            }
        }
    }

    private static func kept(_ export: OwnDataExports.Export) -> KeptAnswer {
        KeptAnswer(
            status: 202, location: "\(path)/\(export.id)", tag: "",
            references: JSON.Object([
                .init("id", .string(export.id.description)), .init("state", .string(OwnDataExports.State.waiting.rawValue)),
                .init("created_at", .string(export.createdAt.description)), .init("expires_at", .string(export.expiresAt.description)),
            ]))
    }

    private var list: Route {
        Route(
            .get, "/api/v1/my-data/exports", "my_data.exports",
            Text(es: "Las copias que hay, la última primero.", en: "The copies that there are, the latest first."), access: .signedIn,
            parameters: [Self.person.shape],
            answers: [.ok(.json(.named("OwnDataExports", .object([.init("items", .list(Self.schema, atMost: 100))]))))]
        ) { [feature] call in
            let standing = try call.signedIn()
            let person = try call.optional(Self.person).map { try Identifier($0) } ?? standing.caller.actor
            let exports = try await feature.exports.exports(of: person, by: standing)
            return .json { json in
                json.object { $0.member("items", array: { json in for export in exports { Self.write(export, to: &json) } }) }
            }
        }
    }

    private var read: Route {
        Route(
            .get, "/api/v1/my-data/exports/{id}", "my_data.export_state",
            Text(es: "Cómo va una copia.", en: "How far a copy is."), access: .signedIn, parameters: [Self.id.shape],
            answers: [.ok(.json(Self.schema))]
        ) { [feature] call in
            guard let id = ID<OwnDataExports>(try call.value(Self.id)) else { throw Problem.nothingHere }
            let export = try await feature.exports.export(id, by: try call.signedIn())
            return .json { Self.write(export, to: &$0) }
        }
    }

    private var file: Route {
        Route(
            .get, "/api/v1/my-data/exports/{id}/file", "my_data.export_file",
            Text(es: "La copia misma: líneas de JSON, cada una con su prueba.", en: "The copy itself: JSON lines, each with its proof."),
            access: .signedIn, parameters: [Self.id.shape], answers: [.ok(.other("application/jsonl"))], refusals: [.conflict],
            time: .seconds(30)
        ) { [feature] call in
            let standing = try call.signedIn()
            guard let id = ID<OwnDataExports>(try call.value(Self.id)) else { throw Problem.nothingHere }
            let (tenant, exports) = (try standing.organisation(), feature.exports)
            let (export, keys) = try await exports.fetch(id, by: standing)
            let content = Reply.Content.stream(length: export.length.map(Int.init)) { writer in
                var number = 0
                while let part = try await exports.part(number, of: export, keys, in: tenant) {
                    try await writer.write(part)
                    number += 1
                }
            }
            let day = export.createdAt.description.prefix(10)
            return Reply(.ok, type: "application/jsonl", content).with(
                .contentDisposition, "attachment; filename=\"zancada-\(day).jsonl\"")
        }
    }

    private var outlook: Route {
        Route(
            .get, "/api/v1/my-data/erasure", "my_data.erasure",
            Text(
                es: "Si uno pidió que se borren sus datos, y qué obliga la ley a conservar.",
                en: "Whether one asked to be erased, and what the law makes us keep."), access: .signedIn,
            answers: [.ok(.json(Self.erasureSchema))]
        ) { [feature] call in Self.reply(try await feature.erasures.outlook(by: try call.signedIn()), call.language) }
    }

    private var erase: Route {
        Route(
            .post, "/api/v1/my-data/erasure", "my_data.erase",
            Text(
                es: "Pedir que se borren los propios datos; hay unos días para arrepentirse.",
                en: "Ask for one's own data to be erased; there are some days to think better of it."), access: .signedIn,
            answers: [.ok(.json(Self.erasureSchema))], refusals: [.notFound, .invalid, .conflict], repeating: .harmless
        ) { [feature] call in Self.reply(try await feature.erasures.ask(by: try call.signedIn()), call.language) }
    }

    private var keep: Route {
        Route(
            .delete, "/api/v1/my-data/erasure", "my_data.keep",
            Text(es: "Retirar el pedido de borrado.", en: "Take back the wish to be erased."), access: .signedIn, answers: [.done],
            refusals: [.notFound]
        ) { [feature] call in
            try await feature.erasures.takeBack(by: try call.signedIn())
            return .done
        }
    }
}

/// How they stand in answers.
extension OwnDataRoutes {
    private static let schema = Schema.named(
        "OwnDataExport",
        .object([
            .init("id", .id), .init("state", .choice(OwnDataExports.State.allCases.map(\.rawValue))),
            .init("created_at", .format("date-time")), .init("expires_at", .format("date-time")),
            .init("entries", .nullable(.integer(0...1_000_000_000)), isRequired: false, "Entries of the journal that it holds."),
            .init("bytes", .nullable(.integer(0...1_000_000_000)), isRequired: false),
        ]))

    private static func write(_ export: OwnDataExports.Export, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", export.id)
            json.member("state", export.state.rawValue)
            json.member("created_at", export.createdAt)
            json.member("expires_at", export.expiresAt)
            json.member("entries", export.entries.map(Int.init))
            json.member("bytes", export.length.map(Int.init))
        }
    }

    private static let erasureSchema = Schema.named(
        "ErasureOutlook",
        .object([
            .init("state", .choice(["none", "asked"])), .init("asked_at", .nullable(.format("date-time"))),
            .init("due_at", .nullable(.format("date-time")), "From then on it is done, within the hour."),
            .init("days", .integer(0...30), "How many there are to think better of it."),
            .init(
                "kept",
                .list(
                    .object([.init("kind", .text(1...40)), .init("until", .format("date-time")), .init("reason", .text(1...1_000))]),
                    atMost: nil), "What the law makes us keep."),
        ]))

    private static func reply(_ outlook: ErasureRequests.Outlook, _ language: Language) -> Reply {
        .json { json in
            json.object { json in
                json.member("state", outlook.wish == nil ? "none" : "asked")
                json.member("asked_at", outlook.wish?.askedAt)
                json.member("due_at", outlook.wish?.dueAt)
                json.member("days", outlook.days)
                json.member(
                    "kept",
                    array: { json in
                        for kept in outlook.kept {
                            json.object { json in
                                json.member("kind", kept.kind)
                                json.member("until", kept.until)
                                json.member("reason", kept.reason(language))
                            }
                        }
                    })
            }
        }
    }
}
