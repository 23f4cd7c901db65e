import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Store
import Web

/// `/evaluations`: a person's own movement. One thing to do, what is under way, what came of it.
struct OwnEvaluationsPage: Sendable {
    let pages: EvaluationPages

    private var feature: EvaluationFeature { pages.feature }

    var route: Route {
        Route(
            .get, "/evaluations", "evaluation.own_page",
            Text(es: "El movimiento de uno: lo medido y lo que falta.", en: "One's own movement: what was measured and what is under way."),
            access: .signedIn, answers: [.ok(.page)], pace: .page
        ) { call in .page(try await page(call)) }
    }

    private func page(_ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let agrees = try await feature.store.agrees(standing.caller.actor, in: try standing.organisation())
        let entries = try await feature.store.all(of: standing.caller.actor, by: standing)
        let underWay = entries.filter { $0.evaluation.state == .uploading || $0.evaluation.state == .waiting }
        let over = entries.filter { $0.evaluation.state != .uploading && $0.evaluation.state != .waiting }
        return try await pages.page(call, Self.title, for: .patient) { ui in
            """
            \(ui.title(Self.title, lead: Self.lead))\(agrees ? filming(ui) : Self.consent(ui))\
            \(underWay.isEmpty ? nil : ui.section("under-way", Text(es: "En camino", en: "Under way"), cards(underWay, ui)))\
            \(ScoreTrend(over).html(ui))\(history(over, ui, agrees: agrees))
            """
        }
    }

    static let title = Text(es: "Mi movimiento", en: "My movement")
    private static let lead = Text(
        es: "Grabe un ejercicio con el teléfono y vea cómo se mueve.", en: "Film an exercise with the phone and see how you move.")

    private func filming(_ ui: Interface) -> HTML {
        ui.buttonLink(Text(es: "Grabar un ejercicio", en: "Film an exercise"), EvaluationPages.filming, icon: .camera, isWide: true)
    }

    /// Whoever did not agree cannot be measured: what they agree to is said, and asked for, where they decide about their data.
    static func consent(_ ui: Interface) -> HTML {
        ui.message(
            .caution, Text(es: "Falta su permiso para medir", en: "Your permission to measure is missing"),
            Text(
                es:
                    "Para medir cómo se mueve necesitamos que lo acepte en «Mis datos»: active «Evaluar cómo me muevo» y guarde. Puede retirarlo cuando quiera. Después, vuelva aquí.",
                en:
                    "To measure how you move we need you to agree under “My data”: turn on “Assess how I move” and save. You can withdraw it whenever you want. Then come back here."
            ),
            more: "<p>\(ui.buttonLink(Text(es: "Decidir en «Mis datos»", en: "Decide under “My data”"), "/privacy#consents"))</p>")
    }

    private func history(_ entries: [EvaluationStore.Entry], _ ui: Interface, agrees: Bool) -> HTML {
        guard !entries.isEmpty else {
            return ui.section(
                "history", Self.historyTitle,
                ui.empty(
                    .exercise, Text(es: "Todavía no hay nada medido", en: "Nothing is measured yet"),
                    Text(
                        es: "Cuando grabe su primer ejercicio, verá aquí lo que se encontró.",
                        en: "Once you film your first exercise, you will see here what was found.")))
        }
        let (new, old) = (Array(entries.prefix(10)), Array(entries.dropFirst(10)))
        return ui.section(
            "history", Self.historyTitle,
            ui.stack(
                comparison(entries, ui), cards(new, ui),
                old.isEmpty ? HTML() : ui.more(Text(es: "Ver las anteriores", en: "See earlier ones"), cards(old, ui))))
    }

    private static let historyTitle = Text(es: "Lo que se midió", en: "What was measured")

    private func cards(_ entries: [EvaluationStore.Entry], _ ui: Interface) -> HTML {
        let cards = entries.map { entry -> HTML in
            let evaluation = entry.evaluation
            let (day, words) = (entry.createdAt, evaluation.standingWords)
            let score = evaluation.isMeasured ? evaluation.result?.score : nil
            let points = score.map { Text(es: " · \($0.points) de 100", en: " · \($0.points) of 100") }
            return ui.cardLink(
                evaluation.icon, evaluation.exerciseName,
                Text(
                    es: "\(ui.moment(day)). \(words(.spanish))\(points?(.spanish) ?? "")",
                    en: "\(ui.moment(day)). \(words(.english))\(points?(.english) ?? "")"),
                "\(EvaluationPages.home)/\(entry.id)")
        }
        return "<div class=\"stack\">\(cards)</div>"
    }

    /// The last two of the same exercise, side by side.
    private func comparison(_ entries: [EvaluationStore.Entry], _ ui: Interface) -> HTML {
        let measured = entries.filter { $0.evaluation.isMeasured }
        guard let after = measured.first, after.evaluation.exercise != nil,
            let before = measured.dropFirst().first(where: { $0.evaluation.exercise == after.evaluation.exercise })
        else { return HTML() }
        return ui.onward(
            Text(es: "Comparar las dos últimas", en: "Compare the last two"),
            "\(EvaluationPages.home)/compare?before=\(before.id)&after=\(after.id)")
    }
}

/// How the score of one exercise went: among what a clinician certified where that is enough, otherwise clearly as pre-assessments.
private struct ScoreTrend {
    private let entries: [EvaluationStore.Entry]
    private let isCertified: Bool

