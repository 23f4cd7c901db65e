import Base
import Markup
import Movement

extension Report {
    private var findings: Findings { Findings(measurement: measurement, language: language) }

    var findingsSection: HTML? {
        let advice = [
            Text(
                es: "Muestre este informe a su fisioterapeuta o a su médico y decidan juntos el siguiente paso.",
                en: "Show this report to your physiotherapist or doctor and decide on the next step together."),
            Text(
                es: "Si siente dolor al hacer el ejercicio, pare y coménteselo.",
                en: "If the exercise hurts, stop and tell them."),
        ]
        let warned: [Text] =
            measurement.capture.warnings.isEmpty
            ? []
            : [
                Text(
                    es: "La próxima vez, siga los consejos de «La grabación»: la medición será más segura.",
                    en: "Next time, follow the advice under “The recording”: the measurement will be surer.")
            ]
        let items = (advice + warned).map { text -> HTML in "<li>\(text(language))</li>" }
        return section(
            "findings", Text(es: "Lo principal", en: "The main points"),
            """
            <p class="lead">\(findings.sentences.joined(separator: " "))</p>
            \(figures)<h3>\(language(es: "Qué hacer ahora", en: "What to do now"))</h3>
            <ul>\(items)</ul>

            """)
    }

    /// The few large numbers.
    private var figures: HTML {
        var cards: [HTML] = []
        if measurement.leadingJoint != nil, !measurement.repetitions.isEmpty {
            cards.append(card(Text(es: "Repeticiones", en: "Repetitions"), "\(measurement.repetitions.count)"))
        }
        if let peak = measurement.leadingJoint == .ankle ? findings.peak?.negated : findings.peak {
            let name =
                switch (measurement.leadingJoint, measurement.turnsAtLeast) {
                case (.shoulder, _): Text(es: "Altura del brazo", en: "Height of the arm")
                case (.ankle, _): Text(es: "Inclinación del pie", en: "Tip of the foot")
                case (_, true): Text(es: "Rodilla al estirarla", en: "Knee when straightened")
                case (_, false): Text(es: "Flexión de rodilla", en: "Knee bend")
                }
            cards.append(
                card(name, language.degrees(peak.value), language.degrees(between: peak.low, and: peak.high)))
        }
        if measurement.leadingJoint != nil, let tempo = findings.tempoSeconds {
            cards.append(card(Text(es: "Duración de cada una", en: "Time for each"), language.duration(seconds: tempo)))
        }
        return cards.isEmpty ? HTML() : "<dl class=\"figures\">\(cards)</dl>\n"
    }

    private func card(_ name: Text, _ value: String, _ detail: String? = nil) -> HTML {
        let small: HTML? = detail.map { "<small>\($0)</small>" }
        return "<div><dt>\(name(language))</dt><dd>\(value)\(small)</dd></div>"
    }

    var repetitionsSection: HTML? {
        guard !measurement.repetitions.isEmpty else { return nil }
        let hasSides = measurement.repetitions.contains { $0.peakBySide.count == 2 }
        let rows = measurement.repetitions.enumerated().map { number, repetition -> HTML in
            let error = language.degrees(2 * repetition.peakUncertaintyDegrees)
            let sides: [HTML] =
                hasSides
                ? BodySide.allCases.map { side in
                    "<td class=\"wide\">\(repetition.peakBySide[side].map { language.degrees($0) } ?? "–")</td>"
                } : []
            return """
                <tr><th scope="row">\(number + 1)</th>\
                <td>\(language.number(repetition.startSeconds, decimals: 1))\u{A0}s</td>\
                <td>\(language.number(repetition.tempoSeconds, decimals: 1))\u{A0}s</td>\
                <td>\(language.degrees(repetition.peakDegrees)) ±\(error)</td>\(sides)\
                <td>\(language.degrees(repetition.rangeDegrees))</td></tr>
                """
        }
        let sides: [HTML] =
            hasSides
            ? BodySide.allCases.map { side in
                "<th scope=\"col\" class=\"wide\">\(JointTable.label(side, language))</th>"
            } : []
        let turn =
            measurement.turnsAtLeast ? Text(es: "Mínimo", en: "Least") : Text(es: "Máximo", en: "Greatest")
        let lifted = Text(es: "Rodilla de la pierna levantada: ", en: "Knee of the lifted leg: ")
        let joint = measurement.leadingJoint.map { Words.joint($0)(language) + ": " } ?? lifted(language)
        let caption =
            joint
            + (measurement.turnsAtLeast
                ? language(es: "inicio, duración, ángulo mínimo y recorrido", en: "start, time, least angle and range")
                : language(es: "inicio, duración, ángulo máximo y recorrido", en: "start, time, greatest angle and range"))
        return section(
            "repetitions",
            measurement.leadingJoint == nil
                ? Text(es: "Veces sobre una pierna", en: "Times on one leg") : Text(es: "Repeticiones", en: "Repetitions"),
            """
            <table><caption>\(caption)</caption>
            <thead><tr><th scope="col">\(language(es: "N.º", en: "No."))</th>\
            <th scope="col">\(language(es: "Inicio", en: "Start"))</th>\
            <th scope="col">\(language(es: "Duración", en: "Time"))</th>\
            <th scope="col">\(turn(language))</th>\(sides)\
            <th scope="col">\(language(es: "Recorrido", en: "Range"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>

            """)
    }

