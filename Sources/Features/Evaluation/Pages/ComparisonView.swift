import Access
import Base
import Markup
import Movement
import MovementReport
import Web

/// What changed between two evaluations: in plain words for the person, in numbers for the clinician.
struct ComparisonView {
    let ui: Interface
    let compared: EvaluationComparing.Compared
    /// nil for the person themselves.
    let name: String?

    private var words: CareWords { CareWords(ui: ui) }
    private var language: Language { ui.language }
    private var isOwn: Bool { name == nil }
    private var figures: [MeasurementComparison.Figure] { compared.comparison.figures }

    /// What says most in few figures.
    private static let main = ["score", "peak", "range", "tempo", "longest_hold", "cadence", "speed"]

    var html: HTML {
        """
        \(title)\(label)\(verdict)\(plot)\(isOwn ? lists : numbers)\(faults)\(remarks)\(further)
        """
    }

    private var title: HTML {
        let (before, after) = (words.day(compared.before.createdAt), words.day(compared.after.createdAt))
        return ui.title(
            Text(
                es: "\(Words.exercise(compared.comparison.exercise).spanish): antes y después",
                en: "\(Words.exercise(compared.comparison.exercise).english): before and after"),
            over: name.map { Text(verbatim: $0) },
            lead: Text(
                es: "Del \(before.spanish) al \(after.spanish).", en: "From \(before.english) to \(after.english)."))
    }

    /// Which of the two nobody certified.
    private var label: HTML {
        let open = [compared.before, compared.after].filter { $0.evaluation.state != .certified }
        guard !open.isEmpty else { return HTML() }
        let days = open.map { words.day($0.createdAt) }
        let (spanish, english) = (days.map(\.spanish).joined(separator: " · "), days.map(\.english).joined(separator: " · "))
        return ui.message(
            .caution, Text(es: "Valoración previa", en: "Pre-assessment"),
            Text(
                es: "Ningún profesional ha certificado todavía: \(spanish). La comparación no es un diagnóstico.",
                en: "No clinician has certified yet: \(english). The comparison is no diagnosis."))
    }

    private var changed: [MeasurementComparison.Figure] { figures.filter { $0.verdict != .noRealChange } }
    private var unchanged: [MeasurementComparison.Figure] { figures.filter { $0.verdict == .noRealChange } }

    private var verdict: HTML {
        guard !figures.isEmpty else {
            return ui.section(
                "verdict", Text(es: "Qué cambió", en: "What changed"),
                ui.message(
                    .plain, Text(es: "Nada que comparar", en: "Nothing to compare"),
                    Text(
                        es: "En las dos grabaciones no se midió lo mismo: grabe desde el mismo lugar que antes.",
                        en: "The two recordings do not show the same measures: film from the same place as before.")))
        }
        let lead =
            changed.isEmpty
            ? Text(
                es: "Todavía no hay un cambio real: las diferencias son menores que el error de la medición.",
                en: "No real change yet: the differences are smaller than the error of the measurement.")
            : Text(
                es: "Cambiaron de verdad \(changed.count) de \(figures.count) medidas.",
                en: "\(changed.count) of \(figures.count) measures really changed.")
        let cards = figures.filter { Self.main.prefix(isOwn ? 3 : 4).contains($0.code) }.map(key)
        return ui.section(
            "verdict", Text(es: "Qué cambió", en: "What changed"),
            "<div class=\"stack\"><p class=\"lead\">\(ui(lead))</p>\(cards.isEmpty ? nil : ui.grid(cards))</div>")
    }

    private func key(_ figure: MeasurementComparison.Figure) -> HTML {
        // More points are better; whether a larger angle is, depends on what was asked for.
        let change: Change? =
            switch (figure.verdict, figure.code) {
            case (.noRealChange, _): Change.none
            case (.increased, "score"): .better(Text(es: "Subió de verdad.", en: "It really rose."))
            case (.decreased, "score"): .worse(Text(es: "Bajó de verdad.", en: "It really fell."))
            default: nil
            }
        let before = value(figure.before, figure)
        let course =
            switch figure.verdict {
            case .noRealChange: Text(verbatim: "")
            case .increased: Text(es: "; aumentó de verdad", en: "; it really increased")
            case .decreased: Text(es: "; disminuyó de verdad", en: "; it really decreased")
            }
        return ui.key(
            KeyNumber(
                figure.name, value(figure.after, figure),
                interval: Text(es: "antes \(before)\(course.spanish)", en: "before \(before)\(course.english)"), change: change))
    }

    private func value(_ value: Double, _ figure: MeasurementComparison.Figure) -> String {
        switch figure.unit {
        case "deg": language.degrees(value)
        case "points": language.number(value)
        case "1/min": language.number(value) + ui(es: " por minuto", en: " a minute")
        default: language.number(value, decimals: figure.unit == "m/s" ? 2 : 1) + "\u{A0}" + figure.unit
        }
    }

