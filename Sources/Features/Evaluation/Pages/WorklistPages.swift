import Access
import Base
import HTTPTypes
import Markup
import Runtime
import Web

/// What waits for a clinician's review, and who needs help with filming.
extension EvaluationPages {
    private static let part = Parameter.choice(
        "list", in: .query, Worklist.Part.allCases.map(\.rawValue), Text(es: "Qué parte de la lista.", en: "Which part of the list."))
    private static let done = Parameter.choice(
        "done", in: .query, ["certified", "rejected"], Text(es: "Lo que se acaba de hacer.", en: "What was just done."))
    private static let rows = 25

    var worklistPage: Route {
        Route(
            .get, "/worklist", "evaluation.worklist",
            Text(es: "Lo que espera la revisión de uno.", en: "What waits for one's review."),
            access: .permission(EvaluationFeature.look), parameters: [Self.part.shape, Self.done.shape, Call.after.shape],
            answers: [.ok(.page)], pace: .page
        ) { call in
            let standing = try call.signedIn()
            let part = try call.optional(Self.part).flatMap { Worklist.Part(rawValue: $0) } ?? .review
            let request = try PageRequest(limit: Self.rows, after: try call.page().after)
            let content = try await Worklist(feature.store).content(part, request, by: standing)
            let people = content.waiting.map(\.entry.person) + content.unmeasured.map(\.entry.person)
            let names = try await CareTeam(feature).names(of: people, in: try standing.organisation())
            let now = feature.host.world.now()
            let notice = try call.optional(Self.done).map(Self.notice)
            return .page(
                try await page(call, Text(es: "Por revisar", en: "To review"), for: .staff, notice: notice) { ui in
                    WorklistView(ui: ui, part: part, content: content, names: names, now: now, isFirst: request.after == nil).html
                })
        }
    }

    private static func notice(_ done: String) -> Text {
        done == "certified"
            ? Text(es: "La evaluación quedó certificada con su nombre.", en: "The evaluation is certified in your name.")
            : Text(
                es: "La evaluación quedó rechazada; la persona verá por qué.",
                en: "The evaluation is rejected; the person will see why.")
    }
}

private struct WorklistView {
    let ui: Interface
    let part: Worklist.Part
    let content: Worklist.Content
    let names: [Identifier: String]
    let now: Instant
    let isFirst: Bool

    private var words: CareWords { CareWords(ui: ui) }

    var html: HTML {
        """
        \(ui.title(Text(es: "Por revisar", en: "To review"), lead: lead))\(tabs)\(list)\(cut)
        """
    }

    private var lead: Text {
        let count = content.counts[.review] ?? 0
        guard count > 0, let oldest = content.oldest else {
            return Text(es: "Nada espera su revisión.", en: "Nothing waits for your review.")
        }
        func said(_ language: Language) -> String {
            language.counted(
                count, one: Text(es: "evaluación espera", en: "evaluation waits"),
                many: Text(es: "evaluaciones esperan", en: "evaluations wait"))
        }
        let ago = CareWords.ago(oldest, now)
        return Text(
            es: "\(said(.spanish)) su revisión; la más antigua se grabó \(ago.spanish).",
            en: "\(said(.english)) for your review; the oldest was filmed \(ago.english).")
    }

    private var tabs: HTML {
        let titles: [(Worklist.Part, Text)] = [
            (.review, Text(es: "Por revisar", en: "To review")), (.refused, Text(es: "Sin poder medirse", en: "Not measurable")),
            (.failed, Text(es: "Fallos del programa", en: "Faults of the program")),
        ]
        return ui.tabs(
            Text(es: "Partes de la lista", en: "Parts of the list"),
            titles.map { part, title in
                let count = content.counts[part] ?? 0
                return (Text(es: "\(title.spanish) (\(count))", en: "\(title.english) (\(count))"), Self.path(part))
            }, current: Self.path(part))
    }

    private static func path(_ part: Worklist.Part) -> String {
        part == .review ? EvaluationPages.worklist : "\(EvaluationPages.worklist)?list=\(part.rawValue)"
    }

    private var list: HTML {
        let heading: HTML = "<h2 class=\"unseen\">\(ui(es: "La lista", en: "The list"))</h2>"
        if content.waiting.isEmpty, content.unmeasured.isEmpty { return "\(heading)\(empty)" }
        let items = part == .review ? content.waiting.map(row) : content.unmeasured.map(row)
        let shown = items.count
        let all = content.counts[part] ?? shown
        let separator = part == .review ? "?" : "&"
        return """
            \(heading)<p class="second order">\(ui(rule))</p>
            <ol class="queue">\(items)</ol>
            \(ui.pager(
                Text(es: "\(shown) de \(all)", en: "\(shown) of \(all)"), first: isFirst ? nil : Self.path(part),
                next: content.next.map { "\(Self.path(part))\(separator)after=\($0.text)" }))
            """
    }

