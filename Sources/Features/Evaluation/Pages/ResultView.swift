import Access
import Base
import Markup
import Movement
import MovementReport
import Web

/// What was found in one recording: in plain words for the person, with numbers and their errors for who cares for them.
struct ResultView {
    private let entry: EvaluationStore.Entry
    private let ui: Interface
    private let isOwn: Bool
    private let standing: Standing

    init(_ entry: EvaluationStore.Entry, _ ui: Interface, isOwn: Bool, _ standing: Standing) {
        self.entry = entry
        self.ui = ui
        self.isOwn = isOwn
        self.standing = standing
    }

    private var evaluation: MovementEvaluation { entry.evaluation }

    var html: HTML {
        """
        \(ui.stack(standingMessage, actions))\
        \(evaluation.state == .rejected ? nil : ui.section("found", Text(es: "Qué se vio", en: "What was seen"), found))\
        \(isOwn ? nil : numbers)\
        \(isOwn ? ui.section("next", Text(es: "Qué hacer ahora", en: "What to do now"), next) : nil)\
        \(better)\(files)
        """
    }

    /// Whose word it is.
    private var standingMessage: HTML {
        let review = evaluation.review
        let quoted: HTML? = review?.words.map { words in
            "<p>\(ui(es: "Dice:", en: "They say:")) «\(words)»</p>"
        }
        let signed: HTML? = review.map { "<p>\(ui.stamp($0.reviewedAt))</p>" }
        switch evaluation.state {
        case .certified:
            return ui.message(
                .good, evaluation.standingWords,
                review?.decision == .amended
                    ? Text(
                        es: "Lo revisó y corrigió lo que hacía falta; lo corregido es lo que ve aquí.",
                        en: "They looked at it and corrected what was needed; what you see here is the corrected result.")
                    : Text(
                        es: "Lo revisó y responde por ello con su firma.", en: "They looked at it and answer for it with their signature."),
                more: "\(quoted)\(signed)")
        case .rejected:
            return ui.message(
                .caution,
                Text(
                    es: "\(review?.reviewerName ?? "") dice que esta grabación no sirve",
                    en: "\(review?.reviewerName ?? "") says that this recording is not to be relied on"),
                Text(es: "No use estos resultados. Grabe de nuevo.", en: "Do not use these results. Film again."),
                more: "\(quoted)\(signed)")
        default:
            return ui.message(
                .action, evaluation.standingWords,
                Text(
                    es: "Lo midió un programa. Todavía ningún profesional lo ha revisado: no es un diagnóstico.",
                    en: "A program measured it. No clinician has looked at it yet: it is no diagnosis."))
        }
    }

    private var actions: HTML {
        let report = ui.buttonLink(
            Text(es: "Ver el informe completo", en: "See the whole report"), "\(EvaluationRoutes.path)/\(entry.id)/report",
            isOwn ? .quiet : .primary, icon: .chart)
        let mayReview = !isOwn && evaluation.state == .preAssessment && standing.permissions.contains(EvaluationFeature.certify)
        let review =
            mayReview
            ? ui.buttonLink(
                Text(es: "Revisar y certificar", en: "Review and certify"), "\(EvaluationPage.place(entry.id))/review", .primary,
                icon: .good)
            : HTML()
        return ui.row(review, report)
    }

    private var found: HTML {
        let name = evaluation.exerciseName
        let count = evaluation.repetitions
        let (one, many) = (Text(es: "repetición", en: "repetition"), Text(es: "repeticiones", en: "repetitions"))
        let lead =
            count > 0
            ? Text(
                es: "\(name(.spanish)): vimos \(Language.spanish.counted(count, one: one, many: many)).",
                en: "\(name(.english)): we saw \(Language.english.counted(count, one: one, many: many)).")
            : Text(es: "\(name(.spanish)): vimos el movimiento.", en: "\(name(.english)): we saw the movement.")
        let faults = SpokenFault.all(of: evaluation)
        let items = faults.map { fault -> HTML in
            let badge = fault.isMarked.map { isMarked in
                ui.badge(
                    isMarked ? Text(es: "claro", en: "clear") : Text(es: "leve", en: "slight"), isMarked ? .caution : .plain)
            }
            return "<li><span>\(ui(fault.plain))</span> \(badge)</li>"
        }
        let seen: HTML =
            faults.isEmpty
            ? ui.prose(
                Text(
                    es: "No encontramos nada que le llame la atención al programa. Lo que no se veía desde la cámara está en el informe.",
                    en: "We found nothing that strikes the program. What could not be seen from the camera is in the report."))
            : "<ul class=\"findings\">\(items)</ul>"
        return ui.card("<p class=\"lead\">\(ui(lead))</p>", seen, sureness ?? HTML(), score ?? HTML())
    }

    /// How sure the program is of which exercise it saw.
    private var sureness: HTML? {
        guard let confidence = evaluation.result?.confidence, evaluation.exercise != nil else { return nil }
        let words =
            confidence >= 0.8
            ? Text(es: "Reconocimos el ejercicio con seguridad.", en: "We recognised the exercise with certainty.")
            : Text(
                es: "No estamos del todo seguros de qué ejercicio es: compruébelo arriba.",
                en: "We are not quite sure which exercise it is: check it above.")
        return "<p class=\"second\">\(ui(words))</p>"
    }

