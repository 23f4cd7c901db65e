import Access
import Base
import HTTPTypes
import Records
import Resources
import Runtime
import Web

/// Consents over HTTP: read as records, given and withdrawn by routes of their own, since nobody may write what one holds.
struct ConsentRoutes: Sendable {
    private let feature: PrivacyFeature

    init(_ feature: PrivacyFeature) { self.feature = feature }

    var all: [Route] {
        RecordResource(
            Consent.kind.shape, at: "/api/v1/consents", Text(es: "consentimiento", en: "consent"), operations: [.list, .read, .history],
            feature.host
        ).routes + [give, withdraw, Self.texts]
    }

    private static let words = ConsentPurposeWord.allCases.map(\.rawValue)

    private var give: Route {
        Route(
            .post, "/api/v1/consents/give", "consent.give",
            Text(
                es: "Dar un consentimiento: el propio, el de quien se cuida o, en persona, el de quien se atiende.",
                en: "Give a consent: one's own, of whom one takes care of, or in person of whom one cares for."), access: .signedIn,
            body: .json(
                .named(
                    "ConsentGiving",
                    .object([
                        .init("person", .id, isRequired: false, "Whose; one's own where missing."), .init("purpose", .choice(Self.words)),
                        .init("text_version", .integer(1...1_000), "Of the text that was shown."),
                    ])), mostBytes: 4_096),
            answers: [.ok(.json(Self.schema))], refusals: [.conflict, .notFound, .invalid], repeating: .harmless
        ) { [feature] call in
            let standing = try call.signedIn()
            var sent = try BodyFields(json: call)
            let (person, purpose) = (sent.id("person", isRequired: false), sent.choice("purpose") as ConsentPurposeWord?)
            let version = sent.integer("text_version", 1...1_000)
            try sent.finishWhole()
            guard let purpose, let version else { throw Problem.fault }
            return Self.reply(
                try await feature.consents.give(
                    purpose, textVersion: version, of: person ?? standing.caller.actor, by: standing))
        }
    }

    private var withdraw: Route {
        Route(
            .post, "/api/v1/consents/withdraw", "consent.withdraw",
            Text(
                es: "Retirar un consentimiento; lo dado antes queda en su historia.",
                en: "Withdraw a consent; what was given stays in its history."),
            access: .signedIn,
            body: .json(
                .named(
                    "ConsentWithdrawing",
                    .object([
                        .init("person", .id, isRequired: false, "Whose; one's own where missing."), .init("purpose", .choice(Self.words)),
                    ])), mostBytes: 4_096), answers: [.done], refusals: [.conflict, .invalid], repeating: .harmless
        ) { [feature] call in
            let standing = try call.signedIn()
            var sent = try BodyFields(json: call)
            let (person, purpose) = (sent.id("person", isRequired: false), sent.choice("purpose") as ConsentPurposeWord?)
            try sent.finishWhole()
            guard let purpose else { throw Problem.fault }
            try await feature.consents.withdraw(purpose, of: person ?? standing.caller.actor, by: standing)
            return .done
        }
    }

    private static let texts = Route(
        .get, "/api/v1/consent-texts", "consent.texts",
        Text(es: "A qué se puede consentir, y con qué palabras.", en: "What can be agreed to, and in which words."), access: .signedIn,
        answers: [
            .ok(
                .json(
                    .named(
                        "ConsentTexts",
                        .object([
                            .init(
                                "items",
                                .list(
                                    .object([
                                        .init("purpose", .choice(words)), .init("text_version", .integer(1...1_000)),
                                        .init("title", .text(1...200)), .init("words", .text(1...2_000)),
                                    ]), atMost: words.count))
                        ]))))
        ]
    ) { call in
        let language = call.language
        return .json { json in
            json.object { json in
                json.member(
                    "items",
                    array: { json in
                        for purpose in ConsentPurposeWord.allCases {
                            let text = purpose.text
                            json.object { json in
                                json.member("purpose", purpose.rawValue)
                                json.member("text_version", text.version)
                                json.member("title", text.title(language))
                                json.member("words", text.words(language))
                            }
                        }
                    })
            }
        }
    }

    private static let schema = Schema.named(
        "ConsentStanding",
        .object([
            .init("id", .id), .init("version", .integer(1...1_000_000)), .init("person", .id), .init("purpose", .choice(words)),
            .init("text_version", .integer(1...1_000)), .init("given_at", .format("date-time")), .init("given_by", .text(1...200)),
            .init("capacity", .choice(Capacity.allCases.map(\.rawValue))), .init("way", .choice(Consent.Way.allCases.map(\.rawValue))),
        ]))

    private static func reply(_ entry: ConsentStore.Entry) -> Reply {
        .json { json in
            json.object { json in
                json.member("id", entry.id)
                json.member("version", Int(entry.version))
                json.member("person", entry.person)
                json.member("purpose", entry.consent.purpose.rawValue)
                json.member("text_version", entry.consent.textVersion)
                json.member("given_at", entry.consent.givenAt)
                json.member("given_by", entry.consent.givenBy)
                json.member("capacity", entry.consent.capacity.rawValue)
                json.member("way", entry.consent.way.rawValue)
            }
        }
    }
}
