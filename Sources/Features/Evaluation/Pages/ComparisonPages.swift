import Access
import Base
import HTTPTypes
import Markup
import Movement
import MovementReport
import Records
import Runtime
import Store
import Web

/// Two evaluations side by side, for the person and for who looks after them.
extension EvaluationPages {
    static let before = Parameter.id("before", in: .query, Text(es: "La primera.", en: "The first."))
    static let after = Parameter.id("after", in: .query, Text(es: "La segunda.", en: "The second."))
    private static let subject = Parameter.text(
        "subject", in: .query, 1...200,
        Text(es: "De quién se elige; de uno mismo si falta.", en: "Whose to choose from; one's own if missing."))
    private static let exercise = Parameter.choice(
        "exercise", in: .query, Exercise.allCases.map(\.rawValue), Text(es: "De qué ejercicio.", en: "Of which exercise."))
    /// Evaluations among which one chooses.
    private static let most = 200

    var comparisonPage: Route {
        Route(
            .get, "/evaluations/compare", "evaluation.comparison",
            Text(es: "Comparar dos evaluaciones.", en: "Compare two evaluations."), access: .signedIn,
            parameters: [Self.before.shape, Self.after.shape, Self.subject.shape, Self.exercise.shape], answers: [.ok(.page)],
            refusals: [.notFound, .conflict, .invalid], pace: .page, time: .seconds(30)
        ) { call in
            guard let before = try call.optional(Self.before), let after = try call.optional(Self.after) else {
                return .page(try await chooser(call))
            }
            return .page(try await comparison(before, after, call))
        }
    }

    private func comparison(_ before: String, _ after: String, _ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let compared = try await EvaluationComparing(feature).compared(before, after, by: standing)
        let isOwn = standing.selves.contains(compared.after.person)
        let person = compared.after.person
        let name = isOwn ? nil : try await CareTeam(feature).names(of: [person], in: try standing.organisation())[person] ?? person.text
        return try await page(call, Text(es: "Antes y después", en: "Before and after"), for: isOwn ? .patient : .staff) { ui in
            ComparisonView(ui: ui, compared: compared, name: name).html
        }
    }

    private func chooser(_ call: Call) async throws -> HTML {
        let standing = try call.signedIn()
        let named = try call.optional(Self.subject).map { try Identifier($0) } ?? standing.caller.actor
        let tenant = try standing.organisation()
        let isOwn = standing.selves.contains(named)
        let person = try await feature.host.database.within(organisation: tenant.text).read { tx in try Person(named, in: tenant, tx) }
        let entries = try await feature.store.latest(of: person, atMost: Self.most, before: nil, by: standing).items
        if entries.isEmpty, !isOwn { _ = try await CareTeam(feature).requireInCare(named, by: standing) }
        let name = isOwn ? nil : try await CareTeam(feature).names(of: person.names, in: tenant)[person.id] ?? person.id.text
        let groups = Exercise.allCases.compactMap { exercise -> ComparisonChooser.Group? in
            let own = entries.filter { $0.evaluation.counts && $0.evaluation.result?.exercise == exercise.rawValue }
            return own.count > 1 ? .init(exercise: exercise, entries: own.reversed()) : nil
        }
        let asked = try call.optional(Self.exercise).flatMap { Exercise(rawValue: $0) }
        let chosen = [try call.optional(Self.before), try call.optional(Self.after)].compactMap(\.self).first
        return try await page(call, Text(es: "Comparar", en: "Compare"), for: isOwn ? .patient : .staff) { ui in
            ComparisonChooser(ui: ui, groups: groups, asked: asked, chosen: chosen, subject: isOwn ? nil : person.id, name: name).html
        }
    }
}

/// The form by which two evaluations of an exercise are chosen.
private struct ComparisonChooser {
    struct Group {
        let exercise: Exercise
        let entries: [EvaluationStore.Entry]
    }

    let ui: Interface
    let groups: [Group]
    let asked: Exercise?
    /// One that was named already.
    let chosen: String?
    /// nil: oneself.
    let subject: Identifier?
    let name: String?

    private var group: Group? {
        groups.first { group in asked == group.exercise || (asked == nil && group.entries.contains { $0.id == chosen }) } ?? groups.first
    }

    var html: HTML {
        let title = ui.title(
            Text(es: "Comparar dos evaluaciones", en: "Compare two evaluations"), over: name.map { Text(verbatim: $0) },
            lead: Text(
                es: "Elija dos del mismo ejercicio: se dirá qué cambió de verdad y qué no.",
                en: "Choose two of the same exercise: it is said what really changed and what did not."))
        guard let group else { return "\(title)\(empty)" }
        return "\(title)\(tabs(group))\(form(group))"
    }

    private var empty: HTML {
        ui.empty(
            .chart, Text(es: "Todavía no hay dos para comparar", en: "There are not two to compare yet"),
            Text(
                es: "Hacen falta dos grabaciones medidas del mismo ejercicio.",
                en: "Two recordings of the same exercise that were measured are needed."),
            actions: ui.buttonLink(Text(es: "Grabar", en: "Film"), filming, .quiet, icon: .camera))
    }

    private var filming: String { subject.map { "\(EvaluationPages.filming)?subject=\($0.text)" } ?? EvaluationPages.filming }

    private func path(_ exercise: Exercise) -> String {
        let whose = subject.map { "subject=\($0.text)&" } ?? ""
        return "\(EvaluationPages.comparison)?\(whose)exercise=\(exercise.rawValue)"
    }

    private func tabs(_ group: Group) -> HTML? {
        guard groups.count > 1 else { return "<h2>\(ui(Words.exercise(group.exercise)))</h2>" }
        return ui.tabs(
            Text(es: "Ejercicios", en: "Exercises"), groups.map { (Words.exercise($0.exercise), path($0.exercise)) },
            current: path(group.exercise))
    }

    private func form(_ group: Group) -> HTML {
        let words = CareWords(ui: ui)
        let choices = group.entries.map { entry -> Choice in
            let state = CareWords.title(entry.evaluation.state)
            let day = words.day(entry.createdAt)
            let time = ui.time(entry.createdAt)
            let points = entry.evaluation.result?.score.map { $0.points }
            let score = points.map { Text(es: ", \($0) puntos", en: ", \($0) points") } ?? Text(verbatim: "")
            return Choice(
                entry.id,
                Text(
                    es: "\(day.spanish), \(time)\(score.spanish) (\(state.spanish.lowercased()))",
                    en: "\(day.english), \(time)\(score.english) (\(state.english.lowercased()))"))
        }
        let first = group.entries.contains { $0.id == chosen } ? chosen : group.entries.first?.id
        let last = group.entries.last { $0.id != first }?.id
        let values = [("before", first), ("after", last)].compactMap { name, id in id.map { Query.Item(name, $0) } }
        let state = FormState(Query(items: values))
        return """
            <form class="form" method="get" action="\(EvaluationPages.comparison)">\
            \(ui.select(FormField("before", Text(es: "Primera", en: "First")), state, choices))\
            \(ui.select(FormField("after", Text(es: "Segunda", en: "Second")), state, choices))\
            \(ui.button(Text(es: "Comparar", en: "Compare")))</form>
            """
    }
}
