import Base
import Markup

extension Interface {
    /// A person's initials, where there is no picture: first and last word of the name. For the eye alone; the name stands beside it.
    package func avatar(_ name: String, isBig: Bool = false) -> HTML {
        let words = name.split(separator: " ")
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first.map(String.init) }.joined()
        return "<span class=\"avatar\(isBig ? " big" : "")\" aria-hidden=\"true\">\(letters.uppercased())</span>"
    }

    /// Who a page is about: name, a few facts in a line, a state, what to do.
    package func person(_ name: String, details: [Text], status: HTML? = nil, actions: HTML? = nil) -> HTML {
        let facts = details.map { text -> HTML in "<span>\(self(text))</span>" }
        let row: HTML? = actions.map { "<div class=\"row\">\($0)</div>" }
        return """
            <div class="person">\(avatar(name, isBig: true))<div><h1>\(name)</h1><div class="details">\(facts)</div></div>\(status)\(row)</div>
            """
    }

    /// Who or what needs somebody, the most urgent first.
    package func worklist(_ label: Text, _ rows: [WorkRow]) -> HTML {
        let items = rows.map { row -> HTML in
            """
            <li>\(avatar(row.name))<div><a href="\(row.path)">\(row.name)</a><p>\(self(row.reason))</p></div>\
            <div class="state">\(row.state)<p>\(self(row.since))</p></div></li>
            """
        }
        return "<ul class=\"work\" aria-label=\"\(self(label))\">\(items)</ul>"
    }

    /// What happened, the newest first.
    package func timeline(_ label: Text, _ events: [TimelineEvent]) -> HTML {
        let items = events.map { event -> HTML in
            """
            <li><p class="when">\(self(event.when))</p><h3>\(self(event.title))</h3>\(event.content)</li>
            """
        }
        return "<ol class=\"timeline\" aria-label=\"\(self(label))\">\(items)</ol>"
    }
}

/// A row of a worklist.
package struct WorkRow: Sendable {
    package let name: String
    package let path: String
    /// Why they are on the list.
    package let reason: Text
    /// A badge.
    package let state: HTML
    /// "Desde hace 2 días".
    package let since: Text

    package init(_ name: String, _ path: String, _ reason: Text, state: HTML, since: Text) {
        self.name = name
        self.path = path
        self.reason = reason
        self.state = state
        self.since = since
    }
}

/// Something that happened, in a history.
package struct TimelineEvent: Sendable {
    package let when: Text
    package let title: Text
    package let content: HTML?

    package init(_ when: Text, _ title: Text, _ content: HTML? = nil) {
        self.when = when
        self.title = title
        self.content = content
    }
}
