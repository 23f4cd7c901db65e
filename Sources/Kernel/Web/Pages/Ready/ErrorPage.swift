import Base
import Markup

/// A problem as a page, for browsers: what happened, and what to do. It says no more than the problem document does.
package enum ErrorPage {
    /// `request` is the number under which the log knows the request.
    package static func page(_ problem: Problem, _ ui: Interface, shell: Shell = Shell(), request: String? = nil) -> HTML {
        let story = Story(problem)
        return shell.page(story.title, ui, content(problem, story, ui, request))
    }

    private static func content(_ problem: Problem, _ story: Story, _ ui: Interface, _ request: String?) -> HTML {
        let number: HTML? = request.map {
            """
            <p class="second small">\(ui(es: "Número de la solicitud:", en: "Number of the request:")) <code>\($0)</code></p>
            """
        }
        let items = problem.faults.map { fault -> HTML in "<li>\(ui(fault.message))</li>" }
        let faults: HTML? = items.isEmpty ? nil : "<div class=\"prose\"><ul>\(items)</ul></div>"
        return """
            <div class="plain-page"><div class="glyph \(story.tone.rawValue)">\(story.icon.html)</div>\
            <h1>\(ui(story.title))</h1><p class="lead">\(ui(story.lead ?? problem.message))</p>\(faults)\
            <div class="row">\(again(problem, ui))\(ui.buttonLink(Text(es: "Ir al inicio", en: "Go to the start"), "/", .quiet))</div>\
            \(number)</div>
            """
    }

    /// Only where asking again may help.
    private static func again(_ problem: Problem, _ ui: Interface) -> HTML {
        guard problem.refusal >= .fault || problem.refusal == .tooMany || problem.refusal == .tooSlow else { return HTML() }
        return ui.buttonLink(Text(es: "Intentarlo de nuevo", en: "Try again"), ui.place)
    }

    /// For the script that keeps pages for when there is no network.
    package static func offline(_ ui: Interface, shell: Shell = Shell()) -> HTML {
        let title = Text(es: "No hay conexión", en: "There is no connection")
        let text = Text(
            es: "Lo que ya guardó está a salvo. Cuando vuelva la conexión, esta página se podrá abrir.",
            en: "What you saved is safe. When the connection is back, this page will open.")
        return shell.page(
            title, ui,
            """
            <div class="plain-page"><div class="glyph caution">\(Icon.offline.html)</div><h1>\(ui(title))</h1>\
            <p class="lead">\(ui(text))</p><div class="row">\
            \(ui.buttonLink(Text(es: "Intentarlo de nuevo", en: "Try again"), ui.place))</div></div>
            """)
    }
}

/// What a problem is called on a page.
private struct Story {
    let title: Text
    let icon: Icon
    let tone: Tone
    /// In place of the problem's own message, where that says the title again.
    var lead: Text?

    init(_ problem: Problem) {
        switch problem.refusal {
        case .notFound, .gone:
            self.init(Text(es: "Esta página no existe", en: "This page does not exist"), .search, .action)
        case .notSignedIn:
            self.init(Text(es: "Inicie sesión para seguir", en: "Sign in to go on"), .lock, .action)
        case .forbidden:
            self.init(Text(es: "Esta página no es para su cuenta", en: "This page is not for your account"), .lock, .caution)
        case .invalid, .badRequest:
            self.init(Text(es: "Falta corregir algo", en: "Something needs correcting"), .edit, .caution)
        case .conflict, .stale:
            self.init(Text(es: "Alguien cambió esto antes", en: "Somebody changed this before"), .edit, .caution)
        case .tooLarge:
            self.init(Text(es: "Es demasiado grande", en: "It is too large"), .upload, .caution)
        case .tooMany, .overloaded:
            self.init(Text(es: "Espere un momento", en: "Wait a moment"), .clock, .caution)
        case .tooSlow, .outOfTime:
            self.init(Text(es: "Tardó demasiado", en: "It took too long"), .clock, .caution)
        case .fault, .fullDisk:
            self.init(Text(es: "Algo falló de nuestro lado", en: "Something failed on our side"), .tools, .stop)
            if problem == .fault {
                lead = Text(
                    es: "Ya quedó anotado. Vuelva a intentarlo; si sigue igual, dé este número a quien administra el sistema.",
                    en: "It has been noted. Try again; if it stays so, give this number to whoever runs the system.")
            }
        default:
            self.init(Text(es: "No se puede hacer así", en: "It cannot be done like this"), .caution, .caution)
        }
    }

    private init(_ title: Text, _ icon: Icon, _ tone: Tone) {
        self.title = title
        self.icon = icon
        self.tone = tone
    }
}
