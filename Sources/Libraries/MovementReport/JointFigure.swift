import Base
import Markup
import Movement

/// One joint on the page: what it did in a sentence, its plot, and the same as a table.
struct JointFigure {
    let measurement: Measurement
    let joint: JointAngle.Joint
    let language: Language

    /// nil where no side of the joint was measured.
    var html: HTML? {
        let shown = angles.compactMap { angle -> Plot.Line? in
            guard let series = measurement.measured(angle), Extent(series) != nil else { return nil }
            return Plot.Line(side: angle.side, series: series)
        }
        guard !shown.isEmpty, let first = measurement.times.first, let last = measurement.times.last else { return nil }
        let name = Words.joint(joint)(language)
        let plot = Plot(
            name: joint.rawValue,
            title: language(es: "\(name): ángulo a lo largo del tiempo", en: "\(name): angle over time"),
            description: shown.map(sentence).joined(separator: " "), times: measurement.times, lines: shown,
            repetitions: measurement.repetitions, stances: measurement.gait?.stances(within: first...last) ?? [],
            language: language)
        return """
            <section class="joint" aria-labelledby="\(joint.rawValue)">
            <h3 id="\(joint.rawValue)">\(name)</h3>
            <p>\(shown.map(summary))</p>
            <figure>\(legend(shown))\(plot.svg)<p class="axis">\(language(es: "segundos", en: "seconds"))</p>
            <figcaption>\(Words.direction(joint)(language))\(missingSide(shown))</figcaption></figure>
            \(JointTable(measurement: measurement, name: name, lines: shown, language: language).html)
            </section>

            """
    }

    private var angles: [JointAngle] { JointAngle.allCases.filter { $0.joint == joint } }

    /// "Derecha: de 4° a 101°."
    private func sentence(_ line: Plot.Line) -> String {
        guard let extent = Extent(line.series) else { return "" }
        let least = language.degrees(extent.least)
        let greatest = language.degrees(extent.greatest)
        let error = language.degrees(2 * extent.uncertainty)
        return label(line)
            + Text(es: ": de \(least) a \(greatest) (±\(error)).", en: ": \(least) to \(greatest) (±\(error)).")(
                language)
    }

    private func summary(_ line: Plot.Line) -> HTML { "<span class=\"extent\">\(sentence(line))</span> " }

    private func label(_ line: Plot.Line) -> String { JointTable.label(line.side, language) }

    private func legend(_ lines: [Plot.Line]) -> HTML {
        let items = lines.map { line -> HTML in
            let style = line.side?.style ?? "c"
            return """
                <li><svg width="32" height="12" aria-hidden="true"><path class="line \(style)" d="M0 6h32"/></svg> \
                \(label(line))</li>
                """
        }
        let band = language(
            es: "banda: ±2 desviaciones típicas", en: "band: ±2 standard deviations")
        let stance: HTML =
            measurement.gait == nil
            ? HTML()
            : """
            <li><svg width="32" height="12" aria-hidden="true"><rect class="stance c" y="1" width="32" height="10"/></svg> \
            \(language(es: "pie en el suelo", en: "foot on the floor"))</li>
            """
        let repetitions: HTML =
            measurement.repetitions.isEmpty
            ? HTML()
            : """
            <li><svg width="32" height="12" aria-hidden="true"><rect class="rep" width="32" height="12"/></svg> \
            \(language(es: "repetición", en: "repetition"))</li>
            """
        return """
            <ul class="legend">\(items)<li><svg width="32" height="12" aria-hidden="true">\
            <rect class="band c" width="32" height="12"/></svg> \(band)</li>\(repetitions)\(stance)</ul>
            """
    }

    /// Says that a side is not drawn, and why.
    private func missingSide(_ lines: [Plot.Line]) -> HTML {
        let missing = angles.filter { angle in !lines.contains { $0.side == angle.side } }
        guard !missing.isEmpty else { return HTML() }
        let reasons = missing.map { angle -> HTML in
            let reason = (measurement.withheld[angle] ?? Words.neverSeen)(language)
            return "<span>\(Words.angle(angle)(language)): \(reason)</span>"
        }
        return reasons.joined()
    }
}
