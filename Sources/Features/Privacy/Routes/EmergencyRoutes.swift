import Access
import Base
import HTTPTypes
import Records
import Resources
import Runtime
import Web

/// Access in emergencies over HTTP.
struct EmergencyRoutes: Sendable {
    private let feature: PrivacyFeature
    private let repeats: RepeatedRequests

    init(_ feature: PrivacyFeature) {
        self.feature = feature
        repeats = RepeatedRequests(feature.host)
    }

    var all: [Route] { [take, list, read, end, review, looks] }

    private static let path = "/api/v1/emergency-access"
    private static let id = Parameter.id("id", Text(es: "El identificador del acceso.", en: "The access' id."))
    private static let person = Parameter.id("person", in: .query, Text(es: "De quién.", en: "Whose."))

    private var take: Route {
        Route(
            .post, "/api/v1/emergency-access", "emergency.take",
            Text(
                es: "Tomar acceso a una persona en una emergencia, por tiempo limitado; otra persona lo revisa.",
                en: "Take access to a person in an emergency, for a bounded time; somebody else reviews it."),
            access: .permission(PrivacyFeature.takeEmergency), parameters: [RepeatedRequests.key.shape],
            body: .json(
                .named(
                    "EmergencyTaking",
                    .object([
                        .init("person", .id), .init("reason", .choice(EmergencyAccess.Reason.allCases.map(\.rawValue))),
                        .init("words", .text(EmergencyStore.words), "Why, in your own words."),
                        .init("role", .choice(EmergencyStore.roles.map(\.text)), isRequired: false, "One of your own."),
                    ])), mostBytes: 16 << 10),
            answers: [.created(.json(Self.schema), fields: [ConditionFields.location])], refusals: [.notFound],
            repeating: .refusedWithoutKey
        ) { [feature, repeats] call in
            let standing = try call.signedIn()
            var sent = try BodyFields(json: call)
            let (person, reason) = (sent.id("person"), sent.choice("reason") as EmergencyAccess.Reason?)
            let (words, role) = (sent.words("words", EmergencyStore.words), sent.role("role"))
            try sent.finishWhole()
            guard let person, let reason, let words else { throw Problem.fault }
            return try await repeats.once(call, "emergency.take") { slot in
                let entry = try await feature.emergencies.take(of: person, reason, words, as: role, by: standing) { entry, tx in
                    try slot.keep(Self.kept(entry), tx)
                }
                return Self.kept(entry).reply
            } again: { kept in
                kept.reply
            }
        }
    }

    /// What is answered again: ids and moments alone.
    private static func kept(_ entry: EmergencyStore.Entry) -> KeptAnswer {
        KeptAnswer(
            status: 201, location: "\(path)/\(entry.id)", tag: "",
            references: JSON.Object([
                .init("id", .string(entry.id)), .init("person", .string(entry.person)),
                .init("until", .string(entry.access.until.description)),
            ]))
    }

    private var list: Route {
        Route(
            .get, "/api/v1/emergency-access", "emergency.list",
            Text(
                es: "Los accesos de emergencia que uno puede ver; primero los que esperan revisión.",
                en: "Access in emergencies that one may see; what waits for a review first."), access: .signedIn,
            parameters: [Call.limit.shape, Call.after.shape, Self.person.shape], answers: [.ok(.json(Self.pageSchema))],
            refusals: [.invalid]
        ) { [feature] call in
            let person = try call.optional(Self.person).map { try Identifier($0) }
            let page = try await feature.emergencies.accesses(of: person, try call.page(), by: try call.signedIn())
            let now = feature.host.world.now()
            return .json { json in
                json.object { json in
                    json.member("items", array: { json in for entry in page.items { Self.write(entry, at: now, to: &json) } })
                    json.member("next", page.next?.text)
                }
            }
        }
    }

    private var read: Route {
        Route(
            .get, "/api/v1/emergency-access/{id}", "emergency.read",
            Text(es: "Un acceso de emergencia.", en: "One access in an emergency."), access: .signedIn, parameters: [Self.id.shape],
            answers: [.ok(.json(Self.entrySchema))]
        ) { [feature] call in
            Self.reply(try await feature.emergencies.access(try call.value(Self.id), by: try call.signedIn()), at: feature.host.world.now())
        }
    }

