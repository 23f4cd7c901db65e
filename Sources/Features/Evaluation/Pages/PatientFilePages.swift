import Access
import Base
import HTTPTypes
import Markup
import Movement
import MovementReport
import Records
import Runtime
import Web

/// The file of one patient: what was measured in them, and how it goes.
extension EvaluationPages {
    private static let person = Parameter.text("id", in: .path, 1...200, Text(es: "De quién.", en: "Whose."))
    /// Evaluations on a page; trends are made of them.
    private static let most = 60

    var patientPage: Route {
        Route(
            .get, "/patients/{id}", "evaluation.patient",
            Text(es: "La ficha de una persona a cargo de uno.", en: "The file of somebody in one's care."),
            access: .permission(EvaluationFeature.look), parameters: [Self.person.shape, Call.after.shape], answers: [.ok(.page)],
            pace: .page
        ) { call in
            let standing = try call.signedIn()
            let named = try call.value(Self.person)
            guard let identifier = try? Identifier(named) else { throw Failure.noPatient }
            let team = CareTeam(feature)
            let person = try await team.requireInCare(identifier, by: standing)
            let after = try call.page().after
            let entries = try await feature.store.latest(of: person, atMost: Self.most, before: after, by: standing)
            let name = try await team.names(of: person.names, in: try standing.organisation())
            let now = feature.host.world.now()
            let shown = name[person.id] ?? person.names.lazy.compactMap { name[$0] }.first ?? person.id.text
            return .page(
                try await page(call, Text(verbatim: shown), for: .staff) { ui in
                    PatientFileView(
                        ui: ui, person: person.id, name: shown, page: entries, now: now, isFirst: after == nil
                    ).html
                })
        }
    }
}

private struct PatientFileView {
    let ui: Interface
    let person: Identifier
    let name: String
    let page: Page<EvaluationStore.Entry>
    let now: Instant
    let isFirst: Bool

    private var words: CareWords { CareWords(ui: ui) }
    private var entries: [EvaluationStore.Entry] { page.items }

    var html: HTML {
        let here = ui.breadcrumbs([(Text(es: "Pacientes", en: "Patients"), EvaluationPages.patients)], here: Text(verbatim: name))
        let film = ui.buttonLink(
            Text(es: "Grabar", en: "Film"), "\(EvaluationPages.filming)?subject=\(person.text)", .primary, icon: .camera)
        let head = ui.person(name, details: details, actions: film)
        guard !entries.isEmpty else { return "\(here)\(head)\(empty)" }
        return """
            \(here)\(head)\(trend)\(recurring)\(courses)\
            \(ui.section("history", Text(es: "Evaluaciones", en: "Evaluations"), history))
            """
    }

    private var details: [Text] {
        guard let last = entries.first, isFirst else { return [] }
        let waiting = entries.count { $0.evaluation.state == .preAssessment }
        let ago = CareWords.ago(last.createdAt, now)
        var details = [
            Text(es: "Última grabación: \(ago.spanish)", en: "Last recording: \(ago.english)")
        ]
        if waiting > 0 {
            details.append(Text(es: "\(waiting) por revisar", en: "\(waiting) to review"))
        }
        return details
    }

    private var empty: HTML {
        ui.section(
            "history", Text(es: "Evaluaciones", en: "Evaluations"),
            ui.empty(
                .chart, Text(es: "Todavía no hay evaluaciones", en: "No evaluations yet"),
                Text(
                    es: "Grabe un ejercicio de esta persona, o pídale que se grabe en casa con su teléfono.",
                    en: "Film an exercise of this person, or ask them to film themselves at home with their phone.")))
    }

    /// What counts, from the earliest to the latest.
    private var measured: [EvaluationStore.Entry] { entries.filter { $0.evaluation.counts }.reversed() }

    private var exercises: [(exercise: Exercise, entries: [EvaluationStore.Entry])] {
        Exercise.allCases.compactMap { exercise in
            let own = measured.filter { $0.evaluation.exercise == exercise }
            return own.isEmpty ? nil : (exercise, own)
        }.sorted { $0.entries.count > $1.entries.count }
    }

