import Base
import Markup
import Movement

extension Report {
    private var found: [(verdict: FaultVerdict, fault: Fault)] {
        measurement.faults.compactMap { verdict in verdict.found.map { (verdict, $0) } }
    }

    /// What was seen that should not be, in plain words; every rule with its numbers behind it.
    var faultsSection: HTML? {
        guard !measurement.faults.isEmpty else { return nil }
        let items = found.map { verdict, fault -> HTML in
            """
            <li><strong>◆ \(fault.code.name(language)).</strong> \(fault.code.plain(side: fault.side)(language)) \
            \(when(fault, verdict.rule))</li>
            """
        }
        let list: HTML =
            items.isEmpty
            ? "<p>\(language(es: "No se encontró ninguna compensación segura.", en: "No compensation was found for sure."))</p>\n"
            : """
            <ul class="sides">\(items)</ul>
            <p>\(language(
                es: "Coméntelo con su fisioterapeuta antes de cambiar su forma de hacer el ejercicio.",
                en: "Talk about it with your physiotherapist before you change how you do the exercise."))</p>

            """
        return section(
            "faults", Text(es: "Cómo hizo el movimiento", en: "How you did the movement"),
            list + notFound + undecided + faultNumbers)
    }

    /// "En 3 de 5 repeticiones; sobre todo en el segundo 6,2."
    private func when(_ fault: Fault, _ rule: FaultRule) -> String {
        guard let worst = fault.worst(by: rule), worst.repetition != nil else { return "" }
        let moment = language.number(worst.momentSeconds, decimals: 1)
        let (count, all) = (fault.occurrences.count, measurement.repetitions.count)
        if all == 1 { return language(es: "Segundo \(moment).", en: "Second \(moment).") }
        return language(
            es: "En \(count) de \(all) repeticiones; sobre todo en el segundo \(moment).",
            en: "In \(count) of \(all) repetitions; most at second \(moment).")
    }

    private func names(_ verdicts: [FaultVerdict]) -> String {
        var seen: [FaultCode] = []
        for verdict in verdicts where !seen.contains(verdict.rule.code) { seen.append(verdict.rule.code) }
        return seen.map { code in
            let name = code.name(language)
            return name.prefix(1).lowercased() + name.dropFirst()
        }.joined(separator: ", ")
    }

    private var notFound: HTML {
        let clear = measurement.faults.filter { verdict in
            if case .notFound = verdict.outcome { isSettled(verdict.rule.code) } else { false }
        }
        guard !clear.isEmpty else { return HTML() }
        return """
            <p><strong>\(language(es: "Se buscó y no está:", en: "Looked for and not there:"))</strong> \(names(clear)).</p>

            """
    }

    /// Whether every verdict of a fault says that it is not there.
    private func isSettled(_ code: FaultCode) -> Bool {
        measurement.faults.filter { $0.rule.code == code }.allSatisfy { if case .notFound = $0.outcome { true } else { false } }
    }

    private var undecided: HTML {
        let items = FaultVerdict.Reason.allCases.compactMap { reason -> HTML? in
            let own = measurement.faults.filter { verdict in
                guard case .undecided(reason, _) = verdict.outcome else { return false }
                return !found.contains { $0.fault.code == verdict.rule.code }
            }
            guard !own.isEmpty else { return nil }
            return "<li>\(names(own)): \(reason.message(language)).</li>"
        }
        guard !items.isEmpty else { return HTML() }
        return """
            <p><strong>\(language(es: "No se puede decir:", en: "Cannot be told:"))</strong></p>
            <ul>\(items)</ul>

            """
    }

    /// Every rule with what was measured, the limit and where it is from.
    private var faultNumbers: HTML {
        let rows = measurement.faults.map { verdict -> HTML in
            let side = verdict.side.map { " (\(Words.side($0)(language)))" } ?? ""
            return """
                <tr><th scope="row">\(verdict.rule.code.name(language))\(side)</th><td>\(amount(verdict))</td>\
                <td>\(limit(verdict.rule))</td><td>\(word(verdict))</td><td class="wide">\(moments(verdict))</td></tr>
                """
        }
        var sources: [String] = []
        for verdict in measurement.faults {
            let line = verdict.rule.code.name(language) + ": " + source(verdict.rule)
            if !sources.contains(line) { sources.append(line) }
        }
        let items = sources.map { line -> HTML in "<li>\(line)</li>" }
        return """
            <details class="numbers"><summary>\(language(
                es: "Para el profesional: medidas, límites y fuentes", en: "For the clinician: measures, limits and sources"))</summary>
            <table><caption>\(language(
                es: "Medida media con ±2 desviaciones típicas. Se afirma solo si el intervalo entero pasa del límite.",
                en: "Mean measure with ±2 standard deviations. Claimed only where the whole interval is beyond the limit."))</caption>
            <thead><tr><th scope="col">\(language(es: "Compensación", en: "Compensation"))</th>\
            <th scope="col">\(language(es: "Medida", en: "Measure"))</th>\
            <th scope="col">\(language(es: "Límite", en: "Limit"))</th>\
            <th scope="col">\(language(es: "Resultado", en: "Verdict"))</th>\
            <th scope="col" class="wide">\(language(es: "Momentos (s)", en: "Moments (s)"))</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            <p>\(language(es: "De dónde viene cada límite:", en: "Where each limit comes from:"))</p>
            <ul>\(items)</ul></details>

            """
    }

    private func amount(_ verdict: FaultVerdict) -> String {
        let amount: FaultAmount? =
            switch verdict.outcome {
            case .found(let fault): fault.amount
            case .notFound(let amount): amount
            case .undecided(_, let amount): amount
            }
        guard let amount else { return "–" }
        let value = language.number(amount.value, decimals: verdict.rule.unit.decimals)
        let error = language.number(2 * amount.standardUncertainty, decimals: verdict.rule.unit.decimals)
        return "\(value) ±\(error)\(verdict.rule.unit.suffix)"
    }

    private func limit(_ rule: FaultRule) -> String {
        (rule.direction == .above ? ">\u{A0}" : "<\u{A0}") + language.number(rule.threshold, decimals: 0) + rule.unit.suffix
    }

    private func word(_ verdict: FaultVerdict) -> String {
        switch verdict.outcome {
        case .found(let fault):
            fault.severity == .marked
                ? language(es: "◆ sí, marcada", en: "◆ yes, marked") : language(es: "◆ sí, leve", en: "◆ yes, mild")
        case .notFound: language(es: "no", en: "no")
        case .undecided(let reason, _): reason.message(language)
        }
    }

    private func moments(_ verdict: FaultVerdict) -> String {
        guard let fault = verdict.found else { return "–" }
        let shown = fault.occurrences.prefix(6).map { language.number($0.momentSeconds, decimals: 1) }
        return shown.joined(separator: " · ") + (fault.occurrences.count > shown.count ? " …" : "")
    }

    private func source(_ rule: FaultRule) -> String {
        switch rule.basis {
        case .published(let source): return source + "."
        case .judgement(nil): return language(es: "criterio propio, sin límite publicado.", en: "our judgement; no published limit.")
        case .judgement(let orientation?):
            return language(es: "criterio propio; orientado por: ", en: "our judgement; oriented by: ") + orientation(language) + "."
        }
    }
}

extension FaultUnit {
    /// Written after a number.
    fileprivate var suffix: String {
        switch self {
        case .degrees: "°"
        case .centimetres: "\u{A0}cm"
        case .percent: "\u{A0}%"
        case .seconds: "\u{A0}s"
        }
    }

    fileprivate var decimals: Int { self == .centimetres || self == .seconds ? 1 : 0 }
}
