import Base
import Markup

/// How much a button asks for attention. A screen has one primary button at most.
package enum ButtonKind: String, Sendable {
    case primary
    /// Beside a primary one.
    case quiet
    /// As little as a link.
    case plain
    /// What cannot be taken back.
    case danger
}

/// What a button does just now.
package enum ButtonState: Sendable, Hashable {
    case ready
    /// At work: pressed already.
    case busy
    /// Not yet: the text beside it says what is missing.
    case disabled
}

extension Interface {
    /// The button of a form. `busy` is what it says while the form is on its way.
    package func button(
        _ title: Text, _ kind: ButtonKind = .primary, icon: Icon? = nil, _ state: ButtonState = .ready, name: String? = nil,
        value: String? = nil, busy: Text = Text(es: "Enviando…", en: "Sending…"), isWide: Bool = false
    ) -> HTML {
        let attributes =
            HTML.attribute("name", name) + .attribute("value", value) + .flag("disabled", state == .disabled)
            + .attribute("aria-disabled", state == .busy ? "true" : nil) + .attribute("data-busy", self(busy))
        let face: HTML = state == .busy ? "<span class=\"spinner\"></span>\(self(busy))" : "\(icon?.html)\(self(title))"
        return "<button class=\"button \(kind.rawValue)\(isWide ? " wide" : "")\"\(attributes)>\(face)</button>"
    }

    /// A link that looks like a button: it leads somewhere and changes nothing.
    ///
    /// `dialog` names a `confirmation` on this page, which opens instead where scripts run.
    package func buttonLink(
        _ title: Text, _ path: String, _ kind: ButtonKind = .primary, icon: Icon? = nil, dialog: String? = nil, isWide: Bool = false
    ) -> HTML {
        """
        <a class="button \(kind.rawValue)\(isWide ? " wide" : "")" href="\(path)"\(HTML.attribute("data-dialog", dialog))>\
        \(icon?.html)\(self(title))</a>
        """
    }

    package func link(_ title: Text, _ path: String) -> HTML { "<a href=\"\(path)\">\(self(title))</a>" }

    /// A link that leads on, with an arrow.
    package func onward(_ title: Text, _ path: String) -> HTML {
        "<a class=\"onward\" href=\"\(path)\">\(self(title))\(Icon.right.html)</a>"
    }

    /// A form that is a button alone: it does one thing at `path`.
    package func action(
        _ title: Text, _ path: String, _ kind: ButtonKind = .quiet, icon: Icon? = nil, hidden: [(name: String, value: String)] = []
    ) -> HTML {
        let values = hidden.map { item -> HTML in "<input type=\"hidden\" name=\"\(item.name)\" value=\"\(item.value)\">" }
        return "<form method=\"post\" action=\"\(path)\">\(values)\(button(title, kind, icon: icon))</form>"
    }
}