    /// How the leading angle went, from the beginning of a repetition to its end.
    private var plot: HTML {
        guard let courses = compared.courses else { return HTML() }
        let joint = Words.joint(courses.after.joint)
        let labels = (0..<MovementCourse.count).map {
            Text(verbatim: language.number(Double($0) * 100 / Double(MovementCourse.count - 1)))
        }
        func line(_ name: Text, _ style: LinePlot.Style, _ course: MovementCourse) -> LinePlot.Line {
            .init(name, style, course.degrees, margins: course.uncertainty.map { 2 * $0 })
        }
        let figure = LinePlot(
            Text(es: "\(joint.spanish) en una repetición", en: "\(joint.english) in one repetition"),
            caption: Text(
                es:
                    "Grados, en cada centésima del movimiento; la banda son dos desviaciones típicas. Donde las bandas se tocan, no hay una diferencia segura.",
                en:
                    "Degrees, at each hundredth of the movement; the band is two standard deviations. Where the bands touch, no difference is sure."
            ), labels: labels,
            lines: [
                line(Text(es: "Antes", en: "Before"), .left, courses.before), line(Text(es: "Después", en: "After"), .right, courses.after),
            ], unit: "°")
        return ui.section(
            "course", Text(es: "El movimiento", en: "The movement"), "<div class=\"card\">\(ui.figure(figure, id: "course-plot"))</div>")
    }

    /// For the person: a sentence each, what changed first.
    private var lists: HTML {
        func list(_ figures: [MeasurementComparison.Figure]) -> HTML {
            ui.list(figures.map { Text(es: $0.sentence(in: .spanish), en: $0.sentence(in: .english)) })
        }
        let (real, none) = (changed, unchanged)
        guard !figures.isEmpty else { return HTML() }
        let first: HTML? =
            real.isEmpty ? nil : ui.section("changed", Text(es: "Cambió de verdad", en: "Really changed"), list(real))
        let rest: HTML? =
            none.isEmpty
            ? nil
            : ui.section(
                "unchanged", Text(es: "Sin un cambio real todavía", en: "No real change yet"),
                ui.more(Text(es: "Ver estas medidas", en: "See these measures"), list(none)))
        return "\(first)\(rest)"
    }

    /// For the clinician: every figure with the least change that can be told.
    private var numbers: HTML {
        guard !figures.isEmpty else { return HTML() }
        let rows = (changed + unchanged).map { figure -> [HTML] in
            let (tone, text): (Tone, Text) =
                switch figure.verdict {
                case .noRealChange: (.plain, Text(es: "sin cambio real", en: "no real change"))
                case .increased: (.action, Text(es: "aumentó", en: "increased"))
                case .decreased: (.action, Text(es: "disminuyó", en: "decreased"))
                }
            let sign = figure.change > 0 ? "+" : ""
            return [
                "\(ui(figure.name))", "\(value(figure.before, figure))", "\(value(figure.after, figure))",
                "\(sign)\(value(figure.change, figure))", "\(value(figure.minimalDetectableChange, figure))", ui.badge(text, tone),
            ]
        }
        return ui.section(
            "numbers", Text(es: "Todas las medidas", en: "All measures"),
            ui.table(
                DataTable(
                    Text(es: "Antes, después y el menor cambio detectable", en: "Before, after and the minimal detectable change"),
                    note: Text(
                        es:
                            "MDC95 = 1,96 · √2 · error típico de estas dos mediciones (Weir 2005); no incluye la variación de un día a otro.",
                        en:
                            "MDC95 = 1.96 · √2 · standard error of these two measurements (Weir 2005); variation from day to day is not in it."
                    ),
                    columns: [
                        .init(Text(es: "Medida", en: "Measure")), .init(Text(es: "Antes", en: "Before"), isNumber: true),
                        .init(Text(es: "Después", en: "After"), isNumber: true), .init(Text(es: "Cambio", en: "Change"), isNumber: true),
                        .init(Text(es: "MDC95", en: "MDC95"), isNumber: true), .init(Text(es: "Resultado", en: "Verdict")),
                    ], rows: rows)))
    }

    private var faults: HTML {
        let (gone, new) = (compared.comparison.gone, compared.comparison.appeared)
        guard !gone.isEmpty || !new.isEmpty else { return HTML() }
        let items =
            gone.map { code -> HTML in "<li>\(ui.badge(Text(es: "Ya no está", en: "Gone"), .good)) \(ui(code.name))</li>" }
            + new.map { code -> HTML in "<li>\(ui.badge(Text(es: "Nueva", en: "New"), .caution)) \(ui(code.name))</li>" }
        return ui.section("faults", Text(es: "Compensaciones", en: "Compensations"), "<ul class=\"findings tall\">\(items)</ul>")
    }

    private var remarks: HTML {
        let messages = compared.comparison.remarks.map { ui.message(.caution, nil, $0.message) }
        guard !messages.isEmpty else { return HTML() }
        return ui.section("remarks", Text(es: "Téngalo en cuenta", en: "Bear in mind"), "<div class=\"stack\">\(messages)</div>")
    }

    private var further: HTML {
        let whose = isOwn ? "" : "?subject=\(compared.after.person.text)&exercise=\(compared.comparison.exercise.rawValue)"
        let own = isOwn ? "?exercise=\(compared.comparison.exercise.rawValue)" : whose
        let (before, after) = (words.day(compared.before.createdAt), words.day(compared.after.createdAt))
        return ui.section(
            "further", Text(es: "Ver más", en: "See more"),
            """
            <ul class="onwards"><li>\(ui.onward(Text(es: "La del \(before.spanish)", en: "That of \(before.english)"), "\(EvaluationPages.home)/\(compared.before.id)"))</li>\
            <li>\(ui.onward(Text(es: "La del \(after.spanish)", en: "That of \(after.english)"), "\(EvaluationPages.home)/\(compared.after.id)"))</li>\
            <li>\(ui.onward(Text(es: "Elegir otras dos", en: "Choose two others"), "\(EvaluationPages.comparison)\(own)"))</li></ul>
            """)
    }
}
