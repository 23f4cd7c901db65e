import Base
import Markup

/// A place that a page's header leads to.
package struct NavigationLink: Sendable {
    package let title: Text
    package let path: String
    package let icon: Icon

    package init(_ title: Text, _ path: String, _ icon: Icon) {
        self.title = title
        self.path = path
        self.icon = icon
    }

    static func list(_ links: [NavigationLink], _ ui: Interface) -> HTML {
        guard !links.isEmpty else { return HTML() }
        let here = current(links, ui.place)
        let items = links.map { link -> HTML in
            let mark = HTML.attribute("aria-current", link.path == here ? "page" : nil)
            return "<li><a href=\"\(link.path)\"\(mark)>\(link.icon.html)<span>\(ui(link.title))</span></a></li>"
        }
        return """
            <nav class="nav" aria-label="\(ui(es: "Secciones", en: "Sections"))"><ul>\(items)</ul></nav>
            """
    }

    /// The link that the reader is at or below; the longest where there are several.
    private static func current(_ links: [NavigationLink], _ place: String) -> String? {
        let path = String(place.prefix { $0 != "?" })
        return links.map(\.path).filter { path == $0 || ($0 != "/" && path.hasPrefix($0 + "/")) }.max { $0.count < $1.count }
    }
}

/// Who looks, as the header shows them.
package struct Visitor: Sendable {
    package let name: String
    /// What they are here: "Fisioterapeuta · Clínica Sur".
    package let role: Text?
    package let links: [NavigationLink]
    /// Where the form that ends the session goes (POST); nil where there is no session to end.
    package let signOutPath: String?

    package init(name: String, role: Text? = nil, links: [NavigationLink] = [], signOutPath: String? = nil) {
        self.name = name
        self.role = role
        self.links = links
        self.signOutPath = signOutPath
    }
}

/// The menu at the header's end: who one is, the language, light or dark, the way out. It opens without script.
struct VisitorMenu {
    let visitor: Visitor?

    func html(_ ui: Interface) -> HTML {
        """
        <details class="menu"><summary>\(face(ui))</summary><div>\(person(ui))\(links(ui))
        <form method="post" action="\(PreferenceRoutes.path)"><input type="hidden" name="return" value="\(ui.place)">\
        \(languages(ui))\(themes(ui))</form>\(wayOut(ui))</div></details>
        """
    }

    private func face(_ ui: Interface) -> HTML {
        guard let visitor else {
            return """
                \(Icon.globe.html)<span class="hides-small">\(ui(es: "Idioma y aspecto", en: "Language and look"))</span>\
                <span class="unseen">\(ui(es: "Abrir ajustes", en: "Open settings"))</span>
                """
        }
        return """
            \(ui.avatar(visitor.name))<span class="hides-small">\(visitor.name)</span>\(Icon.down.html)\
            <span class="unseen">\(ui(es: "Abrir menú de la cuenta", en: "Open account menu"))</span>
            """
    }

    private func person(_ ui: Interface) -> HTML {
        guard let visitor else { return HTML() }
        let role: HTML? = visitor.role.map { "<div class=\"second small\">\(ui($0))</div>" }
        return "<div><strong>\(visitor.name)</strong>\(role)</div>"
    }

    private func links(_ ui: Interface) -> HTML {
        guard let visitor, !visitor.links.isEmpty else { return HTML() }
        let items = visitor.links.map { link -> HTML in
            "<li><a href=\"\(link.path)\">\(link.icon.html)\(ui(link.title))</a></li>"
        }
        return "<ul class=\"menu-links\">\(items)</ul>"
    }

    /// Each language by its own name, said in its own tongue.
    private func languages(_ ui: Interface) -> HTML {
        let buttons = [(Language.spanish, "Español"), (.english, "English")].map { language, name -> HTML in
            let isChosen = language == ui.language
            return """
                <button name="language" value="\(language.rawValue)" lang="\(language.rawValue)" \
                aria-pressed="\(isChosen ? "true" : "false")">\(name)</button>
                """
        }
        return group(ui(es: "Idioma", en: "Language"), "choose-language", buttons)
    }

    private func themes(_ ui: Interface) -> HTML {
        let kinds: [(Theme, Icon, String)] = [
            (.auto, .half, ui(es: "Auto", en: "Auto")), (.light, .sun, ui(es: "Claro", en: "Light")),
            (.dark, .moon, ui(es: "Oscuro", en: "Dark")),
        ]
        let buttons = kinds.map { theme, icon, name -> HTML in
            """
            <button name="theme" value="\(theme.rawValue)" aria-pressed="\(theme == ui.theme ? "true" : "false")">\
            \(icon.html)\(name)</button>
            """
        }
        return group(ui(es: "Aspecto", en: "Look"), "choose-look", buttons)
    }

    private func group(_ title: String, _ name: String, _ buttons: [HTML]) -> HTML {
        """
        <div class="preference"><span class="label" id="\(name)">\(title)</span>\
        <div class="choices" role="group" aria-labelledby="\(name)">\(buttons)</div></div>
        """
    }

    private func wayOut(_ ui: Interface) -> HTML {
        guard let path = visitor?.signOutPath else { return HTML() }
        return """
            <form method="post" action="\(path)"><button class="button quiet">\(Icon.leave.html)\
            \(ui(es: "Cerrar sesión", en: "Sign out"))</button></form>
            """
    }
}