    /// The newest first.
    init(_ entries: [EvaluationStore.Entry]) {
        let scored = entries.filter { $0.evaluation.isMeasured && $0.evaluation.result?.score != nil && $0.evaluation.exercise != nil }
        let same = scored.filter { $0.evaluation.exercise == scored.first?.evaluation.exercise }
        let certified = same.filter { $0.evaluation.state == .certified }
        isCertified = certified.count >= 2
        self.entries = (isCertified ? certified : same.filter { $0.evaluation.state == .preAssessment }).prefix(12).reversed()
    }

    func html(_ ui: Interface) -> HTML {
        guard entries.count >= 2, let name = entries.last?.evaluation.exerciseName else { return HTML() }
        let scores = entries.compactMap { $0.evaluation.result?.score }
        let caption =
            isCertified
            ? Text(
                es:
                    "Puntos de 100, solo de lo certificado por su clínica. Cada punto tiene su error: para saber si hay un cambio real, compare dos.",
                en:
                    "Points of 100, only of what your clinic certified. Each point has its error: to know whether there is a real change, compare two."
            )
            : Text(
                es:
                    "Puntos de 100 de valoraciones previas: nadie las certificó todavía. Cada punto tiene su error: para saber si hay un cambio real, compare dos.",
                en:
                    "Points of 100 of pre-assessments: nobody has certified them yet. Each point has its error: to know whether there is a real change, compare two."
            )
        return ui.section(
            "trend", Text(es: "Cómo va", en: "How it is going"),
            ui.card(
                ui.figure(
                    LinePlot(
                        name, caption: caption, labels: entries.map { Text(verbatim: ui.compactDay($0.createdAt)) },
                        lines: [
                            .init(
                                Text(es: "Puntos", en: "Points"), isCertified ? .one : .left, scores.map { Double($0.points) })
                        ], startsAtZero: true), id: "score-trend")))
    }
}

extension EvaluationStore {
    /// Whether somebody agreed to be measured.
    func agrees(_ person: Identifier, in tenant: Identifier) async throws -> Bool {
        try await host.database.within(organisation: tenant.text).read { tx in
            try ConsentTable.purposes(of: [person], in: tenant, tx)[person]?.contains(EvaluationFeature.consent) == true
        }
    }

    /// Everything of somebody that the caller may see, the newest first; the first thousand at most.
    func all(of person: Identifier, by standing: Standing) async throws -> [Entry] {
        var (entries, after, rounds) = ([Entry](), Cursor?.none, 0)
        repeat {
            let limit = PageRequest.limits.upperBound
            let page = try await self.entries(of: person, try PageRequest(limit: limit, after: after), by: standing)
            entries += page.items
            (after, rounds) = (page.next, rounds + 1)
        } while after != nil && rounds < 5
        return entries.reversed()
    }
}