    /// The score over time, each exercise by itself: they do not compare.
    private var trend: HTML {
        let plots = exercises.compactMap { exercise, own -> HTML? in
            let scored = own.filter { $0.evaluation.result?.score != nil }
            guard scored.count > 1 else { return nil }
            let name = Words.exercise(exercise)
            let plot = LinePlot(
                name,
                caption: Text(
                    es: "Puntos de 0 a 100; la banda cubre el 95 % del error de la medición.",
                    en: "Points from 0 to 100; the band covers 95% of the error of the measurement."),
                labels: scored.map { words.day($0.createdAt) },
                lines: [
                    .init(
                        Text(es: "Puntuación", en: "Score"), .one, scored.map { $0.evaluation.result?.score.map { Double($0.points) } },
                        margins: scored.map { $0.evaluation.result?.score.map { ($0.high - $0.low) / 2 } ?? 0 })
                ])
            return "<div class=\"card\">\(ui.figure(plot, id: "score-\(exercise.rawValue)"))</div>"
        }
        guard !plots.isEmpty else { return HTML() }
        return ui.section("trend", Text(es: "Puntuación en el tiempo", en: "Score over time"), ui.grid(isWide: plots.count > 1, plots))
    }

    /// Compensations that were found more than once, the most frequent first.
    private var recurring: HTML {
        var counts: [String: (fault: MovementEvaluation.Fault, times: Int, marked: Int)] = [:]
        for entry in measured {
            for fault in entry.evaluation.standingFaults {
                let key = "\(fault.code):\(fault.side ?? "")"
                let isMarked = fault.severity == "marked" ? 1 : 0
                counts[key] = (fault, (counts[key]?.times ?? 0) + 1, (counts[key]?.marked ?? 0) + isMarked)
            }
        }
        let found = counts.filter { $0.value.times > 1 }.sorted { one, other in
            (other.value.times, other.value.marked, one.key) < (one.value.times, one.value.marked, other.key)
        }
        guard !found.isEmpty else { return HTML() }
        let rows = found.prefix(8).map { _, one -> [HTML] in
            [
                "\(ui(CareWords.fault(one.fault)))",
                "\(ui(es: "\(one.times) de \(measured.count)", en: "\(one.times) of \(measured.count)"))",
                "\(ui.language.count(one.marked))",
            ]
        }
        return ui.section(
            "recurring", Text(es: "Compensaciones que se repiten", en: "Compensations that recur"),
            ui.table(
                DataTable(
                    Text(es: "En las evaluaciones medidas", en: "In the evaluations that were measured"),
                    columns: [
                        .init(Text(es: "Compensación", en: "Compensation")),
                        .init(Text(es: "Evaluaciones", en: "Evaluations"), isNumber: true),
                        .init(Text(es: "De ellas, marcada", en: "Of them, marked"), isNumber: true),
                    ], rows: Array(rows))))
    }

    /// How far the joints went, by exercise: that by which it is counted as a plot, all others in a table.
    private var courses: HTML {
        let parts = exercises.map { exercise, own -> HTML in
            let leading = ExerciseProtocol.of(exercise).repetition?.joint
            let plot = own.count > 1 ? leading.flatMap { extents(of: $0, exercise, own) } : nil
            let compare: HTML? = own.count > 1 ? comparison(exercise, own) : nil
            return """
                <div class="card stack">\(ui.heading(Words.exercise(exercise)))\(plot)\(table(exercise, own))\(compare)</div>
                """
        }
        guard !parts.isEmpty else { return HTML() }
        return ui.section(
            "joints", Text(es: "Cuánto se mueven las articulaciones", en: "How far the joints move"), "<div class=\"stack\">\(parts)</div>")
    }

    private func extents(of joint: JointAngle.Joint, _ exercise: Exercise, _ own: [EvaluationStore.Entry]) -> HTML? {
        let lines = [BodySide.right, .left].compactMap { side -> LinePlot.Line? in
            let angle = JointAngle(joint, side)
            let values = own.map { extent(angle, $0) }
            guard values.contains(where: { $0 != nil }) else { return nil }
            return .init(
                Words.angle(angle), side == .right ? .right : .left, values.map { $0?.greatest },
                margins: values.map { 2 * ($0?.uncertainty ?? 0) })
        }
        guard !lines.isEmpty else { return nil }
        let name = Words.joint(joint)
        let plot = LinePlot(
            Text(es: "\(name.spanish): ángulo mayor", en: "\(name.english): greatest angle"),
            caption: Text(
                es: "Grados; la banda son dos desviaciones típicas de la medición.",
                en: "Degrees; the band is two standard deviations of the measurement."),
            labels: own.map { words.day($0.createdAt) }, lines: lines, unit: "°")
        return ui.figure(plot, id: "extent-\(exercise.rawValue)")
    }

