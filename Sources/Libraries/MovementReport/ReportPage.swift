import Base
import Markup
import Movement

extension Report {
    /// What the page may do (Content-Security-Policy): show itself.
    package static let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

    /// `report.html`: one page that needs no network, no script and no other file, for the person who moved and for
    /// who treats them. The most important comes first; numbers come with their uncertainty.
    package func page() -> [UInt8] {
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
            <title>\(heading) – Zancada</title>
            <style>\(PageStyle.sheet)</style>
            </head>
            <body>
            <header>
            <p class="brand">Zancada · \(language(es: "Informe de movimiento", en: "Movement report"))</p>
            <h1>\(heading)</h1>
            \(status)
            </header>
            <main>
            \(sections)</main>
            <footer>
            \(source)
            </footer>
            </body>
            </html>

            """
        return page.bytes
    }

    private var heading: String {
        measurement.capture.refused == nil
            ? Words.exercise(measurement.recognition.exercise)(language)
            : language(es: "No pudimos medir esta grabación", en: "We could not measure this recording")
    }

    /// A measurement is called a pre-assessment until a person with a name certified it. What stands between the marks, here and in
    /// `howToRead`, is replaced then (docs/certificates.md).
    private var status: HTML {
        guard measurement.capture.refused == nil else { return HTML() }
        let words = language(es: "Valoración previa, sin certificar", en: "Pre-assessment, not certified")
        return "<!--zancada:standing--><p class=\"status\">◇ \(words)</p><!--/zancada:standing-->"
    }

    /// In reading order. A section with nothing to say is nil and leaves no trace.
    private var sections: [HTML] {
        if let refused = measurement.capture.refused { return [refusal(refused)] }
        let sections: [HTML?] = [
            findingsSection, scoreSection, captureSection, repetitionsSection, faultsSection, gaitSection, sidesSection,
            anglesSection, missingSection, howToRead,
        ]
        return sections.compactMap(\.self)
    }

    func section(_ name: String, _ title: Text, _ content: HTML) -> HTML {
        """
        <section aria-labelledby="\(name)">
        <h2 id="\(name)">\(title(language))</h2>
        \(content)</section>

        """
    }

    private var anglesSection: HTML? {
        let figures = JointAngle.Joint.allCases.compactMap { joint in
            JointFigure(measurement: measurement, joint: joint, language: language).html
        }
        guard !figures.isEmpty else { return nil }
        return section(
            "angles", Text(es: "Ángulos de las articulaciones", en: "Joint angles"),
            "<div class=\"beside\">\(MovingFigure(measurement, language: language)?.html)<div class=\"joints\">\(figures)</div></div>\n")
    }

    private var howToRead: HTML? {
        let items = caveats.map { caveat -> HTML in
            guard caveat.code == Report.standingCaveat else { return "<li>\(caveat.message(language))</li>" }
            return "<li><!--zancada:reading-->\(caveat.message(language))<!--/zancada:reading--></li>"
        }
        return section(
            "reading", Text(es: "Cómo leer este informe", en: "How to read this report"), "<ul>\(items)</ul>\n")
    }

    /// Small type: enough to compute the report again.
    private var source: HTML {
        var rows = [
            (Text(es: "Programa", en: "Program"), "\(provenance.program) \(provenance.programVersion)"),
            (Text(es: "Método", en: "Method"), provenance.methodVersion),
            (Text(es: "Observaciones (SHA-256)", en: "Observations (SHA-256)"), provenance.observationsSHA256),
            (Text(es: "Video (SHA-256)", en: "Video (SHA-256)"), provenance.videoSHA256),
            (Text(es: "Visto por", en: "Seen by"), provenance.observedBy),
        ]
        for (name, hash) in provenance.models.sorted(by: { $0.key < $1.key }) {
            rows.append((Text(es: "Modelo \(name) (SHA-256)", en: "Model \(name) (SHA-256)"), hash))
        }
        if let height = provenance.heightCentimetres {
            let text = language.number(height, decimals: height == height.rounded() ? 0 : 1) + "\u{A0}cm"
            rows.append((Text(es: "Estatura indicada", en: "Height as given"), text))
        }
        let items = rows.filter { !$0.1.isEmpty }.map { name, value -> HTML in
            "<dt>\(name(language))</dt><dd>\(value)</dd>"
        }
        return """
            <details class="source"><summary>\(language(
                es: "Origen de los datos", en: "Where the data come from"))</summary><dl>\(items)</dl></details>
            """
    }
}
