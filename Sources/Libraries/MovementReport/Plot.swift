import Base
import Markup
import Movement

/// Angles over time as inline SVG: seconds below, degrees at the left, bands of ±2 standard deviations, repetitions
/// shaded and numbered, gaps left open, contact with the floor as bars.
///
/// The drawing stretches with the page while its text keeps its size: curves live in a nested, unproportionally
/// stretched `svg` of 1000 × 1000 units, text and grid stand at percentages of the width and pixels of the height.
struct Plot {
    struct Line {
        /// nil for the trunk.
        var side: BodySide?
        var series: AngleSeries
    }

    /// Unique on the page.
    var name: String
    var title: String
    var description: String
    /// Rising, at least one.
    var times: [Double]
    var lines: [Line]
    var repetitions: [Repetition]
    /// Stretches of time on the ground.
    var stances: [Stance]
    var language: Language

    private static let height = 200

    /// Above the curves, for the numbers of the repetitions.
    private static let top = 22

    var svg: HTML {
        let span = seconds
        let axis = DegreeAxis(lines)
        let lanes = stances.isEmpty ? 0 : 34
        return """
            <svg class="plot" width="100%" height="\(Self.top + Self.height + 24 + lanes)" role="img" \
            aria-labelledby="\(name)-t \(name)-d"><title id="\(name)-t">\(title)</title>\
            <desc id="\(name)-d">\(description)</desc>\
            \(stretched(shading(span)))\(grid(axis))\(stretched(bands(span, axis) + curves(span, axis)))\
            \(timeLabels(span))\(numbers(span))\(stanceBars(span))</svg>
            """
    }

    /// Of 1000 × 1000 units, as wide as the page allows.
    private func stretched(_ drawing: [HTML]) -> HTML {
        """
        <svg y="\(Self.top)" width="100%" height="\(Self.height)" viewBox="0 0 1000 1000" \
        preserveAspectRatio="none">\(drawing)</svg>
        """
    }

    private var seconds: ClosedRange<Double> {
        let first = times.first ?? 0
        return first...max(times.last ?? 0, first + 0.1)
    }

    private func shading(_ span: ClosedRange<Double>) -> [HTML] {
        guard !repetitions.isEmpty else { return [] }
        var path = PathData()
        for repetition in repetitions {
            let from = span.share(of: repetition.startSeconds) * 1_000
            let to = span.share(of: repetition.endSeconds) * 1_000
            path.rectangle(from: from, to: to)
        }
        return ["<path class=\"rep\" d=\"\(path.text)\"/>"]
    }

    private func bands(_ span: ClosedRange<Double>, _ axis: DegreeAxis) -> [HTML] {
        lines.map { line in
            var path = PathData()
            for run in Thinning.band(line.series) {
                let upper = run.map { (span.share(of: times[$0.index]) * 1_000, axis.y($0.high)) }
                let lower = run.reversed().map { (span.share(of: times[$0.index]) * 1_000, axis.y($0.low)) }
                path.polyline(upper + lower)
                path.close()
            }
            return "<path class=\"band \(line.style)\" d=\"\(path.text)\"/>"
        }
    }

    private func curves(_ span: ClosedRange<Double>, _ axis: DegreeAxis) -> [HTML] {
        lines.map { line in
            var path = PathData()
            for run in Thinning.curve(line.series.degrees) {
                path.polyline(run.map { (span.share(of: times[$0]) * 1_000, axis.y(line.series.degrees[$0])) })
            }
            return "<path class=\"line \(line.style)\" vector-effect=\"non-scaling-stroke\" d=\"\(path.text)\"/>"
        }
    }

    private func grid(_ axis: DegreeAxis) -> [HTML] {
        axis.labels.map { degrees in
            let y = Self.top + Int((axis.y(degrees) * Double(Self.height) / 1_000).rounded())
            return """
                <line class="\(degrees == 0 ? "zero" : "grid")" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
                <text x="-8" y="\(y + 5)" text-anchor="end">\(language.degrees(degrees))</text>
                """
        }
    }