    var sidesSection: HTML? {
        guard let symmetry = measurement.symmetry, !symmetry.differences.isEmpty else { return nil }
        let items = symmetry.differences.map { difference -> HTML in
            """
            <li><strong>\(difference.isReal ? "◆" : "◇") \(Words.joint(difference.joint)(language)).</strong> \
            \(findings.sentence(difference))</li>
            """
        }
        return section(
            "sides", Text(es: "Comparación entre los lados", en: "The two sides compared"),
            "<ul class=\"sides\">\(items)</ul>\n")
    }

    var missingSection: HTML? {
        let withheld = findings.withheld(reasonWithheld).map { angles, reason -> HTML in
            "<li><strong>\(findings.list(angles)).</strong> \(reason(language))</li>"
        }
        let open = measurement.gaps.filter { !$0.isFilled }
        var gaps = open.prefix(8).map { gap -> HTML in
            let from = language.number(gap.startSeconds, decimals: 1)
            let to = language.number(gap.endSeconds, decimals: 1)
            return """
                <li>\(language(
                    es: "No se vio a la persona entre los segundos \(from) y \(to).",
                    en: "The person was not seen between seconds \(from) and \(to)."))</li>
                """
        }
        if open.count > gaps.count {
            let rest = open.count - gaps.count
            gaps.append("<li>\(language(es: "Y otras \(rest) veces.", en: "And \(rest) more times."))</li>")
        }
        guard !withheld.isEmpty || !gaps.isEmpty else { return nil }
        return section(
            "missing", Text(es: "Lo que no se pudo medir", en: "What could not be measured"),
            "<ul>\(withheld)\(gaps)</ul>\n")
    }

    var captureSection: HTML? {
        let capture = measurement.capture
        let share = capture.frames > 0 ? 100 * Double(capture.framesWithPerson) / Double(capture.frames) : 0
        let percent = Text(es: "\(language.number(share))\u{A0}%", en: "\(language.number(share))%")
        var sentences = [
            Text(
                es: "Analizamos \(capture.frames) imágenes; la persona se ve en el \(percent.spanish).",
                en: "We analysed \(capture.frames) pictures; the person is seen in \(percent.english).")
        ]
        if let view = capture.view {
            let words = Words.view(view)
            sentences.append(
                Text(es: "Se la ve \(words.spanish).", en: "The camera sees the person \(words.english)."))
        }
        if let side = capture.cameraSide {
            sentences.append(
                side == .right
                    ? Text(es: "La cámara queda a su lado derecho.", en: "The camera is on their right side.")
                    : Text(es: "La cámara queda a su lado izquierdo.", en: "The camera is on their left side."))
        }
        if measurement.recognition.exercise != nil, let confidence = measurement.recognition.confidence {
            let sure = language.number(100 * confidence)
            sentences.append(
                Text(
                    es: "El programa reconoció el ejercicio con una seguridad del \(sure)\u{A0}%.",
                    en: "The program recognised the exercise and is \(sure)% sure of it."))
        }
        let notices = capture.warnings.map { warning -> HTML in
            """
            <li class="notice"><strong>▲ \(language(es: "Aviso.", en: "Note."))</strong> \
            \(warning.message(language))</li>
            """
        }
        let list: HTML = notices.isEmpty ? HTML() : "<ul class=\"notices\">\(notices)</ul>\n"
        return section(
            "capture", Text(es: "La grabación", en: "The recording"),
            "<p>\(sentences.map { $0(language) }.joined(separator: " "))</p>\n\(list)")
    }

    func refusal(_ refused: CaptureQuality.Remark) -> HTML {
        let filming = provenance.exerciseRequested.map { ExerciseProtocol.of($0).filming }
        let advice = [
            filming
                ?? Text(
                    es: "Apoye el teléfono en algo firme, a la altura de la cintura y a unos tres metros.",
                    en: "Prop the phone on something firm, at waist height and about three metres away."),
            Text(
                es: "Compruebe que se ve el cuerpo entero, con los pies, durante todo el ejercicio.",
                en: "Check that the whole body, feet included, stays in the picture throughout the exercise."),
            Text(
                es: "Grabe con buena luz y sin nadie más en la imagen.",
                en: "Film in good light, with nobody else in the picture."),
            Text(
                es: "Haga el ejercicio varias veces seguidas, sin cortar la grabación.",
                en: "Do the exercise several times in a row without stopping the recording."),
        ]
        let items = advice.map { text -> HTML in "<li>\(text(language))</li>" }
        return section(
            "refused", Text(es: "Qué pasó", en: "What happened"),
            """
            <p class="notice stop lead">\(refused.message(language))</p>
            \(CaptureMistake(code: refused.code).map { CaptureDrawing($0).html(language) })
            <p>\(language(
                es: "No damos ningún resultado, porque no sería fiable.",
                en: "We give no result, because it could not be relied on."))</p>
            <h3>\(language(es: "Cómo grabar mejor", en: "How to film it better"))</h3>
            <ul>\(items)</ul>

            """)
    }
}
