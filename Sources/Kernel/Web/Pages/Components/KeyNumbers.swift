import Base
import Markup

/// What a number says beside the one before it.
package enum Change: Sendable {
    /// The difference is smaller than the error of the measurement.
    case none
    case better(Text)
    case worse(Text)
}

/// A number that matters, with its unit and what is known of its error.
package struct KeyNumber: Sendable {
    package let name: Text
    /// As the reader writes it; the interface has functions for that.
    package let value: String
    /// "grados", "repeticiones"; nil where the value says it.
    package let unit: Text?
    /// "entre 92° y 101°".
    package let interval: Text?
    package let change: Change?

    package init(_ name: Text, _ value: String, unit: Text? = nil, interval: Text? = nil, change: Change? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
        self.interval = interval
        self.change = change
    }
}

extension Interface {
    /// A key number as a card.
    package func key(_ number: KeyNumber) -> HTML {
        let unit: HTML? = number.unit.map { " <small>\(self($0))</small>" }
        let interval: HTML? = number.interval.map { "<p class=\"aside\">\(self($0))</p>" }
        return """
            <div class="card key"><p class="name">\(self(number.name))</p><p class="value">\(number.value)\(unit)</p>\
            \(interval)\(number.change.map(change))</div>
            """
    }

    private func change(_ change: Change) -> HTML {
        switch change {
        case .none:
            """
            <p class="change">\(Icon.minus.html)<span>\(self(
                es: "Todavía no hay un cambio real: la diferencia es menor que el error de la medición.",
                en: "No real change yet: the difference is smaller than the error of the measurement."))</span></p>
            """
        case .better(let text): "<p class=\"change good\">\(Icon.good.html)<span>\(self(text))</span></p>"
        case .worse(let text): "<p class=\"change caution\">\(Icon.caution.html)<span>\(self(text))</span></p>"
        }
    }
}