    private func timeLabels(_ span: ClosedRange<Double>) -> HTML {
        let length = span.upperBound - span.lowerBound
        let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600]
        let step = steps.first { length / $0 <= ($0 < 1 ? 5 : 8) } ?? length
        let first = Int((span.lowerBound / step).rounded(.up))
        let last = Int((span.upperBound / step + 1e-9).rounded(.down))
        let labels = (first...max(first, last)).map { number -> HTML in
            let value = Double(number) * step
            let share = span.share(of: value)
            // The label at the right end stays within the drawing.
            let anchor = share > 0.97 ? "end" : "middle"
            return """
                <text x="\(percent(share))" y="\(Self.top + Self.height + 18)" text-anchor="\(anchor)">\
                \(language.number(value, decimals: value == value.rounded() ? 0 : 1))</text>
                """
        }
        return labels.joined()
    }

    /// Numbers of the repetitions; where there are many, of every second, fifth or tenth.
    private func numbers(_ span: ClosedRange<Double>) -> [HTML] {
        let step = [1, 2, 5, 10, 20, 50, 100].first { repetitions.count / $0 <= 10 } ?? 200
        return repetitions.indices.filter { step == 1 || ($0 + 1).isMultiple(of: step) }.map { index in
            let middle = (repetitions[index].startSeconds + repetitions[index].endSeconds) / 2
            return "<text class=\"n\" x=\"\(percent(span.share(of: middle)))\" y=\"15\">\(index + 1)</text>"
        }
    }

    private func stanceBars(_ span: ClosedRange<Double>) -> HTML {
        guard !stances.isEmpty else { return HTML() }
        let top = Self.top + Self.height + 28
        let lanes = BodySide.allCases.enumerated().map { lane, side -> HTML in
            let y = top + 15 * lane
            let letter = Words.side(side)(language).prefix(1).uppercased()
            let bars = stances.filter { $0.side == side }.map { stance -> HTML in
                let from = span.share(of: stance.startSeconds)
                let to = span.share(of: stance.endSeconds)
                return """
                    <rect class="stance \(side.style)" x="\(percent(from))" width="\(percent(to - from))" \
                    y="\(y)" height="10"/>
                    """
            }
            return "<text x=\"-8\" y=\"\(y + 10)\" text-anchor=\"end\">\(letter)</text>\(bars)"
        }
        return lanes.joined()
    }

    private func percent(_ share: Double) -> String {
        var bytes: [UInt8] = []
        bytes.append(decimal: share * 100, decimals: 2)
        return String(decoding: bytes, as: UTF8.self) + "%"
    }
}

extension Plot.Line {
    fileprivate var style: String { side?.style ?? "c" }
}

extension BodySide {
    /// The class that colours and dashes what belongs to a side.
    var style: String { self == .right ? "r" : "l" }
}

extension ClosedRange<Double> {
    /// Where a value lies within, 0 … 1.
    fileprivate func share(of value: Double) -> Double {
        Swift.min(Swift.max((value - lowerBound) / (upperBound - lowerBound), 0), 1)
    }
}

/// The degrees at the left of a plot: whole steps around what is drawn.
private struct DegreeAxis {
    let labels: [Double]
    private let low: Double
    private let high: Double

    init(_ lines: [Plot.Line]) {
        var low = Double.infinity
        var high = -Double.infinity
        for line in lines {
            for (index, degrees) in line.series.degrees.enumerated() where degrees.isFinite {
                let margin = 2 * line.series.standardUncertaintyDegrees[index]
                low = min(low, degrees - (margin.isFinite ? margin : 0))
                high = max(high, degrees + (margin.isFinite ? margin : 0))
            }
        }
        if low > high { (low, high) = (0, 90) }
        // A narrow range is not blown up: 20° fill at most half the height.
        let middle = (low + high) / 2
        low = min(low, middle - 20)
        high = max(high, middle + 20)
        let step = [10, 20, 30, 45, 60, 90].first { (high - low) / $0 <= 6 } ?? 180
        self.low = (low / step).rounded(.down) * step
        self.high = (high / step).rounded(.up) * step
        labels = Array(stride(from: self.low, through: self.high, by: step))
    }

    /// 0 at the top … 1000 at the bottom.
    func y(_ degrees: Double) -> Double {
        let share = (high - degrees) / (high - low)
        return min(max(share, 0), 1) * 1_000
    }
}
