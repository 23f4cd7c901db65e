import Access
import Base
import HTTPTypes
import Markup
import Records
import Runtime
import Web

/// Where administrators say whether access in emergencies was justified.
extension PrivacyPages {
    var reviewPages: [Route] { [reviewPage, review] }

    private var reviewPage: Route {
        Route(
            .get, "/privacy/reviews", "privacy.reviews",
            Text(es: "Accesos de emergencia por revisar.", en: "Emergency access to be reviewed."),
            access: .permission(PrivacyFeature.reviewEmergency), parameters: [Self.done.shape, Call.after.shape], answers: [.ok(.page)],
            refusals: [.invalid],
            pace: .page
        ) { call in
            .page(try await content(call, nil, notice: try notice(call)))
        }
    }

    private var review: Route {
        Route(
            .post, "/privacy/reviews", "privacy.review", Text(es: "Guardar una revisión.", en: "Save a review."),
            access: .permission(PrivacyFeature.reviewEmergency),
            // Each access on the page has a form of its own, whose fields are named after it: "verdict-…" and "words-…".
            body: .form(.object([.init("id", .id)], open: true), mostBytes: 16 << 10), answers: [Self.seen] + Self.returned,
            refusals: [.notFound, .conflict], pace: .page, repeating: .harmless
        ) { call in
            let (standing, form) = (try call.signedIn(), try Self.form(call))
            guard let id = form["id"].flatMap({ ID<Record>($0) })?.description else { throw Problem.nothingHere }
            do {
                var sent = BodyFields(form: Self.own(form, id))
                _ = sent.id("id")
                let (verdict, words) = (sent.choice("verdict") as Verdict?, sent.words("words", EmergencyStore.words))
                try sent.finishWhole()
                guard let verdict, let words else { throw Problem.fault }
                _ = try await feature.emergencies.review(id, isJustified: verdict == .justified, words, by: standing)
            } catch let input as InvalidInput {
                let state = FormState(form, faults: input.faults.map { Self.worded($0, id) })
                return .page(try await content(call, (id, state)), .unprocessableContent)
            }
            return .see("/privacy/reviews?done=\(Done.reviewed.rawValue)")
        }
    }

    private enum Verdict: String, CaseIterable {
        case justified
        case notJustified = "not_justified"
    }

    private static func worded(_ fault: FieldFault, _ id: String) -> FieldFault {
        let message: Text =
            switch fault.pointer {
            case "/verdict": Text(es: "Diga si estuvo justificado o no.", en: "Say whether it was justified or not.")
            case "/words": Text(es: "Explique por qué con 10 letras o más.", en: "Explain why, in 10 letters or more.")
            default: fault.message
            }
        return FieldFault("\(fault.pointer)-\(id)", fault.code, message)
    }

    /// The fields of the form of one access by their plain names.
    private static func own(_ form: Query, _ id: String) -> Query {
        let ending = "-\(id)"
        return Query(
            items: form.items.map { .init($0.name.hasSuffix(ending) ? String($0.name.dropLast(ending.count)) : $0.name, $0.value) })
    }

