import Base
import Markup
import Movement

extension Report {
    /// The score with its interval and what it is made of.
    var scoreSection: HTML? {
        guard let score = measurement.score else { return nil }
        let low = language.number(score.low.rounded(.down))
        let high = language.number(score.high.rounded(.up))
        let rows = score.parts.map { part -> HTML in
            let share = part.most > 0 ? 100 * part.points / part.most : 0
            return """
                <div class="part"><dt>\(part.name.title(language)) \
                <small>\(part.name.explanation(language))</small></dt>\
                <dd>\(language(es: "\(part.points) de \(part.most)", en: "\(part.points) of \(part.most)"))\
                <svg class="meter" width="100%" height="8" aria-hidden="true"><rect class="rest" width="100%" height="8" rx="4"/>\
                <rect class="done" width="\(share)%" height="8" rx="4"/></svg></dd></div>
                """
        }
        return section(
            "score", Text(es: "Puntuación de esta grabación", en: "Score of this recording"),
            """
            <p class="total"><strong>\(score.points)</strong> \(language(
                es: "de 100 (entre \(low) y \(high), contando el error de la medición)",
                en: "of 100 (between \(low) and \(high), allowing for measurement error)"))</p>
            <dl class="parts">\(rows)</dl>
            <p class="second">\(language(
                es: "Resume solo esta grabación, para ver de un vistazo qué cambia de una a otra. No es una escala clínica.",
                en: "It sums up this recording only, to show at a glance what changes from one to the next. It is no clinical scale."))</p>

            """)
    }
}