    private func extent(_ angle: JointAngle, _ entry: EvaluationStore.Entry) -> MovementEvaluation.Extent? {
        entry.evaluation.result?.angles.first { $0.angle == angle.column }
    }

    /// The first and the last that was measured of each joint.
    private func table(_ exercise: Exercise, _ own: [EvaluationStore.Entry]) -> HTML {
        let rows = JointAngle.allCases.compactMap { angle -> [HTML]? in
            let seen = own.compactMap { entry in extent(angle, entry).map { (entry, $0) } }
            guard let first = seen.first, let last = seen.last else { return nil }
            let cells = (own.count > 1 ? [first, last] : [last]).map { one -> HTML in "\(span(one.1))" }
            return ["\(ui(Words.angle(angle)))"] + cells
        }
        let columns =
            own.count > 1
            ? [
                DataTable.Column(Text(es: "La primera", en: "The first"), isNumber: true),
                .init(Text(es: "La última", en: "The last"), isNumber: true),
            ]
            : [.init(words.day(own[0].createdAt), isNumber: true)]
        let table = ui.table(
            DataTable(
                Text(es: "De dónde a dónde fue cada ángulo", en: "From where to where each angle went"),
                note: Text(es: "En grados, ± dos desviaciones típicas.", en: "In degrees, ± two standard deviations."),
                columns: [.init(Text(es: "Articulación", en: "Joint"))] + columns, rows: rows))
        return ui.more(Text(es: "Ver todas las articulaciones", en: "See all joints"), table)
    }

    private func span(_ extent: MovementEvaluation.Extent) -> String {
        let (least, greatest) = (ui.language.number(extent.least), ui.language.number(extent.greatest))
        return ui(es: "\(least) a \(greatest)", en: "\(least) to \(greatest)") + " ± " + ui.language.number(2 * extent.uncertainty)
    }

    private func comparison(_ exercise: Exercise, _ own: [EvaluationStore.Entry]) -> HTML {
        guard let first = own.first, let last = own.last else { return HTML() }
        return """
            <p class="row">\(ui.onward(
                Text(es: "Comparar la primera con la última", en: "Compare the first with the last"),
                "\(EvaluationPages.comparison)?before=\(first.id)&after=\(last.id)"))\
            \(ui.link(
                Text(es: "Elegir otras dos", en: "Choose two others"),
                "\(EvaluationPages.comparison)?subject=\(person.text)&exercise=\(exercise.rawValue)"))</p>
            """
    }

    private var history: HTML {
        let events = entries.map { entry -> TimelineEvent in
            let evaluation = entry.evaluation
            let score: HTML? = words.score(evaluation).map { "<span class=\"number\">\($0)</span>" }
            let found: HTML? = evaluation.result == nil ? nil : words.findings(evaluation)
            let why: HTML? = evaluation.result == nil ? evaluation.refusal.map { "<p class=\"second\">\(ui($0.message))</p>" } : nil
            let name = ui(evaluation.exerciseName)
            let review: HTML? =
                evaluation.state == .preAssessment
                ? "<a href=\"\(EvaluationPages.home)/\(entry.id)/review\">\(ui(es: "Revisar", en: "Review"))\(unseen(name, entry))</a>"
                : nil
            let open: HTML = "<a href=\"\(EvaluationPages.home)/\(entry.id)\">\(ui(es: "Abrir", en: "Open"))\(unseen(name, entry))</a>"
            return TimelineEvent(
                words.day(entry.createdAt), evaluation.exerciseName,
                "<div class=\"row\">\(words.badge(evaluation.state))\(score)</div>\(found)\(why)<p class=\"row\">\(review)\(open)</p>")
        }
        let path = "\(EvaluationPages.patients)/\(person.text)"
        return """
            \(ui.timeline(Text(es: "Evaluaciones, la última primero", en: "Evaluations, the latest first"), events))
            \(isFirst && page.next == nil ? nil : ui.pager(
                Text(es: "\(entries.count) en esta página", en: "\(entries.count) on this page"), first: isFirst ? nil : path,
                next: page.next.map { "\(path)?after=\($0.text)" }))
            """
    }

    /// What tells links of the same word apart for those who hear them.
    private func unseen(_ name: String, _ entry: EvaluationStore.Entry) -> HTML {
        "<span class=\"unseen\">: \(name), \(ui.moment(entry.createdAt))</span>"
    }
}
