import Base
import Markup

/// A small plot of lines over time, as SVG that is as wide as the page allows: a gap in the numbers is a gap in the line. What is drawn
/// stands in a table behind it, for those who cannot see it.
package struct LinePlot: Sendable {
    /// How a line is drawn: by colour and by its stroke.
    package enum Style: String, Sendable {
        case one
        case right
        case left
    }

    /// A line, and how sure its numbers are.
    package struct Line: Sendable {
        package let name: Text
        package let style: Style
        /// nil where nothing was measured.
        package let values: [Double?]
        /// Of each value, two standard uncertainties; empty where they are not known.
        package let margins: [Double]

        package init(_ name: Text, _ style: Style = .one, _ values: [Double?], margins: [Double] = []) {
            self.name = name
            self.style = style
            self.values = values
            self.margins = margins
        }
    }

    package let title: Text
    /// What the numbers are, with their unit; says also what the band means where there is one.
    package let caption: Text
    /// What stands below each place.
    package let labels: [Text]
    package let lines: [Line]
    /// "°", " kg": after each number.
    package let unit: String
    /// 0 is always at the foot where this is so.
    package let startsAtZero: Bool

    package init(_ title: Text, caption: Text, labels: [Text], lines: [Line], unit: String = "", startsAtZero: Bool = false) {
        self.title = title
        self.caption = caption
        self.labels = labels
        self.lines = lines
        self.unit = unit
        self.startsAtZero = startsAtZero
    }

    static let height = 180.0

    /// 0 at the left … 1 at the right; one place stands in the middle.
    func x(_ index: Int) -> Double {
        labels.count < 2 ? 0.5 : Double(index) / Double(labels.count - 1)
    }
}

/// The numbers at the left of a plot: round steps around what is drawn.
struct PlotScale {
    let low: Double
    let high: Double
    let marks: [Double]

    init(_ plot: LinePlot) {
        var low = Double.infinity
        var high = -Double.infinity
        for line in plot.lines {
            for (index, value) in line.values.enumerated() {
                guard let value, value.isFinite else { continue }
                let margin = index < line.margins.count ? line.margins[index] : 0
                low = min(low, value - margin)
                high = max(high, value + margin)
            }
        }
        if low > high { (low, high) = (0, 1) }
        if plot.startsAtZero { low = min(low, 0) }
        if high - low < 1e-9 { high = low + 1 }
        let step = Self.step(over: high - low)
        self.low = (low / step).rounded(.down) * step
        self.high = (high / step).rounded(.up) * step
        marks = Array(stride(from: self.low, through: self.high + step / 1_000, by: step))
    }

    /// 1, 2 or 5 times a power of ten, so that three to six of them fill the span.
    private static func step(over span: Double) -> Double {
        var power = 1.0
        while power * 10 <= span { power *= 10 }
        while power > span { power /= 10 }
        return [0.2, 0.25, 0.5, 1, 2].map { $0 * power }.first { span / $0 <= 5 } ?? 2 * power
    }

    /// 0 at the top … 1 at the foot.
    func y(_ value: Double) -> Double { (high - value) / (high - low) }

    var decimals: Int {
        guard marks.count > 1 else { return 0 }
        let step = marks[1] - marks[0]
        return step >= 1 ? 0 : step >= 0.1 ? 1 : 2
    }
}
