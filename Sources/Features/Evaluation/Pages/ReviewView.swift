import Access
import Base
import Markup
import Movement
import MovementReport
import Runtime
import Web

/// What was measured, as a clinician reads it who is to say whether it holds.
struct ReviewView: Sendable {
    let ui: Interface
    let entry: EvaluationStore.Entry
    let result: MovementEvaluation.Result
    let remarks: [String]

    var lead: Text {
        let moment = entry.evaluation.measuredAt ?? entry.createdAt
        let day = ui.moment(moment)
        guard entry.evaluation.state == .preAssessment else {
            return Text(es: "Medido por el programa el \(day).", en: "Measured by the program on \(day).")
        }
        return Text(
            es: "Medido por el programa el \(day). Sin su revisión es una valoración previa.",
            en: "Measured by the program on \(day). Without your review it is a pre-assessment.")
    }

    var html: HTML {
        """
        \(ui.stack(state ?? HTML(), ui.grid(numbers)))
        \(ui.section("faults", Text(es: "Compensaciones", en: "Compensations"), faults))
        \(ui.section("angles", Text(es: "Ángulos", en: "Angles"), angles))
        \(ui.section("caveats", Text(es: "Para leerlo bien", en: "To read it rightly"), ui.stack(caveats, ui.row(ui.buttonLink(
            Text(es: "Abrir el informe completo", en: "Open the whole report"), "\(EvaluationRoutes.path)/\(entry.id)/report", .quiet)))))
        """
    }

    private var state: HTML? {
        guard let review = entry.evaluation.review, review.decision != .rejected else { return nil }
        let (name, day) = (review.reviewerName, ui.moment(review.reviewedAt))
        return ui.message(
            .good, Text(es: "Ya está certificada", en: "It is certified already"),
            Text(
                es: "La certificó \(name) el \(day). Si no debe valer, retire la certificación y diga por qué.",
                en: "\(name) certified it on \(day). Where that should not hold, withdraw it and say why."))
    }

    private var numbers: [HTML] {
        let exercise = result.exercise.flatMap { Exercise(rawValue: $0) }
        var numbers = [
            ui.key(
                KeyNumber(
                    Text(es: "Ejercicio", en: "Exercise"), ui(Words.exercise(exercise)),
                    interval: result.confidence.map { confidence in
                        let percent = ui.language.number(confidence * 100)
                        return Text(es: "reconocido con \(percent) %", en: "recognised with \(percent) %")
                    } ?? Text(es: "lo dijo quien grabó", en: "named by who filmed"))),
            ui.key(KeyNumber(Text(es: "Repeticiones", en: "Repetitions"), "\(result.repetitions)")),
        ]
        if let score = result.score {
            let (low, high) = (ui.language.number(score.low), ui.language.number(score.high))
            numbers.append(
                ui.key(
                    KeyNumber(
                        Text(es: "Puntaje", en: "Score"), "\(score.points)", unit: Text(es: "de 100", en: "of 100"),
                        interval: Text(es: "entre \(low) y \(high)", en: "between \(low) and \(high)"))))
        }
        return numbers
    }

    private var faults: HTML {
        let rows = result.faults.map { fault -> [HTML] in
            let (amount, error) = (ui.language.number(fault.amount, decimals: 1), ui.language.number(2 * fault.uncertainty, decimals: 1))
            let unit = fault.unit == FaultUnit.degrees.rawValue ? "°" : "\u{A0}\(fault.unit)"
            return [
                "\(ui(fault.title))", "\(amount)\(unit) ± \(error)\(unit)",
                "\(ui.language.duration(seconds: fault.moment))", "\(fault.times)",
                fault.severity == Fault.Severity.marked.rawValue
                    ? ui.badge(Text(es: "marcada", en: "marked"), .caution) : ui.badge(Text(es: "leve", en: "mild")),
            ]
        }
        return ui.table(
            DataTable(
                Text(es: "Lo que el programa afirma", en: "What the program claims"),
                note: Text(
                    es: "± son dos desviaciones típicas. El momento es el de la primera vez, desde el comienzo del video.",
                    en: "± are two standard deviations. The moment is that of the first time, from the beginning of the video."),
                columns: [
                    .init(Text(es: "Compensación", en: "Compensation")), .init(Text(es: "Medida", en: "Measure"), isNumber: true),
                    .init(Text(es: "Momento", en: "Moment"), isNumber: true), .init(Text(es: "Veces", en: "Times"), isNumber: true),
                    .init(Text(es: "Grado", en: "Degree")),
                ], rows: rows),
            empty: ui.empty(
                .good, Text(es: "Ninguna segura", en: "None for sure"),
                Text(
                    es: "El programa no afirma ninguna. Lo que no se pudo decir está en el informe.",
                    en: "The program claims none. What could not be told is in the report.")))
    }

    private var angles: HTML {
        let rows = result.angles.map { extent -> [HTML] in
            let angle = JointAngle.allCases.first { $0.column == extent.angle }
            return [
                "\(angle.map { ui(Words.angle($0)) } ?? extent.angle)", "\(ui.language.degrees(extent.least))",
                "\(ui.language.degrees(extent.greatest))", "± \(ui.language.degrees(2 * extent.uncertainty, decimals: 1))",
            ]
        }
        return ui.table(
            DataTable(
                Text(es: "De dónde a dónde llegó cada articulación", en: "How far each joint went"),
                columns: [
                    .init(Text(es: "Ángulo", en: "Angle")), .init(Text(es: "Menor", en: "Least"), isNumber: true),
                    .init(Text(es: "Mayor", en: "Greatest"), isNumber: true),
                    .init(Text(es: "Error (2 sd)", en: "Error (2 sd)"), isNumber: true),
                ], rows: rows),
            empty: ui.empty(
                .caution, Text(es: "Ninguno", en: "None"),
                Text(es: "Desde donde se grabó no se mide ninguno.", en: "From where it was filmed none is measured.")))
    }

    private var caveats: HTML {
        guard !remarks.isEmpty else {
            return ui.prose(Text(es: "Nada en particular sobre esta grabación.", en: "Nothing in particular about this recording."))
        }
        return ui.list(remarks.map { Text(verbatim: $0) })
    }
}

extension Reviewing {
    /// What the report says is to be known about the recording and the method, in the report's language.
    func remarks(of entry: EvaluationStore.Entry, in tenant: Identifier) async throws -> [String] {
        let place = EvaluationPlace(id: entry.id, tenant: tenant, person: entry.person)
        guard let bytes = try await store.files.bytes(.report, of: place), let report = try? JSON.parse(bytes) else { return [] }
        let warnings = report["capture"]?["warnings"]?.array ?? []
        // That nobody certified it says the page itself.
        let notes = (report["notes"]?.array ?? []).filter { $0["code"]?.string != "pre_assessment" }
        return (warnings + notes).prefix(40).compactMap { $0["message"]?.string }
    }
}
