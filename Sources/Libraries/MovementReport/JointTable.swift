import Base
import Markup
import Movement

/// What a plot shows, for those who cannot see it: the extremes of each repetition, and values at regular times.
struct JointTable {
    let measurement: Measurement
    let name: String
    let lines: [Plot.Line]
    let language: Language

    var html: HTML {
        """
        <details class="data"><summary>\(language(es: "Ver en tabla: \(name)", en: "Show as a table: \(name)"))</summary>
        \(repetitions)\(samples)</details>
        """
    }

    /// "Derecha", "Right"; of the trunk its name.
    static func label(_ side: BodySide?, _ language: Language) -> String {
        guard let side else { return Words.joint(.trunk)(language) }
        let word = Words.side(side)(language)
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    private var repetitions: HTML {
        guard !measurement.repetitions.isEmpty else { return HTML() }
        let rows = measurement.repetitions.enumerated().map { number, repetition -> HTML in
            let indices = measurement.indices(from: repetition.startSeconds, through: repetition.endSeconds)
            let cells = lines.map { line -> HTML in
                guard let extent = Extent(line.series, at: indices) else { return "<td>–</td>" }
                let (least, greatest) = (language.degrees(extent.least), language.degrees(extent.greatest))
                return "<td>\(language(es: "\(least) a \(greatest)", en: "\(least) to \(greatest)"))</td>"
            }
            return "<tr><th scope=\"row\">\(number + 1)</th>\(cells)</tr>"
        }
        return table(
            caption: Text(
                es: "Menor y mayor ángulo de cada repetición", en: "Least and greatest angle of each repetition"),
            first: Text(es: "Repetición", en: "Repetition"), rows)
    }

    /// Every half second; more sparsely in a long recording, sixty rows at most.
    private var samples: HTML {
        guard let start = measurement.times.first, let end = measurement.times.last else { return HTML() }
        let step = [0.5, 1, 2, 5, 10, 15, 30, 60].first { (end - start) / $0 < 60 } ?? (end - start) / 59
        let moments = Array(stride(from: (start / step).rounded(.up) * step, through: end, by: step))
        let rows = moments.map { moment -> HTML in
            // The picture nearest to the moment.
            let after = min(measurement.times.firstIndex(notBelow: moment), measurement.times.count - 1)
            let before = max(after - 1, 0)
            let isBeforeNearer = moment - measurement.times[before] < measurement.times[after] - moment
            let index = isBeforeNearer ? before : after
            let cells = lines.map { line -> HTML in
                let degrees = line.series.degrees[index]
                guard degrees.isFinite else { return "<td>–</td>" }
                let error = 2 * line.series.standardUncertaintyDegrees[index]
                return "<td>\(language.degrees(degrees)) ±\(language.degrees(error))</td>"
            }
            return "<tr><th scope=\"row\">\(language.number(moment, decimals: 1))</th>\(cells)</tr>"
        }
        return table(
            caption: Text(es: "Ángulo a lo largo del tiempo", en: "Angle over time"),
            first: Text(es: "Segundo", en: "Second"), rows)
    }

    private func table(caption: Text, first: Text, _ rows: [HTML]) -> HTML {
        let heads = lines.map { line -> HTML in "<th scope=\"col\">\(Self.label(line.side, language))</th>" }
        return """
            <table><caption>\(caption(language))</caption><thead><tr><th scope="col">\(first(language))</th>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }
}
