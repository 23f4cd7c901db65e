import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Web

/// «Mis datos», and what its forms do.
extension PrivacyPages {
    private static let person = Parameter.id(
        "person", in: .query, Text(es: "De quién, si es de quien uno cuida.", en: "Whose, where it is somebody whom one takes care of."))

    var ownPages: [Route] { [page, decide, export, askToErase, erase, keep] }

    private var page: Route {
        Route(
            .get, "/privacy", "privacy.page", Text(es: "Los datos de uno y quién los ve.", en: "One's own data and who sees them."),
            access: .signedIn, parameters: [Self.person.shape, Self.done.shape], answers: [.ok(.page)], pace: .page
        ) { call in
            let person = try call.optional(Self.person).map { try Identifier($0) } ?? call.signedIn().caller.actor
            return .page(try await content(of: person, call))
        }
    }

    private func content(of person: Identifier, _ call: Call) async throws -> HTML {
        let (standing, ui, notice) = (try call.signedIn(), Interface(call), try notice(call))
        let tenant = try standing.organisation()
        let capacity = try await feature.keeper.require(standing, decidesFor: person)
        let consents = try await feature.consents.consents(of: person, by: standing)
        let answer = try await feature.explaining.answer(.init(person), try PageRequest(limit: 25), by: standing)
        let emergencies = try await feature.emergencies.accesses(of: person, try PageRequest(limit: 25), by: standing).items
        let exports = try await feature.exports.exports(of: person, by: standing)
        let outlook = capacity == .own ? try await feature.erasures.outlook(by: standing) : nil
        let accounts =
            answer.readers.compactMap(\.account) + answer.looks.items.flatMap { [$0.actor] + ($0.onBehalfOf.map { [$0] } ?? []) }
            + emergencies.flatMap { [$0.clinician] + ($0.access.reviewedBy.map { [$0] } ?? []) } + consents.map(\.consent.givenBy) + [
                person.text
            ]
        var names = try await names(of: accounts, in: tenant).names
        if capacity == .own { names[person] = ui(es: "Usted", en: "You") }
        let view = OwnDataView(
            ui: ui, pages: self, person: person, capacity: capacity, names: AccountNames(names: names), now: feature.host.world.now())
        return try await feature.ports.surroundings.shell(call).page(
            view.title, ui, for: .patient, notice: notice,
            """
            \(view.heading)\(view.emergencies(emergencies))\(view.consents(consents))\(view.readers(answer.readers))\
            \(view.looks(answer.looks.items))\(view.exports(exports))\(outlook.map { view.erasure($0) })
            """)
    }

    /// Where the page of a person is; `done` is said above it.
    private static func place(_ person: Identifier, _ standing: Standing, _ done: Done) -> String {
        let whose = standing.selves.contains(person) ? "" : "&person=\(PercentText.encoded(person.text))"
        return "/privacy?done=\(done.rawValue)\(whose)"
    }

    /// Whose page a form was on.
    private static func person(in form: Query, _ standing: Standing) throws -> Identifier {
        guard let text = form["person"], !text.isEmpty else { return standing.caller.actor }
        return try Identifier(text)
    }

    /// Only what was changed on the page is changed: what somebody else decided meanwhile stays.
    private var decide: Route {
        let members = ConsentPurposeWord.allCases.flatMap { purpose -> [Schema.Member] in
            [
                .init(purpose.rawValue, .choice(["on"]), isRequired: false, "On, or missing."),
                .init("was-\(purpose.rawValue)", .choice(["on", "off"]), isRequired: false, "As the page showed it."),
                .init("version-\(purpose.rawValue)", .text(1...4), isRequired: false, "Of the text that the page showed."),
            ]
        }
        return Route(
            .post, "/privacy/consents", "privacy.decide", Text(es: "Guardar los consentimientos.", en: "Save the consents."),
            access: .signedIn,
            body: .form(.object(members + [.init("person", .text(1...200), isRequired: false)]), mostBytes: 8_192),
            answers: [Self.seen], refusals: [.conflict, .notFound], pace: .page, repeating: .harmless
        ) { call in
            let (standing, form) = (try call.signedIn(), try Self.form(call))
            let person = try Self.person(in: form, standing)
            _ = try await feature.keeper.require(standing, decidesFor: person)
            for purpose in ConsentPurposeWord.allCases {
                guard let was = form["was-\(purpose.rawValue)"] else { continue }
                let isOn = form[purpose.rawValue] == "on"
                if isOn, was != "on" {
                    let version = form["version-\(purpose.rawValue)"].flatMap { Int($0) } ?? 0
                    try await feature.consents.give(purpose, textVersion: version, of: person, by: standing)
                } else if !isOn, was == "on" {
                    try await feature.consents.withdraw(purpose, of: person, by: standing)
                }
            }
            return .see(Self.place(person, standing, .consents))
        }
    }

    private var export: Route {
        Route(
            .post, "/privacy/exports", "privacy.export", Text(es: "Pedir una copia.", en: "Ask for a copy."), access: .signedIn,
            body: .form(.object([.init("person", .text(1...200), isRequired: false)]), mostBytes: 1_024), answers: [Self.seen],
            refusals: [.conflict, .notFound], pace: .page, repeating: .another
        ) { call in
            let standing = try call.signedIn()
            let person = try Self.person(in: try Self.form(call), standing)
            _ = try await feature.exports.ask(for: person, by: standing)
            return .see(Self.place(person, standing, .export))
        }
    }

    private var askToErase: Route {
        Route(
            .get, "/privacy/erasure", "privacy.erasure", Text(es: "Preguntar antes de borrar.", en: "Ask before erasing."),
            access: .signedIn, answers: [.ok(.page)], pace: .page
        ) { call in
            let (standing, ui) = (try call.signedIn(), Interface(call))
            let outlook = try await feature.erasures.outlook(by: standing)
            let view = OwnDataView(
                ui: ui, pages: self, person: standing.caller.actor, capacity: .own, names: AccountNames(names: [:]),
                now: feature.host.world.now())
            let question = view.question(outlook)
            return .page(
                try await feature.ports.surroundings.shell(call).page(
                    question.title, ui, for: .patient, ui.stack(ui.asked(question, back: "/privacy"), view.keptSection(outlook.kept))))
        }
    }

    private var erase: Route {
        Route(
            .post, "/privacy/erasure", "privacy.erase", Text(es: "Pedir el borrado.", en: "Ask to be erased."), access: .signedIn,
            body: .form(.object([]), mostBytes: 1_024), answers: [Self.seen], refusals: [.notFound, .conflict], pace: .page,
            repeating: .harmless
        ) { call in
            let standing = try call.signedIn()
            _ = try await feature.erasures.ask(by: standing)
            return .see(Self.place(standing.caller.actor, standing, .erasure))
        }
    }

    private var keep: Route {
        Route(
            .post, "/privacy/erasure/keep", "privacy.keep",
            Text(es: "Retirar el pedido de borrado.", en: "Take back the wish to be erased."),
            access: .signedIn, body: .form(.object([]), mostBytes: 1_024), answers: [Self.seen], refusals: [.notFound], pace: .page,
            repeating: .harmless
        ) { call in
            let standing = try call.signedIn()
            try await feature.erasures.takeBack(by: standing)
            return .see(Self.place(standing.caller.actor, standing, .kept))
        }
    }
}