    /// By what it is ordered, so that nobody need guess.
    private var rule: Text {
        switch part {
        case .review:
            Text(
                es:
                    "Primero, una compensación marcada o menos de 40 puntos; luego, una leve o menos de 70; después, lo demás. Cada tres días de espera suben un lugar. A igual urgencia, primero lo que espera más.",
                en:
                    "First a marked compensation or fewer than 40 points; then a mild one or fewer than 70; then the rest. Each three days of waiting count as one step more. Among equals, what waits longest."
            )
        case .refused:
            Text(
                es: "Personas cuyas grabaciones de este mes no se pudieron medir: primero quien más veces lo intentó. Ayúdeles a grabar.",
                en: "People whose recordings of this month could not be measured: first who tried most often. Help them to film.")
        case .failed:
            Text(
                es: "El programa no pudo con estas grabaciones, que parecían buenas. Avise a quien lo administra y pida grabar de nuevo.",
                en: "The program could not cope with these recordings, which seemed good. Tell whoever runs it, and ask to film again.")
        }
    }

    private func row(_ one: Worklist.Waiting) -> HTML {
        let (entry, evaluation) = (one.entry, one.entry.evaluation)
        let name = names[entry.person] ?? entry.person.text
        let score: HTML? = words.score(evaluation).map { "<span class=\"number\">\($0)</span>" }
        return """
            <li class="\(Self.style(one.need))">\(ui.avatar(name))<div class="who">\
            <a class="whole" href="\(EvaluationPages.home)/\(entry.id)/review">\(name)<span class="unseen">: \
            \(ui(es: "revisar", en: "review"))</span></a><p>\(ui(evaluation.exerciseName)) · \
            <time datetime="\(entry.createdAt.description)">\(ui(CareWords.ago(entry.createdAt, now)))</time></p></div>\
            <div class="what">\(words.findings(evaluation))\(score)</div>\(file(entry, name))</li>
            """
    }

    private func row(_ one: Worklist.Unmeasured) -> HTML {
        let (entry, evaluation) = (one.entry, one.entry.evaluation)
        let name = names[entry.person] ?? entry.person.text
        let tries = ui.language.counted(one.tries, one: Text(es: "intento", en: "try"), many: Text(es: "intentos", en: "tries"))
        return """
            <li>\(ui.avatar(name))<div class="who">\
            <a class="whole" href="\(EvaluationPages.home)/\(entry.id)">\(name)<span class="unseen">: \
            \(ui(es: "ver la última grabación", en: "see the last recording"))</span></a><p>\
            \(ui(evaluation.exerciseName)) · \
            <time datetime="\(entry.createdAt.description)">\(ui(CareWords.ago(entry.createdAt, now)))</time></p></div>\
            <div class="what"><ul class="findings"><li>\(ui.badge(Text(verbatim: tries), one.tries > 2 ? .stop : .caution))</li></ul>\
            <span>\(evaluation.refusal.map { ui($0.message) } ?? "")</span></div>\(file(entry, name))</li>
            """
    }

    private func file(_ entry: EvaluationStore.Entry, _ name: String) -> HTML {
        """
        <p class="aside"><a href="\(EvaluationPages.patients)/\(entry.person.text)">\(ui(es: "Ficha", en: "File"))\
        <span class="unseen"> \(ui(es: "de", en: "of")) \(name)</span></a></p>
        """
    }

    private static func style(_ need: Need) -> String {
        switch need {
        case .high: "high"
        case .some: "some"
        case .usual: "usual"
        }
    }

    private var empty: HTML {
        let people = ui.buttonLink(Text(es: "Ver sus pacientes", en: "See your patients"), EvaluationPages.patients, .quiet, icon: .people)
        return switch part {
        case .review:
            ui.empty(
                .done, Text(es: "Todo está revisado", en: "Everything is reviewed"),
                Text(
                    es: "Cuando se mida a alguien a su cargo, aparecerá aquí.",
                    en: "When somebody in your care is measured, it will stand here."), actions: people)
        case .refused:
            ui.empty(
                .camera, Text(es: "Nadie necesita ayuda para grabar", en: "Nobody needs help with filming"),
                Text(
                    es: "Aquí verá a quienes no lograron una grabación que se pueda medir.",
                    en: "Here you will see who could not make a recording that can be measured."), actions: people)
        case .failed:
            ui.empty(
                .good, Text(es: "Ningún fallo", en: "No faults"),
                Text(
                    es: "El programa midió, o explicó por qué no, todas las grabaciones del mes.",
                    en: "The program measured all recordings of this month, or said why not."), actions: people)
        }
    }

    private var cut: HTML {
        guard content.isCut else { return HTML() }
        return ui.message(
            .caution, Text(es: "Hay más de lo que cabe", en: "There is more than fits"),
            Text(
                es: "Se miraron las \(Worklist.most) más antiguas: las demás aparecerán cuando revise estas.",
                en: "The oldest \(Worklist.most) were looked through: the others will stand here once you have reviewed these."))
    }
}
