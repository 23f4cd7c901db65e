import Base
import Markup

extension Interface {
    /// How much of something is used. `share` from 0 to 1; the words beside it say the numbers.
    package func gauge(_ label: Text, share: Double, _ words: Text, _ tone: Tone = .action) -> HTML {
        let width = Language.english.number(share.isFinite ? min(max(share, 0), 1) * 100 : 0, decimals: 1)
        return """
            <div class="progress"><span>\(self(label))</span><span class="second number">\(self(words))</span></div>\
            <svg class="gauge" aria-hidden="true"><rect class="ground" width="100%" height="12" rx="6"/>\
            <rect class="level \(tone.rawValue)" width="\(width)%" height="12" rx="6"/></svg>
            """
    }

    /// A line as small as a word: how something went lately. What it says in words stands beside it.
    package func sparkline(_ values: [Double], _ meaning: Text) -> HTML {
        let finite = values.filter(\.isFinite)
        guard finite.count > 1, let least = finite.min(), let most = finite.max() else { return HTML() }
        let span = max(most - min(least, 0), 1e-9)
        let points = finite.enumerated().map { index, value in
            let x = Int((Double(index) / Double(finite.count - 1) * 1_000).rounded())
            return "\(x) \(Int(((most - value) / span * 1_000).rounded()))"
        }.joined(separator: "L")
        return """
            <svg class="spark" viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label="\(self(meaning))">\
            <path class="area" d="M0 1000L\(points)L1000 1000z"/><path vector-effect="non-scaling-stroke" d="M\(points)"/></svg>
            """
    }

    /// A number of the machine's own, how it went lately, and what it is called: for operators.
    package func reading(_ name: Text, _ value: String, unit: Text? = nil, history: [Double] = [], badge: HTML? = nil) -> HTML {
        let small: HTML? = unit.map { " <small>\(self($0))</small>" }
        let line: HTML? = history.count > 1 ? sparkline(history, name) : nil
        return """
            <div class="card key"><div class="row apart"><p class="name">\(self(name))</p>\(badge)</div>\
            <p class="value">\(value)\(small)</p>\(line)</div>
            """
    }
}