    private var end: Route {
        Route(
            .post, "/api/v1/emergency-access/{id}/end", "emergency.end",
            Text(es: "Terminarlo antes de su hora.", en: "End it before its time."), access: .signedIn, parameters: [Self.id.shape],
            answers: [.ok(.json(Self.entrySchema))], refusals: [.conflict], repeating: .harmless
        ) { [feature] call in
            Self.reply(try await feature.emergencies.end(try call.value(Self.id), by: try call.signedIn()), at: feature.host.world.now())
        }
    }

    private var review: Route {
        Route(
            .post, "/api/v1/emergency-access/{id}/review", "emergency.review",
            Text(es: "Decir si estuvo justificado; nadie revisa el suyo.", en: "Say whether it was justified; nobody reviews their own."),
            access: .permission(PrivacyFeature.reviewEmergency), parameters: [Self.id.shape],
            body: .json(
                .named("EmergencyReview", .object([.init("justified", .bool), .init("words", .text(EmergencyStore.words))])),
                mostBytes: 16 << 10), answers: [.ok(.json(Self.entrySchema))], refusals: [.conflict], repeating: .harmless
        ) { [feature] call in
            let standing = try call.signedIn()
            var sent = try BodyFields(json: call)
            let (isJustified, words) = (sent.bool("justified"), sent.words("words", EmergencyStore.words))
            try sent.finishWhole()
            guard let isJustified, let words else { throw Problem.fault }
            return Self.reply(
                try await feature.emergencies.review(try call.value(Self.id), isJustified: isJustified, words, by: standing),
                at: feature.host.world.now())
        }
    }

    private var looks: Route {
        Route(
            .get, "/api/v1/emergency-access/{id}/looks", "emergency.looks",
            Text(es: "Qué se leyó y se hizo mientras duró.", en: "What was read and done while it lasted."), access: .signedIn,
            parameters: [Self.id.shape],
            answers: [.ok(.json(.named("EmergencyLooks", .object([.init("items", .list(SeenJSON.schema, atMost: 200))]))))]
        ) { [feature] call in
            let standing = try call.signedIn()
            let entry = try await feature.emergencies.access(try call.value(Self.id), by: standing)
            let seen = try await feature.emergencies.looks(during: entry, in: try standing.organisation())
            return .json { json in
                json.object { $0.member("items", array: { json in for one in seen { SeenJSON.write(one, name: nil, to: &json) } }) }
            }
        }
    }
}

/// How they stand in answers.
extension EmergencyRoutes {
    private static let schema = Schema.named(
        "EmergencyTaken", .object([.init("id", .id), .init("person", .id), .init("until", .format("date-time"))]))

    private static let entrySchema = Schema.named(
        "EmergencyAccessStanding",
        .object([
            .init("id", .id), .init("person", .id), .init("clinician", .text(1...200)),
            .init("state", .choice(EmergencyAccess.State.allCases.map(\.rawValue))), .init("is_open", .bool),
            .init("reason", .choice(EmergencyAccess.Reason.allCases.map(\.rawValue))), .init("words", .text(EmergencyStore.words)),
            .init("role", .text(1...63)), .init("from", .format("date-time")), .init("until", .format("date-time")),
            .init("ended_at", .nullable(.format("date-time"))), .init("reviewed_by", .nullable(.text(1...200))),
            .init("reviewed_at", .nullable(.format("date-time"))), .init("review", .nullable(.text(EmergencyStore.words))),
        ]))

    private static let pageSchema = Schema.named(
        "EmergencyAccessPage",
        .object([
            .init("items", .list(entrySchema, atMost: PageRequest.limits.upperBound)), .init("next", .nullable(.text(1...2_000))),
        ]))

    private static func reply(_ entry: EmergencyStore.Entry, at now: Instant) -> Reply { .json { write(entry, at: now, to: &$0) } }

    private static func write(_ entry: EmergencyStore.Entry, at now: Instant, to json: inout JSONWriter) {
        let access = entry.access
        json.object { json in
            json.member("id", entry.id)
            json.member("person", entry.person)
            json.member("clinician", entry.clinician)
            json.member("state", access.state.rawValue)
            json.member("is_open", access.isOpen(at: now))
            json.member("reason", access.reason.rawValue)
            json.member("words", access.words)
            json.member("role", access.role)
            json.member("from", access.from)
            json.member("until", access.until)
            json.member("ended_at", access.endedAt)
            json.member("reviewed_by", access.reviewedBy)
            json.member("reviewed_at", access.reviewedAt)
            json.member("review", access.review)
        }
    }
}
