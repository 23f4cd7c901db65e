import Base
import Markup

extension Interface {
    /// How far something is, and how long it still takes. `share` from 0 to 1; nil while nobody knows.
    package func progress(_ label: Text, share: Double?, left: Text? = nil) -> HTML {
        let percent = share.map { Int((min(max($0, 0), 1) * 100).rounded()) }
        let value = HTML.attribute("value", percent.map(String.init))
        let words = percent.map { language.percent(Double($0)) } ?? self(es: "en curso", en: "in progress")
        let rest: HTML? = left.map { " · \(self($0))" }
        return """
            <div class="progress"><span>\(self(label))</span><span class="second number">\(words)\(rest)</span>\
            <progress max="100"\(value) aria-label="\(self(label))"></progress></div>
            """
    }

    /// The steps of a task and which of them is next; `current` counts from 0, and all are done where it is their count.
    package func steps(_ titles: [Text], current: Int, isAcross: Bool = false) -> HTML {
        let items = titles.enumerated().map { index, title -> HTML in
            let dot: HTML = index < current ? Icon.done.html : "\(index + 1)"
            let state: HTML = index < current ? " class=\"done\"" : index == current ? " class=\"now\" aria-current=\"step\"" : ""
            let word: HTML? =
                index < current ? "<span class=\"unseen\"> (\(self(es: "hecho", en: "done")))</span>" : nil
            return "<li\(state)><span class=\"dot\">\(dot)</span><span>\(self(title))\(word)</span></li>"
        }
        return "<ol class=\"steps\(isAcross ? " across" : "")\">\(items)</ol>"
    }
}
