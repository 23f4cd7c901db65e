import Base
import Markup

/// What a message, a badge or a number means. Each has a colour, and always a word or a shape beside it.
package enum Tone: String, Sendable, CaseIterable {
    case plain
    case action
    case good
    case caution
    case stop

    var icon: Icon {
        switch self {
        case .plain, .action: .info
        case .good: .good
        case .caution: .caution
        case .stop: .stop
        }
    }

    /// The word that says it to those who do not see the colour.
    var word: Text {
        switch self {
        case .plain, .action: Text(es: "Para su información", en: "For your information")
        case .good: Text(es: "Hecho", en: "Done")
        case .caution: Text(es: "Atención", en: "Take care")
        case .stop: Text(es: "Hay un problema", en: "There is a problem")
        }
    }
}

extension Interface {
    /// Something that the reader should know here: what happened, what it means, what to do.
    ///
    /// `title` takes the place of the tone's own word.
    package func message(_ tone: Tone, _ title: Text? = nil, _ text: Text, more: HTML? = nil) -> HTML {
        """
        <div class="message \(tone.rawValue)"\(HTML.attribute("role", tone == .stop ? "alert" : nil))>\(tone.icon.html)\
        <div><p><strong>\(self(title ?? tone.word))</strong></p><p>\(self(text))</p>\(more)</div></div>
        """
    }

    /// What was just done, said once above the page that comes next. A script can take it away.
    package func toast(_ text: Text, _ tone: Tone = .good) -> HTML {
        """
        <div class="toast \(tone.rawValue)" role="status" data-notice>\(tone.icon.html)<p>\(self(text))</p>\
        <button class="button plain icon-only" type="button" data-dismiss hidden>\(Icon.close.html)\
        <span class="unseen">\(self(es: "Cerrar aviso", en: "Dismiss notice"))</span></button></div>
        """
    }

    /// A state in one or two words.
    package func badge(_ text: Text, _ tone: Tone = .plain, icon: Icon? = nil) -> HTML {
        let shape: Icon? = icon ?? (tone == .plain ? nil : tone == .action ? nil : tone.icon)
        return "<span class=\"badge \(tone.rawValue)\">\(shape?.html)\(self(text))</span>"
    }

    /// A method of HTTP.
    package func method(_ name: String) -> HTML {
        let tone: Tone =
            switch name {
            case "GET", "HEAD": .action
            case "POST": .good
            case "PUT", "PATCH": .caution
            case "DELETE": .stop
            default: .plain
            }
        return "<span class=\"badge method \(tone.rawValue)\">\(name)</span>"
    }

    /// What a list or a page says when it has nothing to show: why that is so, and what to do about it.
    package func empty(_ icon: Icon, _ title: Text, _ text: Text, actions: HTML? = nil) -> HTML {
        let row: HTML? = actions.map { "<div class=\"row\">\($0)</div>" }
        return """
            <div class="empty"><div class="glyph">\(icon.html)</div><h3>\(self(title))</h3><p>\(self(text))</p>\(row)</div>
            """
    }

    /// The place of what is still being fetched.
    package func loading(lines: Int = 3) -> HTML {
        let bars = (0..<max(lines, 2)).map { _ -> HTML in "<i></i>" }
        return """
            <div role="status"><span class="unseen">\(self(es: "Cargando…", en: "Loading…"))</span>\
            <div class="skeleton" aria-hidden="true">\(bars)</div></div>
            """
    }
}
