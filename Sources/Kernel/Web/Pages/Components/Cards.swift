import Base
import Markup

extension Interface {
    /// What belongs together.
    package func card(_ pieces: HTML...) -> HTML { "<div class=\"card\">\(pieces)</div>" }

    /// A card that is a link as a whole.
    package func cardLink(_ icon: Icon, _ title: Text, _ text: Text, _ path: String) -> HTML {
        """
        <div class="card link"><span class="glyph">\(icon.html)</span><div><h3><a href="\(path)">\(self(title))</a></h3>\
        <p class="second">\(self(text))</p></div><span class="go">\(Icon.right.html)</span></div>
        """
    }

    /// Names and what they stand for.
    package func facts(_ facts: [(name: Text, value: HTML)]) -> HTML {
        let rows = facts.map { fact -> HTML in "<div><dt>\(self(fact.name))</dt><dd>\(fact.value)</dd></div>" }
        return "<dl class=\"facts\">\(rows)</dl>"
    }

    /// Views of the same thing, each a page of its own.
    package func tabs(_ label: Text, _ tabs: [(title: Text, path: String)], current: String) -> HTML {
        let items = tabs.map { tab -> HTML in
            let mark = HTML.attribute("aria-current", tab.path == current ? "page" : nil)
            return "<li><a href=\"\(tab.path)\"\(mark)>\(self(tab.title))</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"\(self(label))\"><ul>\(items)</ul></nav>"
    }

    /// Asks before something is done that cannot be taken back.
    ///
    /// As a `dialog` it opens from a `buttonLink` that names its `id`; without script that link leads to a page which shows `asked`, the
    /// same question as a page.
    package func confirmation(_ question: Confirmation) -> HTML {
        """
        <dialog id="\(question.id)" aria-labelledby="\(question.id)-title"><h2 id="\(question.id)-title">\(self(question.title))</h2>\
        <p>\(self(question.text))</p><div class="row">\(consent(question))\
        <form method="dialog"><button class="button quiet" autofocus>\(self(question.no))</button></form></div></dialog>
        """
    }

    /// The question of a `confirmation` as the content of a page.
    package func asked(_ question: Confirmation, back: String) -> HTML {
        """
        <div class="plain-page"><div class="glyph caution">\(Icon.caution.html)</div><h1>\(self(question.title))</h1>\
        <p class="lead">\(self(question.text))</p><div class="row">\(consent(question))\
        <a class="button quiet" href="\(back)">\(self(question.no))</a></div></div>
        """
    }

    private func consent(_ question: Confirmation) -> HTML {
        "<form method=\"post\" action=\"\(question.path)\">\(button(question.yes, question.kind))</form>"
    }
}

/// A question before something is done.
package struct Confirmation: Sendable {
    /// Unique on the page.
    package let id: String
    package let title: Text
    /// What will be so afterwards, and what will not come back.
    package let text: Text
    /// What the buttons do, by verbs: "Borrar el plan", "Conservarlo".
    package let yes: Text
    package let no: Text
    /// Where it is done (POST).
    package let path: String
    package let kind: ButtonKind

    package init(id: String, _ title: Text, _ text: Text, yes: Text, no: Text, path: String, kind: ButtonKind = .danger) {
        self.id = id
        self.title = title
        self.text = text
        self.yes = yes
        self.no = no
        self.path = path
        self.kind = kind
    }
}
