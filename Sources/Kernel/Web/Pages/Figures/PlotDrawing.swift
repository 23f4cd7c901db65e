import Base
import Markup

extension Interface {
    /// A plot as a figure with its legend, its caption and its table. `id` is unique on the page.
    package func figure(_ plot: LinePlot, id: String) -> HTML {
        let heading: HTML = "<p class=\"heading\" id=\"\(id)\">\(self(plot.title))</p>"
        let legend: HTML? = plot.lines.count < 2 ? nil : "<ul class=\"legend\">\(plot.lines.map(key))</ul>"
        return """
            <figure aria-labelledby="\(id)">\(heading)\(legend)\(drawing(plot))<figcaption>\(self(plot.caption))</figcaption>\
            \(more(Text(es: "Ver los números en una tabla", en: "See the numbers in a table"), table(numbers(plot))))</figure>
            """
    }

    private func key(_ line: LinePlot.Line) -> HTML {
        """
        <li><svg class="plot" viewBox="0 0 28 10" aria-hidden="true"><path class="line \(line.style.rawValue)" d="M1 5h26"/></svg>\
        \(self(line.name))</li>
        """
    }

    private func drawing(_ plot: LinePlot) -> HTML {
        let scale = PlotScale(plot)
        let height = Int(LinePlot.height)
        return """
            <svg class="plot" width="100%" height="\(height + 36)" role="img" aria-label="\(self(plot.title)). \(self(plot.caption))">\
            \(grid(plot, scale))<svg y="8" width="100%" height="\(height)" viewBox="0 0 1000 1000" preserveAspectRatio="none" overflow="visible">\
            \(plot.lines.map { band($0, plot, scale) })\(plot.lines.map { curve($0, plot, scale) })</svg>\
            \(plot.lines.map { dots($0, plot, scale) })\(places(plot))</svg>
            """
    }

    private func grid(_ plot: LinePlot, _ scale: PlotScale) -> HTML {
        scale.marks.enumerated().map { index, mark -> HTML in
            let y = 8 + Int((scale.y(mark) * LinePlot.height).rounded())
            return """
                <line class="\(index == 0 ? "axis" : "rule")" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
                <text x="-8" y="\(y + 5)" text-anchor="end">\(language.number(mark, decimals: scale.decimals))\(plot.unit)</text>
                """
        }.joined()
    }

    private func band(_ line: LinePlot.Line, _ plot: LinePlot, _ scale: PlotScale) -> HTML {
        guard line.margins.count == line.values.count else { return HTML() }
        let paths = runs(line).map { run in
            let upper = run.map { point($0.index, $0.value + line.margins[$0.index], plot, scale) }
            let lower = run.reversed().map { point($0.index, $0.value - line.margins[$0.index], plot, scale) }
            return "M" + (upper + lower).joined(separator: "L") + "z"
        }
        return "<path class=\"band \(line.style.rawValue)\" d=\"\(paths.joined())\"/>"
    }

    private func curve(_ line: LinePlot.Line, _ plot: LinePlot, _ scale: PlotScale) -> HTML {
        let paths = runs(line).map { run in "M" + run.map { point($0.index, $0.value, plot, scale) }.joined(separator: "L") }
        return "<path class=\"line \(line.style.rawValue)\" vector-effect=\"non-scaling-stroke\" d=\"\(paths.joined())\"/>"
    }

    /// Where numbers are few, each is a dot.
    private func dots(_ line: LinePlot.Line, _ plot: LinePlot, _ scale: PlotScale) -> HTML {
        guard line.values.count <= 20 else { return HTML() }
        return runs(line).joined().map { place -> HTML in
            let y = 8 + Int((scale.y(place.value) * LinePlot.height).rounded())
            return "<circle class=\"\(line.style.rawValue)\" cx=\"\(percent(plot.x(place.index)))\" cy=\"\(y)\" r=\"4\"/>"
        }.joined()
    }

    /// At most six labels, the first and the last among them.
    private func places(_ plot: LinePlot) -> HTML {
        let step = max(1, (plot.labels.count + 4) / 5)
        let shown = plot.labels.indices.filter {
            $0 % step == 0 && ($0 + step <= plot.labels.count - 1 || step == 1) || $0 == plot.labels.count - 1
        }
        return shown.map { index -> HTML in
            let anchor = index == 0 && plot.labels.count > 1 ? "start" : index == plot.labels.count - 1 && index > 0 ? "end" : "middle"
            // A phone has no room for those between.
            let kind = HTML.attribute("class", index > 0 && index < plot.labels.count - 1 ? "between" : nil)
            return """
                <text x="\(percent(plot.x(index)))" y="\(Int(LinePlot.height) + 30)" text-anchor="\(anchor)"\(kind)>\(self(plot.labels[index]))</text>
                """
        }.joined()
    }

    private func numbers(_ plot: LinePlot) -> DataTable {
        let columns = [DataTable.Column(Text(es: "Cuándo", en: "When"))] + plot.lines.map { DataTable.Column($0.name, isNumber: true) }
        let rows = plot.labels.indices.map { index -> [HTML] in
            let cells = plot.lines.map { line -> HTML in
                guard index < line.values.count, let value = line.values[index] else { return "–" }
                let margin: HTML? =
                    index < line.margins.count ? " ± \(language.number(line.margins[index], decimals: 1))" : nil
                return "\(language.number(value, decimals: 1))\(margin)\(plot.unit)"
            }
            return ["\(self(plot.labels[index]))"] + cells
        }
        return DataTable(plot.title, columns: columns, rows: rows)
    }

    /// Stretches without a gap.
    private func runs(_ line: LinePlot.Line) -> [[(index: Int, value: Double)]] {
        var runs: [[(index: Int, value: Double)]] = [[]]
        for (index, value) in line.values.enumerated() {
            if let value, value.isFinite { runs[runs.count - 1].append((index, value)) } else { runs.append([]) }
        }
        return runs.filter { !$0.isEmpty }
    }

    private func point(_ index: Int, _ value: Double, _ plot: LinePlot, _ scale: PlotScale) -> String {
        "\(Int((plot.x(index) * 1_000).rounded())) \(Int((scale.y(value) * 1_000).rounded()))"
    }

    /// As SVG writes it, whatever the language.
    private func percent(_ share: Double) -> String { Language.english.number(share * 100, decimals: 2) + "%" }
}
