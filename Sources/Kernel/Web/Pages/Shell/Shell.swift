import Base
import Markup

/// What stands around every page: the head, the way past the navigation, the header, the footer.
package struct Shell: Sendable {
    /// What the installation is called, in the header and in titles.
    package let name: String
    /// At most five, the most important first: a phone shows them at its lower edge.
    package let navigation: [NavigationLink]
    /// nil where nobody signed in.
    package let visitor: Visitor?
    /// What everybody is to know on every page; nil where there is no such thing.
    package let banner: Text?

    package init(name: String = "Zancada", navigation: [NavigationLink] = [], visitor: Visitor? = nil, banner: Text? = nil) {
        self.name = name
        self.navigation = navigation
        self.visitor = visitor
        self.banner = banner
    }

    /// For whom a page is made.
    package enum Audience: String, Sendable {
        /// One task a screen, text of 18 px and more, buttons of 48 px.
        case patient
        /// Dense and calm, for those who work with it all day.
        case staff = "dense"
    }

    /// A whole page.
    ///
    /// `notice` is what was just done, said once above the page. `description` stands in the head for whoever shows links to it.
    package func page(
        _ title: Text, _ ui: Interface, for audience: Audience = .staff, notice: Text? = nil, _ content: HTML
    ) -> HTML {
        let bar: HTML = navigation.isEmpty ? "" : " has-nav"
        return """
            <!DOCTYPE html>
            <html lang="\(ui.language.rawValue)" class="\(audience.rawValue)\(bar)"\(theme(ui))>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
            <title>\(ui(title)) · \(name)</title>
            <meta name="color-scheme" content="light dark">
            \(themeColour(ui))
            <link rel="stylesheet" href="\(Assets.style.path)">
            <link rel="icon" href="\(Assets.icon.path)" type="image/svg+xml">
            <link rel="apple-touch-icon" href="\(Assets.icon180.path)">
            <link rel="manifest" href="\(Assets.manifest.path)">
            <script type="module" src="\(Assets.script.path)"></script>
            </head>
            <body>
            <a class="skip" href="#main">\(ui(es: "Ir al contenido", en: "Skip to content"))</a>
            <header class="masthead"><div class="frame">
            \(brand)
            \(NavigationLink.list(navigation, ui))
            \(VisitorMenu(visitor: visitor).html(ui))
            </div></header>
            \(banner.map { text -> HTML in "<p class=\"banner\">\(ui(text))</p>" })\
            <main id="main" tabindex="-1"><div class="frame">
            \(notice.map { ui.toast($0) })\(content)
            </div></main>
            <footer class="footer"><div class="frame">\(footer(ui))</div></footer>
            \(live(ui))
            </body>
            </html>

            """
    }

    private func theme(_ ui: Interface) -> HTML {
        .attribute("data-theme", ui.theme == .auto ? nil : ui.theme.rawValue)
    }

    /// The colour of the browser's own bar: that of the header.
    private func themeColour(_ ui: Interface) -> HTML {
        switch ui.theme {
        case .light: "<meta name=\"theme-color\" content=\"#FFFFFF\">"
        case .dark: "<meta name=\"theme-color\" content=\"#1A2220\">"
        case .auto:
            """
            <meta name="theme-color" content="#FFFFFF" media="(prefers-color-scheme: light)">
            <meta name="theme-color" content="#1A2220" media="(prefers-color-scheme: dark)">
            """
        }
    }

    private var brand: HTML {
        "<a class=\"brand\" href=\"/\">\(Mark.html)<span>\(name)</span></a>"
    }

    private func footer(_ ui: Interface) -> HTML {
        """
        <span>Zancada</span>\
        <span>\(ui(es: "Software libre; los datos no salen de esta instalación.", en: "Free software; data never leave this installation."))</span>
        """
    }

    /// Where scripts say what changed, for those who cannot see it.
    private func live(_ ui: Interface) -> HTML {
        """
        <div id="live" class="unseen" role="status" \
        data-offline="\(ui(es: "Sin conexión. Lo ya guardado está a salvo.", en: "No connection. What was saved is safe."))" \
        data-online="\(ui(es: "Hay conexión de nuevo.", en: "Connected again."))"></div>
        """
    }
}

/// The sign of the program: a stride, hip to toe.
enum Mark {
    static let html = HTML(
        constant: """
            <svg viewBox="0 0 32 32" aria-hidden="true"><rect class="mark-ground" width="32" height="32" rx="8"/>\
            <path class="mark-line" d="M9.5 9.5h12.5l-12 13h12.5"/><circle class="mark-joint" cx="22" cy="9.5" r="2.6"/>\
            <circle class="mark-joint" cx="10" cy="22.5" r="2.6"/></svg>
            """)
}