    private var score: HTML? {
        guard let score = evaluation.result?.score else { return nil }
        let (low, high) = (Int(score.low.rounded(.down)), Int(score.high.rounded(.up)))
        return """
            <p>\(ui(
                es: "Puntuación de esta grabación: \(score.points) de 100, entre \(low) y \(high) contando el error de la medición. No es una escala clínica.",
                en: "Score of this recording: \(score.points) of 100, between \(low) and \(high) allowing for measurement error. It is no clinical scale."))</p>
            """
    }

    private var next: HTML {
        switch evaluation.state {
        case .certified:
            ui.prose(
                Text(
                    es: "Siga lo que su clínica le indicó. Si algo le duele, deténgase y avise.",
                    en: "Follow what your clinic told you. If something hurts, stop and tell them."))
        case .rejected:
            ui.stack(
                ui.buttonLink(
                    Text(es: "Grabar de nuevo", en: "Film again"), FilmingPage.place(of: evaluation.asked), icon: .camera, isWide: true))
        default:
            ui.stack(
                ui.prose(
                    Text(
                        es:
                            "No cambie sus ejercicios por esto solo: espere a que su clínica lo revise. Si algo le duele, deténgase y avise.",
                        en:
                            "Do not change your exercises because of this alone: wait until your clinic has looked at it. If something hurts, stop and tell them."
                    )),
                ui.buttonLink(
                    Text(es: "Grabar otro ejercicio", en: "Film another exercise"), EvaluationPages.filming, .quiet, icon: .camera))
        }
    }

    /// What was not quite right with the recording, each with its drawing.
    private var better: HTML? {
        let mistakes = (evaluation.result?.warnings ?? []).compactMap { CaptureMistake(code: $0) }
        let different = mistakes.indices.filter { mistakes[..<$0].contains(mistakes[$0]) == false }.map { mistakes[$0] }
        guard !different.isEmpty else { return nil }
        let drawings = different.prefix(3).map { mistake -> HTML in
            """
            <figure class="mistake-figure"><p class="heading">\(ui(mistake.title))</p>\(CaptureDrawing(mistake).html(ui.language))\
            <figcaption>\(ui(mistake.remedy))</figcaption></figure>
            """
        }
        return ui.section(
            "better", Text(es: "Para la próxima grabación", en: "For the next recording"), ui.grid(Array(drawings)))
    }

    private var files: HTML {
        let links: [(Text, String)] = [
            (Text(es: "Los ángulos en el tiempo (CSV)", en: "The angles over time (CSV)"), "angles.csv"),
            (Text(es: "El cuerpo en tres dimensiones (TRC)", en: "The body in three dimensions (TRC)"), "motion.trc"),
            (Text(es: "El informe para programas (JSON)", en: "The report for programs (JSON)"), "report.json"),
            (Text(es: "Lo que se vio en el video (JSON)", en: "What was seen in the video (JSON)"), "observations"),
        ]
        let items = links.map { title, name -> HTML in
            "<li>\(ui.link(title, "\(EvaluationRoutes.path)/\(entry.id)/\(name)"))</li>"
        }
        return """
            <div class="section">\(ui.more(Text(es: "Archivos para llevarse", en: "Files to take away"), "<ul class=\"file-links\">\(items)</ul>"))</div>
            """
    }
}

extension ResultView {
    /// For who cares for the person.
    private var numbers: HTML? {
        guard let result = evaluation.result else { return nil }
        let rows = result.angles.compactMap { extent -> [HTML]? in
            guard let angle = JointAngle(column: extent.angle) else { return nil }
            let error = ui.language.degrees(2 * extent.uncertainty)
            return [
                "\(ui(angle.spokenName))", "\(ui.language.degrees(extent.least)) ±\(error)",
                "\(ui.language.degrees(extent.greatest)) ±\(error)",
            ]
        }
        let faults = result.faults.compactMap { fault -> [HTML]? in
            guard let code = FaultCode(rawValue: fault.code), let unit = FaultUnit(rawValue: fault.unit) else { return nil }
            let side = fault.side.flatMap { BodySide(rawValue: $0) }
            let (value, error) = (ui.language.number(fault.amount, decimals: 1), ui.language.number(2 * fault.uncertainty, decimals: 1))
            return [
                "\(ui(code.name))\(side.map { $0 == .left ? ui(es: ", izquierda", en: ", left") : ui(es: ", derecha", en: ", right") } ?? "")",
                "\(value) ±\(error)\u{A0}\(unit == .degrees ? "°" : unit.rawValue)", "\(fault.times)",
            ]
        }
        let angles = DataTable(
            Text(es: "Recorrido de las articulaciones", en: "How far the joints went"),
            note: Text(
                es: "Grados, ±2 desviaciones típicas; como los midió el programa.",
                en: "Degrees, ±2 standard deviations; as the program measured them."),
            columns: [
                .init(Text(es: "Articulación", en: "Joint")), .init(Text(es: "De", en: "From"), isNumber: true),
                .init(Text(es: "A", en: "To"), isNumber: true),
            ], rows: rows)
        let compensations = DataTable(
            Text(es: "Compensaciones", en: "Compensations"), note: Text(es: "±2 desviaciones típicas.", en: "±2 standard deviations."),
            columns: [
                .init(Text(es: "Cuál", en: "Which")), .init(Text(es: "Cuánto", en: "How much"), isNumber: true),
                .init(Text(es: "Veces", en: "Times"), isNumber: true),
            ], rows: faults)
        return ui.section(
            "numbers", Text(es: "En números", en: "In numbers"),
            ui.stack(faults.isEmpty ? HTML() : ui.table(compensations), rows.isEmpty ? HTML() : ui.table(angles)))
    }
}
