import Base
import Markup

extension Interface {
    /// The page's own title, once a page. `over` says in a word where one is; `lead` in a sentence what the page is for.
    package func title(_ title: Text, over: Text? = nil, lead: Text? = nil) -> HTML {
        titled(self(title), over: over.map { self($0) }, lead: lead.map { self($0) })
    }

    /// As `title`, of what somebody called something: a person's name, an exercise's.
    package func title(named name: String, over: Text? = nil, lead: Text? = nil) -> HTML {
        titled(name, over: over.map { self($0) }, lead: lead.map { self($0) })
    }

    private func titled(_ title: String, over: String?, lead: String?) -> HTML {
        let above: HTML? = over.map { "<p class=\"over\">\($0)</p>" }
        let below: HTML? = lead.map { "<p class=\"lead\">\($0)</p>" }
        return "<div class=\"page-title\">\(above)<h1>\(title)</h1>\(below)</div>"
    }

    /// A part of a page under its own heading. `id` is unique on the page: links lead there.
    package func section(_ id: String, _ title: Text, _ content: HTML) -> HTML {
        """
        <section class="section" aria-labelledby="\(id)"><h2 id="\(id)">\(self(title))</h2>
        \(content)</section>

        """
    }

    /// A heading below that of a section.
    package func heading(_ title: Text) -> HTML { "<h3>\(self(title))</h3>" }

    /// Paragraphs to be read, no wider than the eye follows.
    package func prose(_ paragraphs: Text...) -> HTML {
        let texts = paragraphs.map { text -> HTML in "<p>\(self(text))</p>" }
        return "<div class=\"prose\">\(texts)</div>"
    }

    package func list(_ items: [Text]) -> HTML {
        let lines = items.map { text -> HTML in "<li>\(self(text))</li>" }
        return "<div class=\"prose\"><ul>\(lines)</ul></div>"
    }

    /// The way from the home page to here; the last is where one is.
    package func breadcrumbs(_ links: [(title: Text, path: String)], here: Text) -> HTML {
        let steps = links.map { link -> HTML in
            "<li><a href=\"\(link.path)\">\(self(link.title))</a>\(Icon.right.html)</li>"
        }
        return """
            <nav class="crumbs" aria-label="\(self(es: "Dónde está", en: "Where you are"))"><ol>\(steps)\
            <li aria-current="page">\(self(here))</li></ol></nav>
            """
    }

    /// Pieces one below the other, with space between them.
    package func stack(_ pieces: HTML...) -> HTML { "<div class=\"stack\">\(pieces)</div>" }

    /// Pieces beside one another, as far as there is room.
    package func row(_ pieces: HTML...) -> HTML { "<div class=\"row\">\(pieces)</div>" }

    /// Pieces of equal width, as many to a line as fit; `isWide` for few and broad ones.
    package func grid(isWide: Bool = false, _ pieces: [HTML]) -> HTML {
        "<div class=\"\(isWide ? "grid-wide" : "grid")\">\(pieces)</div>"
    }

    /// What stays closed until somebody wants to know more.
    package func more(_ summary: Text, _ content: HTML) -> HTML {
        "<details class=\"more\"><summary>\(Icon.right.html)\(self(summary))</summary><div class=\"stack\">\(content)</div></details>"
    }
}
