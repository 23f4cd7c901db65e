import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// The people in a clinician's care.
extension EvaluationPages {
    private static let search = Parameter.text(
        "q", in: .query, 0...200, Text(es: "Parte del nombre.", en: "Part of the name."))
    private static let rows = 25

    var patientsPage: Route {
        Route(
            .get, "/patients", "evaluation.patients", Text(es: "Las personas a cargo de uno.", en: "The people in one's care."),
            access: .permission(EvaluationFeature.look), parameters: [Self.search.shape, Call.after.shape], answers: [.ok(.page)],
            pace: .page
        ) { call in
            let standing = try call.signedIn()
            let text = try call.optional(Self.search) ?? ""
            let request = try PageRequest(limit: Self.rows, after: try call.page().after)
            var (found, fault): (CareTeam.Found, Text?) = (.nobody, nil)
            do {
                found = try await CareTeam(feature).patients(named: text, request, by: standing)
            } catch let failure as Failure where failure.code.hasPrefix("search_") {
                fault = failure.message
            }
            let (people, problem, now) = (found, fault, feature.host.world.now())
            return .page(
                try await page(call, Text(es: "Pacientes", en: "Patients"), for: .staff) { ui in
                    PatientsView(
                        ui: ui, found: people, text: text, problem: problem, now: now, isFirst: request.after == nil
                    ).html
                })
        }
    }
}

extension CareTeam.Found {
    fileprivate static let nobody = CareTeam.Found(patients: [], total: 0, next: nil)
}

private struct PatientsView {
    let ui: Interface
    let found: CareTeam.Found
    let text: String
    let problem: Text?
    let now: Instant
    let isFirst: Bool

    private var words: CareWords { CareWords(ui: ui) }
    private static let path = EvaluationPages.patients

    var html: HTML {
        """
        \(ui.title(
            Text(es: "Pacientes", en: "Patients"),
            lead: Text(es: "Las personas a su cargo y cómo van.", en: "The people in your care and how they are doing.")))
        <div class="stack">\(ui.search(Text(es: "Buscar por nombre", en: "Search by name"), path: Self.path, value: text))\
        \(problem.map { ui.message(.caution, nil, $0) })<h2 class="unseen">\(ui(es: "La lista", en: "The list"))</h2>\(list)</div>
        """
    }

    private var list: HTML {
        guard !found.patients.isEmpty else { return problem == nil ? empty : HTML() }
        let shown = ui.language.counted(
            found.patients.count, one: Text(es: "persona", en: "person"), many: Text(es: "personas", en: "people"))
        let query = text.isEmpty ? "" : "q=\(PercentText.encoded(text))&"
        let first = text.isEmpty ? Self.path : "\(Self.path)?q=\(PercentText.encoded(text))"
        return """
            <ol class="queue">\(found.patients.map(row))</ol>\
            \(ui.pager(
                Text(verbatim: ui(es: "\(shown) de \(found.total)", en: "\(shown) of \(found.total)")), first: isFirst ? nil : first,
                next: found.next.map { "\(Self.path)?\(query)after=\($0.text)" }))
            """
    }

    private func row(_ patient: CareTeam.Patient) -> HTML {
        let last: HTML =
            if let entry = patient.last {
                """
                <p>\(ui(entry.evaluation.exerciseName)) · <time datetime="\(entry.createdAt.description)">\
                \(ui(CareWords.ago(entry.createdAt, now)))</time></p>
                """
            } else { "<p>\(ui(es: "Sin evaluaciones todavía", en: "No evaluations yet"))</p>" }
        let score: HTML? = patient.last.flatMap { words.score($0.evaluation) }.map { "<span class=\"number\">\($0)</span>" }
        let state: HTML? = patient.last.map {
            "<ul class=\"findings\"><li>\(words.badge($0.evaluation.state))</li>\(waiting(patient))</ul>"
        }
        return """
            <li>\(ui.avatar(patient.name))<div class="who"><a class="whole" href="\(Self.path)/\(patient.person.text)">\(patient.name)</a>\
            \(last)</div><div class="what">\(state)\(score)</div></li>
            """
    }

    /// What is said beside the state of the last one, where others wait too.
    private func waiting(_ patient: CareTeam.Patient) -> HTML? {
        let others = patient.waiting - (patient.last?.evaluation.state == .preAssessment ? 1 : 0)
        guard others > 0 else { return nil }
        return "<li class=\"second\">\(ui(es: "y \(others) más por revisar", en: "and \(others) more to review"))</li>"
    }

    private var empty: HTML {
        guard text.isEmpty else {
            return ui.empty(
                .search, Text(es: "Nadie con ese nombre", en: "Nobody of that name"),
                Text(
                    es: "Busque con menos letras, o mire la lista entera. Solo aparecen las personas a su cargo.",
                    en: "Search with fewer letters, or look at the whole list. Only people in your care appear."),
                actions: ui.buttonLink(Text(es: "Ver a todas", en: "See everybody"), Self.path, .quiet))
        }
        return ui.empty(
            .people, Text(es: "Todavía no tiene a nadie a su cargo", en: "Nobody is in your care yet"),
            Text(
                es: "Quien administra su organización anota quién atiende a quién; después aparecerán aquí.",
                en: "Whoever administers your organisation notes who cares for whom; then they will stand here."))
    }
}
