import Base
import Markup
import Movement

extension Report {
    /// Walking in a few numbers, and every contact and toe-off in a table.
    var gaitSection: HTML? {
        guard let gait = measurement.gait else { return nil }
        var cards: [HTML] = []
        if let cadence = gait.cadenceStepsPerMinute {
            cards.append(
                gaitCard(
                    Text(es: "Cadencia", en: "Cadence"), language.number(cadence),
                    Text(es: "pasos por minuto", en: "steps a minute")))
        }
        if let speed = gait.speedMetresPerSecond {
            cards.append(
                gaitCard(
                    Text(es: "Velocidad", en: "Speed"), language.number(speed, decimals: 2),
                    Text(es: "metros por segundo", en: "metres a second")))
        }
        if !gait.stepLengthMetres.isEmpty {
            cards.append(
                gaitCard(
                    Text(es: "Longitud del paso", en: "Step length"),
                    sides(gait.stepLengthMetres),
                    Text(es: "centímetros: derecha · izquierda", en: "centimetres: right · left")))
        }
        if !gait.stanceFraction.isEmpty {
            cards.append(
                gaitCard(
                    Text(es: "Tiempo de apoyo", en: "Time on the foot"),
                    sides(gait.stanceFraction),
                    Text(es: "% de la zancada: derecha · izquierda", en: "% of the stride: right · left")))
        }
        let rows = gait.events.map { event -> HTML in
            let kind =
                event.kind == .initialContact
                ? Text(es: "El pie se apoya", en: "Foot touches the floor")
                : Text(es: "El pie se levanta", en: "Foot leaves the floor")
            return """
                <tr><th scope="row">\(language.number(event.seconds, decimals: 2))</th>\
                <td>\(JointTable.label(event.side, language))</td><td>\(kind(language))</td></tr>
                """
        }
        let table: HTML =
            rows.isEmpty
            ? HTML()
            : """
            <details class="data"><summary>\(language(
                es: "Ver los apoyos en tabla", en: "Show the contacts as a table"))</summary>
            <table><caption>\(language(es: "Apoyos", en: "Contacts"))</caption><thead><tr>\
            <th scope="col">\(language(es: "Segundo", en: "Second"))</th>\
            <th scope="col">\(language(es: "Pierna", en: "Leg"))</th>\
            <th scope="col">\(language(es: "Qué ocurre", en: "What happens"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></details>

            """
        let figures: HTML = cards.isEmpty ? HTML() : "<dl class=\"figures\">\(cards)</dl>\n"
        return section("gait", Text(es: "La marcha", en: "Walking"), figures + table)
    }

    private func gaitCard(_ name: Text, _ value: String, _ detail: Text) -> HTML {
        "<div><dt>\(name(language))</dt><dd>\(value)<small>\(detail(language))</small></dd></div>"
    }

    /// Both sides in hundredths of the unit.
    private func sides(_ values: [BodySide: Double]) -> String {
        BodySide.allCases.map { side in language.number(100 * (values[side] ?? .nan)) }.joined(
            separator: "\u{A0}·\u{A0}")
    }
}