    private func content(_ call: Call, _ returned: (id: String, state: FormState)?, notice: Text? = nil) async throws -> HTML {
        let (standing, ui) = (try call.signedIn(), Interface(call))
        let tenant = try standing.organisation()
        let request = try PageRequest(limit: 20, after: try call.page().after)
        let page = try await feature.emergencies.accesses(request, by: standing)
        let names = try await names(
            of: page.items.flatMap { [$0.person, $0.clinician] + ($0.access.reviewedBy.map { [$0] } ?? []) }, in: tenant)
        var cards: [HTML] = []
        for entry in page.items {
            let looks = try await feature.emergencies.looks(during: entry, in: tenant)
            let isReturned = returned?.id == entry.id
            cards.append(
                card(entry, looks, names, standing, ui, isReturned ? returned?.state ?? FormState() : FormState()))
        }
        let title = Text(es: "Accesos de emergencia", en: "Emergency access")
        let empty = ui.empty(
            .good, Text(es: "No hay ninguno", en: "There is none"),
            Text(
                es: "Cuando alguien tome acceso de emergencia, lo verá aquí.",
                en: "When somebody takes emergency access, it will stand here."))
        let onward = page.next.map {
            ui.pager(Text(es: "Hay más", en: "There are more"), first: nil, next: "/privacy/reviews?after=\($0.text)")
        }
        return try await feature.ports.surroundings.shell(call).page(
            title, ui, notice: notice,
            """
            \(ui.title(title, lead: Text(
                es: "Quien abrió datos sin esperar permiso lo explica; usted dice si estuvo justificado. Los que esperan van primero.",
                en: "Whoever opened data without waiting for leave explains it; you say whether it was justified. Those that wait come first.")))
            \(cards.isEmpty ? empty : "<div class=\"stack\">\(cards)</div>")\(onward)
            """)
    }

    private func card(
        _ entry: EmergencyStore.Entry, _ looks: [EntrySeen], _ names: AccountNames, _ standing: Standing, _ ui: Interface,
        _ state: FormState
    ) -> HTML {
        let access = entry.access
        var facts: [(name: Text, value: HTML)] = [
            (Text(es: "Persona", en: "Person"), "\(names[entry.person])"),
            (Text(es: "Quién entró", en: "Who came in"), "\(names[entry.clinician])"),
            (Text(es: "Como", en: "As"), "\(RoleName(access.role).map { ui(feature.host.roles.title(of: $0)) } ?? access.role)"),
            (Text(es: "Por qué", en: "Why"), "\(ui(access.reason.title)): \(access.words)"),
            (Text(es: "Desde", en: "From"), ui.stamp(access.from)), (Text(es: "Hasta", en: "Until"), ui.stamp(access.over)),
            (Text(es: "Estado", en: "State"), ui.badge(access.state.title, access.state.tone)),
        ]
        if let reviewer = access.reviewedBy {
            facts.append((Text(es: "Revisado por", en: "Reviewed by"), "\(names[reviewer]): \(access.review ?? "")"))
        }
        let view = OwnDataView(
            ui: ui, pages: self, person: standing.caller.actor, capacity: .staff, names: names, now: feature.host.world.now())
        let seen = ui.more(
            Text(es: "Lo que leyó y escribió (\(looks.count))", en: "What they read and wrote (\(looks.count))"),
            view.looksTable(looks, empty: "<p>\(ui(es: "Nada todavía.", en: "Nothing yet."))</p>"))
        return ui.card(ui.facts(facts), seen, asking(entry, standing, ui, state))
    }

    /// The form; in its place why there is none.
    private func asking(_ entry: EmergencyStore.Entry, _ standing: Standing, _ ui: Interface, _ state: FormState) -> HTML {
        guard entry.access.state == .awaitingReview else { return HTML() }
        guard entry.clinician != standing.caller.actor.text else {
            return ui.message(
                .plain, nil, Text(es: "Este es suyo: lo revisará otra persona.", en: "This is yours: somebody else will review it."))
        }
        return ui.form(
            "/privacy/reviews", state, hidden: [("id", entry.id)],
            ui.radios(
                FormField("verdict-\(entry.id)", Text(es: "¿Estuvo justificado?", en: "Was it justified?")), state,
                [
                    Choice(Verdict.justified.rawValue, Text(es: "Sí", en: "Yes")),
                    Choice(
                        Verdict.notJustified.rawValue, Text(es: "No", en: "No"),
                        hint: Text(es: "Si sigue abierto, termina ahora.", en: "Where it is still open, it ends now.")),
                ]),
            ui.textArea(FormField("words-\(entry.id)", Text(es: "¿Por qué?", en: "Why?")), state, most: EmergencyStore.words.upperBound),
            ui.button(Text(es: "Guardar la revisión", en: "Save the review")))
    }
}
